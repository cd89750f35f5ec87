#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What --check asks on the system bus: logind's session of the caller, firewalld, and the
name of the broker, as a test wants them to be. Says "ready" and waits to be ended.
"""
import argparse

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

SESSION = 'org.freedesktop.login1.Session'
FIREWALLD = 'org.fedoraproject.FirewallD1'
SESSIONS = {'active': (True, False, 'seat0'), 'inactive': (False, False, 'seat0'),
            'remote': (True, True, ''), 'seatless': (True, False, '')}
ZONES = {
    'closed': {'target': 'default', 'ports': [('22', 'tcp'), ('7236', 'udp'), ('8000-9000', 'tcp')]},
    'open': {'target': 'default', 'ports': [('22', 'tcp'), ('7236', 'tcp')]},
    'range': {'target': 'default', 'ports': [('1025-65535', 'tcp')]},
    'trusted': {'target': 'ACCEPT'},
    'rules': {'target': 'default', 'rules_str': ['rule family="ipv4" accept']},
}


class Session(dbus.service.Object):
    """Of whoever asks."""

    def __init__(self, bus, kind):
        super().__init__(bus, '/org/freedesktop/login1/session/auto')
        self.kind = SESSIONS[kind]

    @dbus.service.method(dbus.PROPERTIES_IFACE, 's', 'a{sv}')
    def GetAll(self, _interface):  # pylint: disable=invalid-name
        """Properties."""
        active, remote, seat = self.kind
        return {'Active': active, 'Remote': remote,
                'Seat': dbus.Struct((seat, dbus.ObjectPath('/s')), signature='so')}


class Firewall(dbus.service.Object):
    """One zone, for all."""

    def __init__(self, bus, kind):
        super().__init__(bus, '/org/fedoraproject/FirewallD1')
        self.kind = kind

    @dbus.service.method(FIREWALLD, '', 's')
    def getDefaultZone(self):  # pylint: disable=invalid-name
        """Its name."""
        return 'public'

    @dbus.service.method(FIREWALLD + '.zone', 's', 's')
    def getZoneOfInterface(self, _name):  # pylint: disable=invalid-name
        """None has one of its own."""
        return ''

    @dbus.service.method(FIREWALLD + '.zone', 's', 'a{sv}')
    def getZoneSettings2(self, zone):  # pylint: disable=invalid-name
        """What it lets through."""
        if self.kind == 'hidden' or zone != 'public':
            raise dbus.DBusException('no', name=FIREWALLD + '.Exception')
        settings = dict(ZONES[self.kind])
        if 'ports' in settings:
            settings['ports'] = dbus.Array(settings['ports'], signature='(ss)')
        if 'rules_str' in settings:
            settings['rules_str'] = dbus.Array(settings['rules_str'], signature='s')
        return settings


def main():
    """Options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--session', choices=SESSIONS)
    parser.add_argument('--firewall', choices=list(ZONES) + ['hidden'])
    parser.add_argument('--broker', action='store_true', help='it runs')
    options = parser.parse_args()
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    kept = []
    if options.session:
        kept += [dbus.service.BusName('org.freedesktop.login1', bus), Session(bus, options.session)]
    if options.firewall:
        kept += [dbus.service.BusName(FIREWALLD, bus), Firewall(bus, options.firewall)]
    if options.broker:
        kept += [dbus.service.BusName('org.miracast.Broker1', bus)]
    print('ready', flush=True)
    GLib.MainLoop().run()
    return kept


if __name__ == '__main__':
    main()
