# SPDX-License-Identifier: MIT
"""Threads that run guests, and builds. Whatever ends the program ends these first.

Guests are in sessions of their own, so no signal to the program reaches them, and a thread
that waits for one has to end it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

# Set when the program ends before its jobs are done.
ending = threading.Event()


class Ended(Exception):
    """Of a guest that was ended together with the program: no result."""


@contextlib.contextmanager
def jobs(count):
    """A pool of threads, none of which is left at the end."""
    pool = ThreadPoolExecutor(count)
    try:
        yield pool
    except BaseException:
        ending.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def run_build(command, log, **options):
    """Runs a command that starts others: none of them is left, even if this is interrupted.

    Returns its exit status. log: path of the file for what it prints.
    """
    with log.open("w") as output, \
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                             stderr=subprocess.STDOUT, start_new_session=True,
                             **options) as process:
        try:
            return process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise


def end_by_signals():
    """Makes an exception of each signal that asks the program to end."""
    def end(number, _):
        # Another one would leave before the guests are ended, which takes seconds.
        for other in wanted:
            signal.signal(other, signal.SIG_IGN)
        sys.exit(128 + number)

    # nohup, for example, has some ignored.
    wanted = [number for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
              if signal.getsignal(number) != signal.SIG_IGN]
    for number in wanted:
        signal.signal(number, end)
