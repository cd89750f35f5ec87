# SPDX-License-Identifier: MIT
"""Bars and tables of the network half, of the samples that measure.py took."""

import collections

from figures import P99_SAMPLES, Bar, counted, ratio, times, us

NET = 'net'
SIZE = '1280x720'
CAST, STOCK, GND = 'cast', 'stock', 'gnd'
NAMES = {CAST: 'miracast-cast', STOCK: "GStreamer's elements", GND: 'gnome-network-displays'}
US, MS = 1e3, 1e6
# Threads that have no pictures to send while the screen is at rest.
NO_VIDEO = ('videotestsrc', 'audiotestsrc', 'queue', 'wfdmux')
# The table's entry for a contender that did not run: the reason.
REASONS = {1: 'not installed', 2: 'does not run'}


def get(r, part, contender, metric):
    """A figure, or None."""
    return r.get(NET, part, contender, SIZE, '-', metric)


# --- Bars ---------------------------------------------------------------------

def at_rest(r):
    """What is sent of a screen on which nothing changes."""
    own, stock = get(r, 'rest', CAST, 'pictures'), get(r, 'rest', STOCK, 'pictures')
    return counted('Cast: pictures that are encoded while the screen is at rest', '0',
                   own and own.worst, own and not own.worst,
                   f'{NAMES[STOCK]}: {stock.worst:g}' if stock else '', NET)


def calls_bar(r):
    """To send a picture."""
    own, stock = (get(r, 'calls', name, 'socket_per_picture') for name in (CAST, STOCK))
    return counted('Cast: system calls on sockets per picture', '≤ 3',
                   own and round(own.worst, 2), own and own.worst <= 3,
                   f'{NAMES[STOCK]}: {stock.median:.2g}' if stock else '', NET)


def counter_bars(r):
    """What is counted, and the same at every speed."""
    yield calls_bar(r)
    yield at_rest(r)


def limited(what, limit, unit, figure, value, note=''):
    """A bar for a value of a figure."""
    text = f'{"≥" if unit == "dB" else "≤"} {limit:g} {unit}'
    if figure is None or value is None:
        return Bar(what, text, '–', None, note, NET)
    met = value >= limit if unit == 'dB' else value <= limit
    return Bar(what, text, f'{value:.3g} {unit}', met, note, NET)


def beside(r, part, metric, scale, unit, value=lambda figure: figure.median):
    """What the others have, as a remark."""
    found = [(name, get(r, part, name, metric)) for name in (STOCK, GND)]
    return ', '.join(f'{NAMES[name]}: {value(figure) / scale:.3g} {unit}'
                     for name, figure in found if figure)


def tail(figure):
    """The 99th percentile, where there is one worth the name."""
    return figure.p99 if figure and figure.count >= P99_SAMPLES else None


def stage_bars(r):
    """Between what the source gives and the network, without the encoder."""
    for what, metric, middle, worst in (
            ('picture → encoder', 'to_encoder_ns', 0.1, 0.5),
            ('access unit → last datagram in the kernel', 'to_network_ns', 0.3, 1),
            ('sum, without copy and encode', 'sum_ns', 1, 4)):
        figure = get(r, 'stages', CAST, metric)
        yield limited(f'Cast: {what}, p50', middle, 'ms', figure, figure and figure.median / MS,
                      beside(r, 'stages', metric, MS, 'ms'))
        yield limited(f'Cast: {what}, p99', worst, 'ms', figure, tail(figure) and tail(figure) / MS,
                      beside(r, 'stages', metric, MS, 'ms', lambda f: f.p99))


def threads(r, part, contender, kind):
    """Figures of threads by name, as (name, figure), the largest first."""
    found = [(key[5][len(kind):], get(r, part, contender, key[5])) for key in r.samples
             if key[:3] == (NET, part, contender) and key[5].startswith(kind)]
    return sorted(found, key=lambda pair: -pair[1].median)


def most(r, part, kind, unit, skip=(), count=3):
    """The threads that have most of it, as a remark."""
    found = [(name, figure) for name, figure in threads(r, part, CAST, kind)
             if not name.startswith(skip) and figure.median >= 0.05]
    return ', '.join(f'{name} {figure.median:.2g}{unit}' for name, figure in found[:count])


def rest_bars(r):
    """A screen at rest: the video half."""
    sound = get(r, 'rest', CAST, 'all_kbps')
    wakes = get(r, 'rest', CAST, 'all_wakeups')
    half = get(r, 'rest', CAST, 'video_half_wakeups')
    note = 'by thread: ' + most(r, 'rest', 'wakeups of ', '', NO_VIDEO)
    yield limited('Cast: wake-ups a second, screen at rest, video half', 1, '/s', half,
                  half and half.median,
                  f'{note}; with sound {wakes.median:.0f}' if wakes else '')
    half = get(r, 'rest', CAST, 'video_half_kbps')
    yield limited('Cast: sent while the screen is at rest, video half', 2, 'kbit/s', half,
                  half and half.median,
                  f'with sound and the tables and clock that it needs {sound.median:.0f}'
                  if sound else '')


def loss_bars(r):
    """One packet in a hundred is lost for a while."""
    back = get(r, 'loss', CAST, 'recovered')
    took = get(r, 'loss', CAST, 'recovery_ms')
    never = back is not None and min(back.values) < 1
    bar = limited('Cast: picture right again after 1 % loss', 1000, 'ms', took, took and took.worst,
                  beside(r, 'loss', 'recovery_ms', 1, 'ms', lambda f: f.worst))
    if never:
        bar.figure, bar.met = 'not within the measurement', False
    yield bar
    freeze = get(r, 'loss', CAST, 'freeze_ms')
    lost = get(r, 'loss', CAST, 'lost')
    yield limited('Cast: longest freeze, 1 % loss', 500, 'ms', freeze, freeze and freeze.worst,
                  f'{lost.median:g} packets are lost in a round' if lost else '')


def time_bars(r):
    """What depends on a clock."""
    first = get(r, 'first', CAST, 'first_ns')
    yield limited('Cast: first RTP packet after the sink connects', 300, 'ms', first,
                  first and first.median / MS, beside(r, 'first', 'first_ns', MS, 'ms'))
    yield from stage_bars(r)
    for what, limit, metric in (('p50', 25, 'latency_p50_ms'), ('p99', 50, 'latency_p99_ms')):
        figure = get(r, 'glass', CAST, metric)
        yield limited(f'Cast: painted → decoded at the sink, encode and decode included, {what}',
                      limit, 'ms', figure, figure and figure.median,
                      beside(r, 'glass', metric, 1, 'ms'))
    yield from rest_bars(r)
    net = get(r, 'cpu', CAST, 'net_percent')
    yield limited('Cast: share of a processor, moving 720p30, without the encoder', 3, '%', net,
                  net and net.median,
                  'by thread, the test picture included: ' + most(r, 'cpu', 'cpu of ', ' %'))
    yield from loss_bars(r)
    psnr = get(r, 'glass', CAST, 'psnr_db')
    yield limited('Cast: luma PSNR of what the sink decoded', 40, 'dB', psnr, psnr and psnr.median,
                  beside(r, 'glass', 'psnr_db', 1, 'dB'))


# --- Tables -------------------------------------------------------------------

def plain(figure):
    """As it was measured, with spread."""
    if not figure:
        return '–'
    return f'{figure.median:.3g} ({figure.low:.3g} – {figure.high:.3g})'


def high(figure):
    """A tail, in microseconds."""
    return f'{tail(figure) / US:.1f}' if tail(figure) else '–'


def compared(a, b, text):
    """The ratio of what is written of two figures."""
    if text is not high:
        return times(ratio(a, b))
    return f'{tail(a) / tail(b):.3g}' if tail(a) and tail(b) else '–'


ROWS = [
    ('first RTP packet after the sink connects, ms', 'first', 'first_ns', lambda f: us(f, MS)),
    ('picture → encoder, µs, p50', 'stages', 'to_encoder_ns', us),
    ('picture → encoder, µs, p99', 'stages', 'to_encoder_ns', high),
    ('encode, ms, p50', 'stages', 'encode_ns', lambda f: us(f, MS)),
    ('access unit → last datagram in the kernel, µs, p50', 'stages', 'to_network_ns', us),
    ('access unit → last datagram in the kernel, µs, p99', 'stages', 'to_network_ns', high),
    ('sum without copy and encode, µs, p50', 'stages', 'sum_ns', us),
    ('sum without copy and encode, µs, p99', 'stages', 'sum_ns', high),
    ('datagrams per picture', 'stages', 'datagrams', plain),
    ('system calls on sockets per picture', 'calls', 'socket_per_picture', plain),
    ('all system calls per picture', 'calls', 'all_per_picture', plain),
    ('painted → decoded at the sink, ms, p50', 'glass', 'latency_p50_ms', plain),
    ('painted → decoded at the sink, ms, p99 of a round', 'glass', 'latency_p99_ms', plain),
    ('luma PSNR, dB', 'glass', 'psnr_db', plain),
    ('share of a processor without the encoder, %', 'cpu', 'net_percent', plain),
    ('the same with the test picture, %', 'cpu', 'total_percent', plain),
    ('at rest: pictures that are sent', 'rest', 'pictures', plain),
    ('at rest: wake-ups a second, video half', 'rest', 'video_half_wakeups', plain),
    ('at rest: wake-ups a second, with sound', 'rest', 'all_wakeups', plain),
    ('at rest: kbit/s, video half', 'rest', 'video_half_kbps', plain),
    ('at rest: kbit/s of sound', 'rest', 'sound_kbps', plain),
    ('at rest: kbit/s of tables and clock', 'rest', 'tables_kbps', plain),
    ('at rest: kbit/s, all, with headers', 'rest', 'all_kbps', plain),
    ('1 % loss: packets lost in a round', 'loss', 'lost', plain),
    ('1 % loss: rounds in which the picture is right again', 'loss', 'recovered',
     lambda f: f'{sum(f.values):g} of {f.count}' if f else '–'),
    ('1 % loss: right again after, ms', 'loss', 'recovery_ms', plain),
    ('1 % loss: longest freeze, ms', 'loss', 'freeze_ms', plain),
    ('1 % loss: luma PSNR at the end, dB', 'loss', 'psnr_db', plain),
]


def missing(r, contender):
    """Why there is nothing of it; or nothing."""
    figure = get(r, 'first', contender, 'not_offered')
    return REASONS[int(figure.worst)] if figure else ''


def network_table(r):
    """All that is measured, side by side."""
    rows = []
    for what, part, metric, text in ROWS:
        own, stock, gnd = (get(r, part, name, metric) for name in (CAST, STOCK, GND))
        if own or stock:
            rows.append([what, text(own), text(stock), compared(own, stock, text),
                         missing(r, GND) or text(gnd)])
    return ('A cast and its peers',
            'Native, loopback; 1280x720 at 30 Hz, with silence; gnome-network-displays: a still '
            'screen of 1920x1080, no sound. Median of the rounds (lowest – highest); ratios are '
            'those of medians, round by round, or of 99th percentiles.',
            ['what', NAMES[CAST], NAMES[STOCK], 'ratio', NAMES[GND]], rows)


def threads_table(r):
    """Where processor time and wake-ups are."""
    rows = []
    for part, title in (('rest', 'at rest'), ('cpu', 'moving, without the encoder')):
        for contender in (CAST, STOCK):
            named = collections.defaultdict(dict)
            for kind in ('cpu of ', 'wakeups of '):
                for name, figure in threads(r, part, contender, kind):
                    named[name][kind] = figure
            for name, found in named.items():
                if any(figure.median >= 0.005 for figure in found.values()):
                    rows.append([title, NAMES[contender], name, plain(found.get('cpu of ')),
                                 plain(found.get('wakeups of '))])
    return ('Threads of the network half',
            'By the name of the thread: videotestsrc has the test picture, conversion and encoder; '
            'audiotestsrc silence and its encoder; the multiplexer sends. The test picture is made '
            'at its pace also when it is at rest, which a monitor does not do.',
            ['what', 'contender', 'thread', '% of a processor', 'wake-ups a second'], rows)


def calls_table(r):
    """Which system calls."""
    rows = []
    for contender in (CAST, STOCK):
        for name, figure in threads(r, 'calls', contender, 'calls of '):
            if figure.median >= 0.005:
                rows.append([NAMES[contender], name, plain(figure)])
    return ('System calls of the network half',
            'Per picture, of all threads, counted by strace; with those for silence.',
            ['contender', 'call', 'per picture'], rows)


TABLES = [network_table, threads_table, calls_table]
