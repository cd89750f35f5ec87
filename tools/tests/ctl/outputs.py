# SPDX-License-Identifier: MIT
#
# What capture writes, and where to; what it needs for that, and what it says about it.

import json
import os
import stat
import subprocess
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


SCENES = (revoked,)
