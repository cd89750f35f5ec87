# SPDX-License-Identifier: MIT
#
# Signals: the first one ends hold and capture well, whoever does not read what they print,
# another one at once; and what was ignored stays ignored.

import glob
import os
import time
from signal import SIGHUP, SIGINT, SIGTERM

from program import Pipe, Program, check, path, silent_bus, within


def blocked_output():
    for number in (SIGTERM, SIGINT, SIGHUP):
        for options in ((), ('--json',)):
            pipe = Pipe()
            hold = Program('hold', '-v', *options, out=pipe.file)
            check(pipe.fills(), 'hold prints for nobody who reads')
            time.sleep(0.3)
            hold.kill(number)
            hold.ends(0, f'{number.name} ends it well: {" ".join(options) or "text"}')
            pipe.close()


def whole_lines():
    pipe = Pipe(16384)
    hold = Program('hold', '-v', '--json', out=pipe.file)
    pipe.fills()
    time.sleep(0.3)
    hold.kill(SIGTERM)
    hold.status()
    lines = pipe.read().split(b'\n')
    check(len(lines) > 5 and not lines[-1] and all(line.endswith(b'}') for line in lines[:-1]),
          'what was printed are whole lines')


def blocked_errors():
    pipe = Pipe()
    pipe.fill()
    capture = Program('capture', err=pipe.file, period_us=5000)
    time.sleep(1)
    capture.kill(SIGTERM)
    capture.ends(0, 'capture ends well when nobody reads its messages')
    pipe.close()

    pipe = Pipe()
    png = path('blocked.png')
    capture = Program('capture', '--png', png, err=pipe.file, period_us=5000, pictures=200)
    pipe.await_text(b'mode 1 set')
    pipe.fill()
    time.sleep(3)
    capture.kill(SIGTERM)
    capture.ends(0, 'nor its status lines')
    check(os.path.exists(png), 'and has written its picture')
    pipe.close()


def blocked_video():
    pipe = Pipe()
    capture = Program('capture', '--raw', '-', out=pipe.file, period_us=5000)
    capture.listens()
    pipe.fills()
    capture.kill(SIGTERM)
    time.sleep(0.5)
    check(capture.runs(), 'a signal does not cut a video that is read slowly')
    capture.kill(SIGTERM)
    capture.ends(-SIGTERM, 'another one does')
    pipe.close()


def slow_statistics():
    pipe = Pipe()
    capture = Program('capture', '-q', '--stats', '-', out=pipe.file)
    time.sleep(2)
    capture.kill(SIGTERM)
    check(pipe.fills(), 'statistics are written to a reader that is slow')
    time.sleep(0.3)
    text = pipe.read()
    check(text.endswith(b'}\n') and len(text) > 4096, 'who gets all of them')
    capture.ends(0, 'that is success')


def twice_at_once():
    """As timeout(1) does, which signals its child and then its group."""
    for number in range(5):
        png = path(f'twice{number}.png')
        capture = Program('capture', '--png', png, width=1920, height=1080, period_us=5000)
        capture.listens()
        time.sleep(0.3)
        capture.kill(SIGTERM)
        time.sleep(0.01)
        capture.kill(SIGTERM)
        capture.ends(0, 'two signals at once are one')
        check(os.path.exists(png), 'the picture is written')


def parts():
    for number in range(3):
        capture = Program('capture', '--png', path('sequence/'), width=3840, height=2160,
                          period_us=5000)
        capture.listens()
        within(20, lambda: glob.glob(path('sequence/*.part')))
        capture.kill(SIGTERM)
        time.sleep(0.15)
        capture.kill(SIGTERM)
        capture.ends(-SIGTERM, 'another signal ends capture while it compresses')
        check(not glob.glob(path('sequence/*.part')), 'and no part of a file is left')


def ignored():
    for number in (SIGHUP, SIGINT, SIGTERM):
        hold = Program('hold', err=None, ignored=(number,))
        time.sleep(1)
        hold.kill(number)
        time.sleep(0.5)
        check(hold.runs(), f'{number.name} that was ignored stays so')
        hold.kill(SIGINT if number != SIGINT else SIGTERM)
        hold.ends(0, 'another one ends hold')


def silent_broker():
    bus = silent_bus()
    for number in (SIGINT, SIGTERM):
        for command in ('hold', 'capture'):
            program = Program(command, deny=1)
            time.sleep(1)
            check(program.runs(), f'{command} asks the broker')
            program.kill(number)
            program.ends(-number, f'{number.name} ends that', 5)
    bus.close()


SCENES = (blocked_output, whole_lines, blocked_errors, blocked_video, slow_statistics,
          twice_at_once, parts, ignored, silent_broker)
