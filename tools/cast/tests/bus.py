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
    'service': {'target': 'default', 'services': ['ssh', 'rtsp-sinks']},
    'other-service': {'target': 'default', 'services': ['ssh']},
    'unknown-service': {'target': 'default', 'services': ['ssh', 'vanished']},
    'mdns': {'target': 'default', 'services': ['ssh', 'mdns']},
    'including-service': {'target': 'default', 'services': ['bundle']},
}
SERVICES = {
    'ssh': {'ports': [('22', 'tcp')]},
    'rtsp-sinks': {'ports': [('7236', 'udp'), ('7230-7240', 'tcp')]},
    'mdns': {'ports': [('5353', 'udp')]},
    'bundle': {'ports': [('80', 'tcp')], 'includes': ['rtsp-sinks']},
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
    """One zone, which is the default or that of all interfaces."""

    def __init__(self, bus, options):
        super().__init__(bus, '/org/fedoraproject/FirewallD1')
        self.kind, self.zone, self.source = options.firewall, options.zone, options.source

    @dbus.service.method(FIREWALLD, '', 's')
    def getDefaultZone(self):  # pylint: disable=invalid-name
        """Its name."""
        return 'public'

    @dbus.service.method(FIREWALLD + '.zone', 's', 's')
    def getZoneOfInterface(self, _name):  # pylint: disable=invalid-name
        """Its name, or that it has none of its own."""
        return self.zone

    @dbus.service.method(FIREWALLD + '.zone', '', 'a{sa{sas}}')
    def getActiveZones(self):  # pylint: disable=invalid-name
        """What is bound to each."""
        zones = {self.zone or 'public': {'interfaces': ['sinks0']}}
        if self.source:
            zones['block'] = {'sources': [self.source]}
        return zones

    @dbus.service.method(FIREWALLD, 's', 'a{sv}')
    def getServiceSettings2(self, name):  # pylint: disable=invalid-name
        """Which ports have a name together."""
        if name not in SERVICES:
            raise dbus.DBusException('no', name=FIREWALLD + '.Exception')
        settings = dict(SERVICES[name])
        settings['ports'] = dbus.Array(settings['ports'], signature='(ss)')
        if 'includes' in settings:
            settings['includes'] = dbus.Array(settings['includes'], signature='s')
        return settings

    @dbus.service.method(FIREWALLD + '.zone', 's', 'a{sv}')
    def getZoneSettings2(self, zone):  # pylint: disable=invalid-name
        """What it lets through."""
        if self.kind == 'hidden' or zone != (self.zone or 'public'):
            raise dbus.DBusException('no', name=FIREWALLD + '.Exception')
        settings = dict(ZONES[self.kind])
        if 'ports' in settings:
            settings['ports'] = dbus.Array(settings['ports'], signature='(ss)')
        for key in ('rules_str', 'services'):
            if key in settings:
                settings[key] = dbus.Array(settings[key], signature='s')
        return settings


def main():
    """Options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--session', choices=SESSIONS)
    parser.add_argument('--firewall', choices=list(ZONES) + ['hidden'])
    parser.add_argument('--zone', default='', help='of each interface; else there is the default')
    parser.add_argument('--source', help='which another zone is for')
    parser.add_argument('--broker', action='store_true', help='it runs')
    options = parser.parse_args()
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    kept = []
    if options.session:
        kept += [dbus.service.BusName('org.freedesktop.login1', bus), Session(bus, options.session)]
    if options.firewall:
        kept += [dbus.service.BusName(FIREWALLD, bus), Firewall(bus, options)]
    if options.broker:
        kept += [dbus.service.BusName('org.miracast.Broker1', bus)]
    print('ready', flush=True)
    GLib.MainLoop().run()
    return kept


if __name__ == '__main__':
    main()
