# SPDX-License-Identifier: MIT
"""The bars of the benchmark: what each figure has to be, and whether it is."""

import numpy as np

from figures import P99_SAMPLES, Figure, at_most, counted, ratio
from samples import DAMAGES, QEMU, SIZES, UML, WC_NAMES, guest_name
import tables as net


def counter_bars(r):
    """What is counted: the same at every speed."""
    direct = [r.picture('direct', s, d, 'bytes') for s in SIZES for d in DAMAGES]
    direct = [f for f in direct if f]
    most = max((f.worst for f in direct), default=None)
    yield counted('DIRECT: bytes copied per picture, most', '0', most, most == 0)
    for damage in ('full', '64x64'):
        calls = r.get(QEMU, 'syscalls', 'direct', '1280x720', damage, 'per_picture')
        evdi = r.get(QEMU, 'syscalls', 'evdi', '1280x720', damage, 'per_picture')
        yield counted(f"DIRECT: owner's system calls per picture, {damage}", '≤ 2',
                      calls and calls.worst, calls and calls.worst <= 2,
                      f'evdi: {evdi.worst:g}' if evdi else '', QEMU)
    for size in SIZES:
        moved = r.picture('copy', size, '64x64', 'bytes')
        if moved:
            yield counted(f'COPY: bytes moved, 64x64 damage, {size}', '16384', moved.worst,
                          moved.worst == 16384 and min(moved.values) == 16384)
    for contender in ('direct', 'copy'):
        parts = [r.get(QEMU, 'idle', contender, '1280x720', '-', m)
                 for m in ('timers', 'works', 'owner_wakeups')]
        seen = r.get(QEMU, 'idle', contender, '1280x720', '-', 'seen')
        total = sum(f.worst for f in parts) if all(parts) else None
        yield counted(f'{contender.upper()}: wake-ups, static screen', '0', total,
                      total == 0 and seen and seen.worst > 0,
                      'timers and work items of the driver, wake-ups of the owner', QEMU)
    for contender in ('copy-wc', 'nv12-wc'):
        shares_wc = [r.get(QEMU, 'pictures', contender, '1280x720', d, 'wc_share')
                     for d in ('full', '64x64')]
        least = min(min(f.values) for f in shares_wc) if all(shares_wc) else None
        what = f'{WC_NAMES[contender].split()[1]}: share of write-combined memory read in blocks'
        yield counted(what, '≥ 1', least, least is not None and least >= 1,
                      'blocks are of 16 bytes, and reach beyond the pixels at the edges', QEMU)
    for contender in ('direct', 'copy'):
        size = cadence_size(r, UML)
        stalled = r.get(UML, 'cadence', contender, size, 'stopped', 'stalled')
        evdi = r.get(UML, 'cadence', 'evdi', size, 'stopped', 'stalled')
        yield counted(f'{contender.upper()}: flips that never complete, owner stopped', '0',
                      stalled and stalled.worst, stalled and not stalled.worst,
                      f'evdi: {evdi.worst:g}, and none after it' if evdi else '')


def all_counter_bars(r):
    """Those of the network, too, where that was measured."""
    yield from counter_bars(r)
    yield from net.counter_bars(r)


def all_time_bars(r):
    """Likewise."""
    yield from time_bars(r)
    yield from net.time_bars(r)


def cadence_size(r, guest):
    """The size that cadence was measured at."""
    found = {key[3] for key in r.samples if key[:2] == (guest, 'cadence') and key[4] != 'held'}
    return max(found, key=SIZES.index, default=SIZES[0])


def stopped_bar(r, contender):
    """Stopped owner: one late flip, by one period. The native guest judges."""
    size = cadence_size(r, UML)
    late = r.get(UML, 'cadence', contender, size, 'stopped', 'late')
    what = f'{contender.upper()}: flips that are late, owner stopped'
    if not late:
        return counted(what, '≤ 1, by ≤ 1 period', None, None)
    period = r.get(UML, 'cadence', contender, size, 'stopped', 'period_ns').median
    longest = r.get(UML, 'cadence', contender, size, 'stopped', 'took_ns').worst
    return counted(what, '≤ 1, by ≤ 1 period', late.worst,
                   late.worst <= 1 and longest <= 2.05 * period,
                   f'most of a round; the longest flip took {longest / period:.2f} periods')


def held_bar(r):
    """An owner that makes the driver capture when a flip is about to come."""
    keys = [k for k in r.samples
            if k[:3] == (UML, 'cadence', 'copy-two') and k[4:] == ('held', 'late')]
    what = 'COPY: flips that are later than without owner, slow owner, 2 buffers'
    if not keys:
        return counted(what, '0', None, None)
    size = keys[0][3]
    own, none = (r.get(UML, 'cadence', c, size, 'held', 'late') for c in ('copy-two', 'none'))
    more = max(own.runs[run] - none.runs[run] for run in own.runs)
    return counted(what, '0', max(more, 0), more <= 0,
                   f'{size}; the owner releases a picture 1 ms before each flip')


def deviation(r, guest, contender, state):
    """How far intervals between flips are from the period."""
    size = cadence_size(r, guest)
    runs = r.samples.get((guest, 'cadence', contender, size, state, 'interval_ns'))
    period = r.get(guest, 'cadence', contender, size, state, 'period_ns')
    if not runs or not period:
        return None
    return {run: np.abs(np.asarray(values) - period.median) for run, values in runs.items()}


def deviations(r, guest, contender, state):
    """Mean deviation by round, as a figure, and the worst."""
    runs = deviation(r, guest, contender, state)
    if not runs:
        return None, None
    return (Figure({run: [float(v.mean())] for run, v in runs.items()}),
            max(float(v.max()) for v in runs.values()))


def tail_ratio(a, b):
    """Ratio of 99th percentiles of pooled samples, where there are enough."""
    if not a or not b or min(a.count, b.count) < P99_SAMPLES:
        return None
    value = a.p99 / b.p99
    return value, value, value


def way(r, contender, size, damage):
    """Where the time from commit to readable goes, and what no driver can change."""
    parts = [r.picture(contender, size, damage, m) for m in ('core_ns', 'driver_ns', 'wake_ns')]
    evdi = r.picture('evdi', size, damage, 'ready_ns')
    if not all(parts) or not evdi:
        return ''
    core, driver, wake = parts
    floor = float(np.median([(core.runs[run] + wake.runs[run]) / evdi.runs[run]
                             for run in evdi.runs if run in core.runs]))
    return (f'median {core.median / 1e3:.0f} µs before the commit reaches the driver, '
            f'{driver.median / 1e3:.1f} in the driver, {wake.median / 1e3:.0f} to wake the owner; '
            f'with a driver that takes no time {floor:.2f}')


def tail_bar(r, size):
    """DIRECT's slowest pictures, and where the time of most goes."""
    direct = r.picture('direct', size, 'full', 'ready_ns')
    evdi = r.picture('evdi', size, 'full', 'ready_ns')
    note = way(r, 'direct', size, 'full')
    if note:
        note = f'{direct.p99 / 1e3:.0f} against {evdi.p99 / 1e3:.0f} µs; {note}'
    return at_most(f'DIRECT: commit → readable, full {size}, p99 ÷ evdi', 0.2,
                   tail_ratio(direct, evdi), note)


def ready_bar(r, contender, damage, limit):
    """Latency of most pictures."""
    size = '1920x1080'
    return at_most(f'{contender.upper()}: commit → readable, {damage} in {size}, median ÷ evdi',
                   limit, ratio(r.picture(contender, size, damage, 'ready_ns'),
                                r.picture('evdi', size, damage, 'ready_ns')),
                   way(r, contender, size, damage))


def time_bars(r):
    """What is timed."""
    net = 'without what empty system calls cost'
    for size, limit in (('1920x1080', 20), ('3840x2160', 80)):
        raw = ratio(r.picture('direct', size, 'full', 'cpu_ns'),
                    r.picture('evdi', size, 'full', 'capture_ns'))
        note = net + (f'; with them 1/{1 / raw[0]:.0f}' if raw else '')
        value = ratio(r.cpu('direct', size, 'full'), r.grab(size, 'full'))
        bar = at_most(f"DIRECT: kernel CPU per full {size} picture ÷ evdi's grab", 1 / limit,
                      value, note, f'≤ 1/{limit}')
        if value:
            bar.figure = f'1/{1 / value[0]:.0f} (1/{1 / value[2]:.0f} – 1/{1 / value[1]:.0f})'
        yield bar
    for size in SIZES[1:]:
        yield tail_bar(r, size)
    yield ready_bar(r, 'direct', '64x64', 0.7)
    yield ready_bar(r, 'direct', 'full', 0.2)
    yield ready_bar(r, 'copy', '64x64', 0.8)
    full = r.picture('copy', '1920x1080', 'full', 'capture_ns')
    yield at_most("COPY: full 1920x1080 capture ÷ memcpy of the same bytes", 1.05,
                  ratio(full, r.picture('memcpy', '1920x1080', 'full', 'capture_ns')))
    yield at_most("COPY: full 1920x1080 capture ÷ evdi's grab", 0.95,
                  ratio(full, r.picture('evdi', '1920x1080', 'full', 'capture_ns')))
    for size, limit in (('1920x1080', 90), ('3840x2160', 100)):
        small = r.picture('copy', size, '64x64', 'capture_ns')
        bare = ratio(r.picture('memcpy', size, '64x64', 'capture_ns'),
                     r.picture('memcpy', size, 'full', 'capture_ns'))
        value = ratio(small, r.picture('copy', size, 'full', 'capture_ns'))
        bar = at_most(f'COPY: 64x64 capture ÷ own full {size} picture', 1 / limit, value,
                      f'a bare memcpy: 1/{1 / bare[0]:.0f}' if bare else '', f'≤ 1/{limit}')
        if value:
            bar.figure = f'1/{1 / value[0]:.0f} (1/{1 / value[2]:.0f} – 1/{1 / value[1]:.0f})'
        yield bar
    yield at_most('COPY: kernel CPU per picture, 64x64 in 1920x1080 ÷ evdi', 0.8,
                  ratio(r.cpu('copy', '1920x1080', '64x64'), r.cpu('evdi', '1920x1080', '64x64')),
                  net)
    nv12 = r.picture('nv12', '1920x1080', 'full', 'capture_ns')
    yield at_most('NV12: full 1920x1080 capture ÷ memcpy of the XRGB bytes', 0.9,
                  ratio(nv12, r.picture('memcpy', '1920x1080', 'full', 'capture_ns')),
                  'with SIMD; 2.2 without')
    yield at_most("NV12: full 1920x1080 capture ÷ evdi's grab + videoconvert", 1.0,
                  ratio(nv12, whole_nv12(r, '1920x1080')), '', '< 1')
    yield stopped_bar(r, 'direct')
    yield stopped_bar(r, 'copy')
    yield held_bar(r)
    for guest in (UML, QEMU):
        theirs, _ = deviations(r, guest, 'evdi', 'fast')
        for contender in ('direct', 'copy'):
            own, _ = deviations(r, guest, contender, 'fast')
            yield at_most(f'{contender.upper()}: flip deviation from the period, fast owner ÷ evdi '
                          f'({guest_name(guest)})', 0.1, ratio(own, theirs), guest=guest)
    for contender in ('direct', 'copy'):
        for guest, metric in ((QEMU, 'total_cpu_ns'), (UML, 'cpu_ns')):
            one = r.get(guest, 'scale', contender, '1280x720', '1', metric)
            most = r.get(guest, 'scale', contender, '1280x720', '16', metric)
            what = {'total_cpu_ns': 'all CPU', 'cpu_ns': 'kernel CPU'}[metric]
            yield at_most(f'{contender.upper()}: {what} per target, 16 ÷ 1 targets '
                          f'({guest_name(guest)})', 1.10, ratio(most, one), guest=guest)


def whole_nv12(r, size):
    """evdi's grab and the conversion after it."""
    grab = r.picture('evdi-nv12', size, 'full', 'capture_ns')
    convert = r.picture('evdi-nv12', size, 'full', 'convert_ns')
    if not grab or not convert:
        return None
    return Figure({run: [grab.runs[run] + convert.runs[run]]
                   for run in grab.runs if run in convert.runs})
