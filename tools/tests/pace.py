#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A client of an X server: draws a square and waits until the server has done that,
HZ times a second, for SECONDS, or until SIGTERM. Then prints how often it did so per
second, and the longest that it waited, in milliseconds.

usage: pace.py DISPLAY HZ PIXELS SECONDS
"""

import ctypes
import signal
import sys
import time


def connect(display):
    x11 = ctypes.CDLL('libX11.so.6')
    for name, result, arguments in (
            ('XOpenDisplay', ctypes.c_void_p, [ctypes.c_char_p]),
            ('XDefaultScreen', ctypes.c_int, [ctypes.c_void_p]),
            ('XRootWindow', ctypes.c_ulong, [ctypes.c_void_p, ctypes.c_int]),
            ('XCreateSimpleWindow', ctypes.c_ulong,
             [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_int] * 2 + [ctypes.c_uint] * 3
             + [ctypes.c_ulong] * 2),
            ('XMapWindow', ctypes.c_int, [ctypes.c_void_p, ctypes.c_ulong]),
            ('XCreateGC', ctypes.c_void_p,
             [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p]),
            ('XSetForeground', ctypes.c_int, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong]),
            ('XFillRectangle', ctypes.c_int,
             [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p] + [ctypes.c_int] * 2
             + [ctypes.c_uint] * 2),
            ('XSync', ctypes.c_int, [ctypes.c_void_p, ctypes.c_int])):
        function = getattr(x11, name)
        function.restype, function.argtypes = result, arguments
    connection = x11.XOpenDisplay(display.encode())
    if not connection:
        sys.exit('no display ' + display)
    return x11, connection


def main():
    display, (rate, pixels, seconds) = sys.argv[1], map(float, sys.argv[2:5])
    pixels = int(pixels)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    x11, connection = connect(display)
    root = x11.XRootWindow(connection, x11.XDefaultScreen(connection))
    window = x11.XCreateSimpleWindow(connection, root, 100, 100, pixels, pixels, 0, 0, 0)
    x11.XMapWindow(connection, window)
    context = x11.XCreateGC(connection, window, 0, None)
    x11.XSync(connection, 0)

    begin = time.monotonic()
    count, longest = 0, 0
    due = begin
    while due < begin + seconds:
        time.sleep(max(0, due - time.monotonic()))
        before = time.monotonic()
        x11.XSetForeground(connection, context, count * 0x10305 & 0xffffff)
        x11.XFillRectangle(connection, window, context, 0, 0, pixels, pixels)
        x11.XSync(connection, 0)
        after = time.monotonic()
        longest = max(longest, after - before)
        count += 1
        # Missed steps are not made up for.
        due = max(due + 1 / rate, after)
    print('%.1f %.1f' % (count / (time.monotonic() - begin), longest * 1000), flush=True)


main()
