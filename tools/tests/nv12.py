#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Judges the last frame of a YUV4MPEG2 video: it is to be the picture of a PNG file,
converted as the user-space interface says for NV12, to the last bit. Every fourth pair
of lines is looked at.

usage: nv12.py VIDEO.y4m PICTURE.png
"""

import os
import sys

from PIL import Image


def luma(r, g, b):
    return 16 + ((5983 * r + 20127 * g + 2032 * b + 16384) >> 15)


def chroma(r, g, b):
    return (128 + ((-3298 * r - 11094 * g + 14392 * b + 65536) >> 17),
            128 + ((14392 * r - 13073 * g - 1319 * b + 65536) >> 17))


def main():
    video, path = sys.argv[1:]
    picture = Image.open(path).convert('RGB')
    width, height = picture.size
    pixels = picture.tobytes()
    half = width // 2
    with open(video, 'rb') as file:
        file.seek(-width * height * 3 // 2, os.SEEK_END)
        frame = file.read()
    for y in range(0, height, 8):
        lines = [pixels[3 * width * (y + i):3 * width * (y + i + 1)] for i in range(2)]
        for i, line in enumerate(lines):
            want = bytes(map(luma, line[0::3], line[1::3], line[2::3]))
            if frame[(y + i) * width:(y + i + 1) * width] != want:
                sys.exit('luma of line %d' % (y + i))
        sums = [[sum(line[x + 3 * i] for line in lines for i in range(2))
                 for x in range(c, 3 * width, 6)] for c in range(3)]
        for i, want in enumerate(zip(*map(chroma, *sums))):
            start = width * height + i * half * height // 2 + y // 2 * half
            if frame[start:start + half] != bytes(want):
                sys.exit('%s of line %d' % (('Cb', 'Cr')[i], y))


main()
