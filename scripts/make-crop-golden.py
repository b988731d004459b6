#!/usr/bin/env python3
"""Makes src/vision/hand/golden/warp*.bin: OpenCV's warpPerspective, called as MediaPipe calls it.

Needs opencv-python and numpy (the venv of `make bench-peers` has both).
"""

import pathlib

import cv2
import numpy as np

WIDTH, HEIGHT, SIDE = 97, 61, 24
OUT = pathlib.Path(__file__).parent.parent / "src/vision/hand/golden"

y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3]
SOURCE = ((x * 7 + y * 13 + c * 29 + (x * y) // 8) % 256).astype(np.uint8)


def warp(cx, cy, side, rot, border):
    corners = cv2.boxPoints(((cx, cy), (side, side), np.degrees(rot)))
    to = np.float32([[0, SIDE], [0, 0], [SIDE, 0], [SIDE, SIDE]])
    matrix = cv2.getPerspectiveTransform(corners, to)
    return cv2.warpPerspective(
        SOURCE, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=border
    )


CASES = [
    (WIDTH / 2, HEIGHT / 2, WIDTH, 0.0, cv2.BORDER_CONSTANT),
    (40.3, 22.7, 50.2, 0.4, cv2.BORDER_REPLICATE),
    (80.1, 10.2, 70.9, -2.3, cv2.BORDER_REPLICATE),
    (50.2, 30.1, 20.3, 1.1, cv2.BORDER_REPLICATE),
]
for number, case in enumerate(CASES):
    warp(*case).tofile(OUT / f"warp{number}.bin")
