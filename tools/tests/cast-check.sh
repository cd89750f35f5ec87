#!/bin/bash
# SPDX-License-Identifier: MIT
#
# miracast-cast --check: what it reports about the driver, the broker, the session and the
# firewall. A private bus has these services, or lacks them. Called by cast.sh, in a network
# namespace where nothing else runs. O is where things are built.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

# All checks except the one that waits for plug-ins.
stuck=
jobs_end()
{
	local job
	for job in $(jobs -p); do
		[[ $job = "$stuck" ]] && continue
		kill "$job"
		wait "$job"
	done
} 2>/dev/null
trap 'stuck=; jobs_end; rm -rf -- "$work"' EXIT

cast=$O/miracast-cast
python=/usr/bin/python3
players=$(cd ../cast/tests && pwd)
export PYTHONDONTWRITEBYTECODE=1
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus

# looks [OPTION]...: --check, without permission for a context; its output goes to
# $work/said.
looks()
{
	status=0
	timeout 120 setpriv --bounding-set=-sys_admin "$cast" --check --silent "$@" \
		>"$work/said" 2>"$work/errors" </dev/null || status=$?
}

# is VERDICT WHAT: the output has this line, and a bad one is followed by advice.
is()
{
	case $1 in
	good) grep -qE "^good +$2" "$work/said" ;;
	maybe) grep -A1 -E "^good +$2" "$work/said" | grep -qE "^ +if not, try: $3" ;;
	bad) grep -A1 -E "^bad +$2" "$work/said" | grep -qE "^ +try: $3" ;;
	esac || { sed 's/^/# /' "$work/said"; return 1; }
}
maybe_opens() { is maybe 'firewalld may' 'sudo firewall-cmd --zone=public --add-port=7236/tcp$'; }
# is_by_address ZONE: announcements are kept out there.
is_by_address()
{
	grep -A1 -E '^good +Sinks by their addresses: firewalld keeps announcements out\.$' "$work/said" |
		grep -qE "^ +for names, try: sudo firewall-cmd --zone=$1 --add-service=mdns\$" ||
		{ sed 's/^/# /' "$work/said"; return 1; }
}
# never_connects SINK [COMMAND]...: a cast for a second, through COMMAND; what it says goes to $work/said.
never_connects()
{
	"${@:2}" timeout 60 "$cast" --silent --test-picture --direct --wait 1 --port 9100 --sink "$1" >"$work/said" 2>&1 </dev/null
}
# tries COMMAND: the cast has failed for lack of a connection, and names this.
tries() { grep -A1 'has not connected' "$work/said" | grep -qxF "  try: $1" || { sed 's/^/# /' "$work/said"; return 1; }; }
lacks() { ! grep -qE "$1" "$work/said"; }

# With the broker's file, or without.
bus_with()
{
	jobs_end
	rm -rf "$work/services" "$work/bus"
	mkdir "$work/services"
	[[ ${polkit-} = none ]] || printf '[D-BUS Service]\nName=org.freedesktop.PolicyKit1\nExec=/bin/false\n' \
		>"$work/services/org.freedesktop.PolicyKit1.service"
	[[ $1 = none ]] || printf '[D-BUS Service]\nName=org.miracast.Broker1\nExec=/bin/false\n' \
		>"$work/services/org.miracast.Broker1.service"
	cat >"$work/bus.conf" <<-END
		<busconfig><type>system</type><listen>unix:path=$work/bus</listen>
		<servicedir>$work/services</servicedir><policy context="default">
		<allow user="*"/><allow send_destination="*"/><allow receive_sender="*"/>
		<allow own="*"/></policy></busconfig>
	END
	dbus-daemon --nofork "--config-file=$work/bus.conf" 2>/dev/null &
	daemon=$!
	within 20 test -S "$work/bus"
	shift
	: >"$work/played.out"
	"$python" "$players/bus.py" "$@" >"$work/played.out" 2>&1 &
	within 20 said played ready
}

# A plug-in that hangs holds up the program that scans plug-ins for GStreamer. It takes two
# minutes until that is noticed; all other checks run meanwhile.
printf '#!/bin/sh\ncat >/dev/null\n' >"$work/scanner"
chmod +x "$work/scanner"
env -u GST_REGISTRY_FORK GST_PLUGIN_SCANNER="$work/scanner" GST_REGISTRY="$work/registry-stuck" \
	timeout 300 "$cast" --check --test-picture >"$work/stuck.out" 2>&1 </dev/null &
stuck=$!

if [[ -e /dev/miracast ]]; then
	skip 'what is said without the driver: there is one'
else
	looks
	check 'without the driver --check fails' [ "$status" = 1 ]
	check 'and names the module' is bad 'The driver\.' 'sudo modprobe miracast'
fi
check 'without a bus there is no broker' is bad 'miracast-broker\.' 'dpkg -l miracast-broker; systemctl status miracast-broker$'
check 'and no session' is bad 'The session' 'loginctl session-status'
check 'and no firewall' is good 'No firewall'
looks --test-picture
check 'a test picture needs none of that' [ "$status" = 0 ]
check 'and it is not looked at' lacks 'driver|broker|session'
check 'nor the elements of a monitor' lacks 'miracastsrc|appsrc'
check 'but what makes the picture' is good "GStreamer's element videotestsrc"
looks --screen fd=3
check 'nor for a context that was handed over' lacks 'bad'
check 'of which the elements are looked at' is good "GStreamer's element miracastsrc"
check 'and not those of the test picture' lacks videotestsrc

# without PLUG-IN [OPTION]...: as on a machine where its package is not installed. Scanning
# all other plug-ins would take long.
plugins=$(pkg-config --variable=pluginsdir gstreamer-1.0)
without()
{
	local some=$work/without-$1 name
	mkdir "$some"
	for name in app audioconvert audioresample audiotestsrc coreelements videoconvertscale \
			videoparsersbad videotestsrc x264; do
		[[ $name = "$1" ]] || ln -s "$plugins/libgst$name.so" "$some" || return
	done
	GST_PLUGIN_SYSTEM_PATH=$some GST_REGISTRY=$work/registry-$1 looks "${@:2}"
}
no_encoder_is_blamed() { lacks 'Encoder|plugins-ugly'; }
without videotestsrc --screen fd=3
check 'what encoders are tried with is named when it is missing' \
	is bad "GStreamer's element videotestsrc, to try encoders with\." 'sudo apt install gstreamer1\.0-plugins-base$'
check 'and no encoder is blamed for it' no_encoder_is_blamed
without videoconvertscale --test-picture
check 'so is another part of that' \
	is bad "GStreamer's element videoconvert, to try encoders with\." 'sudo apt install gstreamer1\.0-plugins-base$'
check 'for which no encoder is blamed, either' no_encoder_is_blamed
without videoparsersbad --test-picture
check 'each element has a package' is bad "GStreamer's element h264parse\." 'sudo apt install gstreamer1\.0-plugins-bad$'

bus_with broker --session active --firewall open
looks
check 'a broker that can be started is good' is good 'miracast-broker\.'
check 'so is the active session' is good 'The session is'
check 'and polkit' is good 'polkit'
check 'and a port that firewalld has open' is good 'firewalld lets'
check 'where announcements do not come in, it says what lets them in' is_by_address public
bus_with none --broker --session inactive --firewall closed
looks
check 'a broker that runs is good' is good 'miracast-broker\.'
check 'a session in the background is not' is bad 'The session' 'loginctl session-status'
check 'nor is a closed port' is bad 'The sink may connect' 'sudo firewall-cmd --zone=public --add-port=7236/tcp$'
looks --port 8080
check 'one in a range is open' is good 'firewalld lets'
looks --port 9001
check 'one beyond it is not' is bad 'The sink may connect' 'sudo firewall-cmd --zone=public --add-port=9001/tcp$'
polkit=none bus_with broker --session active --firewall open
looks
check 'without polkit it is the group that the user must be in' is bad 'polkit' 'sudo apt install polkitd$'
{ cat /etc/group; echo "miracast:x:997:$(id -un)"; } >"$work/group"
# shellcheck disable=SC2016 # $0 and $@ are of that shell
unshare --mount sh -c 'mount --bind "$0/group" /etc/group && exec "$@"' "$work" setpriv --bounding-set=-sys_admin \
	"$cast" --check --silent >"$work/said" 2>&1 </dev/null
check 'who is in it may have one' is good 'polkit'
for kind in remote seatless; do
	bus_with broker --session $kind --firewall range
	looks
	check "a session that is $kind is not enough" is bad 'The session' 'loginctl'
	check "a large range has the port" is good 'firewalld lets'
done
bus_with broker --session active --firewall trusted
looks
check 'a zone that lets all in is open' is good 'firewalld lets'
for kind in open closed; do
	bus_with broker --session active --firewall $kind --source 10.0.0.0/8
	looks
	check "nothing is claimed where sources have a zone, and the other is $kind" maybe_opens
done
for kind in rules hidden; do
	bus_with broker --session active --firewall $kind
	looks
	check "nothing is claimed of a firewall with $kind" maybe_opens
done
check 'nor of announcements there' lacks mdns
bus_with broker --session active --firewall mdns
looks
check 'where announcements come in, nothing is said of them' lacks mdns
bus_with broker --session active --firewall service
looks
check 'a port of a service is open' is good 'firewalld lets'
bus_with broker --session active --firewall other-service
looks
check 'one of none is not' is bad 'The sink may connect' 'sudo firewall-cmd --zone=public --add-port=7236/tcp$'
for kind in unknown-service including-service; do
	bus_with broker --session active --firewall $kind
	looks
	check "nothing is claimed of an $kind" maybe_opens
done
# listens [OPTION]...: the line about a sound server.
listens() { "$cast" --check --test-picture "$@" 2>"$work/errors" </dev/null | grep -A1 -i silence >"$work/said"; }
listens
check 'a sound server that is not there is missed' is good 'No sound server answers: sinks get silence\.$'
listens --silent
check 'but not with --silent' is good 'Sinks get silence, as --silent asks\.$'
mkdir "$work/silent-plugins"
ln -s "$plugins"/libgst{app,audioconvert,audioresample,audiotestsrc,coreelements,videoconvertscale,videoparsersbad,videotestsrc}.so "$work/silent-plugins"
GST_PLUGIN_SYSTEM_PATH=$work/silent-plugins GST_REGISTRY=$work/registry-silent listens
silent_for_pulsesrc() { grep -A1 'pulsesrc is not installed' "$work/said" | grep -q 'for sound, try: sudo apt install gstreamer1.0-plugins-good$'; }
check 'without the element that records, it is that which is missed' silent_for_pulsesrc
# Our own packages are in no archive.
GST_PLUGIN_PATH='' without coreelements --screen fd=3
check 'an element of ours has no package in the archive' is bad "GStreamer's element miracastsrc\." 'dpkg -l gstreamer1\.0-miracast; gst-inspect-1\.0 miracastsrc$'
# An interface with sinks, other than the loopback.
make_interface()
{
	ip link add sinks0 type veth peer name sinks1 && ip address add 10.8.0.1/24 dev sinks0 &&
		ip address add fe80::8/64 dev sinks0 nodad && ip link set sinks0 up &&
		ip link set sinks1 up
} 2>/dev/null
if make_interface; then
	bus_with broker --session active --firewall closed --zone work
	looks --sink 10.8.0.2 --direct
	check 'the zone is that of the interface' is bad 'The sink may connect' 'sudo firewall-cmd --zone=work --add-port=7236/tcp$'
	check 'an address needs no announcement' lacks mdns
	looks
	check 'whose zone is that of announcements, too' is_by_address work
	never_connects 10.8.0.2
	check 'a cast to which no sink connects has the same command' \
		tries 'sudo firewall-cmd --zone=work --add-port=9100/tcp'
	ip link delete sinks0
else
	skip 'the zone of an interface: none can be made'
fi
bus_with broker --session active
looks
check 'without firewalld there is no firewall' is good 'No firewall'
never_connects 127.0.0.2
check 'which a cast to which no sink connects does not name' tries 'miracast-cast --check --sink 127.0.0.2'
bus_with broker --session active
kill -STOP "$daemon"
looks
kill -CONT "$daemon"
check 'a bus that hangs is no reason to wait for ever' [ "$status" = 1 ]
check 'and it is said what hangs' is bad 'The system bus\. That takes too long' 'systemctl status dbus$'
bus_with broker --session active
kill -STOP "$daemon"
looks --test-picture
kill -CONT "$daemon"
check 'also when the firewall is the first to be asked for' is bad 'The firewall\. That takes too long' 'systemctl status firewalld dbus$'
# With rules of ufw, which has no service on the bus.
cp -a /etc "$work/etc" 2>/dev/null
mkdir -p "$work/etc/ufw"
# shellcheck disable=SC2016 # another shell's
with_etc() { unshare --mount sh -c 'mount --bind "$0" /etc && exec "$@"' "$work/etc" "$@"; }
# opens SINK: the rule for ufw that would let it in. Addresses there have no interface.
opens()
{
	local sink=$1
	[[ $sink != fe80:* ]] || sink+=%sinks0
	with_etc "$cast" --check --silent --test-picture --sink "$sink" --port 8080 \
		>"$work/said" 2>"$work/errors" </dev/null
}
if with_etc true 2>/dev/null; then
	for enabled in yes no; do
		printf '# on or off\nENABLED=%s\n' $enabled >"$work/etc/ufw/ufw.conf"
		with_etc "$cast" --check --silent --test-picture >"$work/said" 2>"$work/errors" </dev/null
		case $enabled in
		yes)
			check 'ufw is named, and what opens it' is maybe 'ufw may' 'sudo ufw allow from ADDRESS to any port 7236 proto tcp$'
			make_interface || continue
			never_connects 10.8.0.2 with_etc
			check 'a cast to which no sink connects names it, too' \
				tries 'sudo ufw allow from 10.8.0.2 to any port 9100 proto tcp'
			for sink in 10.8.0.2 fe80::9; do
				opens "$sink"
				check "for the sink alone, here $sink" is maybe 'ufw may' "sudo ufw allow from $sink to any port 8080 proto tcp\$"
			done
			ip link delete sinks0
			;;
		no) check 'one that is off is none' is good 'No firewall' ;;
		esac
	done
else
	skip 'ufw: no mount namespace can be made'
fi

check 'nor is a plug-in that hangs' ended_with "$stuck" 1
mv "$work/stuck.out" "$work/said"
check 'and of it, too, it is said what hangs' is bad 'GStreamer\. That takes too long' 'GST_DEBUG=3 miracast-cast --check$'

summary
