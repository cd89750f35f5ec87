# SPDX-License-Identifier: MIT
#
# What capture writes, and where to; what it needs for that, and what it says about it.

import json
import os
import subprocess
import time
from signal import SIGTERM, SIGUSR1, SIGUSR2

from program import NOBODY, Pipe, Program, check, path, within

PNG = b'\x89PNG\r\n\x1a\n'


def revoked():
    """The compositor ends, and its memory goes while a picture is read."""
    png, figures = path('revoked.png'), path('revoked.json')
    capture = Program('capture', '--direct', '--frames', '20', '--png', png, '--stats', figures,
                      revoke=5, period_us=5000)
    capture.ends(0, 'memory that goes while it is read does not end capture')
    check(os.path.exists(png), 'the picture is written')
    with open(figures, encoding='utf-8') as file:
        lost = json.load(file)['lost_chunks']
    check(lost > 0, f'{lost} chunks are counted as lost')


def is_png(data):
    return data.startswith(PNG) and b'IEND' in data[-12:]


def ordinary_user():
    """In a folder that is not the user's, as /dev is. Root may write anywhere."""
    user = NOBODY if os.geteuid() == 0 else None
    pipe = Pipe(1 << 20)
    fifo = path('fifo')
    os.mkfifo(fifo)
    os.chmod(fifo, 0o666)
    if user:
        os.fchown(pipe.file, user, user)
    if user is None:
        os.chmod(path('.'), 0o555)
    Program('capture', '-n', '1', '--png', '/dev/null', user=user).ends(
        0, 'whoever may write to a device may write pictures to it')
    Program('capture', '-n', '1', '--png', '/dev/stdout', user=user, out=pipe.file).ends(
        0, 'and to standard output by its name')
    check(is_png(pipe.read()), 'which gets a picture')
    with subprocess.Popen(['cat', fifo], stdout=subprocess.PIPE) as reader:
        capture = Program('capture', '-n', '1', '--png', fifo, user=user)
        check(is_png(reader.stdout.read()), 'and to a FIFO')
        capture.ends(0, 'with success')
    os.chmod(fifo, 0o600 if user else 0o400)
    capture = Program('capture', '--png', fifo, user=user)
    capture.ends(12, 'a FIFO that the user may not write to is refused')
    check('cannot write ' + fifo in capture.said(), 'with the reason')
    capture = Program('capture', '--png', path('new.png'), user=user)
    capture.ends(12, 'and a file in a folder where the user may not')
    check(not capture.said().count('connected'), 'before the monitor is announced')
    os.chmod(path('.'), 0o755)
    os.unlink(fifo)


def standard_output():
    for waits in (True, False):
        pipe = Pipe()
        os.set_blocking(pipe.file, waits)
        capture = Program('capture', '-q', '-n', '1', '--png', '-', out=pipe.file)
        pipe.fills()
        check(is_png(pipe.read()), f'--png - is standard output, {"which waits" if waits else ""}')
        capture.ends(0, 'and ends well')
    check(not os.path.exists(path('-')), 'not a file of that name')
    pipe = Pipe()
    capture = Program('capture', '--png', '-', out=pipe.file, period_us=5000)
    capture.listens()
    capture.kill(SIGUSR1)
    pipe.await_text(PNG)
    time.sleep(0.5)
    capture.kill(SIGTERM)
    check(PNG in pipe.read(), 'SIGUSR1 writes one, and the last follows')
    capture.ends(0, 'and that ends well')


def full_for_a_moment():
    """Whoever shares the pipe may have set O_NONBLOCK."""
    for options in ((), ('--json',)):
        pipe = Pipe()
        os.set_blocking(pipe.file, False)
        hold = Program('hold', '-v', *options, out=pipe.file, pictures=200)
        pipe.fills()
        time.sleep(0.5)
        check(hold.runs(), 'a pipe that is full for a moment does not end hold')
        pipe.await_text(b'picture 200' if not options else b'"frame": 200,')
        hold.kill(SIGTERM)
        hold.ends(0, 'and all is printed')
        pipe.close()


def states():
    """Those of a newer driver are not taken for pictures that come."""
    for number, word, text in ((0, 'ok', 'may come again'), (4, 'ok', 'may come again'),
                               (2, 'not-pinned', 'no DRM master'),
                               (8, 'unreadable', 'cannot be read'),
                               (9, 'unknown', 'does not know')):
        for options, expected in (((), text), (('--json',), f'"state":"{word}"')):
            pipe = Pipe(65536)
            hold = Program('hold', '-v', *options, out=pipe.file, pictures=1, state=number)
            hold.listens()
            time.sleep(0.2)
            hold.kill(SIGTERM)
            hold.ends(0, f'hold with picture state {number}')
            got = pipe.read().decode().replace(' ', '')
            check(expected.replace(' ', '') in got, f'which it calls {word}')


def closed():
    with open(path('nothing'), 'wb') as nothing:
        for descriptors in ((0,), (0, 1, 2), (1,), (2,)):
            capture = Program('capture', '--raw', '-', '-n', '1', closed=descriptors,
                              out=nothing.fileno())
            capture.ends(12 if 1 in descriptors else 0, f'without descriptors {descriptors}')
    capture = Program('capture', '--raw', '-', closed=(1,))
    capture.ends(12, 'a closed standard output cannot be written to')
    check('Bad file descriptor' in capture.said(), 'for that reason')
    Program('hold', closed=(1,)).ends(12, 'nor by hold')
    Program('hold', '--help', closed=(1,)).ends(12, 'nor its help')


def never_began():
    for options, what in ((('--png', path('never/')), 'the PNG files have not begun'),
                          (('--raw', path('never.raw')), 'the video has not begun'),
                          (('--raw', path('never.raw'), '--png', path('never/')),
                           'have not begun')):
        capture = Program('capture', '--on-signal', *options, period_us=5000)
        capture.listens()
        time.sleep(0.5)
        capture.kill(SIGTERM)
        capture.ends(11, f'a failure: {what}')
        check(what in capture.said(), 'which is said')
    capture = Program('capture', '--on-signal', '--png', path('began/'), period_us=5000)
    capture.listens()
    capture.kill(SIGUSR2)
    within(20, lambda: os.path.exists(path('began/frame-000001.png')))
    capture.kill(SIGTERM)
    capture.ends(0, 'those that have are none')


SCENES = (revoked, ordinary_user, standard_output, full_for_a_moment, states, closed,
          never_began)
