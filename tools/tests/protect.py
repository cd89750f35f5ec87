#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Wayland client with protected content, for tests of compositors.

Shows a window that wants content protection of a type, as
weston_content_protection defines it, and prints the protection that the
compositor says it has got, one line each time: "status N", N being 0 (none),
1 (HDCP type 0) or 2 (HDCP type 1). It speaks the protocol itself, because the
client that weston comes with takes its orders from a keyboard.

usage: protect.py TYPE       0, 1 or 2; until it is killed
"""

import array
import mmap
import os
import socket
import struct
import sys

WIDTH, HEIGHT = 200, 200
XRGB8888 = 1


class Connection:
    """Objects are numbers; what each is, is known by the one who made it."""

    def __init__(self):
        path = os.path.join(os.environ['XDG_RUNTIME_DIR'],
                            os.environ.get('WAYLAND_DISPLAY', 'wayland-0'))
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.last = 1               # wl_display
        self.handlers = {1: self.display_event}
        self.globals = {}
        self.bytes = b''

    def new(self, handler=None):
        self.last += 1
        if handler:
            self.handlers[self.last] = handler
        return self.last

    def request(self, target, opcode, body=b'', fd=None):
        message = struct.pack('=II', target, (len(body) + 8) << 16 | opcode) + body
        extra = []
        if fd is not None:
            extra = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [fd]))]
        self.socket.sendmsg([message], extra)

    def wait(self):
        """Handles what comes next."""
        got = self.socket.recv(65536)
        if not got:
            sys.exit('protect: the compositor is gone')
        self.bytes += got
        while len(self.bytes) >= 8:
            target, size_opcode = struct.unpack_from('=II', self.bytes)
            size = size_opcode >> 16
            if len(self.bytes) < size:
                return
            body, self.bytes = self.bytes[8:size], self.bytes[size:]
            if target in self.handlers:
                self.handlers[target](size_opcode & 0xffff, body)

    def display_event(self, opcode, body):
        if opcode == 0:
            sys.exit('protect: protocol error: ' + repr(body))

    def roundtrip(self):
        done = []
        self.request(1, 0, struct.pack('=I', self.new(lambda *_: done.append(1))))
        while not done:
            self.wait()

    def find_globals(self):
        def announced(opcode, body):
            if opcode == 0:
                name, length = struct.unpack_from('=II', body)
                self.globals[body[8:8 + length - 1].decode()] = name
        self.registry = self.new(announced)
        self.request(1, 1, struct.pack('=I', self.registry))
        self.roundtrip()

    def bind(self, interface, version, handler=None):
        if interface not in self.globals:
            sys.exit('protect: the compositor has no ' + interface)
        bound = self.new(handler)
        text = interface.encode() + b'\0'
        text += b'\0' * (-len(text) % 4)
        self.request(self.registry, 0,
                     struct.pack('=II', self.globals[interface], len(interface) + 1) +
                     text + struct.pack('=II', version, bound))
        return bound


def make_buffer(display, shm):
    size = WIDTH * HEIGHT * 4
    fd = os.memfd_create('protect')
    os.ftruncate(fd, size)
    with mmap.mmap(fd, size) as pixels:
        pixels[:] = b'\x40\x80\xc0\x00' * (WIDTH * HEIGHT)
    pool, picture = display.new(), display.new()
    display.request(shm, 0, struct.pack('=Ii', pool, size), fd)
    display.request(pool, 0, struct.pack('=IiiiiI', picture, 0, WIDTH, HEIGHT, WIDTH * 4, XRGB8888))
    return picture


def main():
    wanted = int(sys.argv[1])
    display = Connection()
    display.find_globals()
    compositor = display.bind('wl_compositor', 4)
    shm = display.bind('wl_shm', 1)

    def ping(opcode, body):
        display.request(base, 3, body)
    base = display.bind('xdg_wm_base', 1, ping)
    protection = display.bind('weston_content_protection', 1)

    surface, window, toplevel = display.new(), display.new(), display.new()
    configured = []

    def configure(opcode, body):
        display.request(window, 4, body)
        configured.append(1)
    display.handlers[window] = configure
    display.request(compositor, 0, struct.pack('=I', surface))
    display.request(base, 2, struct.pack('=II', window, surface))
    display.request(window, 1, struct.pack('=I', toplevel))
    display.request(surface, 6)
    while not configured:
        display.wait()

    def status(opcode, body):
        print('status', struct.unpack('=I', body)[0], flush=True)
    protected = display.new(status)
    display.request(protection, 1, struct.pack('=II', protected, surface))
    display.request(protected, 1, struct.pack('=I', wanted))
    display.request(surface, 1, struct.pack('=Iii', make_buffer(display, shm), 0, 0))
    display.request(surface, 2, struct.pack('=iiii', 0, 0, WIDTH, HEIGHT))
    display.request(surface, 6)
    print('shown', flush=True)
    while True:
        display.wait()


main()
