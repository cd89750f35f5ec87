# SPDX-License-Identifier: MIT
"""Who gets a context, and when it ends."""
import os
import signal
import time

import dbus

from stage import (add_session, answer_to, bus, check, connect, contexts, create, destroy, end, error_of,
                   get, hung_up, kill_holder, last_details, LOGIN, put, SESSION, set_session, start_logind,
                   urge, within, work)


def at_the_seat(system):
    """A caller at the seat, and the masters that its context follows."""
    system.fresh()
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


def details(system):
    """What an answer says besides, and later versions may say more of."""
    system.fresh()
    fd, number, _, said = answer_to({'format': 'NV12', 'width': dbus.UInt32(1280),
                                     'height': dbus.UInt32(720), 'cursor-metadata': True})
    fd.take()
    expected = {'card': '/dev/dri/card7', 'session': 'c1', 'connector-id': 77, 'format': 'NV12',
                'width': 1280, 'height': 720, 'refresh-mhz': 60000, 'buffers': 3, 'parts': 1,
                'macroblock-rate': 489600, 'cursor-metadata': True, 'owner-buffers': False}
    check('the answer has the card, the session and what was granted', said == expected)
    others = {'card': 'String', 'session': 'String', 'format': 'String', 'macroblock-rate': 'UInt64',
              'cursor-metadata': 'Boolean', 'owner-buffers': 'Boolean'}
    check('by the types of the limits', all(
        type(value).__name__ == others.get(name, 'UInt32') for name, value in said.items()))
    check('so has the list', contexts(details=True)[0][3] == expected)
    put('no-card', 1)
    del expected['card']
    check('a card without a node is not named', contexts(details=True)[0][3] == expected)
    os.unlink(f'{work}/no-card')
    destroy(number)
    check('the signal has the connector and the user', within(5, lambda: last_details() == {
        'connector': 'Virtual-7', 'user': str(os.getuid())}))


def ends(system):
    """All that ends a context."""
    system.fresh()
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
    system.logind.RemoveObject(SESSION + 'c1')
    put('sessions/c1', 0)
    check('or forgotten', within(5, lambda: hung_up(fd)))
    os.close(fd)
    end(system.logind_process)
    system.logind_process, system.logind = start_logind()


def without_logind(system):
    """It stays while logind is away."""
    system.fresh()
    fd, number, _ = create()
    end(system.logind_process)
    for _ in range(2):
        before = get('queries')
        urge(fd)
        check('without logind it stays', within(5, lambda: get('queries') > before) and len(contexts()) == 1 and not hung_up(fd))
    check('as it was', get('pinned') == 41)
    put('master', 44)
    urge(fd)
    # A mock has its name before its sessions. A broker that asks in between would be answered
    # that the session is over, so it sleeps until both are there.
    system.broker.process.send_signal(signal.SIGSTOP)
    system.logind_process, system.logind = start_logind()
    system.broker.process.send_signal(signal.SIGCONT)
    check('until logind is back, of which no file changes', within(15, lambda: get('pinned') == 44))
    os.close(fd)
    within(5, lambda: not contexts())


def sessions(system):
    """Of the caller: active, local, and at the seat of the card."""
    system.fresh()
    for what, properties in (('not active', {'Active': False}), ('remote', {'Remote': True}),
                             ('closing', {'State': 'closing'}),
                             ('on a terminal that is not shown', {'VTNr': dbus.UInt32(4000)})):
        before = {name: bus.get_object(LOGIN, SESSION + 'c1').Get(
            f'{LOGIN}.Session', name, dbus_interface='org.freedesktop.DBus.Properties') for name in properties}
        set_session(**properties)
        check(f'a session that is {what} gets none', error_of(create) == 'NotActive')
        set_session(**before)

    system.fresh()
    system.logind.RemoveObject(SESSION + 'c1')
    add_session(system.logind, 'c1', os.getuid(), 'seat1')
    check('a session at another seat than the card gets none', error_of(create) == 'NotActive')
    put('seat', 'seat1')
    put('unseen', 1)
    check('nor does one when udev has not seen the card', error_of(create) == 'NotReady')
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
    system.logind.RemoveObject(SESSION + 'c1')
    add_session(system.logind, 'c1', os.getuid(), 'seat0')
    put('sessions/c1', 0)
    check('until the session is there', within(5, lambda: get('pinned') == 42))
    os.close(fd)
    within(5, lambda: not contexts())


def of_other_users(system):
    """Sessions that are not theirs, and calls of many."""
    system.fresh()
    put('session', 'c2')
    check("nor does another user's", {error_of(create) for _ in range(10)} == {'NotActive'})
    put('session', 'c1')
    check('which is not counted', error_of(create) == 'none')
    within(5, lambda: not contexts())

    system.fresh()
    for uid in range(100000, 100064):
        put('uid', uid)
        for _ in range(5):
            error_of(create)
    os.unlink(f'{work}/uid')
    check('many users who call often lock out nobody', error_of(create) == 'none')
    within(5, lambda: not contexts())


def without_session(system):
    """Whose session a process is in."""
    system.fresh()
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

    system.fresh()
    put('session', 's' * 31)
    check('a session that logind does not know', error_of(create) == 'NotActive')
    put('session', 'c1')
    put('stale', 1000)
    check('a master that never rests', error_of(create) == 'NotReady')
    check('leaves nothing', not contexts())
