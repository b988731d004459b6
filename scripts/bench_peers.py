"""Compares Dixi with its peers in one run, alternating, one thread each. Started by scripts/bench-peers."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parent.parent
MODELS = ["palm_detection_full", "palm_detection_lite", "hand_landmark_full", "hand_landmark_lite"]


def bench_binary(name):
    """Builds a bench of ours and gives the program's path."""
    command = ["cargo", "bench", "--bench", name, "--no-run", "--message-format=json"]
    out = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in out.splitlines():
        message = json.loads(line)
        target = message.get("target", {})
        if target.get("name") == name and target.get("kind") == ["bench"] and message.get("executable"):
            return message["executable"]
    raise SystemExit(f"bench-peers: cargo built no bench {name}")


class Ours:
    """A bench of ours that answers lines `WHAT RUNS` with nanoseconds."""

    def __init__(self, bench):
        command = [bench_binary(bench), "--bench", "--peer"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.kernel = self.process.stdout.readline().strip()

    def times_ms(self, what, runs):
        self.process.stdin.write(f"{what} {runs}\n")
        self.process.stdin.flush()
        return [int(ns) / 1e6 for ns in self.process.stdout.readline().split()]


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def report(title, rows):
    """Prints medians, 10th percentiles and minima, ours beside theirs, and the ratios."""
    print(f"\n{title}")
    print(f"{'':22}{'ours: median':>14}{'p10':>8}{'min':>8}{'peer: median':>16}{'p10':>8}{'min':>8}{'ratio: median':>16}{'p10':>8}{'min':>8}")
    for name, ours, theirs in rows:
        mine = [statistics.median(ours), quantile(ours, 0.1), min(ours)]
        peer = [statistics.median(theirs), quantile(theirs, 0.1), min(theirs)]
        ratio = [a / b for a, b in zip(mine, peer)]
        print(f"{name:22}{mine[0]:14.2f}{mine[1]:8.2f}{mine[2]:8.2f}{peer[0]:16.2f}{peer[1]:8.2f}{peer[2]:8.2f}{ratio[0]:16.2f}{ratio[1]:8.2f}{ratio[2]:8.2f}")


def nets(rounds=30, runs=5):
    """The four networks against XNNPACK: short turns, alternating, so that noise meets both."""
    import time

    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    ours = Ours("nets")
    rows = []
    for model in MODELS:
        interpreter = Interpreter(str(ROOT / "assets/models" / f"{model}.tflite"), num_threads=1)
        interpreter.allocate_tensors()
        given = interpreter.get_input_details()[0]
        interpreter.set_tensor(given["index"], np.random.default_rng(1).random(given["shape"], dtype=np.float32))
        mine, theirs = [], []
        for turn in range(rounds + 2):
            a = ours.times_ms(model, runs)
            b = []
            for _ in range(runs):
                begin = time.perf_counter()
                interpreter.invoke()
                b.append((time.perf_counter() - begin) * 1e3)
            if turn >= 2:  # the first turns warm up
                mine += a
                theirs += b
        rows.append((model, mine, theirs))
    report(f"Networks, ms a run, one thread: ours ({ours.kernel}) and XNNPACK (ai-edge-litert)", rows)


def main():
    wanted = sys.argv[1:] or ["nets"]
    parts = {"nets": nets}
    for part in wanted:
        if part not in parts:
            raise SystemExit(f"bench-peers: no part {part!r}; there are: {', '.join(parts)}")
        parts[part]()


if __name__ == "__main__":
    main()
