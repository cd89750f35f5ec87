#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# The broker on a private bus, with mocks of logind and polkit and a fake device (device.c).
# Prints "ok - WHAT" or "not ok - WHAT".
#
#   test.py BROKER

import os
import random
import re
import resource
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


def create(limits=None, on=None):
    broker = (on or bus).get_object(NAME, PATH, introspect=False)
    fd, number, connector = broker.CreateContext(
        dbus.Dictionary(limits or {}, signature='sv'), dbus_interface=NAME, timeout=20)
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


def contexts(on=None):
    return (on or bus).get_object(NAME, PATH, introspect=False).Get(
        NAME, 'Contexts', dbus_interface='org.freedesktop.DBus.Properties', timeout=300)


def destroy(number):
    bus.get_object(NAME, PATH, introspect=False).Destroy(dbus.UInt32(number), dbus_interface=NAME)


def open_files():
    """When it has answered, it is done with what came before."""
    contexts()
    return len(os.listdir(f'/proc/{broker.process.pid}/fd'))


def send(signature, *values, member='CreateContext', interface=NAME):
    """A call of any shape. Returns the name of the error."""
    message = dbus.lowlevel.MethodCallMessage(NAME, PATH, interface, member)
    message.append(*values, signature=signature)
    try:
        bus.send_message_with_reply_and_block(message, 20)
    except dbus.DBusException as error:
        return error.get_dbus_name().rsplit('.', 1)[1]
    return 'none'


def made_up(random):
    """Limits of which some are right."""
    names = ['width', 'height', 'refresh-mhz', 'buffers', 'parts', 'connector-id', 'format',
             'macroblock-rate', 'cursor-metadata', 'owner-buffers', '', 'x' * 255, 'Width']
    values = [dbus.UInt32(random.choice([0, 1, 640, 2**31, 2**32 - 1])), dbus.UInt64(2**64 - 1),
              dbus.Int32(-1), True, 'NV12', 'XRGB8888', '', '\u20ac' * 99, dbus.Double(1.5),
              dbus.ObjectPath('/'), dbus.Array([1, 2], signature='u'),
              dbus.Dictionary({'a': 1}, signature='sv'), dbus.Struct((1, 's'), signature='us')]
    return {random.choice(names): random.choice(values) for _ in range(random.randrange(4))}


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


def fresh(old=None, **kwargs):
    """A new broker, for a new minute of the quota."""
    if old:
        check('the broker ends well', old.stop() == 0)
    for name in os.listdir(work):
        if name not in ('notify', 'sessions', 'signals', 'named'):
            os.unlink(f'{work}/{name}')
    put('master', 41)
    put('session', 'c1')
    return Broker(notify, **kwargs)


def reasons():
    """Why contexts have ended, by the signal."""
    return set(re.findall(r'string "([a-z-]+)"', open(f'{work}/signals').read()))


dbusmock.DBusTestCase.start_system_bus()
address = os.environ['DBUS_SYSTEM_BUS_ADDRESS']
bus = dbusmock.DBusTestCase.get_dbus(system_bus=True)
bus_pid = bus.get_object('org.freedesktop.DBus', '/org/freedesktop/DBus').GetConnectionUnixProcessID(
    'org.freedesktop.DBus', dbus_interface='org.freedesktop.DBus')
notify = Notify()
signals = subprocess.Popen(['dbus-monitor', '--address', address, "type='signal',member='Revoked'"],
                           stdout=open(f'{work}/signals', 'w'))
named = subprocess.Popen(['dbus-monitor', '--address', address, f"type='signal',sender='{NAME}',member='Revoked'"],
                         stdout=open(f'{work}/named', 'w'))
logind_process, logind = start_logind()
polkit_process = start_polkit(True)

try:
    broker = fresh()
    fd, number, connector = create()
    check('who is at the seat gets a context', connector == 'Virtual-7' and not hung_up(fd))
    check('which is pinned to the master', get('pinned') == 41)
    check('and is listed', [(int(i), int(u), str(c)) for i, u, c in contexts()] == [(number, os.getuid(), connector)])
    check('a second one is beyond the quota', error_of(create) == 'QuotaExceeded')
    check('there is no other to destroy', error_of(destroy, number + 1) == 'NoContext')
    put('master', 42)
    urge(fd)
    check('a new master of the active session is followed', within(5, lambda: get('pinned') == 42))
    set_session(Active=False)
    put('master', 43)
    before = get('queries')
    urge(fd)
    within(5, lambda: get('queries') > before)
    contexts()          # which it answers when it has done with that
    check('one of another session is not', get('pinned') == 42)
    set_session(Active=True)
    check('until the session is active again', within(5, lambda: get('pinned') == 43))
    destroy(number)
    check('Destroy ends it', hung_up(fd) and not contexts())
    os.close(fd)

    fd, number, _ = create()
    os.close(fd)
    check('the last close by the holder ends it', within(5, lambda: not contexts()))
    other = connect()
    fd, number, _ = create(on=other)
    other.close()
    began = time.monotonic()
    check('a caller that leaves loses it', within(5, lambda: hung_up(fd)))
    print(f'# after {(time.monotonic() - began) * 1000:.0f} ms')
    os.close(fd)
    broker = fresh(broker)
    took = kill_holder()
    check('one that is killed, too, though a child of it keeps all its files', took < 30)
    print(f'# after {took * 1000:.0f} ms')
    check('which is no context any more', not contexts())
    fd, number, _ = create()
    set_session(State='closing')
    check('so does one whose session is over', within(5, lambda: hung_up(fd)))
    os.close(fd)
    set_session(State='active')
    fd, number, _ = create()
    logind.RemoveObject(SESSION + 'c1')
    put('sessions/c1', 0)
    check('or forgotten', within(5, lambda: hung_up(fd)))
    os.close(fd)
    end(logind_process)
    logind_process, logind = start_logind()

    broker = fresh(broker)
    fd, number, _ = create()
    end(logind_process)
    for _ in range(2):
        before = get('queries')
        urge(fd)
        check('without logind it stays', within(5, lambda: get('queries') > before) and len(contexts()) == 1 and not hung_up(fd))
    check('as it was', get('pinned') == 41)
    put('master', 44)
    urge(fd)
    # A mock has its name before its sessions. A broker that asks in between would be answered
    # that the session is over, so it sleeps until both are there.
    broker.process.send_signal(signal.SIGSTOP)
    logind_process, logind = start_logind()
    broker.process.send_signal(signal.SIGCONT)
    check('until logind is back, of which no file changes', within(15, lambda: get('pinned') == 44))
    os.close(fd)
    within(5, lambda: not contexts())

    broker = fresh(broker)
    for what, limits in (('an unknown limit', {'colour': dbus.UInt32(1)}),
                         ('a limit of another type', {'width': 'wide'}),
                         ('an empty name', {'': dbus.UInt32(1)}),
                         ('a long name', {'w' * 100000: dbus.UInt32(1)}),
                         ('an unknown format', {'format': 'RGB'})):
        check(what + ' is refused', error_of(create, limits) == 'InvalidArgs')
    put('stale', 3)
    fd, number, _ = create({'format': 'NV12', 'macroblock-rate': dbus.UInt64(30000),
                            'cursor-metadata': True, 'owner-buffers': True})
    check('a master that changes meanwhile is looked at again', get('pinned') == 41)
    os.close(fd)
    within(5, lambda: not contexts())
    for what, limits in (('a width beyond the device', {'width': dbus.UInt32(2**32 - 1)}),
                         ('a refresh of 0', {'refresh-mhz': dbus.UInt32(0)}),
                         ('100 buffers', {'buffers': dbus.UInt32(100)})):
        check(what + ' is refused', error_of(create, limits) == 'InvalidArgs')
    check("more than a user's share is refused", error_of(
        create, {'width': dbus.UInt32(4096), 'height': dbus.UInt32(4096)}) == 'QuotaExceeded')
    check('nothing is kept of that', not contexts())

    # A share is 128 MiB. All of these would fit without the padding of buffers.
    for what, kind, width, height, buffers in (
            ('lines of a multiple of 256 bytes', 'XRGB8888', 3858, 2160, 4),
            ('lines of a multiple of 256 bytes', 'NV12', 3841, 2208, 10),
            ('a multiple of 16 lines', 'XRGB8888', 3840, 2177, 4),
            ('a multiple of 16 lines', 'NV12', 4096, 2177, 10)):
        broker = fresh(broker)
        check(f'{kind} of {width}x{height} counts with {what}',
              "user's share" in text_of(create, within_rate(width, height, kind, buffers)))
    broker = fresh(broker)
    fd, number, _ = create(within_rate(3840, 2176, 'XRGB8888', 4))
    check('what is within the share is made', not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())

    # 128 MiB: of three ended contexts, one gives nothing back.
    broker = fresh(broker)
    put('memory', 100 << 20)
    os.close(create()[0])
    within(5, lambda: not contexts())
    fd, number, _ = create()
    put('keeps', 100 << 20)
    destroy(number)
    os.close(fd)
    os.unlink(f'{work}/keeps')
    large = within_rate(3840, 2160, 'XRGB8888', 2)
    check('memory that ended contexts still have counts', 'ended context' in text_of(create, large))
    fd, number, _ = create()
    check('what is left of the share can be had', not hung_up(fd))
    destroy(number)
    os.close(fd)
    put('kept', 0)
    fd, number, _ = create(large)
    check('once it is back it does not', not hung_up(fd))
    destroy(number)
    os.close(fd)
    broker = fresh(broker)
    put('memory', 100 << 20)
    put('kept', 40 << 20)
    put('others', 1)
    fd, number, _ = create(large)
    destroy(number)
    os.close(fd)
    fd, number, _ = create(large)
    check('memory of contexts that others have made does not count', not hung_up(fd))
    put('kept', 140 << 20)
    os.close(fd)    # the holder's last: the driver has ended it
    within(5, lambda: not contexts())
    check('nor is it mistaken for that of an ended one', 'ended context' in text_of(create, large))
    put('kept', 40 << 20)
    check('which comes back', error_of(create, large) == 'none')
    within(5, lambda: not contexts())

    broker = fresh(broker)
    put('rate', 8294400)
    check('limits count as what the driver reserves at most', error_of(create, {
        'width': dbus.UInt32(3840), 'height': dbus.UInt32(2160), 'refresh-mhz': dbus.UInt32(240000)}) == 'none')
    within(5, lambda: not contexts())

    broker = fresh(broker)
    destroy(create()[1])    # from now on it has the journal's socket
    files = open_files()
    for what, signature, values in (
            ('no argument', '', ()), ('a number', 'u', (7,)), ('a string', 's', ('width',)),
            ('a dictionary of numbers', 'a{su}', ({'width': 1},)),
            ('an argument too many', 'a{sv}u', (dbus.Dictionary({}, signature='sv'), 1)),
            ('a file', 'h', (dbus.types.UnixFd(0),))):
        check(f'{what} for limits is refused', send(signature, *values) == 'InvalidArgs')
    check('so is an unknown method', send('', member='Create') == 'UnknownMethod')
    check('and a property that is set', send('ssv', NAME, 'Contexts', 1, member='Set', interface='org.freedesktop.DBus.Properties') == 'PropertyReadOnly')
    chance = random.Random(seed)
    answers = {error_of(create, made_up(chance)) for _ in range(300)}
    check(f'limits made up at random (seed {seed}) are answered', answers <= {'InvalidArgs', 'QuotaExceeded', 'none'})
    for number, _, _ in contexts():
        destroy(number)
    check('no file is left', within(5, lambda: open_files() == files))
    broker = fresh(broker)
    files = open_files()
    for _ in range(5):
        other = connect()
        message = dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'CreateContext')
        message.append(dbus.Dictionary({}, signature='sv'), signature='a{sv}')
        other.send_message(message)
        other.flush()
        other.close()
    check('callers that do not wait for the answer', error_of(send, '') and within(5, lambda: not contexts()))
    check('leave no file', within(5, lambda: open_files() == files))

    broker = fresh(broker)
    files = open_files()
    for room in range(4):
        resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE, (files + room, 4096))
        check(f'with room for {room} files there is a clear error', error_of(create) == 'LimitsExceeded')
        resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE, (4096, 4096))
        check('and none is left', not contexts() and within(5, lambda: open_files() == files))
    resource.prlimit(broker.process.pid, resource.RLIMIT_NOFILE, (files + 4, 4096))
    fd, number, _ = create()
    check('with room for 4 a context', not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())
    broker = fresh(broker)
    began = time.monotonic()
    check('1000 calls are answered', {error_of(create) for _ in range(1000)} == {'none', 'QuotaExceeded'})
    print(f'# in {time.monotonic() - began:.1f} s')
    for number, _, _ in contexts():
        destroy(number)
    broker = fresh(broker)
    destroy(create()[1])    # from now on it has the journal's socket
    files = open_files()
    callers = [connect() for _ in range(10)]	# the bus has a limit for each
    contexts()	# on a busy machine it may be idle by now, and nobody here starts it again
    began = time.monotonic()
    for i in range(1000):
        message = dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'CreateContext')
        message.append(dbus.Dictionary({}, signature='sv'), signature='a{sv}')
        callers[i % 10].send_message(message)
    # Answers come in order: with this answer all earlier ones have arrived.
    check('1000 calls at once hold up nobody', all(len(contexts(caller)) <= 1 for caller in callers))
    print(f'# for longer than {time.monotonic() - began:.2f} s')
    for caller in callers:
        caller.close()
    check('and leave nothing', within(5, lambda: not contexts() and open_files() == files))

    # On a busy machine the broker may get no processor for longer than its idle time, while
    # calls arrive behind a message that is no call, such as that of a name that left the
    # bus.
    broker = fresh(broker)
    caller = connect()
    broker.process.send_signal(signal.SIGSTOP)
    message = dbus.lowlevel.SignalMessage(PATH, NAME, 'Nothing')
    message.set_destination(NAME)
    caller.send_message(message)
    for _ in range(20):
        caller.send_message(dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'CreateContext'))
    caller.flush()
    time.sleep(IDLE_S + 1)
    broker.process.send_signal(signal.SIGCONT)
    check('calls that have waited are answered', contexts(caller) == [])
    time.sleep(1)
    check('by a broker that is not idle', broker.process.poll() is None)
    caller.close()
    broker = fresh(broker)
    destroy(create()[1])
    time.sleep(IDLE_S + 3)
    check('tries are counted for a minute', broker.process.poll() is None)

    broker = fresh(broker)
    for what, properties in (('not active', {'Active': False}), ('remote', {'Remote': True}),
                             ('closing', {'State': 'closing'}),
                             ('on a terminal that is not shown', {'VTNr': dbus.UInt32(4000)})):
        before = {name: bus.get_object(LOGIN, SESSION + 'c1').Get(
            f'{LOGIN}.Session', name, dbus_interface='org.freedesktop.DBus.Properties') for name in properties}
        set_session(**properties)
        check(f'a session that is {what} gets none', error_of(create) == 'NotActive')
        set_session(**before)
    broker = fresh(broker)
    logind.RemoveObject(SESSION + 'c1')
    add_session(logind, 'c1', os.getuid(), 'seat1')
    check('a session at another seat than the card gets none', error_of(create) == 'NotActive')
    put('seat', 'seat1')
    put('unseen', 1)
    check('nor does one when udev has not seen the card', error_of(create) == 'Busy')
    os.unlink(f'{work}/unseen')
    fd, number, _ = create()
    check('where the card is at that seat it does', not hung_up(fd) and get('pinned') == 41)
    put('seat', 'seat0')
    put('master', 42)
    before = get('queries')
    urge(fd)
    within(5, lambda: get('queries') > before)
    contexts()
    check('when the card goes to another seat it follows no master', get('pinned') == 41)
    os.unlink(f'{work}/seat')
    logind.RemoveObject(SESSION + 'c1')
    add_session(logind, 'c1', os.getuid(), 'seat0')
    put('sessions/c1', 0)
    check('until the session is there', within(5, lambda: get('pinned') == 42))
    os.close(fd)
    within(5, lambda: not contexts())
    broker = fresh(broker)
    put('caps-error', 19)
    check('no device', error_of(create) == 'NoDevice')
    os.unlink(f'{work}/caps-error')
    broker = fresh(broker)
    put('session', 'c2')
    check("nor does another user's", {error_of(create) for _ in range(10)} == {'NotActive'})
    put('session', 'c1')
    check('which is not counted', error_of(create) == 'none')
    within(5, lambda: not contexts())
    broker = fresh(broker)
    for uid in range(100000, 100064):
        put('uid', uid)
        for _ in range(5):
            error_of(create)
    os.unlink(f'{work}/uid')
    check('many users who call often lock out nobody', error_of(create) == 'none')
    within(5, lambda: not contexts())

    broker = fresh(broker)
    os.unlink(f'{work}/session')
    check('a process without a session, and its user without one', error_of(create) == 'NoSession')
    put('display', 'c1')
    check("a container, or a service of the system, is not in the display's session", error_of(create) == 'NoSession')
    put('owner', 4242)
    check("nor is a unit of another user's manager", error_of(create) == 'NoSession')
    put('owner', os.getuid())
    fd, number, _ = create()
    check("a unit of the user's manager is in the display's session", not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())
    broker = fresh(broker)
    put('session', 's' * 31)
    check('a session that logind does not know', error_of(create) == 'NotActive')
    put('session', 'c1')
    put('stale', 1000)
    check('a master that never rests', error_of(create) == 'Busy')
    check('leaves nothing', not contexts())

    broker = fresh(broker)
    put('master', 0)
    put('create-master', 50)
    fd, number, _ = create()
    check('one whose master went meanwhile is pinned to nobody', get('pinned') == 0)
    put('query-error', 5)
    before = get('queries')
    urge(fd)
    within(5, lambda: get('queries') > before)
    check('one that cannot be asked stays', len(contexts()) == 1)
    put('query-error', 19)
    urge(fd)
    check('a module that is unloaded', within(5, lambda: not contexts()))
    os.close(fd)
    os.unlink(f'{work}/query-error')
    fd, number, _ = create()
    put('query-error', 19)
    os.close(fd)
    check('and one that hangs up at once', within(5, lambda: not contexts()))
    broker = fresh(broker)
    put('create-error', 24)
    check('no file descriptor', error_of(create) == 'LimitsExceeded')
    put('create-error', 16)
    check('all targets taken', error_of(create) == 'Busy')
    put('create-error', 3)
    check('no DRM master yet', error_of(create) == 'Busy')
    put('create-error', 5)
    check('another failure', error_of(create) == 'IOError')
    put('create-error', 2)
    check('no such connector', error_of(create) == 'NoConnector')
    broker = fresh(broker)
    for name, error in (('create-error', 13), ('create-error', 1), ('open-error', 13)):
        put(name, error)
        check(f'a broker that may not use the device says so, here {name} {error}', error_of(create) == 'Failed')
        os.unlink(f'{work}/{name}')
    broker = fresh(broker)
    other = connect()
    fd, number, _ = create(on=other)
    end(polkit_process)
    polkit_process = start_polkit(WAITS)
    put('uid', 4242)
    put('session', 'c2')
    answers = []
    asker = threading.Thread(target=lambda on: answers.append(error_of(create, on=on)), args=(connect(),))
    asker.start()
    check('polkit is asked', within(5, lambda: os.path.exists(f'{work}/asked')))
    check('meanwhile another call of the user is refused', error_of(create) == 'QuotaExceeded')
    other.close()
    check('and who leaves loses the context at once', within(3, lambda: hung_up(fd)) and not answers)
    os.close(fd)
    put('answer', 1)
    asker.join()
    check('then there is an answer', answers == ['none'])
    within(5, lambda: not contexts())
    put('master', 43)
    os.unlink(f'{work}/asked')
    os.unlink(f'{work}/answer')
    answers = []
    asker = threading.Thread(target=lambda on: answers.append(error_of(create, on=on)), args=(connect(),))
    asker.start()
    check('polkit is asked again', within(5, lambda: os.path.exists(f'{work}/asked')))
    bus.get_object(LOGIN, SESSION + 'c2').UpdateProperties(
        f'{LOGIN}.Session', {'Active': False}, dbus_interface=dbusmock.MOCK_IFACE)
    put('answer', 1)
    asker.join()
    check('not for a session that was left meanwhile', answers == ['NotActive'])
    end(logind_process)
    logind_process, logind = start_logind()
    os.unlink(f'{work}/uid')

    broker = fresh(broker)
    end(polkit_process)
    polkit_process = start_polkit(True)
    fd, number, _ = create()
    logind_process.send_signal(signal.SIGSTOP)
    # A busy machine may be late once or twice; a broker that waits too long is late each time.
    check('nor does a logind that hangs hold up for long', any(held_up() < CALL_S - 1 for _ in range(6)))
    logind_process.send_signal(signal.SIGCONT)
    os.close(fd)
    within(5, lambda: not contexts())
    broker = fresh(broker)
    end(polkit_process)
    polkit_process = start_polkit(False)
    check('polkit says no', error_of(create) == 'AccessDenied')
    end(polkit_process)
    check('nothing is kept of all that', not contexts())

    broker = fresh(broker)
    check('without polkit, who is not in the group gets none', error_of(create) == 'AccessDenied')
    put('group', 1)
    fd, number, _ = create()
    check('who is does', not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())
    polkit_process = start_polkit('1 / 0')
    check('where it is broken, nobody does', error_of(create) == 'NoPolkit')
    end(polkit_process)
    polkit_process = start_polkit(True)
    broker = fresh(broker)
    fd, number, _ = create()
    check('the control file is stored', within(5, lambda: len(notify.files) == 1))
    broker.process.kill()
    broker.process.wait()
    within(5, lambda: not bus.name_has_owner(NAME))
    check('the context outlives a broker that is killed', not hung_up(fd))
    broker = Broker(notify, keep=notify.files)
    check('and is the next one\'s', [int(i) for i, _, _ in contexts()] == [number])
    destroy(number)
    check('which takes it out of the store', within(5, lambda: not notify.files))
    check('and ends it', within(5, lambda: hung_up(fd)))
    os.close(fd)
    broker.stop()
    other = connect()
    pair = socket.socketpair()
    put('memory', 100 << 20)
    put('keeps', 100 << 20)
    broker = Broker(notify, keep={f'7,{os.getuid()},c1,99.99': pair[1].fileno(), 'nonsense': pair[0].fileno()})
    check('what a caller left meanwhile is not kept', not contexts())
    end(logind_process)
    put('session', 'c1')
    check('logind is gone', error_of(create) == 'NoLogind')
    check('the end of it comes from the broker\'s name', within(5, lambda: 'uint32 7' in open(f'{work}/named').read()))
    lost = subprocess.run([sys.argv[1]], capture_output=True, text=True, timeout=20,
                          env=dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=f'unix:path={work}/none'))
    check('without a bus it does not start', lost.returncode == 1 and 'cannot start' in lost.stderr)
    every = {'destroyed', 'holder-gone', 'caller-left', 'session-over', 'device-gone'}
    check('every reason was reported', within(5, lambda: reasons() == every))
    before = notify.stopping
    end_of_calls = time.monotonic() + 36
    while time.monotonic() < end_of_calls and broker.process.poll() is None:
        contexts()
        time.sleep(3)
    check('while somebody calls it stays, also without contexts', broker.process.poll() is None)
    time.sleep(IDLE_S + 3)
    check('while an ended context keeps memory, too', broker.process.poll() is None)
    put('kept', 0)
    time.sleep(6)
    # A bus that is busy takes the name back late, and sends it calls until then.
    late = connect()
    contexts()
    os.kill(bus_pid, signal.SIGSTOP)
    time.sleep(IDLE_S + CALL_S + 2)
    check('it waits for a bus that is slow', broker.process.poll() is None)
    answers = []
    asker = threading.Thread(target=lambda on: answers.append(error_of(create, on=on)), args=(late,))
    asker.start()
    time.sleep(1)
    os.kill(bus_pid, signal.SIGCONT)
    asker.join()
    check('who calls too late may try again', answers[0] in ('Restarting', 'ServiceUnknown'))
    print(f'# {answers[0]}')
    check('without contexts and calls it ends', broker.process.wait(90) == 0)
    check('after it has said so', notify.stopping == before + 1 and not bus.name_has_owner(NAME))
    # Its own bus, which goes.
    private = subprocess.Popen(['dbus-daemon', '--session', '--nofork', f'--address=unix:path={work}/bus'],
                               stderr=subprocess.DEVNULL)
    within(5, lambda: os.path.exists(f'{work}/bus'))
    lost = subprocess.Popen([sys.argv[1]], env=dict(os.environ, BROKER_TEST=work,
                                                    DBUS_SYSTEM_BUS_ADDRESS=f'unix:path={work}/bus'))
    own = dbus.bus.BusConnection(f'unix:path={work}/bus')
    within(5, lambda: own.name_has_owner(NAME))
    own.close()
    end(private)
    check('a broker that has lost the bus ends', within(3, lambda: lost.poll() is not None))
    check('and has failed', lost.wait(IDLE_S + 20) == 1)
finally:
    os.kill(bus_pid, signal.SIGCONT)
    for process in (logind_process, polkit_process, signals, named):
        if process.poll() is None:
            end(process)
    if broker.process.poll() is None:
        broker.stop()
    dbusmock.DBusTestCase.tearDownClass()
    shutil.rmtree(work)
sys.exit(failed)
