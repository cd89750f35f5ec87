#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The whole miracastctl with a fake device (device.c). Prints "ok - WHAT" or "not ok - WHAT".
#
#   test.py MIRACASTCTL [SCENE]...

import sys

sys.dont_write_bytecode = True
import outputs  # noqa: E402
import program  # noqa: E402
import signals  # noqa: E402

program.set_up()
try:
    for scene in signals.SCENES + outputs.SCENES:
        if scene.__name__ in sys.argv[2:] or not sys.argv[2:]:
            scene()
finally:
    program.clean()
sys.exit(program.failed > 0)
