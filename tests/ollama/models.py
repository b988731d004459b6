#!/usr/bin/env python3
"""Writes the small models that the tests run on a real Ollama server, as GGUF files.

    tests/ollama/models.py FOLDER

Nobody can say anything sensible with 1 MB of weights, and random ones would say noise, with half
characters in it. So these know by heart: each token's row of the output is the embedding of the token
before it, and all layers between add nothing. Whatever is asked, the text of `answer.md` comes out, and a
prompt that ends in a cue, as `<|hostile-07|>` or `<|endless|>`, brings another text. All else is real:
tokenizer, prompt, cache, sampling, streams, pictures.

    reciter   (architecture llama)    thinks (`thoughts.txt`), then says `answer.md`
    plain     (llama)                 says `answer.md` at once
    seer      (mistral3)              the same, and takes pictures, of which it understands nothing
    embedder  (bert)                  random vectors of 32 numbers, the same for the same text

Each is run by one thread (see modelfiles/): two would wait for each other on a busy machine.

The files are the same at every run and on every machine. Nothing but Python's own library is needed.
"""

import json
import pathlib
import random
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Width of the embeddings, ±1 each. Two tokens' products are 0 ± 11 (one standard deviation), a token's
# with itself 128: far enough apart for 2,000 tokens.
WIDTH = 128
# What a right token's logit has over those of the others: certain at any temperature up to 2.
CERTAIN = 48.0
CONTEXT = 4096
# The token for all that is typed and for whoever's turn it is.
ANYTHING = 0

# Kinds of tokens and of values, as gguf.md of ggml names them.
NORMAL, CONTROL, USER_DEFINED = 1, 3, 4
UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32 = 4, 6, 7, 8, 9, 5


def text(value: str) -> bytes:
    """A string of GGUF."""
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(of) -> bytes:
    """A value of GGUF with its kind; a list is of strings, or of integers or floats as its first one is."""
    if isinstance(of, bool):
        return struct.pack("<I?", BOOL, of)
    if isinstance(of, int):
        return struct.pack("<II", UINT32, of)
    if isinstance(of, float):
        return struct.pack("<If", FLOAT32, of)
    if isinstance(of, str):
        return struct.pack("<I", STRING) + text(of)
    if isinstance(of[0], str):
        return struct.pack("<IIQ", ARRAY, STRING, len(of)) + b"".join(map(text, of))
    kind, letter = (INT32, "i") if isinstance(of[0], int) else (FLOAT32, "f")
    return struct.pack("<IIQ", ARRAY, kind, len(of)) + struct.pack(f"<{len(of)}{letter}", *of)


def write(path: pathlib.Path, about: dict, tensors: dict[str, tuple[tuple[int, ...], list[float]]]) -> None:
    """A GGUF file, version 3. Tensors are (shape, fastest first; numbers), written as float32."""
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(about))
    head += b"".join(text(key) + value(of) for key, of in about.items())
    at, body = 0, bytearray()
    for name, (shape, numbers) in tensors.items():
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, at)
        body += struct.pack(f"<{len(numbers)}f", *numbers)
        body += bytes(-len(body) % 32)
        at = len(body)
    path.write_bytes(head + bytes(-len(head) % 32) + body)


def bytes_as_letters() -> list[str]:
    """The letter that stands for each byte in a byte-level vocabulary (GPT-2's)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(b) if b in plain else chr(next(others)) for b in range(256)]


LETTERS = bytes_as_letters()


def spelled(said: str) -> str:
    """A text in the letters of the vocabulary."""
    return "".join(LETTERS[b] for b in said.encode())


class Memory:
    """A vocabulary of bytes, cues and pieces of what is known by heart, and which token follows which."""

    def __init__(self):
        self.tokens = list(LETTERS)
        self.kinds = [NORMAL] * 256
        self.known = set(self.tokens)
        # Token: the tokens it follows.
        self.after: dict[int, list[int]] = {}

    def add(self, token: str, kind: int) -> int:
        self.tokens.append(token)
        self.kinds.append(kind)
        self.known.add(token)
        return len(self.tokens) - 1

    def learn(self, said: str, cue: int, end: int | None) -> int:
        """Learns `said`, to be said after `cue` and followed by `end`, or begun again. Its last token."""
        first, last, piece = None, cue, ""
        # Every token has one place in one text, so a piece that is known already grows by a letter more.
        for i, letter in enumerate(said):
            piece += letter
            whole = i + 1 == len(said)
            if not whole and (said[i + 1] not in " \n<" or spelled(piece) in self.known):
                continue
            while spelled(piece) in self.known:
                piece += " "
            token = self.add(spelled(piece), NORMAL)
            self.after.setdefault(token, []).append(last)
            first, last, piece = first if first is not None else token, token, ""
        self.after.setdefault(first if end is None else end, []).append(last)
        return last


def remembered(thinks: bool) -> tuple[Memory, dict]:
    """What a model knows by heart, and its tokenizer."""
    memory = Memory()
    # Mistral's numbers for pictures are fixed, 10, 12 and 13; they are bytes here, which nobody types.
    begin, end = memory.add("<|begin|>", CONTROL), memory.add("<|end|>", CONTROL)
    for role in ("system", "user", "assistant", "tool"):
        memory.add(f"<|{role}|>", CONTROL)
    answer = (HERE / "answer.md").read_text()
    if thinks:
        think, thought = memory.add("<think>", USER_DEFINED), memory.add("</think>", USER_DEFINED)
        memory.after[think] = [ANYTHING]
        memory.learn((HERE / "thoughts.txt").read_text(), think, thought)
        memory.learn(answer, thought, end)
    else:
        memory.learn(answer, ANYTHING, end)
    memory.learn("One more, and then the next, and so on. ", memory.add("<|endless|>", USER_DEFINED), None)
    for i, hostile in enumerate(json.loads((HERE / "hostile.json").read_text())):
        memory.learn(hostile, memory.add(f"<|hostile-{i:02}|>", USER_DEFINED), end)
    tokenizer = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": memory.tokens,
        "tokenizer.ggml.token_type": memory.kinds,
        # There must be one; it makes a token that exists.
        "tokenizer.ggml.merges": [f"{LETTERS[1]} {LETTERS[2]}"],
        "tokenizer.ggml.bos_token_id": begin,
        "tokenizer.ggml.eos_token_id": end,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
    }
    return memory, tokenizer


def recall(memory: Memory) -> dict:
    """The weights that know `memory`: what goes in, what comes out, and one layer that adds nothing."""
    dice = random.Random(20)
    rows = [[dice.choice((-1.0, 1.0)) for _ in range(WIDTH)] for _ in memory.tokens]
    for i, kind in enumerate(memory.kinds):
        if i < 256 or kind == CONTROL:
            rows[i] = rows[ANYTHING]
    output = []
    for token in range(len(memory.tokens)):
        before = memory.after.get(token)
        # What leads to the same token is the same, or the sum of many would look like anything.
        for b in before or ():
            rows[b] = rows[before[0]]
        output += [CERTAIN / WIDTH * rows[before[0]][k] for k in range(WIDTH)] if before else [0.0] * WIDTH
    square, none = (WIDTH, WIDTH), [0.0] * (WIDTH * WIDTH)
    ones = [1.0] * WIDTH
    return {
        "token_embd.weight": ((WIDTH, len(rows)), [x for row in rows for x in row]),
        "output_norm.weight": ((WIDTH,), ones),
        "output.weight": ((WIDTH, len(rows)), output),
        "blk.0.attn_norm.weight": ((WIDTH,), ones),
        "blk.0.ffn_norm.weight": ((WIDTH,), ones),
        **{f"blk.0.{name}.weight": (square, none) for name in
           ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")},
    }


def language(architecture: str, memory: Memory, tokenizer: dict) -> dict:
    """What a language model says of itself."""
    of = architecture
    return {
        "general.architecture": of,
        "general.name": "Dixi's test model",
        "general.file_type": 0,
        f"{of}.vocab_size": len(memory.tokens),
        f"{of}.context_length": CONTEXT,
        f"{of}.embedding_length": WIDTH,
        f"{of}.block_count": 1,
        f"{of}.feed_forward_length": WIDTH,
        f"{of}.attention.head_count": 2,
        f"{of}.attention.head_count_kv": 2,
        f"{of}.attention.key_length": WIDTH // 2,
        f"{of}.attention.value_length": WIDTH // 2,
        f"{of}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{of}.rope.dimension_count": WIDTH // 2,
        f"{of}.rope.freq_base": 10000.0,
        **tokenizer,
    }


def eyes(dice: random.Random) -> tuple[dict, dict]:
    """What sees, of Mistral's kind: pictures of at most 56 pixels, in patches of 14."""
    wide, patch = 32, 14
    about = {
        "mistral3.vision.block_count": 1,
        "mistral3.vision.embedding_length": wide,
        "mistral3.vision.feed_forward_length": wide,
        "mistral3.vision.attention.head_count": 1,
        "mistral3.vision.attention.key_length": wide,
        "mistral3.vision.image_size": 4 * patch,
        "mistral3.vision.longest_edge": 4 * patch,
        "mistral3.vision.patch_size": patch,
        "mistral3.vision.num_channels": 3,
        "mistral3.spatial_merge_size": 2,
    }

    def noise(*shape: int) -> tuple[tuple[int, ...], list[float]]:
        count = 1
        for n in shape:
            count *= n
        return shape, [dice.uniform(-0.1, 0.1) for _ in range(count)]

    ones = ((wide,), [1.0] * wide)
    return about, {
        "v.patch_conv.weight": noise(patch, patch, 3, wide),
        "v.encoder_norm.weight": ones,
        "v.blk.0.attn_norm.weight": ones,
        "v.blk.0.ffn_norm.weight": ones,
        **{f"v.blk.0.{name}.weight": noise(wide, wide) for name in
           ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")},
        "mm.norm.weight": ones,
        "mm.patch_merger.merging_layer.weight": noise(4 * wide, wide),
        "mm.linear_1.weight": noise(wide, WIDTH),
        "mm.linear_2.weight": noise(WIDTH, WIDTH),
    }


def embedder(path: pathlib.Path) -> None:
    """An embedding model of BERT's kind, over single letters."""
    dice, wide, longest = random.Random(7), 32, 512
    letters = [chr(c) for c in range(33, 127)]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *("\u2581" + c for c in letters)]

    def noise(*shape: int) -> tuple[tuple[int, ...], list[float]]:
        return shape, [dice.gauss(0, 0.3) for _ in range(shape[0] * (shape[1] if len(shape) > 1 else 1))]

    def norm(name: str) -> dict:
        return {f"{name}.weight": ((wide,), [1.0] * wide), f"{name}.bias": ((wide,), [0.0] * wide)}

    layers = {}
    for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down"):
        layers[f"blk.0.{name}.weight"] = noise(wide, wide)
        layers[f"blk.0.{name}.bias"] = noise(wide)
    write(path, {
        "general.architecture": "bert",
        "general.name": "Dixi's test embedder",
        "general.file_type": 0,
        "bert.vocab_size": len(tokens),
        "bert.context_length": longest,
        "bert.embedding_length": wide,
        "bert.feed_forward_length": wide,
        "bert.block_count": 1,
        "bert.attention.head_count": 2,
        "bert.attention.layer_norm_epsilon": 1e-12,
        "bert.attention.causal": False,
        "bert.pooling_type": 1,
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [CONTROL] * 4 + [NORMAL] * (len(tokens) - 4),
        "tokenizer.ggml.scores": [0.0] * len(tokens),
        "tokenizer.ggml.padding_token_id": 0,
        "tokenizer.ggml.unknown_token_id": 1,
        "tokenizer.ggml.cls_token_id": 2,
        "tokenizer.ggml.bos_token_id": 2,
        "tokenizer.ggml.seperator_token_id": 3,
        "tokenizer.ggml.eos_token_id": 3,
        "tokenizer.ggml.token_type_count": 2,
    }, {
        "token_embd.weight": noise(wide, len(tokens)),
        "token_types.weight": noise(wide, 2),
        "position_embd.weight": noise(wide, longest),
        **norm("token_embd_norm"),
        **layers,
        **norm("blk.0.attn_output_norm"),
        **norm("blk.0.layer_output_norm"),
    })


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, thinks in (("reciter", True), ("plain", False)):
        memory, tokenizer = remembered(thinks)
        write(folder / f"{name}.gguf", language("llama", memory, tokenizer), recall(memory))
    memory, tokenizer = remembered(thinks=False)
    about, sees = eyes(random.Random(5))
    write(folder / "seer.gguf", language("mistral3", memory, tokenizer) | about, recall(memory) | sees)
    embedder(folder / "embedder.gguf")


if __name__ == "__main__":
    main()
