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

    def ask(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def times_ms(self, what, runs):
        return [int(ns) / 1e6 for ns in self.ask(f"{what} {runs}").split()]


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def report(title, rows):
    """Prints medians, 10th percentiles and minima, ours beside theirs, and the ratios."""
    print(f"\n{title}")
    print(f"{'':42}{'ours: median':>14}{'p10':>8}{'min':>8}{'peer: median':>16}{'p10':>8}{'min':>8}{'ratio: median':>16}{'p10':>8}{'min':>8}")
    for name, ours, theirs in rows:
        mine = [statistics.median(ours), quantile(ours, 0.1), min(ours)]
        peer = [statistics.median(theirs), quantile(theirs, 0.1), min(theirs)]
        ratio = [a / b for a, b in zip(mine, peer)]
        print(f"{name:42}{mine[0]:14.2f}{mine[1]:8.2f}{mine[2]:8.2f}{peer[0]:16.2f}{peer[1]:8.2f}{peer[2]:8.2f}{ratio[0]:16.2f}{ratio[1]:8.2f}{ratio[2]:8.2f}")


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


def cpu_ms(pid):
    """CPU time of a process so far, all threads, from the kernel's ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")


# Ours, and MediaPipe's (model_complexity, max_num_hands) beside it.
PIPELINES = [
    ("full_max2", 1, 2, "full, 1 hand, 2 allowed"),
    ("full_max2_always", 1, 2, "  same, palm each frame"),
    ("full_max1", 1, 1, "full, 1 hand, 1 allowed"),
    ("lite_max2", 0, 2, "lite, 1 hand, 2 allowed"),
]


def pipeline(rounds=12, frames=30):
    """RGB to hands, one hand visible at 640x480, against mp.solutions.hands: turns of 30 frames, alternating."""
    import tempfile
    import time

    import mediapipe
    import numpy as np

    shared = Path(os.environ.get("DIXI_SHARED", ROOT.parent / "shared"))
    real = shared / "data/hands/clips/c05_fingerspell.mjpeg"
    if "DIXI_BENCH_CLIP" not in os.environ and real.exists():
        os.environ["DIXI_BENCH_CLIP"] = str(real)
    ours = Ours("pipeline")
    with tempfile.NamedTemporaryFile() as dump:
        count, width, height = map(int, ours.ask(f"dump {dump.name}").split())
        clip = np.fromfile(dump.name, dtype=np.uint8).reshape(count, height, width, 3)
    wall, cpu = [], []
    for case, complexity, most, title in PIPELINES:
        peer = mediapipe.solutions.hands.Hands(model_complexity=complexity, max_num_hands=most)
        mine, theirs, my_cpu, their_cpu, seen = [], [], [], [], 0
        for turn in range(rounds + 1):
            before = cpu_ms(ours.process.pid)
            a = ours.times_ms(case, frames)
            after = cpu_ms(ours.process.pid)
            b = []
            begin_cpu = time.process_time()
            for i in range(turn * frames, (turn + 1) * frames):
                begin = time.perf_counter()
                found = peer.process(clip[i % count])
                b.append((time.perf_counter() - begin) * 1e3)
                seen += len(found.multi_hand_landmarks or [])
            end_cpu = time.process_time()
            if turn >= 1:  # the first turn warms up
                mine += a
                theirs += b
                my_cpu.append((after - before) / frames)
                their_cpu.append((end_cpu - begin_cpu) * 1e3 / frames)
        hands, looked = map(int, ours.ask(f"hands {case}").split())
        title += f" ({hands / looked:.2f}, {seen / (rounds + 1) / frames:.2f})"
        wall.append((title, mine, theirs))
        cpu.append((title, my_cpu, their_cpu))
        peer.close()
    source = os.environ.get("DIXI_BENCH_CLIP", "the demo hand")
    about = f"ours ({ours.kernel}) and mp.solutions.hands {mediapipe.__version__} on {source} (hands a frame: ours, theirs)"
    report(f"Pipeline, wall ms a frame: {about}", wall)
    report("Pipeline, CPU ms a frame, means of turns", cpu)


def main():
    wanted = sys.argv[1:] or ["nets", "pipeline"]
    parts = {"nets": nets, "pipeline": pipeline}
    for part in wanted:
        if part not in parts:
            raise SystemExit(f"bench-peers: no part {part!r}; there are: {', '.join(parts)}")
        parts[part]()


if __name__ == "__main__":
    main()
