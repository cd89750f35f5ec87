#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The broker on a private bus, with mocks of logind and polkit (stage.py) and a fake device
# (device.c). Prints "ok - WHAT" or "not ok - WHAT".
#
#   test.py BROKER

import sys

sys.dont_write_bytecode = True
import callers  # noqa: E402
import hostile  # noqa: E402
import limits  # noqa: E402
import services  # noqa: E402
import stage  # noqa: E402

# The last ones end the services that the others need.
SCENES = (
    callers.at_the_seat,
    callers.details,
    callers.ends,
    callers.without_logind,
    limits.limits,
    limits.memory,
    limits.rate,
    hostile.arguments,
    hostile.leaving,
    hostile.no_files,
    hostile.with_files,
    hostile.flood,
    hostile.late,
    hostile.tries,
    callers.sessions,
    callers.of_other_users,
    callers.without_session,
    services.device,
    services.polkit,
    services.store,
    services.end_of_service,
)

system = stage.System()
try:
    for scene in SCENES:
        scene(system)
finally:
    system.end()
sys.exit(stage.failed)
