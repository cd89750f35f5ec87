# SPDX-License-Identifier: MIT
"""Callers that harm."""
import os
import random
import resource
import signal
import time

import dbus
import dbus.lowlevel

from stage import (check, connect, contexts, create, destroy, error_of, hung_up, IDLE_S, made_up,
                   NAME, PATH, seed, send, within)


def arguments(system):
    """Arguments of all shapes."""
    system.fresh()
    destroy(create()[1])    # from now on it has the journal's socket
    files = system.open_files()
    for what, signature, values in (
            ('no argument', '', ()), ('a number', 'u', (7,)), ('a string', 's', ('width',)),
            ('a dictionary of numbers', 'a{su}', ({'width': 1},)),
            ('an argument too many', 'a{sv}u', (dbus.Dictionary({}, signature='sv'), 1))):
        check(f'{what} for limits is refused', send(signature, *values) == 'InvalidArgs')
    check('so is an unknown method', send('', member='Create') == 'UnknownMethod')
    check('and a property that is set', send('ssv', NAME, 'Contexts', 1, member='Set', interface='org.freedesktop.DBus.Properties') == 'PropertyReadOnly')
    chance = random.Random(seed)
    answers = {error_of(create, made_up(chance)) for _ in range(300)}
    check(f'limits made up at random (seed {seed}) are answered', answers <= {'InvalidArgs', 'QuotaExceeded', 'none'})
    for number, _, _ in contexts():
        destroy(number)
    check('no file is left', within(5, lambda: system.open_files() == files))


def leaving(system):
    """Callers that do not wait."""
    system.fresh()
    files = system.open_files()
    for _ in range(5):
        other = connect()
        message = dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'CreateContext')
        message.append(dbus.Dictionary({}, signature='sv'), signature='a{sv}')
        other.send_message(message)
        other.flush()
        other.close()
    check('callers that do not wait for the answer', error_of(send, '') and within(5, lambda: not contexts()))
    check('leave no file', within(5, lambda: system.open_files() == files))


def no_files(system):
    """File descriptors run out."""
    system.fresh()
    files = system.open_files()
    for room in range(4):
        resource.prlimit(system.broker.process.pid, resource.RLIMIT_NOFILE, (files + room, 4096))
        check(f'with room for {room} files there is a clear error', error_of(create) == 'LimitsExceeded')
        resource.prlimit(system.broker.process.pid, resource.RLIMIT_NOFILE, (4096, 4096))
        check('and none is left', not contexts() and within(5, lambda: system.open_files() == files))
    resource.prlimit(system.broker.process.pid, resource.RLIMIT_NOFILE, (files + 4, 4096))
    fd, number, _ = create()
    check('with room for 4 a context', not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())


def with_files(system):
    """Messages with files, which the broker would keep open until it handles them."""
    system.fresh()
    system.open_files()
    files = system.open_files()
    resource.prlimit(system.broker.process.pid, resource.RLIMIT_NOFILE, (1024, 1024))
    check('no message with a file gets to the broker', send('h', dbus.types.UnixFd(0)) == 'AccessDenied')
    asker = connect()
    message = dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'CreateContext')
    message.append(dbus.Dictionary({}, signature='sv'), signature='a{sv}')
    system.logind_process.send_signal(signal.SIGSTOP)
    asker.send_message(message)
    asker.flush()
    sixteen = [dbus.types.UnixFd(0)] * 16
    for caller in (connect() for _ in range(4)):
        for i in range(50):
            if i % 2:
                message = dbus.lowlevel.SignalMessage(PATH, NAME, 'Nothing')
                message.set_destination(NAME)
            else:
                message = dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'Destroy')
            message.append(*sixteen, signature='h' * 16)
            caller.send_message(message)
        caller.flush()
        caller.close()
    held = max(system.files_now() for _ in range(100) if not time.sleep(0.01))
    system.logind_process.send_signal(signal.SIGCONT)
    check('200 of them, while it waits for logind, do not end it', system.broker.process.poll() is None)
    check('and take no file of it', held <= files)
    asker.close()
    if system.broker.process.poll() is None:
        within(5, lambda: not contexts())


def flood(system):
    """Many calls."""
    system.fresh()
    began = time.monotonic()
    check('1000 calls are answered', {error_of(create) for _ in range(1000)} == {'none', 'QuotaExceeded'})
    print(f'# in {time.monotonic() - began:.1f} s')
    for number, _, _ in contexts():
        destroy(number)

    system.fresh()
    destroy(create()[1])    # from now on it has the journal's socket
    files = system.open_files()
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
    check('and leave nothing', within(5, lambda: not contexts() and system.open_files() == files))


def late(system):
    """Calls that have waited."""
    # On a busy machine the broker may get no processor for longer than its idle time, while
    # calls arrive behind a message that is no call, such as that of a name that left the
    # bus.
    system.fresh()
    caller = connect()
    system.broker.process.send_signal(signal.SIGSTOP)
    message = dbus.lowlevel.SignalMessage(PATH, NAME, 'Nothing')
    message.set_destination(NAME)
    caller.send_message(message)
    for _ in range(20):
        caller.send_message(dbus.lowlevel.MethodCallMessage(NAME, PATH, NAME, 'CreateContext'))
    caller.flush()
    time.sleep(IDLE_S + 1)
    system.broker.process.send_signal(signal.SIGCONT)
    check('calls that have waited are answered', contexts(caller) == [])
    time.sleep(1)
    check('by a broker that is not idle', system.broker.process.poll() is None)
    caller.close()


def tries(system):
    """The count of calls outlives idle time."""
    system.fresh()
    destroy(create()[1])
    time.sleep(IDLE_S + 3)
    check('tries are counted for a minute', system.broker.process.poll() is None)
