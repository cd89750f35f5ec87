#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The whole miracastctl with a fake device (device.c). Prints "ok - WHAT" or "not ok - WHAT".
#
#   test.py MIRACASTCTL

import sys

sys.dont_write_bytecode = True
import program  # noqa: E402
import signals  # noqa: E402

program.set_up()
try:
    for scene in signals.SCENES:
        scene()
finally:
    program.clean()
sys.exit(program.failed > 0)
