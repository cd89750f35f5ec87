# SPDX-License-Identifier: MIT
"""Plots of the driver's figures, as PNG."""

import os

import numpy as np

from bars import cadence_size
from samples import CONTENDERS, DAMAGES, NAMES, QEMU, SIZES, UML, guest_name

COLORS = {'direct': '#1b7837', 'copy': '#2166ac', 'nv12': '#67a9cf', 'evdi': '#b2182b',
          'evdi-nv12': '#ef8a62', 'vkms': '#999999', 'memcpy': '#333333', 'libc': '#777777'}


def grouped(plt, r, get, names, title, unit, path):
    """Bars by contender, for every size (columns) and damage (groups)."""
    figure, axes = plt.subplots(1, len(SIZES), figsize=(10, 3.6), sharey=True)
    for axis, size in zip(axes, SIZES):
        shown = [n for n in names if any(get(n, size, d) for d in DAMAGES)]
        for i, name in enumerate(shown):
            found = [(x, get(name, size, d)) for x, d in enumerate(DAMAGES)]
            found = [(x, f) for x, f in found if f]
            width = 0.85 / len(shown)
            axis.bar([x - 0.42 + (i + 0.5) * width for x, _ in found],
                     [f.median / 1e3 for _, f in found], width, label=NAMES[name],
                     color=COLORS[name],
                     yerr=[[max(0, f.median - f.low) / 1e3 for _, f in found],
                           [max(0, f.high - f.median) / 1e3 for _, f in found]],
                     error_kw={'elinewidth': 0.8})
        axis.set_title(size, fontsize=10)
        axis.set_xticks(range(len(DAMAGES)), DAMAGES)
        axis.set_yscale('log')
        axis.grid(axis='y', alpha=0.3)
    axes[0].set_ylabel(unit)
    figure.suptitle(title, fontsize=11)
    handles, labels = axes[1].get_legend_handles_labels()
    if not handles:
        plt.close(figure)
        return
    figure.legend(handles, labels, fontsize=7, loc='lower center', ncol=len(labels))
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.savefig(path, dpi=80)
    plt.close(figure)


def cadence_plot(plt, r, path):
    """Intervals, flip by flip."""
    states = ('fast', 'slow', 'stopped')
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
    size = cadence_size(r, UML)
    for axis, state in zip(axes, states):
        for name, mark, width in (('copy', 'o', 5), ('direct', '+', 4), ('evdi', 'x', 3)):
            runs = r.samples.get((UML, 'cadence', name, size, state, 'interval_ns'))
            if runs:
                values = list(runs.values())[0]
                axis.plot(range(1, len(values) + 1), np.asarray(values) / 1e6, mark,
                          markersize=width, label=NAMES[name], color=COLORS[name], fillstyle='none')
        for n in (1, 2, 3):
            axis.axhline(n * 1000 / 60, color='#cccccc', linewidth=0.8, zorder=0)
        axis.set_title(f'owner {state}', fontsize=10)
        axis.set_xlabel('flip')
        axis.set_ylim(0, 58)
    axes[0].set_ylabel('ms since the flip before')
    axes[0].legend(fontsize=7)
    figure.suptitle(f'Intervals between flips, {size}, one round', fontsize=11)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def scale_plot(plt, r, path):
    """Cost of a target."""
    figure, axis = plt.subplots(figsize=(6, 3.2))
    for guest, style in ((QEMU, '-'), (UML, '--')):
        metric = 'total_cpu_ns' if guest == QEMU else 'cpu_ns'
        for name in ('direct', 'copy'):
            found = [(n, r.get(guest, 'scale', name, '1280x720', str(n), metric))
                     for n in (1, 2, 4, 8, 16)]
            found = [(n, f) for n, f in found if f]
            if found and found[0][0] == 1:
                one = found[0][1].median
                axis.plot([n for n, _ in found], [f.median / one for _, f in found], style,
                          marker='o', markersize=4, color=COLORS[name],
                          label=f'{NAMES[name]}, {guest_name(guest)}')
    axis.axhline(1.1, color='#aaaaaa', linewidth=0.8)
    axis.set_xscale('log', base=2)
    axis.set_xticks([1, 2, 4, 8, 16], ['1', '2', '4', '8', '16'])
    axis.set_ylim(0, 2)
    axis.set_xlabel('targets')
    axis.set_ylabel('CPU per picture ÷ one target')
    axis.grid(alpha=0.3)
    axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def plots(r, folder):
    """All plots."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot as plt
    grouped(plt, r, r.cpu, CONTENDERS[:-1],
            'Kernel CPU time per picture (evdi + videoconvert: conversion included)', 'µs',
            os.path.join(folder, 'cpu.png'))
    grouped(plt, r, lambda n, s, d: r.picture(n, s, d, 'ready_ns'), CONTENDERS[:6],
            'From commit to readable, median', 'µs', os.path.join(folder, 'ready.png'))
    cadence_plot(plt, r, os.path.join(folder, 'cadence.png'))
    scale_plot(plt, r, os.path.join(folder, 'scale.png'))
