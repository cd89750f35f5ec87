#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A window for Wayland that shows, in black and white blocks that screen.py finds and reads, a
number that is one more with each picture, and the time of CLOCK_MONOTONIC when it was painted.

usage: clock.py [PICTURES-A-SECOND]
"""
import sys
import time

import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstApp', '1.0')
from gi.repository import Gst, GstApp  # noqa: E402,F401

BLOCK, BITS, BORDER = 16, 40, 8
MAGIC = 0x5a17c10c
WIDTH, HEIGHT = BLOCK * BITS + 2 * BORDER, 3 * BLOCK + 2 * BORDER
BLACK, WHITE = b'\0\0\0\xff', b'\xff\xff\xff\xff'


def blocks(number):
    """The lines of pixels of a number, as tools/cast/screen/paint.c has it."""
    check = number ^ number >> 8 ^ number >> 16 ^ number >> 24
    bits = number << 8 | ~check & 255
    line = WHITE * BORDER
    for bit in range(BITS):
        line += (WHITE if bits >> BITS - 1 - bit & 1 else BLACK) * BLOCK
    return (line + WHITE * BORDER) * BLOCK


def main():
    """Until it is killed."""
    hz = int(sys.argv[1]) if sys.argv[1:] else 5
    Gst.init(None)
    pipeline = Gst.parse_launch(
        f'appsrc name=in is-live=true format=time max-buffers=1 block=true ! video/x-raw,format=BGRx,'
        f'width={WIDTH},height={HEIGHT},framerate={hz}/1 ! waylandsink sync=false')
    feed = pipeline.get_by_name('in')
    pipeline.set_state(Gst.State.PLAYING)
    edge = WHITE * WIDTH * BORDER
    number = 0
    while True:
        now = time.monotonic_ns()
        picture = edge + blocks(MAGIC) + blocks(number) + blocks(now // 1000 & 0xffffffff) + edge
        buffer = Gst.Buffer.new_wrapped(picture)
        buffer.pts = number * Gst.SECOND // hz
        if feed.emit('push-buffer', buffer) != Gst.FlowReturn.OK:
            sys.exit('nobody shows it')
        number += 1
        time.sleep(1 / hz)


main()
