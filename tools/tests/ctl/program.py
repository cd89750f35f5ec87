# SPDX-License-Identifier: MIT
#
# miracastctl with a fake device (device.c), and what is around it: pipes that are full, a
# folder, a bus that never answers.

import fcntl
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

failed = 0
folder = tempfile.mkdtemp(prefix='miracastctl.')
# Others have to reach it, for what ordinary users may do.
os.chmod(folder, 0o755)
NOBODY = 65534


def check(good, what):
    global failed
    failed += not good
    print(('ok - ' if good else 'not ok - ') + what, flush=True)


def path(name):
    return os.path.join(folder, name)


def set_up():
    shutil.copy(sys.argv[1], path('miracastctl'))


def clean():
    shutil.rmtree(folder)


def within(seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Program:
    """One run. ignored: signals that are ignored from the start; closed: descriptors that
    are not there."""

    def __init__(self, *arguments, out=None, err=None, ignored=(), closed=(), user=None,
                 **device):
        def begin():
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
            for number in closed:
                os.close(number)
            if user is not None:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)

        self.error = None
        if err is None:
            self.error = tempfile.TemporaryFile()
        environment = dict(os.environ, **{'DEVICE_' + name.upper(): str(value)
                                          for name, value in device.items()})
        self.process = subprocess.Popen(
            [path('miracastctl'), *arguments], env=environment, preexec_fn=begin, cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL if out is None else out,
            stderr=err or self.error)

    def said(self):
        self.error.seek(0)
        return self.error.read().decode()

    def kill(self, number):
        self.process.send_signal(number)

    def runs(self):
        return self.process.poll() is None

    def listens(self):
        """Has handlers, and the monitor is announced."""
        return within(20, lambda: 'is connected' in self.said())

    def status(self, seconds=20):
        """Its exit status, or None when it does not end."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def ends(self, status, what, seconds=20):
        got = self.status(seconds)
        check(got == status, what)
        if got != status:
            print(f'# status {got}, not {status}')
            if self.error:
                print('# ' + self.said().replace('\n', '\n# '))


class Pipe:
    """A small one, which is full at once or soon."""

    def __init__(self, size=4096):
        self.end, self.file = os.pipe()
        fcntl.fcntl(self.file, fcntl.F_SETPIPE_SZ, size)

    def fill(self):
        while self.takes():
            os.write(self.file, b'.' * 4096)

    def takes(self):
        return bool(select.select([], [self.file], [], 0)[1])

    def fills(self):
        return within(20, lambda: not self.takes())

    def await_text(self, text):
        got = b''
        while text not in got:
            got += os.read(self.end, 65536)

    def read(self):
        os.close(self.file)
        text = b''
        while part := os.read(self.end, 65536):
            text += part
        os.close(self.end)
        return text

    def close(self):
        os.close(self.file)
        os.close(self.end)


def silent_bus():
    """Listens, and does not speak; close it."""
    bus = socket.socket(socket.AF_UNIX)
    bus.bind(path('bus'))
    bus.listen(16)
    os.environ['DBUS_SYSTEM_BUS_ADDRESS'] = 'unix:path=' + path('bus')
    return bus
