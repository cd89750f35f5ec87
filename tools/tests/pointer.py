#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A mouse, made with uinput. It goes round a square from SIGUSR1 on, until SIGUSR2.
At SIGHUP it goes half the way round, and prints "moved". Ends at SIGTERM.

usage: pointer.py
"""

import fcntl
import math
import signal
import struct
import sys
import time

SET_EVBIT, SET_KEYBIT, SET_RELBIT = 0x40045564, 0x40045565, 0x40045566
DEV_SETUP, DEV_CREATE = 0x405c5503, 0x5501
EV_SYN, EV_KEY, EV_REL = 0, 1, 2
REL_X, REL_Y = 0, 1
BUS_USB = 3
BUTTONS = (0x110, 0x111, 0x112)
HZ = 50
STEP = 8
SIDE = 25                               # steps

left = 0                                # steps


def on_signal(number, _):
    global left
    left = {signal.SIGUSR1: math.inf, signal.SIGUSR2: 0, signal.SIGHUP: 2 * SIDE}[number]


def make_mouse():
    mouse = open('/dev/uinput', 'wb', buffering=0)
    for kind in (EV_KEY, EV_REL):
        fcntl.ioctl(mouse, SET_EVBIT, kind)
    for button in BUTTONS:
        fcntl.ioctl(mouse, SET_KEYBIT, button)
    for axis in (REL_X, REL_Y):
        fcntl.ioctl(mouse, SET_RELBIT, axis)
    fcntl.ioctl(mouse, DEV_SETUP, struct.pack('4H80sI', BUS_USB, 1, 1, 1, b'test mouse', 0))
    fcntl.ioctl(mouse, DEV_CREATE)
    return mouse


def event(kind, code, value):
    return struct.pack('llHHi', 0, 0, kind, code, value)


def main():
    global left
    for number in signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP:
        signal.signal(number, on_signal)
    mouse = make_mouse()
    print('there', flush=True)
    step = 0
    while True:
        time.sleep(1 / HZ)
        if left <= 0:
            continue
        side = step // SIDE % 4
        mouse.write(event(EV_REL, side % 2, STEP if side < 2 else -STEP) + event(EV_SYN, 0, 0))
        step += 1
        left -= 1
        if left == 0:
            print('moved', flush=True)


sys.exit(main())
