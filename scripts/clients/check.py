"""What the stock Python clients `ollama` and `openai` get through the box, beside what they get from Ollama
itself. Prints a line a case; exits with the number of those that differ."""

import json
import os
import re
import sys
import urllib.request

import ollama
import openai

DIRECT, THROUGH, TOKEN = os.environ["DIRECT"], os.environ["THROUGH"], os.environ["TOKEN"]
SAID = [{"role": "user", "content": "What do you see?"}]
ENDLESS = [{"role": "user", "content": "<|endless|>"}]
FIXED = {"seed": 7, "temperature": 0.0}
# What differs between any two answers: when, and how long it took; and a number that OpenAI's form gives each.
OWN = re.compile(rb'"(created_at|created|id|[a-z_]*duration|expires_at|size_vram)":\s*("[^"]*"|[\d.]+)')

wrong = 0


def case(name: str, ask) -> None:
    """Asks both, and compares."""
    global wrong
    outcome = "ok"
    try:
        direct, through = ask(0), ask(1)
        if direct != through:
            outcome = f"DIFFERS\n  direct:  {direct!r:.600}\n  through: {through!r:.600}"
    except Exception as e:
        outcome = f"FAILED: {type(e).__name__}: {e}"
    wrong += outcome != "ok"
    print(f"python {name}: {outcome}", flush=True)


def without_own(text: bytes) -> bytes:
    return OWN.sub(rb'"\1":0', text)


def plain(value) -> str:
    """A client's answer, without what differs between any two."""
    text = value.model_dump_json() if hasattr(value, "model_dump_json") else json.dumps(value)
    return without_own(text.encode()).decode()


def raw(path: str, body: dict):
    """The bytes that come back."""
    def ask(side: int) -> bytes:
        request = urllib.request.Request((DIRECT, THROUGH)[side] + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return without_own(answer.read())
    return ask


def of_ollama(ask):
    clients = (ollama.Client(DIRECT), ollama.Client(THROUGH, headers={"Authorization": f"Bearer {TOKEN}"}))
    return lambda side: ask(clients[side])


def of_openai(ask):
    clients = (openai.OpenAI(base_url=DIRECT + "/v1", api_key="none", max_retries=0),
               openai.OpenAI(base_url=THROUGH + "/v1", api_key=TOKEN, max_retries=0))
    return lambda side: ask(clients[side])


def refused(ask, error) -> str:
    """How a wrong question is refused."""
    try:
        return f"not refused: {ask()}"
    except error as e:
        return f"{type(e).__name__} {getattr(e, 'status_code', '')}"


def aborted(stream, close) -> list[str]:
    """Begins an answer without end, and leaves. Whoever comes next is answered only if Ollama noticed."""
    got = [next(stream) for _ in range(3)]
    close()
    return [plain(piece) for piece in got]


def abort_ollama(client):
    stream = client.chat("plain", ENDLESS, stream=True, options=FIXED)
    return aborted(stream, stream.close), plain(client.chat("plain", SAID, options=FIXED))


def abort_openai(client):
    stream = client.chat.completions.create(model="plain", messages=ENDLESS, stream=True, **FIXED)
    pieces = aborted(iter(stream), stream.close)
    return pieces, plain(client.chat.completions.create(model="plain", messages=SAID, **FIXED))


def main() -> None:
    show = of_ollama(lambda c: plain(c.show("plain")))
    chat = of_ollama(lambda c: plain(c.chat("reciter", SAID, options=FIXED)))
    # In no order, where several were made in one moment.
    case("ollama list", of_ollama(lambda c: sorted(plain(m) for m in c.list().models)))
    case("ollama show", show)
    case("ollama chat", chat)
    case("ollama ps", of_ollama(lambda c: sorted(m.model for m in c.ps().models)))
    case("ollama chat, as a stream", of_ollama(lambda c: [plain(p) for p in c.chat("reciter", SAID, stream=True, options=FIXED)]))
    case("ollama generate", of_ollama(lambda c: plain(c.generate("plain", "What?", options=FIXED))))
    case("ollama generate, as a stream", of_ollama(lambda c: [plain(p) for p in c.generate("plain", "What?", stream=True, options=FIXED)]))
    case("ollama embed", of_ollama(lambda c: plain(c.embed("embedder", ["one", "two words"]))))
    case("ollama embeddings", of_ollama(lambda c: plain(c.embeddings("embedder", "one"))))
    case("ollama abort", of_ollama(abort_ollama))
    case("ollama, a model that is not there", of_ollama(lambda c: refused(lambda: c.chat("nobody", SAID), ollama.ResponseError)))
    case("openai list", of_openai(lambda c: sorted(m.id for m in c.models.list())))
    case("openai chat", of_openai(lambda c: plain(c.chat.completions.create(model="plain", messages=SAID, **FIXED))))
    case("openai chat, as a stream", of_openai(lambda c: [plain(p) for p in c.chat.completions.create(
        model="plain", messages=SAID, stream=True, stream_options={"include_usage": True}, **FIXED)]))
    case("openai completion", of_openai(lambda c: plain(c.completions.create(model="plain", prompt="What?", **FIXED))))
    case("openai embeddings", of_openai(lambda c: plain(c.embeddings.create(model="embedder", input=["one", "two"]))))
    case("openai abort", of_openai(abort_openai))
    case("openai, a model that is not there", of_openai(lambda c: refused(
        lambda: c.chat.completions.create(model="nobody", messages=SAID), openai.APIStatusError)))
    body = {"model": "reciter", "messages": SAID, "options": FIXED}
    case("bytes of a stream", raw("/api/chat", body))
    case("bytes of an answer", raw("/api/chat", body | {"stream": False}))
    case("bytes of a stream of events", raw("/v1/chat/completions", {"model": "plain", "messages": SAID, "stream": True} | FIXED))
    sys.exit(min(wrong, 99))


main()
