#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A sink for tests: negotiates as sinks.py says, misbehaves on demand, decodes what it
gets, and says in JSON what it saw. A relay in front of the decoder counts packets, and
can lose, delay and reorder them.
"""
import argparse
import json
import random
import re
import select
import socket
import struct
import sys
import time

from pictures import Decoder
from rtp import Relay, endpoint, family
from sinks import SINKS

PATIENCE = 60


class Over(Exception):
    """The session has ended; says how."""


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
