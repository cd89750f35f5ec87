# SPDX-License-Identifier: MIT
"""Figures of the benchmark, bars that they are held against, and how they are written."""

import numpy as np

# With fewer samples a 99th percentile means nothing: it would be one of the three worst.
P99_SAMPLES = 400


class Figure:
    """One figure: median of the rounds' medians, their spread, and the tail."""

    def __init__(self, runs):
        medians = [float(np.median(values)) for values in runs.values()]
        every = np.concatenate([np.asarray(values) for values in runs.values()])
        self.runs = {run: float(np.median(values)) for run, values in runs.items()}
        self.median = float(np.median(medians))
        self.low, self.high = min(medians), max(medians)
        self.p99 = float(np.percentile(every, 99))
        self.worst = float(every.max())
        self.mean = float(every.mean())
        self.values = every
        self.count = len(every)
        self.tail = f'{self.p99 / 1e3:.0f}' if self.count >= P99_SAMPLES else '–'

    def shifted(self, by):
        """The same less a constant."""
        return Figure({run: [value - by] for run, value in self.runs.items()})

    def over(self, other):
        """Ratio, taken round by round: median, lowest, highest."""
        ratios = [self.runs[run] / other.runs[run] for run in self.runs
                  if other.runs.get(run)]
        if not ratios:
            return None
        return float(np.median(ratios)), min(ratios), max(ratios)


class Bar:
    """A bar: what, the limit, the figure, whether it is met, remarks, and who measures it."""

    def __init__(self, what, limit, figure, met, note='', guest='uml'):
        self.what, self.limit, self.figure, self.met, self.note = what, limit, figure, met, note
        self.guest = guest

    def verdict(self):
        """Met or not."""
        return {True: 'met', False: '**not met**', None: 'not measured'}[self.met]


def at_most(what, limit, ratio, note='', text=None, guest='uml'):
    """A bar for a ratio of two figures: (median, lowest, highest)."""
    if ratio is None:
        return Bar(what, text or f'≤ {limit:g}', '–', None, note, guest)
    shown = f'{ratio[0]:.3g} ({ratio[1]:.3g} – {ratio[2]:.3g})'
    return Bar(what, text or f'≤ {limit:g}', shown, ratio[0] <= limit, note, guest)


def counted(what, limit, value, met, note='', guest='uml'):
    """A bar for something that is counted."""
    if value is None:
        return Bar(what, limit, '–', None, note, guest)
    return Bar(what, limit, f'{value:g}', bool(met), note, guest)


def ratio(a, b):
    """a over b, round by round, where both were measured."""
    return a.over(b) if a and b else None


def us(figure, scale=1e3):
    """Microseconds with spread."""
    if not figure:
        return '–'
    def text(v):
        v /= scale
        return f'{v:.0f}' if abs(v) >= 100 else f'{v:.1f}'
    return f'{text(figure.median)} ({text(figure.low)} – {text(figure.high)})'


def times(value, digits=3):
    """A ratio."""
    return f'{value[0]:.{digits}g}' if value else '–'
