#!/usr/bin/env python3
"""Checks the licences of the npm packages that go into the pages, by the UI's lock file.

`svelte` is a development dependency by npm's lights, but its runtime is in every page: those that count are
the dependencies, and what is named in COMPILED.
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOCK = ROOT / "assets" / "ui" / "package-lock.json"
# Let a program under MIT or Apache-2.0 be given away with their notices; OFL is for fonts.
ALLOWED = {"MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "OFL-1.1", "0BSD",
           "(MPL-2.0 OR Apache-2.0)"}
COMPILED = ["svelte"]


def packages() -> dict[str, dict]:
    """The packages that go into the pages: path in the lock file, entry."""
    every = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    found: dict[str, dict] = {}
    waiting = [("", name) for name in [*every[""].get("dependencies", {}), *COMPILED]]
    while waiting:
        above, name = waiting.pop()
        # npm looks in the nearest node_modules first.
        places = [f"{above}/node_modules/{name}".lstrip("/")]
        while above:
            above = above.rpartition("/node_modules/")[0] if "/node_modules/" in above else ""
            places.append(f"{above}/node_modules/{name}".lstrip("/"))
        path = next((p for p in places if p in every), None)
        if path is None or path in found:
            continue
        found[path] = every[path]
        waiting += [(path, needed) for needed in every[path].get("dependencies", {})]
    return found


def main() -> None:
    wrong = {path: entry.get("license", "none") for path, entry in packages().items()
             if entry.get("license") not in ALLOWED}
    for path, licence in wrong.items():
        print(f"FAILED       {path} is under {licence}: not one of {', '.join(sorted(ALLOWED))}")
    if wrong:
        sys.exit(1)
    print(f"ok           licences of {len(packages())} npm packages that go into the pages")


if __name__ == "__main__":
    main()
