#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A keyboard, made with uinput. Types each line of standard input, of small letters, digits
and spaces, and then Enter. Prints "there", and "typed" after each. Ends with its input.

usage: keyboard.py
"""

import fcntl
import struct
import sys
import time

SET_EVBIT, SET_KEYBIT = 0x40045564, 0x40045565
DEV_SETUP, DEV_CREATE = 0x405c5503, 0x5501
EV_SYN, EV_KEY = 0, 1
BUS_USB = 3
ENTER = 28
# Each row of keys, from its first code on.
ROWS = ((2, '1234567890'), (16, 'qwertyuiop'), (30, 'asdfghjkl'), (44, 'zxcvbnm'), (57, ' '))
CODES = {letter: first + at for first, row in ROWS for at, letter in enumerate(row)}
HOLD = 0.02                             # seconds


def make_keyboard():
    keyboard = open('/dev/uinput', 'wb', buffering=0)
    fcntl.ioctl(keyboard, SET_EVBIT, EV_KEY)
    # All keys of a usual keyboard, so that udev recognises the device as one.
    for code in range(1, 128):
        fcntl.ioctl(keyboard, SET_KEYBIT, code)
    setup = struct.pack('4H80sI', BUS_USB, 1, 2, 1, b'test keyboard', 0)
    fcntl.ioctl(keyboard, DEV_SETUP, setup)
    fcntl.ioctl(keyboard, DEV_CREATE)
    return keyboard


def event(kind, code, value):
    return struct.pack('llHHi', 0, 0, kind, code, value)


def main():
    keyboard = make_keyboard()
    print('there', flush=True)
    for line in sys.stdin:
        for code in [CODES[letter] for letter in line.rstrip('\n')] + [ENTER]:
            for down in 1, 0:
                keyboard.write(event(EV_KEY, code, down) + event(EV_SYN, 0, 0))
                time.sleep(HOLD)
        print('typed', flush=True)


main()
