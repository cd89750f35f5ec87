#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Judges casts to sinks of the tests: what miracast-cast said, NAME.out, its exit status,
NAME.status, and what the sink saw, NAME.json. One line per check, "ok" or "not ok".
"""
import json
import os
import sys

from sinks import SINKS

PLAYED = 'ended-by-sink'
# Faults that are no failure of a program's.
GOOD = (PLAYED, 'none')


def load(folder, name):
    """Events of the cast, its exit status, and the sink's result."""
    with open(os.path.join(folder, name + '.out'), encoding='utf-8') as file:
        events = [json.loads(line) for line in file if line.startswith('{')]
    with open(os.path.join(folder, name + '.status'), encoding='ascii') as file:
        status = int(file.read())
    try:
        with open(os.path.join(folder, name + '.json'), encoding='utf-8') as file:
            result = json.load(file)
    except (OSError, ValueError):
        result = {}
    return events, status, result


def check(good, what, *more):
    """A line."""
    print(('ok - ' if good else 'not ok - ') + what)
    if not good:
        print(*more)


def fault_of(events):
    """Why it ended."""
    faults = [event['fault'] for event in events if event['event'] == 'fault']
    return faults[0] if faults else 'none'


def judge_end(name, wanted, events, status):
    """Its fault and its exit status."""
    fault = fault_of(events)
    good = fault == wanted and status == (0 if fault in GOOD else 1)
    check(good, f'{name}: the end is "{wanted}"', fault, status, events[-2:])


def judge_played(name, result):
    """Whether pictures came, in the right way, and all that was sent but what the sink of
    the test was too slow for.
    """
    check(result.get('packets', 0) > 5 and result.get('markers', 0) > 0 and
          result['missing'] == result['dropped_here'] and result['payload_types'] == [33],
          f'{name}: pictures come', result)


def judge_row(folder, name):
    """A sink of the table. Returns whether M3 came alone; None: it does not matter."""
    row = SINKS[name]
    events, status, result = load(folder, name)
    judge_end(name, row['fault'] or PLAYED, events, status)
    if row['fault']:
        check(not result.get('packets'), f'{name}: nothing is sent', result)
        return None
    judge_played(name, result)
    mode = next((event for event in events if event['event'] == 'mode'), {})
    got = (mode.get('width'), mode.get('height'), mode.get('hz'))
    check(row['mode'] in (None, got) and mode.get('sound') == row['sound'],
          f'{name}: the mode and the sound are the best for it', got, mode, row['mode'])
    said = [event['event'] for event in events if event['event'] == 'edid-repaired']
    check(said == [row['says']] * bool(row['says']), f'{name}: what is odd about it is said', said)
    check(result.get('cseq_counts'), f'{name}: requests are numbered', result)
    return result.get('m3_alone')


def main():
    """judge.py FOLDER rows | judge.py FOLDER NAME FAULT [played]"""
    folder, name = sys.argv[1:3]
    if name == 'rows':
        alone = [judge_row(folder, row) for row in SINKS]
        # A sink that has to wait for a processor reads two messages at once.
        check(alone.count(True) > 3 * alone.count(False), 'M3 comes alone', alone)
        return
    events, status, result = load(folder, name)
    judge_end(name, sys.argv[3], events, status)
    if sys.argv[4:] == ['played']:
        judge_played(name, result)


if __name__ == '__main__':
    main()
