"""What schemathesis is told about Dixi: which cases would end the run instead of testing the box, and
one check of our own. Loaded by scripts/check-openapi, which says by DIXI_* what it needs.
"""

import atexit
import collections
import json
import os

import requests
import schemathesis

# The session that asks, its person, and the token: whoever ends their own is out.
OWN = {f"/api/v1/{noun}s/{{id}}": os.environ.get(f"DIXI_OWN_{noun.upper()}") for noun in ("session", "account", "token")}
# With these the camera runs again, which only costs time here.
WAKES = ("select_camera", "resume_camera")


# What is there, for every third case: few make up its name by themselves.
KNOWN = json.loads(os.environ["DIXI_KNOWN"])
TURN = collections.Counter()
# How often each route answered what.
ANSWERS = collections.Counter()


@atexit.register
def tell():
    with open(os.environ["DIXI_COUNT"], "w", encoding="utf-8") as file:
        json.dump([[*what, count] for what, count in ANSWERS.items()], file)


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what ends the process: scripts/check-openapi sends it by itself, last."""
    return not (isinstance(case.body, dict) and case.body.get("command") == "restart")


@schemathesis.hook
def before_call(context, case, kwargs):
    """The same where cases are made in other ways."""
    if isinstance(case.body, dict) and case.body.get("command") == "restart":
        case.body["command"] = "undo"
    for part, names in KNOWN.items():
        if part in case.path and isinstance(case.path_parameters, dict):
            TURN[part] += 1
            if TURN[part] % 3 == 0:
                case.path_parameters[part.split("{")[1].strip("}")] = names[TURN[part] // 3 % len(names)]
    own = OWN.get(case.path)
    if own and str((case.path_parameters or {}).get("id")) == own:
        case.path_parameters["id"] = 999_999


@schemathesis.hook
def after_call(context, case, response):
    """Counts, and puts the camera to sleep again."""
    ANSWERS[case.method.upper(), case.path, response.status_code] += 1
    command = case.body.get("command") if isinstance(case.body, dict) else None
    camera = (case.path_parameters or {}).get("key", "")
    if response.status_code == 200 and (command in WAKES or str(camera).startswith("camera.")):
        requests.post(
            os.environ["DIXI_URL"] + "/api/v1/command", json={"command": "pause_camera"}, timeout=30,
            headers={"Authorization": "Bearer " + os.environ["DIXI_TOKEN"]})


@schemathesis.serializer("application/gzip")
def packed(context, value):
    """A backup that is brought: any bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.check
def nobody_gets_in(ctx, response, case):
    """Without credentials a route that asks for some answers 401 or 403, whatever else is right or wrong; or 429,
    where a link was tried too often."""
    public = case.operation.definition.raw.get("security") == []
    if not os.environ.get("DIXI_NOBODY") or public or case.method.upper() != case.operation.method.upper():
        return None
    assert response.status_code in (401, 403, 429), f"{case.method} {case.path}: {response.status_code} without credentials"
    return None


@schemathesis.check
def errors_say_their_kind(ctx, response, case):
    """Every refusal is an error of ours, with a kind that belongs to its status."""
    if response.status_code < 400:
        return None
    if case.path.startswith("/ollama/"):
        # In Ollama's words, or OpenAI's.
        error = json.loads(response.content or b"{}").get("error") if case.method != "HEAD" else "x"
        said = error.get("message") if isinstance(error, dict) else error
        assert said and isinstance(said, str), f"{case.method} {case.path}: {response.status_code} without an error"
        return None
    kind = json.loads(response.content or b"{}").get("error", {}).get("kind") if case.method != "HEAD" else None
    if case.path == "/api/health/ready" or case.method == "HEAD":
        return None
    fits = {"invalid": (400, 405, 415, 426), "login": (401,), "confirm": (403,), "denied": (403, 421), "not_found": (404,),
            "conflict": (409,), "exhausted": (413, 429), "disk_full": (507,), "unsupported": (501,),
            "unavailable": (503,), "timeout": (504,), "internal": (500,)}
    assert response.status_code in fits.get(kind, ()), f"{case.method} {case.path}: {response.status_code} with the kind {kind!r}"
    return None
