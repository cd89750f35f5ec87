#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs a program whose standard output, and in a terminal also its standard error, nobody
reads from the moment that a line has a word: a terminal that is stopped, a pipe that is full,
or one whose reader is gone. Says in JSON how the program ended, and what it said.
"""
import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import threading
import time

PAGE = 4096


def open_output(kind):
    """Returns both ends, what is read first."""
    if kind == 'stopped':
        return os.openpty()
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PAGE)
    return ends


class Output:
    """What the program says."""

    def __init__(self, kind, word):
        self.kind, self.word = kind, word.encode()
        self.reader, self.writer = open_output(kind)
        self.said = b''

    def read(self):
        """Returns whether there was any."""
        try:
            some = os.read(self.reader, 65536)
        except OSError:  # the other side of a terminal is closed
            some = b''
        self.said += some
        return some

    def read_until_word(self):
        """And from here on nobody does."""
        while self.word not in self.said and self.read():
            pass
        if self.kind == 'stopped':
            termios.tcflow(self.writer, termios.TCOOFF)
        elif self.kind == 'gone':
            os.close(self.reader)

    def lines(self):
        """All of it, as text."""
        return self.said.decode(errors='replace').splitlines()

    def read_rest(self):
        """What waits, after the end."""
        if self.kind == 'gone':
            return
        if self.kind == 'stopped':
            termios.tcflow(self.writer, termios.TCOON)
        os.close(self.writer)
        while self.read():
            pass


def main():
    """Options, and the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--kind', choices=['stopped', 'full', 'gone'], required=True)
    parser.add_argument('--word', required=True)
    parser.add_argument('--for', type=float, dest='read_after',
                        help='seconds for which nobody reads; else until the end')
    parser.add_argument('--signal', type=float, help='seconds until SIGTERM')
    parser.add_argument('--out', required=True, help='file for the result')
    parser.add_argument('command', nargs='+')
    options = parser.parse_args()
    output = Output(options.kind, options.word)
    errors = output.writer if options.kind == 'stopped' else None
    process = subprocess.Popen(options.command, stdin=subprocess.DEVNULL, stdout=output.writer,
                               stderr=errors)
    if options.kind == 'full':
        os.close(output.writer)
        output.writer = os.open(os.devnull, os.O_WRONLY)
    elif options.kind == 'gone':
        os.close(output.writer)
    output.read_until_word()
    from_then = time.monotonic()
    if options.read_after:
        time.sleep(options.read_after)
        threading.Thread(target=output.read_rest).start()
    if options.signal:
        time.sleep(options.signal)
        from_then = time.monotonic()
        process.send_signal(signal.SIGTERM)
    status = process.wait()
    took = time.monotonic() - from_then
    if not options.read_after:
        output.read_rest()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
    with open(options.out, 'w', encoding='ascii') as file:
        json.dump({'status': status, 'took': took, 'lines': output.lines()}, file)


if __name__ == '__main__':
    sys.exit(main())
