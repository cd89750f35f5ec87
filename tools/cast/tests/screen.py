#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A sink for tests that shows a desktop: what it decodes can be saved, and is compared
with what the compositor has. Its session is that of sink.py.

usage: screen.py [option of sink.py]... [--record FILE] [--sink-name NAME]
       screen.py compare GOT SCREENSHOT [BEFORE]

Lines on standard input are orders: "save NAME" leaves the last picture as NAME.png, its luma
as NAME.y.png, and what is known of it as NAME.json; "refuse N" refuses the next N modes;
"quit" ends the session. Says "mode WxH", "picture N", "saved NAME", one a line.

"compare" prints the PSNR of the luma, of all, and of the tiles that differ between
the screenshot and the one BEFORE it.
"""
import json
import os
import sys
import threading
import time

import rtp
import sink

TILE = 64
VIDEO_PID = 0x1011
# Of red and blue, in luma.
MATRIX = {'bt709': (0.2126, 0.0722), 'bt601': (0.299, 0.114)}


# --- Transport stream ------------------------------------------------------------------

class Units:
    """Access units of the picture, from packets of a transport stream."""

    def __init__(self):
        self.data = bytearray()

    def add(self, packet):
        """One packet of 188 bytes. Returns the unit that is complete now, if any."""
        if packet[0] != 0x47 or (packet[1] & 31) << 8 | packet[2] != VIDEO_PID:
            return None
        start = 4
        if packet[3] & 32:
            start += 1 + packet[4]
        done = None
        if packet[1] & 64:
            done = self.take()
        if packet[3] & 16 and (self.data or packet[1] & 64):
            self.data += packet[start:]
        return done

    def take(self):
        """What there is, as (PTS in 1/90000 s, bytes)."""
        data, self.data = self.data, bytearray()
        if len(data) < 14 or data[:3] != b'\0\0\1' or not data[7] & 128:
            return None
        stamp = data[9:14]
        pts = (stamp[0] >> 1 & 7) << 30 | stamp[1] << 22 | stamp[2] >> 1 << 15 | \
            stamp[3] << 7 | stamp[4] >> 1
        return pts, bytes(data[9 + data[8]:])


class Relay(rtp.Relay):
    """Takes RTP, keeps it, and has each access unit decoded as soon as it is there."""
    screen = None

    def __init__(self, options):
        super().__init__(options)
        self.units = Units()
        self.file = open(options.record, 'wb') if options.record else None

    def note(self, data):
        super().note(data)
        body = data[12:]
        if self.file:
            self.file.write(body)
        for at in range(0, len(body) - 187, 188):
            self.pass_on(self.units.add(body[at:at + 188]))
        if data[1] & 128:
            self.pass_on(self.units.take())

    def pass_on(self, unit):
        """To the decoder."""
        if unit and self.screen:
            self.screen.push(*unit)


# --- A clock in the picture, see clock.py ----------------------------------------------

class Clock:
    """Finds it, and reads it."""
    BLOCK, BITS, MAGIC = 16, 40, 0x5a17c10c
    # Pictures from one search to the next.
    PAUSE = 10

    def __init__(self, numpy):
        self.numpy = numpy
        self.place = None
        self.pause = 0
        self.number = None
        number = self.MAGIC
        check = ~(number ^ number >> 8 ^ number >> 16 ^ number >> 24) & 255
        bits = number << 8 | check
        self.magic = numpy.array([bits >> self.BITS - 1 - bit & 1 for bit in range(self.BITS)], bool)
        self.steps = numpy.arange(self.BITS) * self.BLOCK + self.BLOCK // 2

    def find(self, luma):
        """Where it is, as (x, y) of its first block."""
        last = luma.shape[1] - self.BITS * self.BLOCK
        if last < 0:
            return None
        at = self.numpy.arange(last + 1)[:, None] + self.steps
        for y in range(self.BLOCK // 2, luma.shape[0] - 3 * self.BLOCK, self.BLOCK // 2):
            found = self.numpy.flatnonzero(((luma[y] > 125)[at] == self.magic).all(1))
            if found.size:
                # In the middle of what fits, which is a block.
                x = int(found[found.size // 2])
                fits = ((luma[y:y + self.BLOCK, x + self.steps] > 125) == self.magic).all(1)
                return x, y + int(fits.sum()) // 2
        return None

    def value(self, luma, row):
        """A number of it, or None."""
        x, y = self.place
        bits = 0
        for bit in luma[y + row * self.BLOCK, x + self.steps] > 125:
            bits = bits << 1 | int(bit)
        number, check = bits >> 8, bits & 255
        fold = number ^ number >> 8 ^ number >> 16 ^ number >> 24
        return number if ~fold & 255 == check else None

    def read(self, luma, now):
        """When what is new in the picture was painted, in ns; None: nothing that can be read."""
        self.pause -= 1
        if not self.place or self.value(luma, 0) != self.MAGIC:
            if self.pause > 0:
                return None
            self.pause = self.PAUSE
            self.place = self.find(luma)
        if not self.place:
            return None
        number, painted = self.value(luma, 1), self.value(luma, 2)
        if number is None or painted is None or number == self.number:
            return None
        self.number = number
        return now - ((now // 1000 - painted) & 0xffffffff) * 1000


# --- Pictures --------------------------------------------------------------------------

class Screen:
    """Decodes, and keeps the last picture."""

    def __init__(self):
        import gi
        gi.require_version('Gst', '1.0')
        gi.require_version('GstApp', '1.0')
        gi.require_version('GstVideo', '1.0')
        from gi.repository import Gst, GstApp, GstVideo  # noqa: F401
        import numpy
        self.gst, self.video, self.numpy = Gst, GstVideo, numpy
        Gst.init(None)
        # One thread: others would each keep a picture.
        decoder = 'avdec_h264 max-threads=1' if Gst.ElementFactory.find('avdec_h264') else 'openh264dec'
        self.pipeline = Gst.parse_launch(
            'appsrc name=in format=time caps=video/x-h264,stream-format=byte-stream,alignment=au '
            f'! h264parse ! {decoder} ! appsink name=out sync=false max-buffers=8')
        self.feed = self.pipeline.get_by_name('in')
        self.out = self.pipeline.get_by_name('out')
        self.lock = threading.Lock()
        self.arrived, self.pictures, self.sizes = {}, [], []
        self.sample = None
        self.clock = Clock(numpy)
        self.stopped = False
        self.thread = threading.Thread(target=self.pull, daemon=True)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.thread.start()

    def push(self, pts, data):
        """An access unit has come."""
        now = time.monotonic_ns()
        buffer = self.gst.Buffer.new_wrapped(data)
        buffer.pts = pts * 100000 // 9
        with self.lock:
            self.arrived[buffer.pts] = now, pts, len(data)
        self.feed.emit('push-buffer', buffer)

    def pull(self):
        """The thread."""
        while not self.stopped:
            sample = self.out.try_pull_sample(100 * self.gst.MSECOND)
            if sample:
                self.take(sample, time.monotonic_ns())

    def take(self, sample, now):
        """A picture."""
        caps = sample.get_caps().get_structure(0)
        size = [caps.get_value('width'), caps.get_value('height')]
        with self.lock:
            came = self.arrived.pop(sample.get_buffer().pts, None)
            self.sample = sample
            if came:
                self.pictures.append({'pts': came[1], 'bytes': came[2], 'arrived': came[0],
                                      'decoded': now})
        painted = self.clock.read(self.planes(sample, 1)[0][0], now)
        if came and painted:
            self.pictures[-1]['painted'] = painted
        if not self.sizes or self.sizes[-1] != size:
            self.sizes.append(size)
            say('mode %dx%d' % tuple(size), now)
        say(f'picture {len(self.pictures)}', now)

    def planes(self, sample, count=3):
        """Luma and chroma of a picture, the first so many of them, and what it says of its
        colours."""
        info = self.video.VideoInfo.new_from_caps(sample.get_caps())
        buffer = sample.get_buffer()
        meta = self.video.buffer_get_video_meta(buffer)
        good, view = buffer.map(self.gst.MapFlags.READ)
        if not good:
            raise ValueError('a picture that cannot be read')
        data = self.numpy.frombuffer(view.data, dtype=self.numpy.uint8)
        planes = []
        for plane, part in ((0, 1), (1, 2), (2, 2))[:count]:
            stride = (meta or info).stride[plane]
            offset = (meta or info).offset[plane]
            width, height = info.width // part, info.height // part
            # The last line may have no padding.
            lines = self.numpy.lib.stride_tricks.as_strided(data[offset:], (height, width), (stride, 1))
            planes.append(lines.copy())
        buffer.unmap(view)
        return planes, info.colorimetry.to_string() or ''

    def save(self, name):
        """The last picture."""
        from PIL import Image
        with self.lock:
            sample, count = self.sample, len(self.pictures)
            last = self.pictures[-1] if self.pictures else {}
        if not sample:
            return False
        planes, colours = self.planes(sample)
        luma = planes[0].astype(float)
        matrix = matrix_of(colours, luma.shape[0])
        red, blue = MATRIX[matrix]
        chroma = [self.numpy.repeat(self.numpy.repeat(plane, 2, 0), 2, 1).astype(float) - 128
                  for plane in planes[1:]]
        luma = (luma - 16) / 219
        blues, reds = (plane / 224 for plane in chroma)
        r, b = luma + 2 * (1 - red) * reds, luma + 2 * (1 - blue) * blues
        g = (luma - red * r - blue * b) / (1 - red - blue)
        colour = self.numpy.clip(self.numpy.stack((r, g, b), 2) * 255 + 0.5, 0, 255)
        Image.fromarray(colour.astype(self.numpy.uint8)).save(name + '.new.png')
        Image.fromarray(planes[0]).save(name + '.y.png')
        with open(name + '.json', 'w', encoding='ascii') as file:
            json.dump({'matrix': matrix, 'colorimetry': colours, 'number': count, **last}, file)
        os.rename(name + '.new.png', name + '.png')
        return True

    def stop(self):
        """The end."""
        self.stopped = True
        self.thread.join()
        self.pipeline.set_state(self.gst.State.NULL)


def matrix_of(colours, height):
    """Which luma it is: what the stream says, or what is usual."""
    for name in ('bt709', 'bt601'):
        if name in colours:
            return name
    return 'bt709' if height >= 720 else 'bt601'


# --- The sink --------------------------------------------------------------------------

def say(text, now=None):
    """A line, with the time of CLOCK_MONOTONIC in milliseconds."""
    print(f'{text} at {(now or time.monotonic_ns()) // 1000000}', flush=True)


class Sink(sink.Sink):
    """With a screen."""
    relay_class = Relay

    def __init__(self, options):
        self.screen = Screen()
        self.over = False
        super().__init__(options)
        self.relay.screen = self.screen
        threading.Thread(target=self.obey, daemon=True).start()

    def obey(self):
        """Orders."""
        for line in sys.stdin:
            word, *more = line.split()
            if word == 'save':
                say(('saved ' if self.screen.save(more[0]) else 'no picture for ') + more[0])
            elif word == 'refuse':
                self.refusals = int(more[0])
                say('refusing ' + more[0])
            elif word == 'quit':
                self.over = True

    def on_m4(self, headers, body):
        super().on_m4(headers, body)
        say('M4 ' + self.modes[-1])

    def has_enough(self):
        return self.over and self.played is not None

    def result(self, end):
        self.screen.stop()
        result = super().result(end)
        result.update({'sizes': self.screen.sizes, 'pictures': self.screen.pictures})
        return result


# --- Comparing -------------------------------------------------------------------------

def luma_of(path, matrix, numpy):
    """Of a screenshot, as it would be sent."""
    from PIL import Image
    red, blue = MATRIX[matrix]
    rgb = numpy.asarray(Image.open(path).convert('RGB'), dtype=float) / 255
    return 16 + 219 * (red * rgb[..., 0] + (1 - red - blue) * rgb[..., 1] + blue * rgb[..., 2])


def psnr(numpy, error):
    """In dB."""
    mean = (error ** 2).mean()
    return 99.0 if mean == 0 else round(float(10 * numpy.log10(255 ** 2 / mean)), 1)


def compare(got, screenshot, before=None):
    """What is printed."""
    import numpy
    from PIL import Image
    with open(got + '.json', encoding='ascii') as file:
        matrix = json.load(file)['matrix']
    have = numpy.asarray(Image.open(got + '.y.png'), dtype=float)
    wanted = luma_of(screenshot, matrix, numpy)
    if have.shape != wanted.shape:
        sys.exit('%dx%d decoded, %dx%d on the screen' % (*have.shape[::-1], *wanted.shape[::-1]))
    print('all', psnr(numpy, have - wanted))
    if not before:
        return
    moved = luma_of(before, matrix, numpy) != wanted
    error, tiles = [], 0
    for y in range(0, have.shape[0], TILE):
        for x in range(0, have.shape[1], TILE):
            tile = slice(y, y + TILE), slice(x, x + TILE)
            if moved[tile].any():
                tiles += 1
                error.append((have - wanted)[tile].ravel())
    if not tiles:
        sys.exit('nothing has changed')
    print('tiles', tiles)
    print('changed', psnr(numpy, numpy.concatenate(error)))


def main():
    """Options."""
    if sys.argv[1:2] == ['compare']:
        compare(*sys.argv[2:])
        return
    sink.main(Sink, lambda parser: parser.add_argument('--record', default='', help='file for what comes'))


if __name__ == '__main__':
    main()
