#!/usr/bin/env python3
"""Writes what Dixi is made of, as CycloneDX: the crates, the C libraries inside them, the npm packages that
go into the pages, and the models; each with version, licence, source and SHA-2 hash where there is one.

Everything is read from the lock files and from what was fetched by them, nothing is asked of anybody. The
file is checked against CycloneDX's own schema before it is kept. Run by `make sbom`.
"""

import base64
import importlib.machinery
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tomllib

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = SchemaVersion.V1_6
LICENCES = LicenseFactory()
# As cargo builds the packages that people install.
TARGET = "x86_64-unknown-linux-gnu"


def script(name: str):
    """One of our other scripts, as a module."""
    path = ROOT / "scripts" / name
    loader = importlib.machinery.SourceFileLoader(path.stem.replace("-", "_"), str(path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def component(kind: ComponentType, name: str, version: str, licence: str | None, **more) -> Component:
    """A component whose reference is its package URL."""
    purl = more["purl"]
    licences = [LICENCES.make_from_string(licence.replace("/", " OR "))] if licence else []
    return Component(type=kind, name=name, version=version, licenses=licences, bom_ref=str(purl), **more)


def crates(bom: Bom) -> tuple[Component, list[Component]]:
    """Dixi itself, and every crate that is in its binary."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    told = json.loads(subprocess.check_output(command, cwd=ROOT))
    sums = {(p["name"], p["version"]): p.get("checksum")
            for p in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]}
    packages = {p["id"]: p for p in told["packages"]}
    nodes = {n["id"]: n for n in told["resolve"]["nodes"]}

    def needs(identity: str) -> list[str]:
        """What is linked into it: neither what builds or tests it, nor what only writes code."""
        linked = [d["pkg"] for d in nodes[identity]["deps"] if any(k["kind"] is None for k in d["dep_kinds"])]
        return [i for i in linked if not any("proc-macro" in t["kind"] for t in packages[i]["targets"])]

    made: dict[str, Component] = {}
    waiting = [told["resolve"]["root"]]
    while waiting:
        identity = waiting.pop()
        if identity in made:
            continue
        package = packages[identity]
        name, version = package["name"], package["version"]
        checksum = sums.get((name, version))
        root = identity == told["resolve"]["root"]
        made[identity] = component(
            ComponentType.APPLICATION if root else ComponentType.LIBRARY, name, version, package["license"],
            purl=PackageURL("cargo", None, name, version),
            description=package["description"] and package["description"].strip(),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
            external_references=[ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(package["repository"]))]
            if package["repository"] else [])
        waiting += needs(identity)
    for identity, it in made.items():
        bom.register_dependency(it, [made[needed] for needed in needs(identity)])
    root = made[told["resolve"]["root"]]
    inside = native(bom, {p["name"]: (made[i], pathlib.Path(p["manifest_path"]).parent)
                          for i, p in packages.items() if i in made})
    return root, [*(c for c in made.values() if c is not root), *inside]


def native(bom: Bom, crates: dict[str, tuple[Component, pathlib.Path]]) -> list[Component]:
    """The C libraries whose sources crates carry along."""
    found = []
    for crate, name, licence, file, pattern in [
        ("libsqlite3-sys", "sqlite", "blessing", "sqlite3/sqlite3.h", r'#define SQLITE_VERSION\s+"([\d.]+)"'),
        ("turbojpeg-sys", "libjpeg-turbo", "BSD-3-Clause AND IJG AND Zlib", "libjpeg-turbo/CMakeLists.txt",
         r"^set\(VERSION ([\d.]+)\)"),
    ]:
        carrier, folder = crates[crate]
        version = re.search(pattern, (folder / file).read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        if version is None:
            sys.exit(f"sbom: {crate} does not say its {name}'s version in {file} any more")
        it = component(ComponentType.LIBRARY, name, version[1], licence,
                       purl=PackageURL("generic", None, name, version[1]))
        bom.register_dependency(carrier, [it])
        found.append(it)
    return found


def pages(bom: Bom, root: Component) -> list[Component]:
    """The npm packages that go into the pages."""
    made = []
    for path, entry in script("npm_licences.py").packages().items():
        whole = path.rpartition("node_modules/")[2]
        scope, _, name = whole.rpartition("/")
        algorithm, _, sum_ = entry["integrity"].partition("-")
        assert algorithm == "sha512", (path, algorithm)
        made.append(component(
            ComponentType.LIBRARY, name, entry["version"], entry["license"], group=scope or None,
            purl=PackageURL("npm", scope or None, name, entry["version"],
                            {"path": path} if path.count("node_modules/") > 1 else None),
            hashes=[HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(sum_).hex())]))
    bom.register_dependency(root, made)
    return made


def models(bom: Bom, root: Component) -> list[Component]:
    """The networks inside the binary; they must be here, and be what they are said to be."""
    fetch = script("fetch-models")
    if wrong := fetch.problems(fetch.MODELS):
        sys.exit(f"sbom: the models are not as they should be ({wrong}); run `make models`")
    package, version = fetch.WHEEL.split("==")
    made = []
    for inside, _, sha256 in fetch.FILES:
        name = pathlib.Path(inside).name
        made.append(component(
            ComponentType.MACHINE_LEARNING_MODEL, name, version, "Apache-2.0",
            purl=PackageURL("pypi", None, package, version, {"file_name": name}),
            description="A hand model of Google's MediaPipe, out of its PyPI wheel",
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)]))
    bom.register_dependency(root, made)
    return made


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    bom = Bom()
    root, linked = crates(bom)
    bom.metadata.component = root
    sorts = {"crates and C libraries": linked, "npm packages": pages(bom, root), "models": models(bom, root)}
    for made in sorts.values():
        bom.components.update(made)
    text = make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=2)
    if wrong := JsonStrictValidator(SCHEMA).validate_str(text):
        sys.exit(f"sbom: this is no CycloneDX {SCHEMA.to_version()}: {wrong}")
    bare = [c.name for c in bom.components if not c.licenses]
    unhashed = [c.name for c in bom.components if not c.hashes and c.purl.type != "generic"]
    if bare or unhashed:
        sys.exit(f"sbom: without a licence: {bare}; without a hash: {unhashed}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")
    counted = ", ".join(f"{len(made)} {sort}" for sort, made in sorts.items())
    print(f"{target}: {counted}; valid CycloneDX {SCHEMA.to_version()}, each with its licence")


main()
