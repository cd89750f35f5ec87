# SPDX-License-Identifier: MIT
"""gnome-network-displays as a source: on an X server of its own, with the sink that it has for
tests. Its size is 1920x1080, whatever the sink offers, and its picture is that X server's,
on which nothing changes.
"""
import os
import shutil
import subprocess
import tempfile
import time

from ends import PATIENCE, Failed, Process, Stream, said

PORT = 7236
LISTENS = '0A'
TITLE = 'Network Displays'
# Where its window has the only sink of its list, as a share of the window's size.
ROW = 0.36, 0.39


def is_installed():
    """With what it needs here."""
    return all(map(shutil.which, ('gnome-network-displays', 'Xvfb', 'xdotool')))


def listens():
    """Whether somebody waits for a sink."""
    for name in ('/proc/net/tcp', '/proc/net/tcp6'):
        with open(name, encoding='ascii') as file:
            for line in file:
                words = line.split()
                if words[1].endswith(f':{PORT:04X}') and words[3] == LISTENS:
                    return True
    return False


class Gnd(Stream):
    """The program, the X server, and the tests' sink."""
    name = 'gnd'

    def __init__(self, place, seconds):
        super().__init__(place, seconds)
        self.server = None
        self.environment = place.environment([])

    def show(self):
        """The X server. It says which number it has taken."""
        with tempfile.TemporaryFile('w+') as number:
            self.server = subprocess.Popen(
                ['Xvfb', '-displayfd', str(number.fileno()), '-screen', '0', '1920x1080x24',
                 '-nolisten', 'tcp'], pass_fds=[number.fileno()], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            end = time.monotonic() + PATIENCE
            while True:
                number.seek(0)
                text = number.read()
                if text.endswith('\n'):
                    break
                if self.server.poll() is not None or time.monotonic() > end:
                    raise Failed('Xvfb does not run')
                time.sleep(0.05)
        self.environment.update(
            DISPLAY=':' + text.strip(), GDK_BACKEND='x11', NETWORK_DISPLAYS_DUMMY='1',
            NO_AT_BRIDGE='1', GSETTINGS_BACKEND='memory',
            DBUS_SESSION_BUS_ADDRESS='unix:path=' + os.devnull)

    def point(self, *words):
        """What xdotool says."""
        done = subprocess.run(['xdotool', *map(str, words)], env=self.environment, text=True,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout.split()

    def choose(self):
        """The sink for tests, in the window."""
        end = time.monotonic() + PATIENCE
        while not listens():
            if self.source.child.poll() is not None or time.monotonic() > end:
                raise Failed('gnome-network-displays does not wait for a sink: '
                             + self.source.words().strip()[-200:])
            for window in self.point('search', '--onlyvisible', '--name', f'^{TITLE}$')[:1]:
                words = self.point('getwindowgeometry', '--shell', window)
                size = dict(word.split('=') for word in words if '=' in word)
                if not {'X', 'Y', 'WIDTH', 'HEIGHT'} <= size.keys():
                    continue  # it has gone since
                self.point('mousemove', int(size['X']) + int(int(size['WIDTH']) * ROW[0]),
                           int(size['Y']) + int(int(size['HEIGHT']) * ROW[1]), 'click', 1)
            time.sleep(0.5)

    def start(self):
        self.show()
        self.source = Process(['gnome-network-displays'], self.environment,
                              self.place.path('source'))
        self.choose()
        self.receiver = self.receive('--source', '127.0.0.1', '--port', str(PORT))
        self.receiver.until(said('first'), 'gnome-network-displays sends nothing')

    def close(self, kill):
        if self.receiver:
            self.receiver.end(kill)
        if self.source:
            self.source.end(True)
        if self.server:
            self.server.terminate()
            self.server.wait()

    def begun(self):
        return self.result['connected_ns']
