# SPDX-License-Identifier: MIT
"""What a context may take of the device."""
import os

import dbus

from stage import (check, contexts, create, destroy, error_of, get, hung_up, put, text_of, within,
                   within_rate, work)


def limits(system):
    """Limits that are none, and those of the device and of a share."""
    system.fresh()
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
        system.fresh()
        check(f'{kind} of {width}x{height} counts with {what}',
              "user's share" in text_of(create, within_rate(width, height, kind, buffers)))

    system.fresh()
    fd, number, _ = create(within_rate(3840, 2176, 'XRGB8888', 4))
    check('what is within the share is made', not hung_up(fd))
    os.close(fd)
    within(5, lambda: not contexts())


def memory(system):
    """Memory that ended contexts keep."""
    # 128 MiB: of three ended contexts, one gives nothing back.
    system.fresh()
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

    system.fresh()
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


def rate(system):
    """Macroblocks."""
    system.fresh()
    put('rate', 8294400)
    check('limits count as what the driver reserves at most', error_of(create, {
        'width': dbus.UInt32(3840), 'height': dbus.UInt32(2160), 'refresh-mhz': dbus.UInt32(240000)}) == 'none')
    within(5, lambda: not contexts())
