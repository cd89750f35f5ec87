# SPDX-License-Identifier: MIT
"""RTP and RTCP as a sink of the tests has them."""
import heapq
import random
import select
import socket
import struct
import threading
import time

# Of Linux; Python has no names for them.
SO_RCVBUFFORCE, SO_MEMINFO = 33, 55


def endpoint(host, port):
    """What a socket is bound to; a link-local address of IPv6 has an interface, too."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM,
                              flags=socket.AI_NUMERICHOST)[0][4]


def family(host):
    """Of sockets."""
    return socket.AF_INET6 if ':' in host else socket.AF_INET


class Relay(threading.Thread):
    """Takes RTP at the port that was announced to the source, and hands it on; can lose, delay
    and reorder it.
    """

    def __init__(self, options):
        super().__init__(daemon=True)
        self.options = options
        self.socket = socket.socket(family(options.address), socket.SOCK_DGRAM)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
        except OSError:  # for those who may; others have what the system allows
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(endpoint(options.address, options.rtp_port))
        self.control = socket.socket(family(options.address), socket.SOCK_DGRAM)
        self.control.bind(endpoint(options.address, options.rtp_port + 1))
        self.target = None
        self.random = random.Random(1)
        self.begun = self.first = None
        self.packets = self.missing = self.markers = self.bytes = self.reports = self.lost = 0
        self.sources = set()
        self.payload_types = set()
        self.maps = set()
        self.last = None
        self.source = None
        self.ssrc = 0
        self.unit = self.largest = 0
        self.marker_times = []
        self.last_picture = None
        self.drops = False
        self.rests_lost = 0
        self.waiting = []
        self.interval = [0, 0]
        self.next_report = 0
        self.stopped = False

    def note(self, data):
        """Count a packet."""
        sequence, = struct.unpack('>H', data[2:4])
        self.ssrc, = struct.unpack('>I', data[8:12])
        self.payload_types.add(data[1] & 127)
        for at in range(12, len(data) - 187, 188):
            if data[at + 1:at + 3] == bytes((0x41, 0x00)):
                # From the table's number on; the length of a map is in its second byte.
                self.maps.add(data[at + 5:at + 8 + data[at + 7]].hex())
        if self.last is not None:
            self.missing += (sequence - self.last - 1) & 65535
        self.last = sequence
        self.packets += 1
        self.bytes += len(data)
        self.unit += len(data)
        if data[1] & 128:
            self.markers += 1
            self.largest = max(self.largest, self.unit)
            self.unit = 0

    def dropped_here(self):
        """How many packets came when there was no room for them: nobody had the time."""
        return struct.unpack('9I', self.socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[8]

    def is_bad(self, now):
        """Whether the network is bad now."""
        return self.begun + self.options.bad_from <= now < self.begun + self.options.bad_until

    @staticmethod
    def has_picture(data):
        """Whether a packet of the stream with pictures is in it."""
        return any(data[at + 1] & 0x1f == 0x10 and data[at + 2] == 0x11
                   for at in range(12, len(data) - 187, 188))

    def is_after_rest(self, data, now):
        """Whether it is of the first picture after a rest, of which the sink gets nothing."""
        if not self.options.lose_after_rest or not self.has_picture(data):
            return False
        if self.last_picture and now - self.last_picture > self.options.lose_after_rest:
            self.drops = True
            self.rests_lost += 1
        self.last_picture = now
        drops = self.drops
        if data[1] & 128:
            self.drops = False
        return drops

    def take(self, now):
        """A packet has come."""
        data, source = self.socket.recvfrom(2048)
        if self.first is None:
            self.first = now
            self.begun = now
        self.source = source
        self.sources.add(source[1])
        self.note(data)
        if data[1] & 128:
            self.marker_times.append(round(now - self.begun, 2))
        self.interval[0] += 1
        if self.is_after_rest(data, now):
            self.lost += 1
            self.interval[1] += 1
            return
        if self.is_bad(now):
            if self.random.random() * 100 < self.options.lose:
                self.lost += 1
                self.interval[1] += 1
                return
            delay = self.options.delay / 1000
            if self.random.random() * 100 < self.options.reorder:
                delay += 0.01
            heapq.heappush(self.waiting, (now + delay, self.packets, data))
        else:
            heapq.heappush(self.waiting, (now, self.packets, data))

    def report(self, now):
        """A receiver report, twice a second."""
        if not self.options.report or now < self.next_report or not self.source:
            return
        self.next_report = now + 0.5
        seen, lost = self.interval
        self.interval = [0, 0]
        fraction = int(256 * lost / seen) if seen else 0
        packet = struct.pack('>BBHIIBBHIIII', 0x81, 201, 7, 1, self.ssrc, fraction,
                             self.lost >> 16 & 255, self.lost & 65535, self.last, 0, 0, 0)
        self.control.sendto(packet, (self.source[0], self.source[1] + 1))

    def run(self):
        while not self.stopped:
            now = time.monotonic()
            wait = max(min(self.waiting[0][0] - now, 0.05), 0) if self.waiting else 0.05
            ready, _, _ = select.select([self.socket, self.control], [], [], wait)
            now = time.monotonic()
            if self.socket in ready:
                self.take(now)
            if self.control in ready:
                self.control.recvfrom(2048)
                self.reports += 1
            while self.waiting and self.waiting[0][0] <= now:
                data = heapq.heappop(self.waiting)[2]
                if self.target:
                    self.socket.sendto(data, self.target)
            self.report(now)
