# SPDX-License-Identifier: MIT
"""Both ends of a stream, for the network benchmark: miracast-cast or GStreamer's own elements
on one side, receive.py on the other. A stream is a context; inside of it things are measured,
after it there is what was sent and what came.
"""
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SINK_ADDRESS, PORT = '127.0.1.1', 20001
WIDTH, HEIGHT, HZ = 1280, 720, 30
SIZE = f'{WIDTH}x{HEIGHT}'
# What miracast-cast begins with: a tenth of a bit a pixel.
KBPS = WIDTH * HEIGHT * HZ // 10000
RAW = f'video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={HZ}/1'
# Set as miracast-cast sets it for a sink that cannot ask for an IDR picture, because the
# comparison is not about encoders.
ENCODER = 'x264enc'
X264 = (ENCODER + ' name=encoder tune=zerolatency speed-preset=superfast pass=cbr threads=1 '
        'sliced-threads=false bframes=0 ref=1 cabac=false dct8x8=false weightb=false '
        'rc-lookahead=0 sync-lookahead=0 aud=true byte-stream=true insert-vui=true '
        f'key-int-max={HZ} bitrate={KBPS} vbv-buf-capacity=100 '
        'option-string=level=31:scenecut=0:weightp=0:open-gop=0 '
        '! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au')
REPLAY_ENCODER = 'vah264enc'
REPLAY = REPLAY_ENCODER + ' name=encoder'
# Colour bars; a still picture that is hard to encode; noise that is new in each picture, so
# that it needs the whole bit rate.
PLAIN, HARD, NEW = 'smpte75', 'pinwheel', 'snow'
# Long enough for a machine that is busy; only a failure waits for it.
PATIENCE = 60


class Failed(Exception):
    """Something did not run."""


class Place:
    """Where programs, plug-ins and results are."""

    def __init__(self, work, tools, programs):
        self.work, self.tools, self.programs = work, tools, programs
        self.replay = os.path.join(work, 'replay.h264')

    def path(self, name):
        """Of a file for results."""
        return os.path.join(self.work, name)

    def environment(self, plugins, **more):
        """For a program that uses these folders of plug-ins; each set has a registry."""
        names = '-'.join(os.path.basename(folder) for folder in plugins) or 'plain'
        return {**os.environ, 'GST_PLUGIN_PATH': ':'.join(plugins),
                'GST_REGISTRY': self.path('registry-' + names),
                'PYTHONDONTWRITEBYTECODE': '1', **more}

    def source_environment(self, replays):
        """Of what sends."""
        plugins = [os.path.join(self.tools, 'gst')]
        if not replays:
            return self.environment(plugins)
        return self.environment(plugins + [os.path.join(self.programs, 'plugins')],
                                BENCH_REPLAY=self.replay)

    def stock(self, pipeline, replays):
        """The program that runs one."""
        return Process([os.path.join(self.programs, 'stock'), pipeline],
                       self.source_environment(replays), self.path('source'))


class Process:
    """One that says lines of JSON. Killed, if it is there, at the end."""

    def __init__(self, command, environment, log):
        self.log = log
        with open(log + '.out', 'wb') as out, open(log + '.err', 'wb') as err:
            self.child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE,
                                          stdout=out, stderr=err)
        self.pid = self.child.pid

    def events(self):
        """What it has said by now; the last line may be half a line."""
        with open(self.log + '.out', encoding='utf-8') as file:
            return [json.loads(line) for line in file
                    if line.startswith('{') and line.endswith('}\n')]

    def words(self):
        """What it has complained of."""
        with open(self.log + '.err', encoding='utf-8', errors='replace') as file:
            return file.read()

    def until(self, there, what):
        """Wait until it has said something."""
        end = time.monotonic() + PATIENCE
        while not there(self):
            if self.child.poll() is not None or time.monotonic() > end:
                raise Failed(f'{what}: {self.words().strip() or self.events()[-2:]}')
            time.sleep(0.02)

    def order(self, text):
        """A line for it to read."""
        self.child.stdin.write(text.encode() + b'\n')
        self.child.stdin.flush()

    def end(self, kill=False):
        """Its exit status."""
        if kill:
            self.child.kill()
        self.child.stdin.close()
        try:
            return self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            return self.child.wait()


def said(word):
    """Whether an event has come."""
    return lambda process: any(event['event'] == word for event in process.events())


class Stream:
    """A source and who receives it, with more options of receive.py. Lasts, once pictures
    come, so many seconds. The picture has numbers that change, until it rests; the encoder
    may be one that costs nothing; times of each picture are said when they are wanted.
    """

    def __init__(self, place, seconds, *more, pattern=PLAIN, rests_after=0, replays=False,
                 timed=False):
        self.place, self.seconds = place, seconds
        self.more = [str(word) for word in more]
        self.pattern, self.rests_after = pattern, rests_after
        self.replays, self.timed = replays, timed
        self.source = self.receiver = self.result = None

    def receive(self, *more):
        """The receiving end, on its way."""
        command = ['/usr/bin/python3', os.path.join(HERE, 'receive.py'), '--address', SINK_ADDRESS,
                   '--seconds', str(self.seconds), '--patience', str(PATIENCE + self.seconds),
                   '--out', self.place.path('result.json'),
                   '--datagrams', self.place.path('datagrams'), *more, *self.more]
        return Process(command, self.place.environment([]), self.place.path('receiver'))

    def start(self):
        """Both ends."""
        raise NotImplementedError

    def __enter__(self):
        for name in ('result.json', 'datagrams'):
            if os.path.exists(self.place.path(name)):
                os.remove(self.place.path(name))
        try:
            self.start()
        except BaseException:
            self.close(True)
            raise
        return self

    def __exit__(self, kind, *more):
        self.close(kind is not None)
        if kind is None:
            self.read()

    def close(self, kill):
        """Both ends have ended, the receiver first: it knows when it has enough."""
        while not kill and self.receiver and self.receiver.child.poll() is None:
            # When the source has failed there is nothing more to wait for.
            kill = self.source.child.poll() not in (None, 0)
            time.sleep(0.05)
        if self.receiver:
            self.receiver.end(kill)
        if self.source:
            self.source.end(kill)

    def read(self):
        """What came."""
        try:
            with open(self.place.path('result.json'), encoding='ascii') as file:
                self.result = json.load(file)
        except (OSError, ValueError) as error:
            raise Failed(f'{self.name}: {self.source.words().strip()}; the receiver: '
                         f'{self.receiver.words().strip()}') from error
        if not self.result.get('packets'):
            raise Failed(f'nothing came: {self.result["end"]}; {self.source.words().strip()}')

    def pictures(self):
        """The source's times of each picture."""
        return [event for event in self.source.events() if event['event'] == 'picture']

    def begun(self):
        """When the receiving end was ready, and a session, if there is one, could begin, in ns."""
        raise NotImplementedError


class Cast(Stream):
    """miracast-cast with a test picture, and the tests' sink."""
    name = 'cast'

    def start(self):
        steps = [f'{SIZE}@{HZ}', self.pattern]
        if self.rests_after:
            steps += [f'{round(self.rests_after * 1000)}ms', 'still']
        command = [os.path.join(self.place.tools, 'miracast-cast'), '--json', '--direct',
                   '--silent', '--sink', SINK_ADDRESS, '--port', str(PORT), '--wait', str(PATIENCE),
                   '--test-picture=' + ','.join(steps), *(['--timings'] if self.timed else [])]
        self.source = Process(command, self.place.source_environment(self.replays),
                              self.place.path('source'))
        self.source.until(said('waiting'), 'miracast-cast does not wait for a sink')
        self.receiver = self.receive('--source', '127.0.0.1', '--port', str(PORT))
        self.source.until(said('play'), 'miracast-cast does not play')

    def read(self):
        super().read()
        # miracast-cast uses the next encoder when one fails, and the machine may have a
        # better one.
        wanted = REPLAY_ENCODER if self.replays else ENCODER
        used = [event['encoder'] for event in self.source.events() if event['event'] == 'stats']
        if used[-1:] != [wanted]:
            raise Failed(f'miracast-cast has not encoded by {wanted}: {used}')

    def begun(self):
        return self.result['connected_ns']


class Stock(Stream):
    """GStreamer's own elements, and the same receiving end without a session."""
    name = 'stock'

    def pipeline(self):
        """With silence, as miracast-cast has it. It rests, if it does, from the beginning."""
        screen = '' if self.rests_after else 'name=screen'
        parse = 'name=parse' if self.timed else ''
        return (f'videotestsrc is-live=true do-timestamp=true pattern={self.pattern} '
                f'! capsfilter caps={RAW} {screen} ! videoconvert '
                f'! {REPLAY if self.replays else X264} '
                f'! h264parse config-interval=-1 {parse} ! mux. '
                'audiotestsrc is-live=true wave=silence ! audio/x-raw,rate=48000,channels=2 '
                '! audioconvert ! avenc_aac ! aacparse ! queue ! mux. '
                'mpegtsmux name=mux ! rtpmp2tpay '
                f'! udpsink host={SINK_ADDRESS} port=1028 sync=false async=false')

    def start(self):
        self.receiver = self.receive('--plain')
        self.receiver.until(lambda process: 'listening' in process.words(), 'nobody receives')
        self.source = self.place.stock(self.pipeline(), self.replays)
        self.source.until(said('ready'), 'the pipeline is not ready')
        self.source.order('play')
        self.source.until(said('play'), 'the pipeline does not play')

    def begun(self):
        plays = [event['at'] for event in self.source.events() if event['event'] == 'play']
        return plays[0] * 1000


class Alone(Stream):
    """The test picture, which nobody gets."""
    name = 'source'

    def start(self):
        pipeline = (f'videotestsrc is-live=true do-timestamp=true pattern=smpte75 '
                    f'! capsfilter caps={RAW} name=screen ! fakesink sync=false')
        self.source = self.place.stock(pipeline, False)
        self.source.until(said('ready'), 'the test picture is not ready')
        self.source.order('play')

    def close(self, kill):
        if self.source:
            self.source.end(kill)

    def read(self):
        self.result = {}


def record(place):
    """Access units as large as the bit rate allows."""
    command = ['gst-launch-1.0', '-q', 'videotestsrc', f'num-buffers={5 * HZ}', 'pattern=' + NEW,
               '!', RAW, '!', *X264.split(), '!', 'filesink', 'location=' + place.replay]
    done = subprocess.run(command, env=place.environment([]), stdout=sys.stderr, check=False)
    if done.returncode:
        raise Failed('nothing can be encoded')
