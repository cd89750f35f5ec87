# SPDX-License-Identifier: MIT
"""Tables of the driver's figures: as Markdown, for the manual, and as CSV."""

import csv

from bars import all_counter_bars, all_time_bars, cadence_size, deviations, tail_ratio
from figures import Figure, ratio, times, us
from samples import (CONTENDERS, DAMAGES, GUESTS, NAMES, QEMU, SIZES, UML, WC_CONTENDERS,
                     WC_NAMES, guest_name)
import tables as net


def contenders(r, *names):
    """Those of the names that were measured or asked for."""
    return [n for n in (names or CONTENDERS)
            if n in r.missing or any(k[2] == n for k in r.samples)]


def bars_table(r, guests=GUESTS):
    """The bars of some guests."""
    rows = [[b.what, b.limit, b.figure, b.verdict(), b.note]
            for b in list(all_counter_bars(r)) + list(all_time_bars(r)) if b.guest in guests]
    rounds = max((len(runs) for key, runs in r.samples.items() if key[0] in guests), default=0)
    title = 'Bars of the network half' if guests == (net.NET,) else 'Bars'
    text = f'{rounds} rounds. Ratios are taken round by round: median (lowest – highest).'
    return title, text, ['what', 'bar', 'figure', '', 'remark'], rows


def cpu_table(r):
    """Kernel CPU and bytes per picture."""
    rows = []
    for size in SIZES:
        for damage in DAMAGES:
            memcpy = r.picture('memcpy', size, damage, 'capture_ns')
            evdi = r.cpu('evdi', size, damage)
            for name in contenders(r):
                if name in r.missing:
                    rows.append([size, damage, NAMES[name], 'not offered', '–', '–', '–', '–', '–'])
                    continue
                capture = r.picture(name, size, damage, 'capture_ns')
                if not capture:
                    continue
                moved = r.picture(name, size, damage, 'bytes')
                rows.append([size, damage, NAMES[name], us(capture), times(ratio(capture, memcpy)),
                             us(r.picture(name, size, damage, 'cpu_ns')),
                             us(r.cpu(name, size, damage)),
                             times(ratio(r.cpu(name, size, damage), evdi)),
                             f'{moved.median:.0f}' if moved else '–'])
    return ('Kernel CPU time and bytes per picture',
            'User-Mode Linux, native speed; µs, median of the rounds (lowest – highest). An '
            f'empty system call costs {r.base(UML, "syscall_ns") / 1e3:.1f} µs here; "net" '
            'leaves those out.',
            ['size', 'damage', 'contender', 'moving pixels, µs', '÷ memcpy', 'kernel CPU, µs',
             'net, µs', '÷ evdi', 'bytes'], rows)


def wc_table(r):
    """Reading write-combined memory."""
    rows = []
    for guest, size in ((UML, '1920x1080'), (QEMU, '1280x720')):
        for damage in ('full', '64x64'):
            bare = r.get(guest, 'pictures', 'from-wc', size, damage, 'capture_ns')
            for name in WC_CONTENDERS:
                capture = r.get(guest, 'pictures', name, size, damage, 'capture_ns')
                share = r.get(guest, 'pictures', name, size, damage, 'wc_share')
                if capture:
                    rows.append([guest_name(guest), size, damage, WC_NAMES[name], us(capture),
                                 times(ratio(capture, bare)),
                                 f'{share.median:.2f}' if share else '–'])
    return ('Write-combined memory',
            'Framebuffers as many GPUs have them: ordinary loads are not cached. User-Mode '
            'Linux has no such memory, and its figures are of the way alone; an emulated '
            'machine ignores it. Times mean something with TESTBED_ACCEL=kvm. "In blocks" is '
            'what the driver has read with loads that are fast there, as a share of the pixels.',
            ['where', 'size', 'damage', 'contender', 'moving pixels, µs', '÷ drm_memcpy_from_wc()',
             'in blocks'], rows)


def shares(r, name, size, damage):
    """Where the time from commit to readable goes, where the driver says it."""
    parts = [r.picture(name, size, damage, m) for m in ('core_ns', 'driver_ns', 'wake_ns')]
    return ', '.join(f'{f.median / 1e3:.0f}' for f in parts) if all(parts) else '–'


def ready_table(r):
    """From commit to readable."""
    rows = []
    for size in SIZES:
        for damage in DAMAGES:
            evdi = r.picture('evdi', size, damage, 'ready_ns')
            for name in contenders(r):
                f = r.picture(name, size, damage, 'ready_ns')
                if f:
                    rows.append([size, damage, NAMES[name], us(f), f.tail,
                                 f'{f.worst / 1e3:.0f}', times(ratio(f, evdi)),
                                 times(tail_ratio(f, evdi)), shares(r, name, size, damage),
                                 f.count])
    return ('From commit to readable',
            'User-Mode Linux; µs from the client\'s atomic commit until the owner is awake and '
            'has the pixels. The driver says when a commit reached it and when pixels were '
            'ready. Handing a byte from one process to another takes '
            f'{r.base(UML, "hand_over_ns") / 1e3:.0f} µs here.',
            ['size', 'damage', 'contender', 'p50', 'p99', 'worst', 'p50 ÷ evdi', 'p99 ÷ evdi',
             'before, in, after the driver', 'pictures'], rows)


def calls_table(r):
    """The owner's system calls."""
    rows = []
    for name in contenders(r, 'direct', 'copy', 'evdi'):
        for damage in ('full', '64x64'):
            f = r.get(QEMU, 'syscalls', name, '1280x720', damage, 'per_picture')
            rows.append([NAMES[name], damage, f'{f.median:g}' if f else
                         'not offered' if name in r.missing else '–'])
    return ("The owner's system calls", 'Counted in the kernel\'s trace, 20 pictures.',
            ['contender', 'damage', 'system calls per picture'], rows)


def cadence_table(r):
    """Flips."""
    rows = []
    for guest in (UML, QEMU):
        size = cadence_size(r, guest)
        for state in ('fast', 'slow', 'stopped'):
            for name in contenders(r, 'direct', 'copy', 'evdi'):
                flips = r.get(guest, 'cadence', name, size, state, 'flips')
                if not flips:
                    continue
                stalled = r.get(guest, 'cadence', name, size, state, 'stalled').worst
                mean, worst = deviations(r, guest, name, state)
                theirs, _ = deviations(r, guest, 'evdi', state)
                late = r.get(guest, 'cadence', name, size, state, 'late')
                interval = r.get(guest, 'cadence', name, size, state, 'interval_ns')
                if stalled:
                    rows.append([guest_name(guest), size, state, NAMES[name], '–', '–', '–',
                                 f'all after {flips.median:g}, for ever', '–'])
                    continue
                rows.append([guest_name(guest), size, state, NAMES[name],
                             f'{interval.median / 1e6:.3f}', us(mean),
                             f'{worst / 1e3:.0f}', f'{late.median:g} of {flips.median:g}',
                             times(ratio(mean, theirs)) if name != 'evdi' else '1'])
    return ('Flip cadence',
            'A client that flips as soon as it may; period 16.667 ms. Deviation of the interval '
            'between two completions, as the client sees them, from the period. Late: completed '
            'more than a period after it was submitted.',
            ['guest', 'size', 'owner', 'contender', 'interval, ms', 'mean deviation, µs',
             'worst, µs', 'late', '÷ evdi'], rows)


def scale_table(r):
    """Several targets."""
    rows = []
    for guest in (UML, QEMU):
        for name in contenders(r, 'direct', 'copy'):
            metric = 'total_cpu_ns' if guest == QEMU else 'cpu_ns'
            one = r.get(guest, 'scale', name, '1280x720', '1', metric)
            for count in (1, 2, 4, 8, 16):
                cpu = r.get(guest, 'scale', name, '1280x720', str(count), metric)
                ready = r.get(guest, 'scale', name, '1280x720', str(count), 'ready_ns')
                late = r.get(guest, 'scale', name, '1280x720', str(count), 'late_flips')
                if cpu:
                    rows.append([guest_name(guest), NAMES[name], count, us(cpu),
                                 times(ratio(cpu, one)), us(ready), ready.tail, f'{late.median:g}'])
    return ('Several targets at once',
            '1280x720, 64x64 damage, one owner process per target. CPU: QEMU, all that runs, '
            'client and owner included (in thousands of instructions); User-Mode Linux, in the '
            'commit and the owner\'s calls. Late: flips that could not be submitted in time '
            'because the one before was not complete.',
            ['guest', 'contender', 'targets', 'CPU per picture, µs', '÷ 1 target',
             'commit → readable, µs', 'p99', 'late'], rows)


def life_table(r):
    """Contexts and modules."""
    rows = []
    for name in contenders(r, 'direct', 'copy', 'nv12'):
        def get(metric, name=name):
            return r.get(UML, 'life', name, '1920x1080', '-', metric)
        if not get('create_ns'):
            continue
        rows.append([NAMES[name], us(get('create_ns')), us(get('destroy_ns')),
                     f'{get("reserved_bytes").median / 2**20:.1f}',
                     f'{get("kernel_bytes").median / 2**20:.1f}'])
    return ('Contexts',
            'User-Mode Linux; limits of 1920x1080, three buffers in COPY. Mapping the memory takes '
            'the time: User-Mode Linux asks its host for every page.',
            ['delivery', 'CREATE, µs', 'DESTROY, µs', 'reserved, MiB', 'memory taken, MiB'], rows)


def module_table(r):
    """Size of modules."""
    rows = [[name, v['text'], v['data'], v['bss'], f'{sum(v.values()) / 1024:.0f}']
            for name, v in r.modules.items()]
    return ('Size of the modules', 'For Linux 6.12, as size(1) counts them, bytes.',
            ['module', 'text', 'data', 'bss', 'sum, KiB'], rows)


def counted_table(r):
    """What a small picture costs in instructions."""
    rows = []
    for name in contenders(r, 'direct', 'copy', 'evdi'):
        def get(metric, name=name):
            return r.get(QEMU, 'pictures', name, '1280x720', '64x64', metric)
        evdi = r.get(QEMU, 'pictures', 'evdi', '1280x720', '64x64', 'cpu_ns')
        theirs = r.get(QEMU, 'pictures', 'evdi', '1280x720', '64x64', 'ready_ns')
        if get('cpu_ns'):
            rows.append([NAMES[name], us(get('capture_ns')), us(get('cpu_ns')),
                         times(ratio(get('cpu_ns'), evdi)), us(get('ready_ns')),
                         times(ratio(get('ready_ns'), theirs))])
    return ('The same on a stock kernel, counted',
            "Debian's Linux 6.12 in QEMU, 1280x720, 64x64 damage; thousands of instructions (the "
            'emulated clock counts one as 1 ns). What is left when system calls and switches '
            'cost no more than on a real machine; it says nothing of memory, where an '
            'instruction of memcpy() costs more.',
            ['contender', 'moving pixels', 'kernel CPU', '÷ evdi', 'commit → readable', '÷ evdi'],
            rows)


def host_table(r):
    """Everything, as the host sees it."""
    rows = []
    none = r.get(UML, 'host', 'none', '1920x1080', 'full', 'host_ns')
    for name in ('none', 'direct', 'copy', 'evdi'):
        f = r.get(UML, 'host', name, '1920x1080', 'full', 'host_ns')
        if f:
            less = f.median - none.median if none and name in ('direct', 'copy') else None
            rows.append([NAMES.get(name, 'miracast, no owner'), us(f),
                         '–' if less is None else f'{less / 1e3:.0f}'])
    return ('Cross-check',
            'Processor time of the whole guest, User-Mode Linux, as its host sees it, per flip '
            'of a client that flips as soon as it may (full 1920x1080, nothing painted): with '
            'all that the programs do not measure, and with the price of User-Mode Linux for '
            'every system call and every switch of processes. COPY less DIRECT is what copying '
            'costs. evdi does not wait for a vblank, so it never idles, and its caches stay '
            'warm.',
            ['contender', 'µs per flip', 'less no owner'], rows)


def idle_table(r):
    """Static screen."""
    rows = []
    for name in contenders(r, 'direct', 'copy', 'evdi'):
        def get(metric, name=name):
            return r.get(QEMU, 'idle', name, '1280x720', '-', metric)
        if get('seconds'):
            rows.append([NAMES[name], f'{get("seconds").median:g}', f'{get("timers").worst:g}',
                         f'{get("works").worst:g}', f'{get("owner_wakeups").worst:g}'])
    return ('Static screen', 'Counted in the kernel\'s trace, while the owner waits for a picture.',
            ['contender', 'seconds', "timers of the driver", 'work items of the driver',
             'wake-ups of the owner'], rows)


DRIVER_TABLES = [cpu_table, wc_table, counted_table, host_table, ready_table, calls_table,
                 cadence_table, idle_table, scale_table, life_table, module_table]


def markdown(r):
    """All tables as Markdown."""
    yield '# Benchmark\n'
    there = [guest for guest in GUESTS if r.has((guest,))]
    for table in [lambda r: bars_table(r, there)] + DRIVER_TABLES + net.TABLES:
        title, text, head, rows = table(r)
        if not rows:
            continue
        yield f'## {title}\n\n{text}\n'
        yield '| ' + ' | '.join(head) + ' |'
        yield '|' + '--|' * len(head)
        for row in rows:
            yield '| ' + ' | '.join(str(cell) for cell in row) + ' |'
        yield ''


def restructured(r, guests, tables):
    """The bars of some guests and tables, for the manual."""
    yield ('.. SPDX-License-Identifier: GPL-2.0\n'
           '.. Made by scripts/bench --document; not to be edited.\n')
    plots = {'Kernel CPU time and bytes per picture': ('cpu', 'Kernel CPU time per picture'),
             'From commit to readable': ('ready', 'Time from commit to readable'),
             'Flip cadence': ('cadence', 'Intervals between flips'),
             'Several targets at once': ('scale', 'Cost of a target, beside others')}
    for table in [lambda r: bars_table(r, guests)] + tables:
        title, text, head, rows = table(r)
        if not rows:
            continue
        yield f'{title}\n{"-" * len(title)}\n\n{text}\n'
        if title in plots:
            yield f'.. image:: bench/{plots[title][0]}.png\n   :alt: {plots[title][1]}\n'
        yield '.. list-table::\n   :header-rows: 1\n'
        for row in [head] + rows:
            for i, cell in enumerate(row):
                text = str(cell).strip() or '..'
                yield ('   * - ' if not i else '     - ') + text
        yield ''


def table_csv(r, path):
    """Every figure, aggregated."""
    with open(path, 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file)
        out.writerow(['guest', 'part', 'contender', 'size', 'damage', 'metric', 'median', 'low',
                      'high', 'p99', 'worst', 'samples', 'rounds', 'ratio_to_memcpy',
                      'ratio_to_evdi'])
        for key in sorted(r.samples):
            f = Figure(r.samples[key])
            guest, part, _, size, damage, metric = key
            peers = []
            for peer in ('memcpy', 'evdi'):
                other = r.get(guest, part, peer, size, damage, metric)
                value = ratio(f, other)
                peers.append(f'{value[0]:.4g}' if value else '')
            out.writerow(list(key) +
                         [f'{v:.6g}' for v in (f.median, f.low, f.high, f.p99, f.worst)] +
                         [f.count, len(f.runs)] + peers)
