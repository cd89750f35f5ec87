# SPDX-License-Identifier: MIT
"""What surrounds the broker in its test: logind, polkit, the service manager's store of
files, and callers. It starts a private bus when it is imported, and makes a folder with the
files that say what the fake device (device.c) is like.
"""
import os
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import dbus
import dbus.lowlevel
import dbusmock

NAME = 'org.miracast.Broker1'
PATH = '/org/miracast/Broker1'
LOGIN = 'org.freedesktop.login1'
POLKIT = 'org.freedesktop.PolicyKit1'
SESSION = '/org/freedesktop/login1/session/'
IDLE_S = 30    # as IDLE_US of the broker
CALL_S = 5     # as CALL_US
work = tempfile.mkdtemp()
# A polkit that has been asked answers when the test lets it: an expression for the mock.
WAITS = (f'bool([open("{work}/asked", "w").close()] + [__import__("time").sleep(0.05) for _ in '
         f'iter(lambda: __import__("os").path.exists("{work}/answer"), True)])')
os.mkdir(f'{work}/sessions')
failed = False
seed = int(os.environ.get('SEED', random.randrange(2**32)))


def check(what, passed):
    global failed
    print(('ok' if passed else 'not ok') + ' - ' + what, flush=True)
    failed = failed or not passed


def within(seconds, condition):
    """On a busy machine all takes longer, and only a failure waits to the end."""
    end = time.monotonic() + 4 * seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def put(name, value):
    with open(f'{work}/new', 'w') as file:
        file.write(f'{value}\n')
    os.rename(f'{work}/new', f'{work}/{name}')


def get(name):
    return int(open(f'{work}/{name}').read())


def hung_up(fd):
    poll = select.poll()
    poll.register(fd, 0)
    return any(events & select.POLLHUP for _, events in poll.poll(0))


def urge(fd):
    """What EPOLLPRI of the driver is."""
    with socket.socket(fileno=os.dup(fd)) as end:
        end.send(b'x', socket.MSG_OOB)


def start_bus():
    """As dbusmock does it, with the policy that the broker is installed with."""
    policy = os.path.abspath(f'{os.path.dirname(__file__)}/../../data/{NAME}.conf')
    test = dbusmock.DBusTestCase
    with tempfile.NamedTemporaryFile('w') as file:
        file.write(f'''<busconfig>
            <type>system</type><keep_umask/><listen>unix:tmpdir=/tmp</listen>
            <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
            </policy>
            <include>{policy}</include>
        </busconfig>''')
        file.flush()
        test.system_bus_pid, started = test.start_dbus(conf=file.name)
    os.environ['DBUS_SYSTEM_BUS_ADDRESS'] = started
    return started


class Notify:
    """The service manager's half of FDSTORE."""

    def __init__(self):
        self.path = f'{work}/notify'
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.files = {}
        self.stopping = 0
        threading.Thread(target=self.run, daemon=True).start()

    # Read all the time: a notifier waits while nobody reads.
    def run(self):
        while True:
            text, fds, _, _ = socket.recv_fds(self.socket, 4096, 16)
            fields = dict(l.split('=', 1) for l in text.decode().splitlines())
            if 'BARRIER' in fields:
                os.close(fds[0])
            elif 'STOPPING' in fields:
                self.stopping += 1
            elif 'FDSTORE' in fields:
                self.files[fields['FDNAME']] = fds[0]
            elif 'FDSTOREREMOVE' in fields and fields['FDNAME'] in self.files:
                os.close(self.files.pop(fields['FDNAME']))


class Broker:
    def __init__(self, notify, keep=None):
        keep = keep or {}
        env = dict(os.environ, BROKER_TEST=work, NOTIFY_SOCKET=notify.path,
                   ASAN_OPTIONS='detect_leaks=1:exitcode=99')
        count = len(keep)
        # $LISTEN_PID must be the broker's own, so a shell sets it and then executes the
        # broker.
        command = ['sh', '-c', 'LISTEN_PID=$$ exec "$0"', sys.argv[1]]
        if count:
            env.update(LISTEN_FDS=str(count), LISTEN_FDNAMES=':'.join(keep))

        def before():
            copies = [os.dup(fd) for fd in keep.values()]
            high = [os.dup2(fd, 200 + i) for i, fd in enumerate(copies)]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i, inheritable=True)
            os.closerange(3 + count, 256)

        self.process = subprocess.Popen(command, env=env, preexec_fn=before, close_fds=False)
        if not within(20, lambda: bus.name_has_owner(NAME)):
            raise RuntimeError('the broker does not start')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(120)
        within(5, lambda: not bus.name_has_owner(NAME))
        return status


def connect():
    return dbus.bus.BusConnection(address)


def answer_to(limits=None, on=None):
    broker = (on or bus).get_object(NAME, PATH, introspect=False)
    return broker.CreateContext(
        dbus.Dictionary(limits or {}, signature='sv'), dbus_interface=NAME, timeout=20)


def create(limits=None, on=None):
    fd, number, connector, _ = answer_to(limits, on)
    return fd.take(), int(number), str(connector)


def error_of(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except dbus.DBusException as error:
        return error.get_dbus_name().rsplit('.', 1)[1]
    return 'none'


def text_of(call, *args):
    """What a person reads of the error."""
    try:
        call(*args)
    except dbus.DBusException as error:
        return error.get_dbus_message()
    return 'none'


def within_rate(width, height, kind, buffers):
    """Limits that only their picture memory can be too much of."""
    return {'width': dbus.UInt32(width), 'height': dbus.UInt32(height), 'format': kind,
            'buffers': dbus.UInt32(buffers), 'macroblock-rate': dbus.UInt64(30000)}


def contexts(on=None, details=False):
    listed = (on or bus).get_object(NAME, PATH, introspect=False).Get(
        NAME, 'Contexts', dbus_interface='org.freedesktop.DBus.Properties', timeout=300)
    return listed if details else [each[:3] for each in listed]


def destroy(number):
    bus.get_object(NAME, PATH, introspect=False).Destroy(dbus.UInt32(number), dbus_interface=NAME)


def send(signature, *values, member='CreateContext', interface=NAME):
    """A call of any shape. Returns the name of the error."""
    message = dbus.lowlevel.MethodCallMessage(NAME, PATH, interface, member)
    message.append(*values, signature=signature)
    try:
        bus.send_message_with_reply_and_block(message, 20)
    except dbus.DBusException as error:
        return error.get_dbus_name().rsplit('.', 1)[1]
    return 'none'


def made_up(chance):
    """Limits of which some are right."""
    names = ['width', 'height', 'refresh-mhz', 'buffers', 'parts', 'connector-id', 'format',
             'macroblock-rate', 'cursor-metadata', 'owner-buffers', '', 'x' * 255, 'Width']
    values = [dbus.UInt32(chance.choice([0, 1, 640, 2**31, 2**32 - 1])), dbus.UInt64(2**64 - 1),
              dbus.Int32(-1), True, 'NV12', 'XRGB8888', '', '\u20ac' * 99, dbus.Double(1.5),
              dbus.ObjectPath('/'), dbus.Array([1, 2], signature='u'),
              dbus.Dictionary({'a': 1}, signature='sv'), dbus.Struct((1, 's'), signature='us')]
    return {chance.choice(names): chance.choice(values) for _ in range(chance.randrange(4))}


# Creates a context, and leaves a child that keeps all of its files, including the
# connection to the bus. The child prints when the context has ended.
HOLDER = '''
import dbus, os, select, signal, sys, time
broker = dbus.bus.BusConnection(sys.argv[1]).get_object('%s', '%s', introspect=False)
fd = broker.CreateContext(dbus.Dictionary({}, signature='sv'), dbus_interface='%s')[0].take()
if os.fork():
    print('has it', flush=True)
    signal.pause()
poll = select.poll()
poll.register(fd, 0)
poll.poll(60000)
print(time.monotonic(), flush=True)
''' % (NAME, PATH, NAME)


def kill_holder():
    """Kills a holder of which a child is left. Returns the seconds until that has lost the context."""
    holder = subprocess.Popen([sys.executable, '-c', HOLDER, address], stdout=subprocess.PIPE, text=True)
    if holder.stdout.readline() != 'has it\n':
        raise RuntimeError('the holder gets no context')
    began = time.monotonic()
    holder.kill()
    took = float(holder.stdout.readline()) - began
    holder.wait()
    return took


def start_mock(name, path, interface):
    process = dbusmock.DBusTestCase.spawn_server(name, path, interface, system_bus=True,
                                               stdout=subprocess.DEVNULL)
    return process, dbus.Interface(bus.get_object(name, path), dbusmock.MOCK_IFACE)


def add_session(logind, name, uid, seat):
    logind.AddObject(SESSION + name, f'{LOGIN}.Session', {
        'Id': name, 'User': dbus.Struct((dbus.UInt32(uid), dbus.ObjectPath('/u')), signature='uo'),
        'Seat': dbus.Struct((seat, dbus.ObjectPath('/s')), signature='so'),
        'VTNr': dbus.UInt32(0), 'Remote': False, 'Active': True, 'State': 'active'}, [])


def start_logind():
    """Its objects of sessions; the broker reads which is whose from files."""
    process, logind = start_mock(LOGIN, '/org/freedesktop/login1', f'{LOGIN}.Manager')
    for name, uid in (('c1', os.getuid()), ('c2', 4242)):
        add_session(logind, name, uid, 'seat0')
    return process, logind


def set_session(**properties):
    """Of c1, as logind does: its object, then its file."""
    bus.get_object(LOGIN, SESSION + 'c1').UpdateProperties(
        f'{LOGIN}.Session', properties, dbus_interface=dbusmock.MOCK_IFACE)
    put('sessions/c1', 0)


def held_up():
    """How long a call waits, in seconds, when a session has changed just before."""
    put('sessions/c1', 0)
    time.sleep(0.1)
    began = time.monotonic()
    contexts()
    return time.monotonic() - began


def start_polkit(allowed):
    process, polkit = start_mock(POLKIT, '/org/freedesktop/PolicyKit1/Authority', f'{POLKIT}.Authority')
    polkit.AddMethod(f'{POLKIT}.Authority', 'CheckAuthorization', '(sa{sv})sa{ss}us', '(bba{ss})',
                     f'ret = dbus.Struct(({allowed}, False, dbus.Dictionary({{}}, signature="ss")), signature="bba{{ss}}")')
    return process


def end(process):
    process.terminate()
    process.wait()


class System:
    """What runs beside the bus: the broker, and the services that it asks."""

    def __init__(self):
        self.logind_process, self.logind = start_logind()
        self.polkit_process = start_polkit(True)
        self.broker = None

    def fresh(self):
        """A new broker, for a new minute of the quota."""
        if self.broker:
            check('the broker ends well', self.broker.stop() == 0)
        for name in os.listdir(work):
            if name not in ('notify', 'sessions', 'signals', 'named'):
                os.unlink(f'{work}/{name}')
        put('master', 41)
        put('session', 'c1')
        self.broker = Broker(notify)

    def files_now(self):
        """None of a broker that has ended."""
        try:
            return len(os.listdir(f'/proc/{self.broker.process.pid}/fd'))
        except OSError:
            return 0

    def open_files(self):
        """When it has answered, it is done with what came before."""
        contexts()
        return self.files_now()

    def end(self):
        """All of it, and the bus."""
        os.kill(bus_pid, signal.SIGCONT)
        for process in (self.logind_process, self.polkit_process, signals, named):
            if process.poll() is None:
                end(process)
        if self.broker and self.broker.process.poll() is None:
            self.broker.stop()
        dbusmock.DBusTestCase.tearDownClass()
        shutil.rmtree(work)


def reasons():
    """Why contexts have ended, by the signal."""
    return set(re.findall(r'uint32 \d+\n +string "([a-z-]+)"', open(f'{work}/signals').read()))


def last_details():
    """Of the last such signal, as text."""
    said = re.findall(r'string "([a-z-]+)"\n +variant +\w+ "?([^"\n]+)', open(f'{work}/signals').read())
    return dict(said[-2:])


address = start_bus()
bus = dbusmock.DBusTestCase.get_dbus(system_bus=True)
bus_pid = bus.get_object('org.freedesktop.DBus', '/org/freedesktop/DBus').GetConnectionUnixProcessID(
    'org.freedesktop.DBus', dbus_interface='org.freedesktop.DBus')
notify = Notify()
signals = subprocess.Popen(['dbus-monitor', '--address', address, "type='signal',member='Revoked'"],
                           stdout=open(f'{work}/signals', 'w'))
named = subprocess.Popen(['dbus-monitor', '--address', address, f"type='signal',sender='{NAME}',member='Revoked'"],
                         stdout=open(f'{work}/named', 'w'))
