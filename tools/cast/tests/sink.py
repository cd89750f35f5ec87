#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A sink for tests: negotiates as sinks.py says, misbehaves on demand, decodes what it
gets, and says in JSON what it saw. A relay in front of the decoder counts packets, and
can lose, delay and reorder them.
"""
import argparse
import heapq
import json
import random
import re
import select
import socket
import struct
import sys
import threading
import time

from sinks import SINKS

PATIENCE = 60
# Of Linux; Python has no names for them.
SO_RCVBUFFORCE, SO_MEMINFO = 33, 55


class Over(Exception):
    """The session has ended; says how."""


def percentile(values, share):
    """The value that a share of all is not above."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None


def endpoint(host, port):
    """What a socket is bound to; a link-local address of IPv6 has an interface, too."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM,
                              flags=socket.AI_NUMERICHOST)[0][4]


def family(host):
    """Of sockets."""
    return socket.AF_INET6 if ':' in host else socket.AF_INET


# --- RTP -------------------------------------------------------------------------------

class Relay(threading.Thread):
    """Takes RTP at the port that was announced to the source, and hands it on."""

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


class Decoder:
    """Decodes, and reads the numbers that are painted into the picture."""
    BLOCK, BITS = 16, 40

    def __init__(self, options):
        import gi
        gi.require_version('Gst', '1.0')
        gi.require_version('GstApp', '1.0')
        from gi.repository import Gst, GstApp  # noqa: F401
        import numpy
        self.gst, self.numpy = Gst, numpy
        self.pattern = options.pattern
        Gst.init(None)
        decoder = 'avdec_h264' if Gst.ElementFactory.find('avdec_h264') else 'openh264dec'
        probe = socket.socket(family(options.address), socket.SOCK_DGRAM)
        probe.bind(endpoint(options.address, 0))
        self.port = probe.getsockname()[1]
        probe.close()
        self.pipeline = Gst.parse_launch(
            f'udpsrc address={options.address} port={self.port} buffer-size=4194304 '
            'caps="application/x-rtp,media=video,clock-rate=90000,encoding-name=MP2T,payload=33" '
            f'! rtpjitterbuffer latency={options.jitter} ! rtpmp2tdepay ! tsdemux latency=0 name=d '
            f'd. ! queue ! h264parse ! {decoder} ! videoconvert ! video/x-raw,format=I420 '
            '! appsink name=out sync=false max-buffers=8 drop=false emit-signals=false '
            'd. ! queue ! fakesink name=sound sync=false signal-handoffs=true')
        self.out = self.pipeline.get_by_name('out')
        self.sound = 0
        self.sound_caps = ''
        self.pipeline.get_by_name('sound').connect('handoff', self.hear)
        self.pattern = options.pattern
        # Where pictures are right again after the network was bad.
        self.relay = self.wanted = None
        self.good_number = self.after_number = None
        self.numbers, self.latencies, self.times, self.sizes = [], [], [], []
        self.size_times = []
        self.bad = 0
        # Pictures since the last number, and the most in a row that were none at all.
        self.unread = self.still_run = 0
        self.picture = None
        self.stopped = False
        self.thread = threading.Thread(target=self.pull, daemon=True)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.thread.start()

    def hear(self, _element, _buffer, pad):
        """Sound has come."""
        self.sound += 1
        if not self.sound_caps and pad.get_current_caps():
            self.sound_caps = pad.get_current_caps().get_structure(0).get_name()

    def number(self, luma, row):
        """A number of a row of blocks, or None."""
        half = self.BLOCK // 2
        line = luma[row * self.BLOCK + half]
        bits = 0
        for bit in range(self.BITS):
            at = bit * self.BLOCK + half
            bits = bits << 1 | int(line[at - 2:at + 2].mean() > 125)
        number, check = bits >> 8, bits & 255
        found = number ^ number >> 8 ^ number >> 16 ^ number >> 24
        return number if ~found & 255 == check else None

    def pull(self):
        """The thread."""
        while not self.stopped:
            sample = self.out.try_pull_sample(100 * self.gst.MSECOND)
            if not sample:
                continue
            now = int(time.monotonic() * 1e6)
            caps = sample.get_caps().get_structure(0)
            width, height = caps.get_value('width'), caps.get_value('height')
            buffer = sample.get_buffer()
            good, view = buffer.map(self.gst.MapFlags.READ)
            if not good:
                continue
            stride = (width + 3) // 4 * 4
            data = self.numpy.frombuffer(view.data, dtype=self.numpy.uint8)
            luma = data[:stride * height].reshape(height, stride)[:, :width].copy()
            buffer.unmap(view)
            if not self.sizes or self.sizes[-1] != [width, height]:
                self.sizes.append([width, height])
                self.size_times.append(now / 1e6)
            if width < self.BLOCK * self.BITS:
                continue
            frame, painted = self.number(luma, 0), self.number(luma, 1)
            if frame is None or painted is None:
                self.bad += 1
                self.unread += 1
                continue
            if self.numbers:
                self.still_run = max(self.still_run, frame - self.numbers[-1] - 1 - self.unread)
            self.unread = 0
            self.numbers.append(frame)
            self.times.append(now)
            age = (now - painted) & 0xffffffff
            self.latencies.append(age / 1000)
            self.picture = luma
            self.look_again(frame, now - age)

    def look_again(self, frame, painted):
        """Which picture is the first that was painted after the bad time, and which is right."""
        relay = self.relay
        if self.good_number is not None or not relay.begun or \
                painted / 1e6 < relay.begun + relay.options.bad_until:
            return
        if self.after_number is None:
            self.after_number = frame
        if self.psnr() >= 38:
            self.good_number = frame

    def reference(self, width, height):
        """The luma of the test picture."""
        pipeline = self.gst.parse_launch(
            f'videotestsrc num-buffers=1 pattern={self.pattern} ! video/x-raw,format=I420,'
            f'width={width},height={height} ! appsink name=out sync=false')
        pipeline.set_state(self.gst.State.PLAYING)
        sample = pipeline.get_by_name('out').try_pull_sample(10 * self.gst.SECOND)
        good, view = sample.get_buffer().map(self.gst.MapFlags.READ)
        stride = (width + 3) // 4 * 4
        data = self.numpy.frombuffer(view.data, dtype=self.numpy.uint8)
        luma = data[:stride * height].reshape(height, stride)[:, :width].copy()
        sample.get_buffer().unmap(view)
        pipeline.set_state(self.gst.State.NULL)
        return luma if good else None

    def psnr(self):
        """Of the last picture below the numbers, in dB."""
        if self.picture is None:
            return None
        height, width = self.picture.shape
        if self.wanted is None or self.wanted.shape != self.picture.shape:
            self.wanted = self.reference(width, height)
        wanted = self.wanted.astype(float)[3 * self.BLOCK:]
        error = ((self.picture[3 * self.BLOCK:].astype(float) - wanted) ** 2).mean()
        return 99.0 if error == 0 else round(10 * self.numpy.log10(255 ** 2 / error), 1)

    def errors(self):
        """What went wrong here, which is no fault of the source's."""
        bus = self.pipeline.get_bus()
        found = []
        while message := bus.pop_filtered(self.gst.MessageType.ERROR):
            error, debug = message.parse_error()
            found.append(f'{message.src.get_name()}: {error.message}: {debug}')
        return found

    def result(self):
        """What was seen."""
        self.stopped = True
        self.thread.join()
        psnr = self.psnr()
        errors = self.errors()
        self.pipeline.set_state(self.gst.State.NULL)
        gaps = [(b - a) / 1000 for a, b in zip(self.times, self.times[1:])]
        run = max([b - a - 1 for a, b in zip(self.numbers, self.numbers[1:])], default=None)
        missing = sum(b - a - 1 for a, b in zip(self.numbers, self.numbers[1:]) if b > a)
        return {
            'frames': len(self.numbers), 'frames_missing': missing, 'frames_unreadable': self.bad,
            'latency_p50_ms': percentile(self.latencies, 0.5),
            'latency_p99_ms': percentile(self.latencies, 0.99),
            # The longest freeze: the most pictures in a row that did not arrive, or could not
            # be read; and the most that did not arrive of such a run.
            'missing_run': run, 'still_run': self.still_run,
            # After the bad time, how many pictures it took to have one that is right.
            'recovery': None if self.good_number is None else self.good_number - self.after_number,
            'gap_max_ms': max(gaps) if gaps else None, 'sizes': self.sizes, 'psnr_db': psnr,
            'sound': self.sound, 'sound_caps': self.sound_caps, 'decoder_errors': errors,
        }


# --- RTSP ------------------------------------------------------------------------------

class Sink:
    """The other end of the session."""
    relay_class = Relay

    def __init__(self, options):
        self.options = options
        self.row = SINKS[options.sink]
        self.behave = dict((word.split('=', 1) + [''])[:2] for word in options.behave)
        ports = [re.search(r'unicast (\d+)', line) for line in self.row['body'] if 'ports' in line]
        named = int(ports[0].group(1)) if ports and ports[0] else 1028
        options.rtp_port = options.other_port or named
        self.relay = self.relay_class(options)
        self.decoder = Decoder(options) if options.decode else None
        if self.decoder:
            self.relay.target = (options.address, self.decoder.port)
            self.decoder.relay = self.relay
        self.relay.start()
        self.seen, self.modes, self.cseqs = [], [], []
        self.bodies = []
        self.buffer = b''
        self.cseq = 0
        self.session = ''
        self.url = ''
        self.setup_answer = ''
        self.m3_alone = True
        self.connected = self.played = None
        self.trigger_times = {}
        self.first_mode_at = None
        self.answers = {}
        self.pending = {}
        self.socket = None
        self.refusals = int(self.behave.get('refuse-m4') or (1 if 'refuse-m4' in self.behave else 0))
        self.refused_at = None

    # Connection

    def mice(self):
        """Wait to be told. Returns the source's port."""
        server = socket.create_server(endpoint(self.options.address, self.options.mice),
                                      family=family(self.options.address))
        server.settimeout(PATIENCE)
        self.options.ready()
        self.told, _ = server.accept()
        self.told.settimeout(PATIENCE)
        data = b''
        while len(data) < 4 or len(data) < struct.unpack('>H', data[:2])[0]:
            data += self.told.recv(4096)
        elements, at = {}, 4
        while at < len(data):
            kind, size = struct.unpack('>BH', data[at:at + 3])
            elements[kind] = data[at + 3:at + 3 + size]
            at += 3 + size
        self.ready_message = {'command': data[3], 'version': data[2],
                              'name': elements[0].decode('utf-16-le'), 'id': elements[3].hex(),
                              'port': struct.unpack('>H', elements[2])[0]}
        return self.ready_message['port']

    def stop_message(self):
        """What MICE says at the end, as its command."""
        data = b''
        try:
            while len(data) < 4:
                more = self.told.recv(4096)
                if not more:
                    break
                data += more
        except OSError:
            pass
        return data[3] if len(data) > 3 else None

    def connect(self):
        """To the source, as soon as it listens."""
        port = self.mice() if self.options.mice else self.options.port
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.socket = socket.create_connection(
                    (self.options.source, port), 5, endpoint(self.options.address, 0))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connected = time.monotonic()

    def send(self, text):
        """As it is."""
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def receive(self, until):
        """The next message as (start line, headers, body); None when time is over."""
        while True:
            head, separator, rest = self.buffer.partition(b'\r\n\r\n')
            if separator:
                lines = head.decode().split('\r\n')
                headers = {}
                for line in lines[1:]:
                    name, _, value = line.partition(':')
                    headers[name.strip().lower()] = value.strip()
                size = int(headers.get('content-length', 0))
                if len(rest) >= size:
                    self.buffer = rest[size:]
                    return lines[0], headers, rest[:size].decode()
            wait = until - time.monotonic()
            if wait <= 0:
                return None
            ready, _, _ = select.select([self.socket], [], [], min(wait, 0.05))
            if not ready:
                self.tick()
                continue
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError as error:
                raise Over('reset') from error
            if not data:
                raise Over('closed')
            if data.count(b'GET_PARAMETER rtsp') and data.count(b'RTSP/1.0 200'):
                self.m3_alone = False
            self.buffer += data

    def tick(self):
        """Between messages."""

    # Messages

    def misbehave(self, step):
        """What this step is to go wrong like. Returns whether to answer."""
        if f'delay-{step}' in self.behave:
            time.sleep(float(self.behave[f'delay-{step}']))
        if f'fin-{step}' in self.behave:
            self.socket.shutdown(socket.SHUT_RDWR)
            raise Over('closed by the sink')
        if f'rst-{step}' in self.behave:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            self.socket.close()
            raise Over('reset by the sink')
        if f'garbage-{step}' in self.behave:
            self.send(bytes(random.Random(2).randrange(256) for _ in range(300)) + b'\r\n\r\n')
        if f'nul-{step}' in self.behave:
            self.send(b'\0' * 64)
        if f'huge-length-{step}' in self.behave:
            self.send('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 4000000000\r\n\r\n')
        if f'two-lengths-{step}' in self.behave:
            self.send('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd')
        if f'short-body-{step}' in self.behave:
            self.send('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 500\r\n\r\nabcd')
        if f'endless-line-{step}' in self.behave:
            try:
                self.send(b'A' * 200000)
            except OSError:
                pass
        if f'many-headers-{step}' in self.behave:
            self.send('RTSP/1.0 200 OK\r\n' + 'X: y\r\n' * 200 + '\r\n')
        if f'teardown-{step}' in self.behave:
            self.request('TEARDOWN', self.url or 'rtsp://localhost/wfd1.0')
        if f'slow-{step}' in self.behave:
            for letter in b'RTSP/1.0 200 OK\r\nX-Slow: ' + b'y' * 1000:
                self.send(bytes([letter]))
                time.sleep(0.25)
        return f'silent-{step}' not in self.behave

    def answer(self, headers, body='', status='200 OK', extra=()):
        """To a request of the source."""
        lines = [f'RTSP/1.0 {status}', f'CSeq: {headers.get("cseq", "")}']
        if self.row['agent']:
            lines.append('Server: ' + self.row['agent'])
        lines += list(extra)
        if body:
            lines += ['Content-Type: text/parameters', f'Content-Length: {len(body)}']
            if 'same-lengths' in self.behave:
                lines.append(f'Content-Length: {len(body)}')
        self.send('\r\n'.join(lines) + '\r\n\r\n' + body)

    def request(self, method, uri, headers=(), body='', session=True):
        """A request of the sink. Returns its CSeq."""
        self.cseq += 1
        lines = [f'{method} {uri} RTSP/1.0', f'CSeq: {self.cseq}']
        if session and self.session and 'no-session' not in self.behave:
            lines.append('Session: ' + self.session)
        lines += list(headers)
        if body:
            lines += ['Content-Type: text/parameters', f'Content-Length: {len(body)}']
        self.pending[self.cseq] = method
        self.send('\r\n'.join(lines) + '\r\n\r\n' + body)
        return self.cseq

    def on_m1(self, headers):
        """OPTIONS."""
        self.answer(headers, extra=['Public: org.wfa.wfd1.0, GET_PARAMETER, SET_PARAMETER'])
        if self.misbehave('m2'):
            self.request('OPTIONS', '*', ['Require: org.wfa.wfd1.0'])

    def on_m3(self, headers, body):
        """GET_PARAMETER with names."""
        self.bodies.append(body)
        if 'refuse-m3' in self.behave or ('refuse-names' in self.behave and 'microsoft' in body):
            return self.answer(headers, status='451 Parameter Not Understood')
        lines = self.row['body']
        return self.answer(headers, '\r\n'.join(lines) + '\r\n')

    def on_m4(self, headers, body):
        """SET_PARAMETER with a mode."""
        self.bodies.append(body)
        found = re.search(r'wfd2?_video_formats: (.*)', body)
        if self.played is not None and 'refuse-next' in self.behave:
            self.refusals += 1
            del self.behave['refuse-next']
        if self.refusals > 0:
            self.refusals -= 1
            self.refused_at = time.monotonic()
            self.modes.append('refused ' + found.group(1))
            return self.answer(headers, status='406 Not Acceptable')
        self.modes.append(found.group(1))
        url = re.search(r'wfd_presentation_URL: (\S+)', body)
        self.url = url.group(1) if url else self.url
        self.sound = re.search(r'wfd2?_audio_codecs: (\S+)', body).group(1)
        return self.answer(headers)

    def setup(self):
        """M6."""
        port = self.options.rtp_port
        ports = f'{port}-{port + 1}' if 'two-ports' in self.behave else str(port)
        transport = 'RTP/AVP/TCP;interleaved=0-1' if 'tcp-setup' in self.behave else \
            f'RTP/AVP/UDP;unicast;client_port={ports}'
        self.request('SETUP', self.url, ['Transport: ' + transport])

    def on_m5(self, headers, body):
        """A trigger."""
        word = body.split(':')[1].strip()
        self.seen[-1] += ' ' + word
        if 'no-answer-m5' not in self.behave:
            self.answer(headers)
        if word == 'SETUP' and self.misbehave('m6'):
            self.setup()
        elif word in ('PLAY', 'PAUSE', 'TEARDOWN'):
            self.trigger_times[word] = time.monotonic()
            if f'no-{word.lower()}' not in self.behave:
                self.request(word, self.url)

    def on_request(self, line, headers, body):
        """Of the source."""
        method = line.split()[0]
        self.cseqs.append(int(headers['cseq']))
        if method == 'OPTIONS':
            step = 'm1'
        elif method == 'GET_PARAMETER':
            step = 'm3' if body else 'm16'
        elif 'wfd_trigger_method' in body:
            step = 'm5'
        elif 'wfd_standby' in body:
            step = 'm12'
        else:
            step = 'm4'
        self.seen.append(step)
        if not self.misbehave(step):
            return
        if step == 'm1':
            self.on_m1(headers)
        elif step == 'm3':
            self.on_m3(headers, body)
        elif step == 'm4':
            self.on_m4(headers, body)
        elif step == 'm5':
            self.on_m5(headers, body)
        elif step == 'm16' and 'teardown-at-m16' in self.behave:
            self.request('TEARDOWN', self.url)
        elif step == 'm16' and 'strict-m16' in self.behave and ';' in headers.get('session', ''):
            self.answer(headers, status='454 Session Not Found')
        else:
            self.answer(headers)

    def on_answer(self, line, headers):
        """To a request of the sink."""
        method = self.pending.pop(int(headers.get('cseq', 0)), '')
        self.answers.setdefault(method, []).append(int(line.split()[1]))
        if method == 'SETUP' and ' 200' in line:
            self.setup_answer = headers
            self.session = headers.get('session', '')
            if 'bare-session' in self.behave:
                self.session = self.session.split(';')[0]
            if 'wrong-session' in self.behave:
                self.session = 'somebody-elses'
            if self.misbehave('m7'):
                self.request('PLAY', self.url)
        elif method == 'PLAY' and ' 200' in line and self.played is None:
            self.played = time.monotonic()
        elif method == 'TEARDOWN':
            raise Over('teardown')

    def during_play(self):
        """Once, when pictures come."""
        for _ in range(int(self.behave.get('idr', 0) or 0)):
            self.request('SET_PARAMETER', self.url, body='wfd_idr_request\r\n')
        if 'standby' in self.behave:
            self.request('SET_PARAMETER', self.url, body='wfd_standby\r\n')
        if 'connector' in self.behave:
            self.request('SET_PARAMETER', self.url, body='wfd_connector_type: none\r\n')
        if 'unknown' in self.behave:
            self.request('SET_PARAMETER', self.url, body='vendor_thing: 7\r\n')
            self.request('RECORD', self.url)

    def has_enough(self):
        """Whether all pictures that are wanted have come, and in all sizes."""
        wanted = self.options.pictures
        come = len(self.decoder.numbers) if self.decoder else self.relay.markers
        sizes = len(self.decoder.sizes) if self.decoder else 1
        return (self.played is not None and wanted and come >= wanted and
                sizes >= self.options.sizes)

    def run(self):
        """Until the end. Returns how it ended."""
        begun = leaving = False
        patience = time.monotonic() + self.options.patience
        while True:
            until = patience
            if self.played is not None and not leaving:
                until = min(until, self.played + self.options.seconds)
            message = self.receive(min(until, time.monotonic() + 0.1))
            if message is None:
                if time.monotonic() < until and (leaving or not self.has_enough()):
                    continue
                if self.played is None or time.monotonic() >= patience:
                    return 'late'
                if self.options.leave:
                    return 'left'
                self.request('TEARDOWN', self.url)
                leaving = True
                patience = min(patience, time.monotonic() + PATIENCE)
                continue
            line, headers, body = message
            if line.startswith('RTSP/'):
                self.on_answer(line, headers)
            else:
                self.on_request(line, headers, body)
            if self.played is not None and not begun:
                begun = True
                self.during_play()

    def after_refusal(self):
        """From the last refusal of a mode to the first picture of another one, in ms."""
        if self.refused_at is None:
            return None
        later = [at for at in self.decoder.size_times if at > self.refused_at]
        return round((later[0] - self.refused_at) * 1000) if later else None

    def result(self, end):
        """What was seen."""
        relay = self.relay
        result = {
            'end': end, 'seen': self.seen, 'modes': self.modes, 'bodies': self.bodies,
            'cseq_counts': self.cseqs == list(range(1, len(self.cseqs) + 1)),
            'm3_alone': self.m3_alone, 'answers': self.answers,
            'session': self.session, 'sound_codec': getattr(self, 'sound', None),
            'setup': dict(self.setup_answer) if self.setup_answer else {},
            'packets': relay.packets, 'missing': relay.missing,
            'dropped_here': relay.dropped_here(), 'markers': relay.markers,
            'bytes': relay.bytes, 'largest_unit': relay.largest, 'reports': relay.reports,
            'source_ports': sorted(relay.sources), 'payload_types': sorted(relay.payload_types),
            'maps': sorted(relay.maps),
            'lost_by_relay': relay.lost, 'rests_lost': relay.rests_lost,
            # From the first packet on, s.
            'marker_times': relay.marker_times,
            'played_s': round(time.monotonic() - relay.begun, 2) if relay.begun else None,
            'seconds': None if self.connected is None else time.monotonic() - self.connected,
            'first_rtp_ms': round((relay.first - self.connected) * 1000)
            if relay.first and self.connected else None,
        }
        if self.options.mice:
            result['mice'] = self.ready_message
            result['mice_end'] = self.stop_message()
        if self.decoder:
            result.update(self.decoder.result())
            result['after_refusal_ms'] = self.after_refusal()
        return result


def main(sink_class=Sink, more_options=lambda parser: None):
    """Options, and the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--source', default='127.0.0.1', help='address of the source')
    parser.add_argument('--address', default='127.0.0.1', help='address of the sink')
    parser.add_argument('--port', type=int, default=7236, help='RTSP port of the source')
    parser.add_argument('--mice', type=int, default=0,
                        help="wait at this port for a source's message")
    parser.add_argument('--sink', default='samsung', choices=sorted(SINKS))
    parser.add_argument('--behave', nargs='*', default=[], metavar='WORD')
    parser.add_argument('--other-port', type=int, default=0, help='RTP port of M6, not that of M3')
    parser.add_argument('--seconds', type=float, default=2, help='to play')
    parser.add_argument('--pictures', type=int, default=0, help='that are enough')
    parser.add_argument('--sizes', type=int, default=1, help='of pictures, likewise')
    parser.add_argument('--patience', type=float, default=PATIENCE, help='for the whole')
    parser.add_argument('--leave', action='store_true', help='close without TEARDOWN')
    parser.add_argument('--decode', action='store_true')
    parser.add_argument('--pattern', default='smpte75', help='that the last picture is to have')
    parser.add_argument('--jitter', type=int, default=0, help='of the jitter buffer, ms')
    parser.add_argument('--report', action='store_true', help='send RTCP receiver reports')
    parser.add_argument('--lose', type=float, default=0, help='per cent')
    parser.add_argument('--delay', type=float, default=0, help='ms')
    parser.add_argument('--reorder', type=float, default=0, help='per cent')
    parser.add_argument('--lose-after-rest', type=float, default=0, metavar='SECONDS',
                        help='lose the first picture after so long without one')
    parser.add_argument('--bad-from', type=float, default=0, help='seconds after the first packet')
    parser.add_argument('--bad-until', type=float, default=1e9)
    parser.add_argument('--out', default='-', help='file for the result')
    more_options(parser)
    options = parser.parse_args()
    options.ready = lambda: print('listening', file=sys.stderr, flush=True)
    sink = sink_class(options)
    try:
        sink.connect()
        end = sink.run()
    except Over as over:
        end = str(over)
    except OSError as error:
        end = error.strerror or str(error)
    if sink.socket and end != 'late':
        sink.socket.close()
    text = json.dumps(sink.result(end))
    sink.relay.stopped = True
    if options.out == '-':
        print(text)
    else:
        with open(options.out, 'w', encoding='ascii') as file:
            file.write(text + '\n')


if __name__ == '__main__':
    main()
