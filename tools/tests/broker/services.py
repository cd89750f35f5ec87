# SPDX-License-Identifier: MIT
"""The device, polkit, the service manager and the bus: what they do to the broker."""
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import dbus
import dbusmock

from stage import (Broker, bus, bus_pid, CALL_S, check, connect, contexts, create, destroy, end,
                   error_of, get, held_up, hung_up, IDLE_S, LOGIN, NAME, notify, put, reasons,
                   SESSION, start_logind, start_polkit, urge, WAITS, within, work)


def device(system):
    """What can be wrong with it."""
    system.fresh()
    put('caps-error', 19)
    check('no device', error_of(create) == 'NoDevice')
    os.unlink(f'{work}/caps-error')

    system.fresh()
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

    system.fresh()
    put('create-error', 24)
    check('no file descriptor', error_of(create) == 'LimitsExceeded')
    put('create-error', 16)
    check('all targets taken', error_of(create) == 'Busy')
    put('create-error', 3)
    check('no DRM master yet', error_of(create) == 'NotReady')
    put('create-error', 5)
    check('another failure', error_of(create) == 'IOError')
    put('create-error', 2)
    check('no such connector', error_of(create) == 'NoConnector')

    system.fresh()
    for name, error in (('create-error', 13), ('create-error', 1), ('open-error', 13)):
        put(name, error)
        check(f'a broker that may not use the device says so, here {name} {error}', error_of(create) == 'Failed')
        os.unlink(f'{work}/{name}')


def polkit(system):
    """It takes its time, says no, or is not there."""
    system.fresh()
    other = connect()
    fd, number, _ = create(on=other)
    end(system.polkit_process)
    system.polkit_process = start_polkit(WAITS)
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
    end(system.logind_process)
    system.logind_process, system.logind = start_logind()
    os.unlink(f'{work}/uid')

    system.fresh()
    end(system.polkit_process)
    system.polkit_process = start_polkit(True)
    fd, number, _ = create()
    system.logind_process.send_signal(signal.SIGSTOP)
    # A busy machine may be late once or twice; a broker that waits too long is late each time.
    check('nor does a logind that hangs hold up for long', any(held_up() < CALL_S - 1 for _ in range(6)))
    system.logind_process.send_signal(signal.SIGCONT)
    os.close(fd)
    within(5, lambda: not contexts())

    system.fresh()
    end(system.polkit_process)
    system.polkit_process = start_polkit(False)
    check('polkit says no', error_of(create) == 'AccessDenied')
    end(system.polkit_process)
    check('nothing is kept of all that', not contexts())

    system.fresh()
    check('without polkit, who is not in the group gets none', error_of(create) == 'AccessDenied')
    put('group', 1)
    fd, number, _ = create()
    check('who is does', not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())
    system.polkit_process = start_polkit('1 / 0')
    check('where it is broken, nobody does', error_of(create) == 'NoPolkit')
    end(system.polkit_process)
    system.polkit_process = start_polkit(True)


def store(system):
    """A broker that is killed, and the next one."""
    system.fresh()
    fd, number, _ = create()
    check('the control file is stored', within(5, lambda: len(notify.files) == 1))
    system.broker.process.kill()
    system.broker.process.wait()
    within(5, lambda: not bus.name_has_owner(NAME))
    check('the context outlives a broker that is killed', not hung_up(fd))
    system.broker = Broker(notify, keep=notify.files)
    check('and is the next one\'s', [int(i) for i, _, _ in contexts()] == [number])
    destroy(number)
    check('which takes it out of the store', within(5, lambda: not notify.files))
    check('and ends it', within(5, lambda: hung_up(fd)))
    os.close(fd)
    system.broker.stop()

    # The process of the caller is gone, and its number is another's; the connection is a child's.
    caller, began = connect(), int(open('/proc/self/stat').read().rsplit(')', 1)[1].split()[19])
    for number, started, kept in ((8, began, True), (9, began - 1, False), (10, 0, True)):
        pair = socket.socketpair()
        name = f'{number},{os.getuid()},c1,{caller.get_unique_name()[1:]},{started}'
        system.broker = Broker(notify, keep={name: pair[1].fileno()})
        check(f'the process of the caller is {"" if kept else "not "}the one that began then',
              [int(i) for i, _, _ in contexts()] == [number] * kept)
        system.broker.stop()
    caller.close()


def end_of_service(system):
    """What keeps a broker, and what ends it."""
    other = connect()
    pair = socket.socketpair()
    put('memory', 100 << 20)
    put('keeps', 100 << 20)
    system.broker = Broker(notify, keep={f'7,{os.getuid()},c1,99.99,0': pair[1].fileno(), 'nonsense': pair[0].fileno()})
    check('what a caller left meanwhile is not kept', not contexts())
    end(system.logind_process)
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
    while time.monotonic() < end_of_calls and system.broker.process.poll() is None:
        contexts()
        time.sleep(3)
    check('while somebody calls it stays, also without contexts', system.broker.process.poll() is None)
    time.sleep(IDLE_S + 3)
    check('while an ended context keeps memory, too', system.broker.process.poll() is None)
    put('kept', 0)
    time.sleep(6)
    # A bus that is busy takes the name back late, and sends it calls until then.
    late = connect()
    contexts()
    os.kill(bus_pid, signal.SIGSTOP)
    time.sleep(IDLE_S + CALL_S + 2)
    check('it waits for a bus that is slow', system.broker.process.poll() is None)
    answers = []
    asker = threading.Thread(target=lambda on: answers.append(error_of(create, on=on)), args=(late,))
    asker.start()
    time.sleep(1)
    os.kill(bus_pid, signal.SIGCONT)
    asker.join()
    check('who calls too late may try again', answers[0] in ('Restarting', 'ServiceUnknown'))
    print(f'# {answers[0]}')
    check('without contexts and calls it ends', system.broker.process.wait(90) == 0)
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
