# SPDX-License-Identifier: MIT
"""The samples of a run of scripts/bench, by guest, program, contender, size and damage."""

import collections
import csv
import os

from figures import Figure
import tables as net

SIZES = ['1280x720', '1920x1080', '3840x2160']
DAMAGES = ['full', '25%', '64x64']
CONTENDERS = ['direct', 'copy', 'nv12', 'evdi', 'evdi-nv12', 'vkms', 'memcpy', 'libc']
NAMES = {
    'direct': 'miracast DIRECT', 'copy': 'miracast COPY', 'nv12': 'miracast NV12',
    'evdi': 'evdi grab', 'evdi-nv12': 'evdi + videoconvert', 'vkms': 'vkms write-back',
    'memcpy': "memcpy (kernel's)", 'libc': "memcpy (C library's)",
}
# Contenders that read write-combined memory.
WC_CONTENDERS = ['copy-wc', 'nv12-wc', 'memcpy-wc', 'from-wc']
WC_NAMES = {
    'copy-wc': 'miracast COPY', 'nv12-wc': 'miracast NV12', 'memcpy-wc': "memcpy (kernel's)",
    'from-wc': 'drm_memcpy_from_wc()',
}
# Calls of the owner that are timed for a picture. In User-Mode Linux an empty call costs as
# much as a hundred on a real machine.
TIMED_CALLS = {'direct': 2, 'copy': 2, 'nv12': 2, 'evdi': 3, 'evdi-nv12': 3}
UML, QEMU = 'uml', '6.12'
PARTS = {'uml': UML, 'qemu': QEMU, 'net': net.NET}
GUESTS = tuple(PARTS.values())


class Results:
    """All samples, by what they are of."""

    def __init__(self, path):
        self.samples = collections.defaultdict(lambda: collections.defaultdict(list))
        self.missing = set()
        for row in self.rows(path, 'samples.csv') + self.rows(path, 'net.csv'):
            if row['metric'] == 'not_offered':
                self.missing.add(row['contender'])
            key = tuple(row[c] for c in
                        ('guest', 'part', 'contender', 'size', 'damage', 'metric'))
            self.samples[key][row['run']].append(float(row['value']))
        self.modules = {row.pop('module'): {k: int(v) for k, v in row.items()}
                        for row in self.rows(path, 'modules.csv')}

    @staticmethod
    def rows(path, name):
        """Of a file of a part that may not have been run."""
        try:
            with open(os.path.join(path, name), encoding='utf-8') as file:
                return list(csv.DictReader(file))
        except FileNotFoundError:
            return []

    def has(self, guests):
        """Whether there is anything of them."""
        return any(key[0] in guests for key in self.samples)

    def get(self, guest, part, contender, size, damage, metric):
        """A figure, or None when nothing was measured."""
        runs = self.samples.get((guest, part, contender, size, damage, metric))
        return Figure(runs) if runs else None

    def picture(self, contender, size, damage, metric):
        """A figure of the programme "pictures"."""
        return self.get(UML, 'pictures', contender, size, damage, metric)

    def base(self, guest, metric):
        """A figure of "baseline", its median, or 0."""
        figure = self.get(guest, 'baseline', '-', '-', '-', metric)
        return figure.median if figure else 0.0

    def cpu(self, contender, size, damage):
        """Kernel CPU time per picture, less what empty system calls cost."""
        figure = self.picture(contender, size, damage, 'cpu_ns')
        calls = TIMED_CALLS.get(contender, 0)
        return figure and figure.shifted(calls * self.base(UML, 'syscall_ns'))

    def grab(self, size, damage):
        """evdi's grab alone, less an empty system call."""
        figure = self.picture('evdi', size, damage, 'capture_ns')
        return figure and figure.shifted(self.base(UML, 'syscall_ns'))


def guest_name(guest):
    """Guest as people know it."""
    return {UML: 'User-Mode Linux', QEMU: 'QEMU'}.get(guest, guest)
