# SPDX-License-Identifier: MIT
"""What a sink of the tests sees and hears."""
import socket
import threading
import time

from rtp import endpoint, family


def percentile(values, share):
    """The value that a share of all is not above."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None


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
