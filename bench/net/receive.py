#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The receiving end of the network benchmark: the tests' sink, or, of a source that has no
session, only its relay and its decoder. When each datagram reached this machine's network
is the kernel's word, not that of a program which had to wait for a processor.

usage: receive.py [option of sink.py]...           a sink
       receive.py --plain [option of sink.py]...   what comes to port 1028, for --seconds

Says {"event": "first"} when the first datagram has come.

The result has, beside what sink.py says, "connected_ns" and "first_ns", CLOCK_MONOTONIC,
and "datagrams", a file: for each datagram its time, the bytes of its payload, and in it the
transport packets of pictures, those of them before the first that begins here, of sound, and
of all else; then the time stamps of the pictures that begin in it, in 1/90000 s.
"""
import os
import random
import socket
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../../tools/cast/tests'))
import pictures  # noqa: E402
import rtp  # noqa: E402
import sink  # noqa: E402

# Of Linux; Python has no name for it.
SO_TIMESTAMPNS = 35
PES = b'\0\0\1'


def clock_offset():
    """Nanoseconds from CLOCK_REALTIME to CLOCK_MONOTONIC: of several looks, the shortest."""
    looks = []
    for _ in range(9):
        before, real, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        looks.append((after - before, (before + after) // 2 - real))
    return min(looks)[1]


class StampedSocket(socket.socket):
    """Knows when the kernel had what was read last."""

    def __init__(self, plain):
        super().__init__(fileno=plain.detach())
        self.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.offset = clock_offset()
        self.stamp = 0
        self.bytes = 0

    def recvfrom(self, size):
        data, more, _, source = self.recvmsg(size, 64)
        for level, kind, value in more:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = struct.unpack('qq', value)
                self.stamp = seconds * 10**9 + nanoseconds + self.offset
        self.bytes += len(data)
        return data, source


class Relay(rtp.Relay):
    """Notes the time and the parts of each datagram."""

    def __init__(self, options):
        super().__init__(options)
        self.socket, self.control = StampedSocket(self.socket), StampedSocket(self.control)
        self.random = random.Random(options.seed)
        self.datagrams = []
        self.units = 0
        self.videos, self.sounds = set(), set()

    def note(self, data):
        super().note(data)
        if not self.datagrams:
            print('{"event": "first"}', flush=True)
        videos = rest = sounds = others = 0
        stamps = []
        for at in range(12, len(data) - 187, 188):
            packet = data[at:at + 188]
            pid = (packet[1] & 31) << 8 | packet[2]
            if packet[1] & 64:
                stamps += self.begin(pid, packet)
            if pid in self.videos:
                videos += 1
                rest += not stamps
            elif pid in self.sounds:
                sounds += 1
            else:
                others += 1
        self.units += len(stamps)
        self.datagrams.append([self.socket.stamp, len(data), videos, rest, sounds, others, *stamps])

    def begin(self, pid, packet):
        """A packet that something begins in. Returns the time stamp of a picture, in a list."""
        start = 4 + (1 + packet[4] if packet[3] & 32 else 0)
        head = packet[start:start + 14]
        if len(head) < 14 or head[:3] != PES:
            return []
        if head[3] & 0xf0 != 0xe0:
            self.sounds.add(pid)
            return []
        self.videos.add(pid)
        stamp = head[9:14]
        return [(stamp[0] >> 1 & 7) << 30 | stamp[1] << 22 | stamp[2] >> 1 << 15 |
                stamp[3] << 7 | stamp[4] >> 1]

    def figures(self):
        """What sink.py does not say."""
        with open(self.options.datagrams, 'w', encoding='ascii') as file:
            file.writelines(' '.join(map(str, line)) + '\n' for line in self.datagrams)
        return {'first_ns': self.datagrams[0][0] if self.datagrams else None,
                'rtcp_bytes': self.control.bytes}


class Sink(sink.Sink):
    """With that relay."""
    relay_class = Relay

    def has_enough(self):
        units = self.options.units
        return self.played is not None and 0 < units <= self.relay.units

    def result(self, end):
        result = super().result(end)
        result.update(self.relay.figures())
        result['connected_ns'] = self.connected and round(self.connected * 1e9)
        return result


class Plain:
    """No session: what comes is taken for as long as is asked."""

    def __init__(self, options):
        self.options = options
        self.socket = None
        options.rtp_port = 1028
        self.relay = Relay(options)
        self.decoder = pictures.Decoder(options) if options.decode else None
        if self.decoder:
            self.relay.target = (options.address, self.decoder.port)
            self.decoder.relay = self.relay
        self.relay.start()
        options.ready()

    def connect(self):
        """There is nothing to connect to."""

    def run(self):
        """From the first packet on."""
        end = time.monotonic() + self.options.patience
        while time.monotonic() < end and self.relay.begun is None:
            time.sleep(0.01)
        end = time.monotonic() + self.options.seconds
        while time.monotonic() < end and not 0 < self.options.units <= self.relay.units:
            time.sleep(0.01)
        return 'over' if self.relay.begun else 'late'

    def result(self, end):
        """As a sink's."""
        relay = self.relay
        result = {'end': end, 'packets': relay.packets, 'missing': relay.missing,
                  'dropped_here': relay.dropped_here(), 'lost_by_relay': relay.lost,
                  **relay.figures()}
        if self.decoder:
            result.update(self.decoder.result())
        return result


def more_options(parser):
    """Beside those of sink.py."""
    parser.add_argument('--plain', action='store_true')
    parser.add_argument('--units', type=int, default=0, help='pictures that are enough')
    parser.add_argument('--seed', type=int, default=1, help='which packets are lost')
    parser.add_argument('--datagrams', required=True, help='file for the list of datagrams')


if __name__ == '__main__':
    sink.main(Plain if '--plain' in sys.argv else Sink, more_options)
