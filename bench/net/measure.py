#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures streams in one round of the network benchmark: miracast-cast beside GStreamer's
own elements. Called by scripts/bench-net, in a network of its own.

usage: measure.py --work DIR --tools DIR --programs DIR --out FILE --run N
                  [--pictures N] [--quick]

Samples are appended to FILE, in the columns of out/bench/samples.csv.
"""
import argparse
import bisect
import collections
import os
import re
import signal
import subprocess
import sys
import time

import ends
import gnd
from receive import clock_offset

SLEPT = re.compile(r'^voluntary_ctxt_switches:\s+(\d+)', re.M)
HEADER_BYTES = 28  # of IPv4 and UDP
PACKET_BYTES = 188
# Seconds until miracast-cast sends no more video for a screen at rest, with a margin.
SETTLES = 3.0
# Pictures of the first second.
WARMS_UP = ends.HZ
# Threads that work even while the screen is at rest: the test picture, which keeps its rate
# (a monitor would not), the silent sound, and the thread that sends it.
SOUND = ('audiotestsrc', 'queue', 'wfdmux')
PICTURE = ('videotestsrc',)


class Datagrams:
    """What the receiver wrote of them."""

    def __init__(self, stream):
        self.all = []
        with open(stream.place.path('datagrams'), encoding='ascii') as file:
            for line in file:
                at, size, videos, rest, sounds, others, *stamps = map(int, line.split())
                self.all.append((at, size, videos, rest, sounds, others, stamps))

    def units(self):
        """Pictures as [time stamp, time of the last datagram with a part of it, datagrams]."""
        units = []
        for at, _, videos, rest, _, _, stamps in self.all:
            if rest and units:
                units[-1][1] = at
                units[-1][2] += 1
            units += [[stamp, at, 1] for stamp in stamps]
        # The last picture may not be complete.
        return units[:-1]

    def between(self, start, end):
        """Those of a span of time."""
        return [line for line in self.all if start <= line[0] < end]


def matched(pictures, units):
    """Pairs of a picture and its unit. Multiplexers add a constant to time stamps."""
    differences = collections.Counter(
        (unit[0] - picture['pts'] + 50) // 100 for picture, unit in zip(pictures, units))
    if not differences:
        return
    offset = differences.most_common(1)[0][0] * 100
    units = sorted(units)
    stamps = [unit[0] for unit in units]
    for picture in pictures:
        nth = bisect.bisect_left(stamps, picture['pts'] + offset - 200)
        if nth < len(units) and abs(stamps[nth] - picture['pts'] - offset) <= 200:
            yield picture, units[nth]


class Tasks:
    """A look at the threads of a process: processor time, ns, and times that each has slept."""

    def __init__(self, pid):
        self.at = time.monotonic()
        self.threads = {}
        folder = f'/proc/{pid}/task'
        for tid in os.listdir(folder):
            try:
                with open(f'{folder}/{tid}/comm', encoding='ascii', errors='replace') as file:
                    name = file.read().strip()
                with open(f'{folder}/{tid}/schedstat', encoding='ascii') as file:
                    used = int(file.read().split()[0])
                with open(f'{folder}/{tid}/status', encoding='ascii', errors='replace') as file:
                    slept = int(SLEPT.search(file.read())[1])
            except OSError:  # it has ended
                continue
            self.threads[tid] = name, used, slept

    def since(self, before):
        """By name of thread: (share of a processor in per cent, wake-ups a second)."""
        seconds = self.at - before.at
        found = collections.defaultdict(lambda: [0.0, 0.0])
        for tid, (name, used, slept) in self.threads.items():
            _, used_before, slept_before = before.threads.get(tid, (name, 0, 0))
            found[name][0] += (used - used_before) / seconds / 1e7
            found[name][1] += (slept - slept_before) / seconds
        return found


class Round:
    """One round."""

    def __init__(self, place, run, pictures, quick, out):
        self.place, self.run, self.pictures, self.quick, self.out = place, run, pictures, quick, out
        self.rests = 4

    def sample(self, part, contender, metric, *values):
        """To the file."""
        for value in values:
            self.out.write(f'net,{part},{contender},{ends.SIZE},-,{self.run},{metric},'
                           f'{value:.6g}\n')

    def first(self, kind, stream):
        """From the beginning to the first packet."""
        self.sample('first', kind.name, 'first_ns', stream.result['first_ns'] - stream.begun())

    # --- Time -------------------------------------------------------------------

    def stages(self, kind):
        """The first packet, and what each picture waits for."""
        wanted = self.pictures + WARMS_UP + 1
        # More seconds than needed, because pictures are late on a busy machine.
        with kind(self.place, ends.PATIENCE, '--units', wanted, pattern=ends.NEW,
                  timed=True) as stream:
            pass
        self.first(kind, stream)
        pictures = stream.pictures()
        pairs = list(matched(pictures, Datagrams(stream).units()))[WARMS_UP:]
        if not pairs:
            raise ends.Failed(f'{kind.name}: no picture of {len(pictures)} is found in the stream')
        for picture, (_, last, datagrams) in pairs:
            before, after = picture['converted'] - picture['taken'], last - picture['encoded']
            self.sample('stages', kind.name, 'to_encoder_ns', before)
            self.sample('stages', kind.name, 'encode_ns', picture['encoded'] - picture['converted'])
            self.sample('stages', kind.name, 'to_network_ns', after)
            self.sample('stages', kind.name, 'sum_ns', before + after)
            self.sample('stages', kind.name, 'datagrams', datagrams)
        self.sample('stages', kind.name, 'dropped_here', stream.result['dropped_here'])

    # --- System calls -----------------------------------------------------------

    def calls(self, kind):
        """Counted by strace, in the middle of a stream."""
        with kind(self.place, 3 if self.quick else 4, pattern=ends.NEW) as stream:
            time.sleep(1)
            self.trace(stream)
        self.count(kind, Datagrams(stream))

    def trace(self, stream):
        """Have its calls written down for a while."""
        strace = subprocess.Popen(['strace', '-f', '-qq', '-yy', '-ttt', '-p',
                                   str(stream.source.pid), '-o', self.place.path('trace')])
        time.sleep(1.3 if self.quick else 2.3)
        strace.send_signal(signal.SIGINT)
        strace.wait(ends.PATIENCE)

    def count(self, kind, datagrams):
        """What is in the trace, without its edges."""
        offset = clock_offset()
        every = []
        with open(self.place.path('trace'), encoding='utf-8', errors='replace') as file:
            for line in file:
                found = re.match(r'\d+\s+(\d+)\.(\d+) (\w+)\(', line)
                if found:
                    at = int(found[1]) * 10**9 + int(found[2].ljust(9, '0')) + offset
                    every.append((at, '<UDP:' in line, found[3]))
        if not every:
            raise ends.Failed(f'{kind.name}: strace has seen nothing')
        start, end = every[0][0] + 2 * 10**8, every[-1][0] - 10**8
        # Datagrams between one call on a socket and the next were sent by the first.
        sockets = [at for at, is_socket, _ in every if is_socket and start <= at < end] + [end]
        pictures = sum(len(line[6]) for line in datagrams.between(start, end))
        if not pictures:
            raise ends.Failed(f'{kind.name}: no picture while strace was there')
        of_pictures = 0
        for at, after in zip(sockets, sockets[1:]):
            sent = datagrams.between(at, after)
            of_pictures += not sent or any(line[2] for line in sent)
        self.sample('calls', kind.name, 'socket_per_picture', of_pictures / pictures)
        self.sample('calls', kind.name, 'sockets_per_second',
                    (len(sockets) - 1) / (end - start) * 1e9)
        names = collections.Counter(name for at, _, name in every if start <= at < end)
        self.sample('calls', kind.name, 'all_per_picture', sum(names.values()) / pictures)
        for name, count in names.items():
            self.sample('calls', kind.name, f'calls of {name}', count / pictures)

    # --- At rest ----------------------------------------------------------------

    def rest(self, kind):
        """A screen on which nothing changes."""
        settles = 1.0 + (SETTLES if kind is ends.Cast else 0)
        with kind(self.place, settles + self.rests + 1, rests_after=1) as stream:
            time.sleep(settles)
            looks = self.look(stream)
        self.rested(kind, stream, *looks)

    def look(self, stream):
        """Two looks at it, with some seconds in between."""
        before = Tasks(stream.source.pid)
        time.sleep(self.rests)
        return before, Tasks(stream.source.pid)

    def rested(self, kind, stream, before, after):
        """What was sent between two looks, and who was woken."""
        lines = Datagrams(stream).between(round(before.at * 1e9), round(after.at * 1e9))
        span = after.at - before.at
        # Of the whole stream.
        rtcp = stream.result['rtcp_bytes'] * 8 / stream.seconds / 1000
        kbps = [sum(line[at] for line in lines) * PACKET_BYTES * 8 / span / 1000
                for at in (2, 4, 5)]
        for name, value in zip(('video_kbps', 'sound_kbps', 'tables_kbps'), kbps):
            self.sample('rest', kind.name, name, value)
        self.sample('rest', kind.name, 'rtcp_kbps', rtcp)
        self.sample('rest', kind.name, 'all_kbps',
                    sum(line[1] + HEADER_BYTES for line in lines) * 8 / span / 1000 + rtcp)
        self.sample('rest', kind.name, 'pictures', sum(len(line[6]) for line in lines))
        threads = after.since(before)
        for name, (share, wakes) in threads.items():
            self.sample('rest', kind.name, f'wakeups of {name}', wakes)
            self.sample('rest', kind.name, f'cpu of {name}', share)

        def wakeups(skip):
            return sum(wakes for name, (_, wakes) in threads.items() if not name.startswith(skip))
        self.sample('rest', kind.name, 'all_wakeups', wakeups(PICTURE))
        # Other sources do not have separate threads for this.
        if kind is ends.Cast:
            self.sample('rest', kind.name, 'video_half_wakeups', wakeups(PICTURE + SOUND))
            self.sample('rest', kind.name, 'video_half_kbps', kbps[0] + rtcp)

    # --- Processor --------------------------------------------------------------

    def processor(self, kind):
        """Of a stream whose encoder costs nothing."""
        seconds = 2 if self.quick else 4
        more = {} if kind is ends.Alone else {'replays': True}
        with kind(self.place, seconds + 1.5, **more) as stream:
            time.sleep(1)
            before = Tasks(stream.source.pid)
            time.sleep(seconds)
            shares = Tasks(stream.source.pid).since(before)
        total = sum(share for share, _ in shares.values())
        self.sample('cpu', kind.name, 'total_percent', total)
        for name, (share, _) in shares.items():
            self.sample('cpu', kind.name, f'cpu of {name}', share)
        if kind is not ends.Alone:
            self.sample('cpu', kind.name, 'datagrams_per_second',
                        stream.result['packets'] / stream.seconds)
        return total

    def processors(self, kinds):
        """Less what the test picture costs, which a monitor does not."""
        alone = self.processor(ends.Alone)
        for kind in kinds:
            self.sample('cpu', kind.name, 'net_percent', self.processor(kind) - alone)

    # --- What is seen -----------------------------------------------------------

    def glass(self, kind):
        """From paint to decoded, and how well."""
        with kind(self.place, 2 if self.quick else 3, '--decode', '--pattern', ends.HARD,
                  pattern=ends.HARD) as stream:
            pass
        self.seen('glass', kind, stream.result)
        for metric in ('latency_p50_ms', 'latency_p99_ms'):
            if stream.result[metric] is not None:
                self.sample('glass', kind.name, metric, stream.result[metric])

    def loss(self, kind):
        """One packet in a hundred is lost, for a while."""
        until = 1.5 if self.quick else 3.5
        with kind(self.place, until + 2, '--decode', '--jitter', 200, '--report', '--lose', 1,
                  '--bad-from', 0.5, '--bad-until', until, '--seed', self.run,
                  '--pattern', ends.HARD, pattern=ends.HARD) as stream:
            pass
        result = stream.result
        self.seen('loss', kind, result)
        self.sample('loss', kind.name, 'lost', result['lost_by_relay'])
        self.sample('loss', kind.name, 'recovered', result['recovery'] is not None)
        if result['recovery'] is not None:
            self.sample('loss', kind.name, 'recovery_ms', result['recovery'] * 1000 / ends.HZ)
        if result['missing_run'] is not None:
            self.sample('loss', kind.name, 'freeze_ms', result['missing_run'] * 1000 / ends.HZ)

    def seen(self, part, kind, result):
        """Of any stream that is decoded."""
        self.sample(part, kind.name, 'frames', result['frames'])
        if result['psnr_db'] is not None:
            self.sample(part, kind.name, 'psnr_db', result['psnr_db'])

    def gnd(self):
        """gnome-network-displays, where it is: what needs nothing of its own."""
        if not gnd.is_installed():
            self.sample('first', gnd.Gnd.name, 'not_offered', 1)
            return
        try:
            with gnd.Gnd(self.place, 10) as stream:
                time.sleep(1)
                self.trace(stream)
                looks = self.look(stream)
            # Everything that may fail comes before the first sample is written.
            self.count(gnd.Gnd, Datagrams(stream))
        except (ends.Failed, OSError, subprocess.SubprocessError) as why:
            print(f'bench-net: {why}', file=sys.stderr)
            self.sample('first', gnd.Gnd.name, 'not_offered', 2)
            return
        self.first(gnd.Gnd, stream)
        self.rested(gnd.Gnd, stream, *looks)

    def all(self):
        """Contenders alternate."""
        kinds = (ends.Cast, ends.Stock)
        for what in (self.stages, self.calls, self.rest, self.glass, self.loss):
            for kind in kinds:
                what(kind)
                self.out.flush()
        self.processors(kinds)
        self.gnd()


def main():
    """Options."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ('work', 'tools', 'programs', 'out'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--run', type=int, required=True)
    parser.add_argument('--pictures', type=int, default=100, help='whose times are taken')
    parser.add_argument('--quick', action='store_true')
    options = parser.parse_args()
    place = ends.Place(options.work, options.tools, options.programs)
    try:
        if not os.path.exists(place.replay):
            ends.record(place)
        with open(options.out, 'a', encoding='ascii') as out:
            Round(place, options.run, options.pictures, options.quick, out).all()
    except ends.Failed as why:
        sys.exit(f'bench-net: {why}')


if __name__ == '__main__':
    main()
