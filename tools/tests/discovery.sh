#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Sinks that announce themselves: two avahi daemons, on two machines that are network
# namespaces, and what miracast-cast finds through one of them. Called by cast.sh, in
# whose namespace one of the machines is. O is where things are built.

set -uo pipefail
export LC_ALL=C.UTF-8
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

trap '{ for job in $(jobs -p); do kill "$job"; done; wait; } 2>/dev/null; rm -rf -- "$work"' EXIT

cast=$O/miracast-cast
python=/usr/bin/python3
players=$(cd ../cast/tests && pwd)
sink=$players/sink.py
export PYTHONDONTWRITEBYTECODE=1
export HOME=$work XDG_RUNTIME_DIR=$work
name='Wohnzimmer ä'

# The other machine.
unshare --net sleep 1000 &
other=$!
# A list of words, not a function, so that $! is the process that is started.
there=(nsenter -t "$other" -n)
apart() { [[ $(readlink "/proc/$other/ns/net") != "$(readlink /proc/self/ns/net)" ]]; }
link()
{
	within 20 apart && ip link add here0 type veth peer name there0 netns "$other" &&
		ip address add 10.9.0.1/24 dev here0 && ip link set here0 up &&
		"${there[@]}" ip address add 10.9.0.2/24 dev there0 &&
		"${there[@]}" ip link set there0 up && "${there[@]}" ip link set lo up
}
if ! link 2>"$work/errors"; then
	skip "avahi: no second machine can be made: $(head -1 "$work/errors")"
	summary
	exit
fi

# Which addresses avahi uses, and which it announces.
kind=ipv4
# machine NAME [COMMAND]...: a bus and avahi, started through COMMAND, with a private /run.
machine()
{
	local machine=$1
	shift
	cat >"$work/$machine.conf" <<-END
		<busconfig><type>system</type><listen>unix:path=$work/$machine.bus</listen>
		<policy context="default"><allow user="*"/><allow send_destination="*"/><allow receive_sender="*"/>
		<allow own="*"/></policy></busconfig>
	END
	cat >"$work/$machine.avahi" <<-END
		[server]
		host-name=$machine
		use-ipv4=$([[ $kind = ipv4 ]] && echo yes || echo no)
		use-ipv6=$([[ $kind = ipv6 ]] && echo yes || echo no)
		allow-interfaces=here0,there0
		[publish]
		publish-workstation=no
		publish-hinfo=no
	END
	dbus-daemon --nofork "--config-file=$work/$machine.conf" 2>/dev/null &
	bus=$!
	within 20 test -S "$work/$machine.bus"
	# shellcheck disable=SC2016 # another shell's
	env "DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/$machine.bus" "$@" unshare --mount sh -c '
		mount -t tmpfs none /run && mkdir /run/avahi-daemon &&
		exec avahi-daemon --no-drop-root --no-chroot --no-rlimits --no-proc-title -f "$0"' \
		"$work/$machine.avahi" >"$work/$machine.out" 2>&1 &
	daemon=$!
	within 20 grep -q 'Server startup complete' "$work/$machine.out"
}
# publish MACHINE NAME PORT [COMMAND]...
publish()
{
	local job=$((published += 1))
	env "DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/$1.bus" "${@:4}" \
		avahi-publish -s "$2" _display._tcp "$3" >"$work/published.$job" 2>&1 &
	publisher=$!
	within 20 grep -q Established "$work/published.$job"
}
published=0

machine livingroom "${there[@]}" || { sed 's/^/# /' "$work/livingroom.out"; }
livingroom=$daemon
machine laptop
laptop=$daemon
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/laptop.bus

# lists PATTERN [OPTION]...
lists() { timeout 60 "$cast" --list "${@:2}" >"$work/list" 2>"$work/hint"; grep -qE "$1" "$work/list"; }
has_escape() { grep -q $'\e' "$work/list"; }
no() { ! "$@"; }
# kept_out COMMAND...: where firewalld drops what sinks announce, it is said what lets it in.
kept_out()
{
	local firewalld
	: >"$work/firewalld.out"
	"$python" "$players/bus.py" --firewall open >"$work/firewalld.out" 2>&1 &
	firewalld=$!
	within 20 said firewalld ready
	timeout 60 "$@" >"$work/nobody.out" 2>&1
	kill "$firewalld"
	wait "$firewalld"
	said nobody 'try: sudo firewall-cmd --zone=public --add-service=mdns$'
}
has_dbus() { "$python" -c 'import dbus, gi' 2>/dev/null; }
lists 10.9.0.2
check 'who announces nothing is not in the list' [ ! -s "$work/list" ]
check 'an empty list says that it is' grep -q 'No sink has announced itself' "$work/hint"
check 'and what may help' grep -q '^  try: miracast-cast --check$' "$work/hint"
check 'it is no failure' "$cast" --list --json
! has_dbus || check 'or what lets announcements in' kept_out "$cast" --list
lists 10.9.0.2 --json
check 'for a program, nothing is enough' [ ! -s "$work/list" -a ! -s "$work/hint" ]
check 'a sink is announced' publish livingroom "$name" 7251 "${there[@]}"
announcer=$publisher
check 'it is in the list, by its name and address' within 20 lists "$name.*10\.9\.0\.2|10\.9\.0\.2.*$name"
# The daemon also reports an IPv6 address, in either order.
none_is_half()
{
	for _ in 1 2 3 4; do
		lists .
		no grep -E 'fe80:[^%]*$' "$work/list" || return
	done
}
check 'and nothing else is said then' [ ! -s "$work/hint" ]
check 'by none that says nothing without its interface, however often it is asked' none_is_half
check 'but always by the one that is enough' within 20 lists '10\.9\.0\.2'
check 'and in the list for programs' within 20 lists '"address": "10\.9\.0\.2"' --json
publish livingroom $'bad\e[31m\tname' 7252 "${there[@]}"
check 'a name does nothing to the terminal' within 20 lists 'bad'
check 'as what a terminal obeys is taken out' no has_escape
kill "$publisher"

# By the name, at the port that is announced.
"${there[@]}" env -u GST_PLUGIN_PATH "$python" "$sink" --source 10.9.0.1 --address 10.9.0.2 --mice 7251 \
	--seconds 20 --pictures 3 --patience 60 --out "$work/sink.json" >"$work/sink.out" 2>&1 &
player=$!
within 20 said sink listening
timeout 60 "$cast" --json --silent --test-picture=1280x720@30 --sink "${name^^}" >"$work/cast.out" 2>&1
check 'a sink is cast to by its name, in any case' [ $? = 0 ]
wait "$player"
check 'at its port' "$python" -c "import json; d = json.load(open('$work/sink.json')); assert d['mice']['command'] == 1 and d['markers']"
timeout 60 "$cast" --silent --test-picture --sink nobody >"$work/nobody.out" 2>&1
check 'a name that nobody has is none' said nobody 'No sink of this name'

if has_dbus; then
	check 'a firewall that drops announcements is a reason' kept_out "$cast" --silent --test-picture --sink nobody
	check 'for --check, too' kept_out "$cast" --check --silent --test-picture --sink nobody
else
	skip 'announcements that a firewall drops: python3-dbus is not there'
fi

# By the address: avahi finds its name, and rules apply to names.
kill "$announcer"
publish livingroom 'DIRECT-3 Broadcom' 7251 "${there[@]}"
listens_at()
{
	timeout 60 "$cast" --json --silent --test-picture --direct --wait 1 --sink "$1" \
		--quirks ../data/quirks.d >"$work/address.out" 2>&1
	grep -q "\"port\": $2" "$work/address.out"
}
check 'rules by name are found by an address, too' within 20 listens_at 10.9.0.2 8554
check 'an address without a name is enough' listens_at 10.9.0.9 7236
kill "$publisher"
publish livingroom "$name" 7251 "${there[@]}"

# Names are compared without case; for avahi this is another name.
publish laptop 'Wohnzimmer Ä' 7251
timeout 60 "$cast" --json --silent --test-picture --direct --wait 5 --sink "$name" >"$work/same.out" 2>&1
check 'a second machine of the same name is named' grep -q '"event": "same-name"' "$work/same.out"

# monitor MACHINE RULE: messages on its bus are written to $work/monitor.out.
monitor()
{
	dbus-monitor --address "unix:path=$work/$1.bus" "$2" >"$work/monitor.out" 2>&1 &
	monitor=$!
	# A monitor gives up its own name on the bus.
	within 20 said monitor member=NameLost
}

# A daemon that is slow to answer, because the bus starts it first, gets the full time, too.
must 'what passes on the bus is seen' monitor laptop "member='ServiceBrowserNew'"
kill -STOP "$laptop"
timeout 60 "$cast" --list >"$work/late.out" 2>&1 &
lister=$!
must 'the daemon is asked' within 20 said monitor member=ServiceBrowserNew
sleep 1.5
from=$(date +%s%3N)
kill -CONT "$laptop"
check 'a daemon that answers late is no failure' wait "$lister"
check 'nor a reason to listen to it for a shorter time' [ $(($(date +%s%3N) - from)) -ge 2400 ]
kill "$monitor"

# A daemon that does not answer blocks nothing.
kill -STOP "$laptop"
timeout 20 "$cast" --list >"$work/nobody.out" 2>&1
check 'of a daemon that hangs it is said that it does not answer' said nobody 'the avahi daemon does not answer'
timeout 20 "$cast" --json --silent --test-picture --direct --wait 1 --sink 10.9.0.9 >"$work/address.out" 2>&1
check 'and an address is cast to without it' said address '"fault": "not-connected"'
kill -CONT "$laptop"

# browses MACHINE: looks in the background for a name that nobody has. Returns when the
# daemon has reported all that it knew; the search goes on for the rest of ten seconds.
browses()
{
	monitor "$1" "type='signal',member='CacheExhausted'" || return
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/$1.bus timeout 60 "$cast" --silent --test-picture \
		--sink nobody >"$work/ends.out" 2>&1 &
	ends=$!
	within 20 said monitor member=CacheExhausted
}
# gives_up PID SIGNAL: that process ends by the signal.
gives_up()
{
	local from=$SECONDS
	kill "-$2" "$1"
	wait "$1" "$ends"
	kill "$monitor" 2>/dev/null
	((SECONDS - from < 6)) && said ends 'systemctl start avahi-daemon'
}
must 'the daemon is listened to' browses laptop
check 'when the daemon ends, nobody waits for it any longer' gives_up "$laptop" TERM
timeout 60 "$cast" --silent --test-picture --sink "$name" >"$work/nobody.out" 2>&1
check 'without the daemon it is said what to start' said nobody 'systemctl start avahi-daemon'
machine desk
must 'another daemon is listened to' browses desk
# The bus has no time to report that the daemon has lost its name.
check 'nor when the bus itself ends' gives_up "$bus" KILL

# A sink that has only a link-local address, which needs the name of an interface.
kill "$publisher" "$livingroom" 2>/dev/null
wait "$livingroom"
kind=ipv6
local_of() { ip -6 -brief address show dev "$1" scope link -tentative | grep -oE 'fe80:[^/]*'; }
is_settled() { [[ $(local_of here0) && $("${there[@]}" ip -6 -brief address show dev there0 -tentative) ]]; }
must 'both machines have one' within 20 is_settled
here=$(local_of here0)%here0
there_address=$("${there[@]}" ip -6 -brief address show dev there0 | grep -oE 'fe80:[^/]*')
ip address del 10.9.0.1/24 dev here0
"${there[@]}" ip address del 10.9.0.2/24 dev there0
# Each address, with the interface of the machine that uses it.
sink_address=$there_address%here0
machine bedroom "${there[@]}" || sed 's/^/# /' "$work/bedroom.out"
machine tablet
tablet=$daemon
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/tablet.bus
check 'a sink without any other address is announced' publish bedroom 'Link local' 7251 "${there[@]}"
check 'it is in the list, with the interface' within 20 lists "Link local +$sink_address\$"
# plays_at NAME SINK: a cast to it.
plays_at()
{
	local name=$1 player status=0
	: >"$work/$name-sink.out"
	"${there[@]}" env -u GST_PLUGIN_PATH "$python" "$sink" --source "${here%\%*}%there0" \
		--address "$there_address%there0" --mice 7251 --seconds 20 --pictures 3 --patience 60 \
		--out "$work/$name.json" >"$work/$name-sink.out" 2>&1 &
	player=$!
	within 20 said "$name-sink" listening
	timeout 60 "$cast" --json --silent --test-picture=1280x720@30 --mice-port 7251 --sink "$2" \
		>"$work/$name.out" 2>&1 || status=$?
	wait "$player"
	if [[ $status != 0 ]]; then
		sed 's/^/# /' "$work/$name.out" "$work/$name-sink.out"
		return 1
	fi
	"$python" -c "import json; d = json.load(open('$work/$name.json')); assert d['markers'] and d['reports'] and d['mice']"
}
check 'it is cast to by its name' plays_at local-name 'Link local'
check 'and by its address with the interface' plays_at local-address "$sink_address"
check 'and by the address alone, as avahi knows where it is' plays_at local-half "$there_address"
must 'what passes on the bus is seen' monitor tablet "member='ServiceBrowserNew'"
kill -STOP "$tablet"
timeout 60 "$cast" --json --silent --test-picture --direct --wait 1 --sink "$there_address" >"$work/slow.out" 2>&1 &
caster=$!
must 'the daemon is asked' within 20 said monitor member=ServiceBrowserNew
sleep 2
kill -CONT "$tablet"
wait "$caster"
kill "$monitor"
check 'for whose answer it waits' said slow "\"event\": \"waiting\".*$sink_address"
# The name of an interface is only valid on one machine.
check 'which the sink is not sent' no grep -q 'rtsp://.*%' "$work/local-name.json"
timeout 60 "$cast" --silent --test-picture --direct --wait 1 --sink fe80::1234 >"$work/nobody.out" 2>&1
check 'one that is nowhere to be heard is none without it' said nobody 'no way'
timeout 60 "$cast" --check --silent --test-picture --sink "$sink_address" >"$work/check.out" 2>&1
check '--check finds it, too' said check 'The sink is there'

summary
