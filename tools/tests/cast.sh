#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests of miracast-cast: its test programs, then casts of the test picture to a sink of the
# tests, which behaves like known sinks, and misbehaves in many ways. All of it runs in a
# network namespace of its own: ports are free, no packet leaves, and no sound server or bus
# is found. O is where things are built.
# usage: tests/cast.sh [parts]   "parts": the test programs alone, which are quick

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
if [[ ${!#} != inside ]]; then
	flags=--net
	((EUID == 0)) || flags+=' --map-root-user'
	# shellcheck disable=SC2086 # two words
	exec unshare $flags "$PWD/${0##*/}" "$@" inside
fi
ip link set lo up || exit
# shellcheck source=lib.sh
. ./lib.sh

cleanup()
{
	local job
	for job in $(jobs -p); do kill "$job"; done
	wait
	rm -rf -- "$work"
} 2>/dev/null
trap cleanup EXIT

cast=$O/miracast-cast
# The Python that Debian's modules of GStreamer are for.
python=/usr/bin/python3
tests=$(cd ../cast/tests && pwd)
rules=$(cd ../data/quirks.d && pwd)
export PYTHONDONTWRITEBYTECODE=1
export HOME=$work XDG_RUNTIME_DIR=$work XDG_CONFIG_HOME=$work/config
unset DBUS_SESSION_BUS_ADDRESS PULSE_SERVER DISPLAY WAYLAND_DISPLAY
export GST_REGISTRY=$work/registry GST_PLUGIN_PATH=$O/gst
# A plug-in built with a sanitizer can only be loaded by programs that have the sanitizer.
export GST_REGISTRY_FORK=no
# This registry does not have our plug-in; the sink finds its decoders by itself.
sink=(env -u GST_PLUGIN_PATH -u GST_REGISTRY_FORK "GST_REGISTRY=$work/registry-sink" "$python" "$tests/sink.py")
# On a busy machine, scanning all plug-ins takes longer than a source waits.
env -u GST_PLUGIN_PATH -u GST_REGISTRY_FORK "GST_REGISTRY=$work/registry-sink" gst-inspect-1.0 >/dev/null 2>&1 &
scan=$!

# --- Our own programs -----------------------------------------------------------

# Listed by their sources, so that none is forgotten. The first have no plug-ins loaded.
with_plugins='^test_(encoder|screen|signals|stream)' own_part='^test_(quirks|sound)$'
for name in "$tests"/test_*.c; do
	name=$(basename "$name" .c)
	[[ $name =~ $with_plugins || $name =~ $own_part ]] || run_part "$name" "$O/cast/tests/$name"
done
run_part test_quirks "$O/cast/tests/test_quirks" "$rules"

# With a sound server of its own, which nothing else here finds.
sound_server()
{
	mkdir -m 700 "$work/sound"
	HOME=$work/sound XDG_RUNTIME_DIR=$work/sound pulseaudio -n --daemonize=no --exit-idle-time=-1 \
		-L module-native-protocol-unix -L 'module-null-sink sink_name=other' \
		-L 'module-null-sink sink_name=miracast_999999' >"$work/sound/log" 2>&1 &
	sound_pid=$!
	within 20 has_sound
}
has_sound() { HOME=$work/sound XDG_RUNTIME_DIR=$work/sound pactl info >/dev/null 2>&1; }
# GStreamer's plug-ins keep memory until the end that nothing points to.
export ASAN_OPTIONS=detect_leaks=0
if [[ $(command -v pulseaudio) && $(command -v pactl) ]]; then
	sound_server
	HOME=$work/sound XDG_RUNTIME_DIR=$work/sound run_part test_sound "$O/cast/tests/test_sound"
	kill "$sound_pid"
	wait
else
	echo '# no PulseAudio: test_sound is left out'
fi
for name in "$tests"/test_*.c; do
	name=$(basename "$name" .c)
	[[ ! $name =~ $with_plugins ]] || run_part "$name" "$O/cast/tests/$name"
done
if [[ $1 = parts ]]; then
	summary
	exit
fi
if /usr/bin/python3 -c 'import dbus, gi' 2>/dev/null; then
	run_part check ./cast-check.sh
else
	skip 'what --check asks the bus: python3-dbus is not there'
fi
run_part output ./cast-output.sh
if [[ $(command -v avahi-daemon) && $(command -v avahi-publish) ]]; then
	run_part discovery ./discovery.sh
else
	skip 'sinks by name: avahi-daemon or avahi-utils is not there'
fi

# --- The command line -----------------------------------------------------------

expect '--version' 0 '^miracast-cast [0-9]' "$cast" --version
expect '--help' 0 'test-picture' "$cast" --help
expect 'no sink' 2 'which sink' "$cast"
expect 'an argument is too many' 2 'too many' "$cast" --sink 127.0.0.1 more
for wrong in --timings --port=70000 --wait=0 --bitrate=-1 --mode=large --frobnicate --test-picture\ --screen=fd=3; do
	# shellcheck disable=SC2086 # two words
	expect "wrong usage: $wrong" 2 'miracast-cast: ' "$cast" --sink 127.0.0.1 $wrong
done
expect 'a test picture with a step that is none' 2 'not a step' "$cast" --sink 127.0.0.1 --test-picture=wrong
expect 'a screen with an option that is none' 2 'not an option' "$cast" --sink 127.0.0.1 --screen=wrong
expect 'no way to the sink' 1 'no way' "$cast" --test-picture --sink 192.0.2.1
expect 'no such interface' 1 'no way.*try: ip route get fe80::20 oif typo$' "$cast" --test-picture --sink fe80::20%typo
expect 'a name, and no avahi' 1 'avahi' "$cast" --test-picture --sink Television
expect 'a port that needs a privilege' 1 'privilege.*try: cat /proc/sys/net/ipv4/ip_unprivileged_port_start$' \
	setpriv --bounding-set=-net_bind_service "$cast" --test-picture --direct --sink 127.0.0.2 --wait 1 --port 80
expect 'for --check, too' 1 'bad +The RTSP port is free. .* privilege' \
	setpriv --bounding-set=-net_bind_service "$cast" --check --test-picture --sink 127.0.0.2 --port 80
expect 'a list, and no avahi' 1 'avahi' "$cast" --list
expect 'nobody connects' 1 'has not connected.*try: ' "$cast" --test-picture --direct --sink 127.0.0.2 --wait 1
# Each line is a JSON object, also when GLib prints a warning.
timeout 20 "$cast" --json --verbose --test-picture --sink 127.0.0.2 --wait 1 >"$work/lines" 2>"$work/debug"
objects='import json, sys; assert [json.loads(line)["event"] for line in sys.stdin]'
check '--json is JSON, also with --verbose' "$python" -c "$objects" <"$work/lines"
check 'what --verbose adds is elsewhere' grep -q cast-DEBUG "$work/debug"
expect '--check' 0 'encoded pictures' "$cast" --check --test-picture --sink 127.0.0.2
expect '--check without a way' 1 'bad .*no way' "$cast" --check --test-picture --sink 192.0.2.1

# Each option is explained, and completed.
"$cast" --help | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | grep -o -e '--.*' | sort >"$work/options"
unexplained()
{
	local option
	while read -r option; do
		[[ $option = --help ]] || grep -q "Fl -*\(. , \)*${option#-}" ../man/miracast-cast.1 || echo "$option"
	done <"$work/options"
}
check 'the manual has each option' same "$(grep -c . "$work/options") " "$(grep -c . "$work/options") $(unexplained)"
completed()
{
	PATH=$O:$PATH bash -c '. ../completion/miracast-cast
		COMP_WORDS=(miracast-cast --) COMP_CWORD=1; _miracast_cast miracast-cast; printf "%s\n" "${COMPREPLY[@]}"' | sort
}
check 'the completion has each option' same "$(<"$work/options")" "$(completed)"

# So is each fault.
undescribed()
{
	local word
	sed -nE 's/^\t\t"([a-z-]+)",$/\1/p' ../cast/policy/fault.c | while read -r word; do
		grep -qE "^\.It Cm (.* )?$word( |\$)" ../man/miracast-cast.1 || echo "$word"
		grep -qF "\`\`$word\`\`" ../../Documentation/cast.rst || echo "$word"
	done
}
check 'the manual and the page have each fault' same x "x$(undescribed)"

# The unit for the user's service manager: systemd warns of unknown settings.
is_unit()
{
	mkdir -p "$work/unit"
	sed "s#@bindir@#$O#" ../data/miracast-cast@.service.in >"$work/unit/miracast-cast@.service"
	if ! systemd-analyze --user --man=no --recursive-errors=no verify \
		"$work/unit/miracast-cast@.service" >"$work/unit.out" 2>&1 || [[ -s $work/unit.out ]]; then
		sed 's/^/# /' "$work/unit.out"
		return 1
	fi
}
# The service manager replaces variables of its environment, also in what a sink is called.
check 'a sink may have a $ in its name' grep -q '^ExecStart=:@bindir@/miracast-cast --sink=%I$' \
	../data/miracast-cast@.service.in
if [[ $(command -v systemd-analyze) ]]; then
	check 'the unit is one that systemd knows all of' is_unit
else
	skip 'the unit: systemd is not there'
fi

wait "$scan"

# --- Casts ----------------------------------------------------------------------

# Sinks are asked for signs of life often, so that silence is noticed soon.
mkdir -p "$work/rules"
printf '[Every sink]\nmatch-name=*\nkeep-alive=2\n' >"$work/rules/10.conf"

# How long a cast may take, in seconds. On a busy machine everything takes longer, and only
# a failure waits to the end: the tests count pictures, not seconds.
long=240
# A command prefix that runs both ends in another place.
inside=()
number=0
# address NAME: sets $host, of a sink, and $port, of its source.
address()
{
	number=$((number + 1))
	host=127.0.1.$number port=$((20000 + number))
}

# source_of NAME [OPTION]...: miracast-cast for $host; its output goes to $work/NAME.out.
source_of()
{
	local name=$1
	shift
	timeout $long "${inside[@]}" "$cast" --json --direct --silent --quirks "$rules" --sink "$host" --port "$port" \
		--wait $((long / 2)) "$@" >"$work/$name.out" 2>"$work/$name.err"
	echo $? >"$work/$name.status"
}

# sink_of NAME [OPTION]...: the other end; its results go to $work/NAME.json.
sink_of()
{
	local name=$1
	shift
	timeout $long "${inside[@]}" "${sink[@]}" --source 127.0.0.1 --address "$host" --port "$port" \
		--patience $((long / 2)) --out "$work/$name.json" "$@" >"$work/$name.sink" 2>&1
}

picture=1280x720@30
# Waits until a few pictures have come, which takes a while on a busy machine.
shortly=(--seconds $((long / 4)) --pictures 3)
# pair NAME STEPS [SINK OPTION]...: both, until both have ended.
pair()
{
	local name=$1 steps=$2
	shift 2
	address
	source_of "$name" "--test-picture=$steps" "${options[@]}" &
	sink_of "$name" "$@"
	wait $!
}
# The same in the background: at most eight at a time.
options=()
beside()
{
	while (($(jobs -rp | wc -l) >= 8)); do wait -n; done
	address
	number=$((number - 1))
	pair "$@" &
	number=$((number + 1))
}

# judge NAME FAULT [played]
judge() { run_part "$1" "$python" "$tests/judge.py" "$work" "$@"; }
# figure NAME EXPRESSION: evaluated with d, the sink's results.
figure() { "$python" -c "import json, sys; d = json.load(open('$work/$1.json')); print($2)"; }
true_of() { [[ $(figure "$1" "$2") = True ]]; }

# --- Sinks that are known -------------------------------------------------------

for name in $("$python" -c "import sys; sys.path.insert(0, '$tests'); import sinks; print(*sinks.SINKS)"); do
	beside "$name" '' --sink "$name" "${shortly[@]}"
done
wait
run_part sinks "$python" "$tests/judge.py" "$work" rows

# --- Sinks that misbehave -------------------------------------------------------

declare -A wanted
# bad FAULT WORD...: a way to misbehave, or several at once.
bad()
{
	local fault=$1 name=${*:2}
	name=${name// /+}
	wanted[$name]=$fault
	beside "$name" '' "${shortly[@]}" --behave "${@:2}"
}

# A cast to a silent sink ends within five seconds, all others at once.
for step in m1 m2 m3 m4 m5 m6 m7; do bad silent "silent-$step"; done
for step in m1 m4 m7; do bad connection-lost "fin-$step"; done
for step in m3 m5; do bad connection-lost "rst-$step"; done
for step in m1 m6; do bad malformed "garbage-$step"; done
bad malformed nul-m3
bad malformed two-lengths-m3
bad too-large huge-length-m3
bad too-large endless-line-m3
bad too-large many-headers-m3
bad silent short-body-m3
bad silent slow-m3
bad silent wrong-session
bad ended-by-sink teardown-m3
bad ended-by-sink teardown-m7
bad refused refuse-m3
bad mode-refused refuse-m4=99
bad transport tcp-setup
# Odd, but no mistake.
for odd in refuse-names refuse-m4=1 same-lengths bare-session no-session two-ports idr=8 connector unknown \
		no-answer-m5 delay-m1=1 delay-m4=2; do
	bad ended-by-sink "$odd"
done
options=(--quirks "$work/rules")
bad silent silent-m16
wanted[teardown-at-m16]=ended-by-sink
beside teardown-at-m16 '' --seconds 8 --behave teardown-at-m16
wanted[silent-m16]=silent
beside silent-m16 '' --seconds 20 --behave silent-m16
beside kept-alive '' --seconds 5 --behave strict-m16
options=()
beside leaves '' "${shortly[@]}" --leave
beside other-port '' "${shortly[@]}" --other-port 5004
wait
for name in "${!wanted[@]}"; do
	case $name in
	refuse-names|refuse-m4=1|same-lengths|bare-session|no-session|two-ports|idr=8|connector|unknown|no-answer-m5|delay*)
		judge "$name" "${wanted[$name]}" played ;;
	*) judge "$name" "${wanted[$name]}" ;;
	esac
done
judge leaves connection-lost played
judge other-port ended-by-sink played
judge kept-alive ended-by-sink played
check 'keep-alives come all the time' true_of kept-alive "d['seen'].count('m16') >= 3"
check 'a sink that is silent is given up within keep-alive and two seconds, and some' \
	true_of silent-m16 "d['seconds'] < 12"
check 'a sink that ends at a keep-alive has ended' true_of teardown-at-m16 "d['seen'][-1] == 'm16'"
check 'the second choice of a mode is another' true_of refuse-m4=1 "len(d['modes']) == 2 and d['modes'][0] != 'refused ' + d['modes'][1]"
check 'no mode is asked for twice' true_of refuse-m4=99 "1 < len(d['modes']) == len(set(d['modes']))"
check 'who is not understood is asked for less' true_of refuse-names "d['seen'].count('m3') == 2"
check 'all that a sink says is answered' true_of unknown "d['answers']['SET_PARAMETER'] == [200] and d['answers']['RECORD'] == [501]"

# --- What arrives ---------------------------------------------------------------

# shellcheck source=cast-arrives.sh
. ./cast-arrives.sh

# --- Strangers, signals, ports --------------------------------------------------

# A connection from another address, or a second one from the same, is closed silently.
stranger()
{
	"$python" - "$1" "$port" <<-'END'
		import socket, sys
		s = socket.create_connection(('127.0.0.1', int(sys.argv[2])), 60, (sys.argv[1], 0))
		s.settimeout(60)
		sys.exit(s.recv(1) != b'')
	END
}
waits() { grep -q '"event": "waiting"' "$work/$1.out" 2>/dev/null; }
plays() { grep -q '"event": "play"' "$work/$1.out" 2>/dev/null; }
# has_sent NAME COUNT: all but the last of so many pictures.
has_sent() { [[ $(grep -c '"event": "picture"' "$work/$1.out" 2>/dev/null) -ge $2 ]]; }

address
source_of stranger "--test-picture=$picture" &
within 10 waits stranger
check 'a stranger is turned away' stranger 127.0.0.9
sink_of stranger --seconds 3 &
within 10 plays stranger
check 'so is the sink, a second time' stranger "$host"
check 'and a stranger then' stranger 127.0.0.9
wait
judge stranger ended-by-sink played

address
source_of first "--test-picture=$picture" --wait 30 &
within 10 waits first
source_of second "--test-picture=$picture" --sink "$host"
judge second port-taken
check 'the port that is taken is named' grep -q "sport = :$port" "$work/second.out"
wait
judge first not-connected

# signal NAME SIGNAL...: while it plays.
signal()
{
	local name=$1 signal source
	address
	(
		trap - INT
		exec "$cast" --json --timings --direct --silent --sink "$host" --port "$port" \
			"--test-picture=$picture" >"$work/$name.out" 2>"$work/$name.err"
	) &
	source=$!
	sink_of "$name" --seconds 30 "${sink_options[@]}" &
	within 10 has_sent "$name" 6
	for signal in "${@:2}"; do kill "-$signal" "$source"; sleep 0.5; done
	wait "$source"
	echo $? >"$work/$name.status"
	wait
}
sink_options=()
for name in INT TERM HUP; do
	signal "$name" "$name"
	judge "$name" none played
	check "SIG$name ends it in order" true_of "$name" "d['seen'][-1] == 'm5 TEARDOWN' and d['end'] == 'teardown'"
done
sink_options=(--behave no-teardown --patience 10)
signal twice INT INT
judge twice none played
check 'a second signal does not wait for the sink' true_of twice "d['end'] == 'closed'"
sink_options=()
# A sink that is killed. (One that stays connected and falls silent is silent-m16.)
address
source_of killed "--test-picture=$picture" &
"${sink[@]}" --source 127.0.0.1 --address "$host" --port "$port" --seconds $long >"$work/killed.sink" 2>&1 &
victim=$!
within 10 plays killed
kill -KILL $victim
wait 2>/dev/null
judge killed connection-lost
signal KILL KILL 2>/dev/null
check 'SIGKILL ends it, too' true_of KILL "d['end'] in ('closed', 'reset') and d['seconds'] < 20"

# --- MICE -----------------------------------------------------------------------

address
touch "$work/mice.sink"
"${sink[@]}" --source 127.0.0.1 --address "$host" --mice 7250 --seconds 1 \
	--out "$work/mice.json" >"$work/mice.sink" 2>&1 &
within 10 grep -q listening "$work/mice.sink"
LC_ALL=C.UTF-8 "$cast" --json --silent --name 'Laptop ä' --sink "$host" --port "$port" "--test-picture=$picture" \
	>"$work/mice.out" 2>"$work/mice.err"
echo $? >"$work/mice.status"
wait
judge mice ended-by-sink played
check 'MICE: source-ready has the name and the port' \
	true_of mice "d['mice']['command'] == 1 and d['mice']['name'] == 'Laptop \u00e4' and d['mice']['port'] == $port"
check 'MICE: stop-projection at the end' true_of mice "d['mice_end'] == 2"

# Another service at the port of MICE; the sink connects by itself.
address
touch "$work/foreign.service"
"$python" - "$host" >"$work/foreign.service" <<-'END' &
	import socket, sys
	service = socket.create_server((sys.argv[1], 7250))
	print('listening', flush=True)
	source, _ = service.accept()
	source.sendall(bytes([0, 4, 9, 1]))
	while source.recv(4096): pass
END
within 10 grep -q listening "$work/foreign.service"
"$cast" --json --verbose --silent --sink "$host" --port "$port" "--test-picture=$picture" \
	>"$work/foreign.out" 2>"$work/foreign.err" &
source=$!
within 10 grep -q 'is not MICE' "$work/foreign.out"
sink_of foreign --seconds 1
wait $source
echo $? >"$work/foreign.status"
wait
judge foreign ended-by-sink played
check 'a service that is not MICE is noted' grep -q 'is not MICE' "$work/foreign.out"

# --- Players --------------------------------------------------------------------

# Players that know nothing of Miracast; they get the address as that of any RTSP server.
# plays_in NAME COMMAND...: a cast to a player, whose last argument is the URL.
plays_in()
{
	local name=$1 status=0
	shift
	address
	host=127.0.0.1
	source_of "$name" "--test-picture=$picture" &
	within 20 waits "$name"
	timeout 60 env -u GST_PLUGIN_PATH -u GST_REGISTRY_FORK "GST_REGISTRY=$work/registry-sink" \
		"${@//URL/rtsp://127.0.0.1:$port/wfd1.0/streamid=0}" >"$work/$name.player" 2>&1 || status=$?
	wait
	return $status
}
if [[ $(command -v ffmpeg) ]]; then
	check 'ffmpeg plays it' plays_in ffmpeg ffmpeg -nostdin -rtsp_transport udp -i URL -frames:v 30 -f null -
	check 'and sees the picture' grep -qE 'Video: h264.*1280x720' "$work/ffmpeg.player"
	check 'and the sound' grep -q 'Audio: aac' "$work/ffmpeg.player"
	check 'thirty pictures of it' grep -qE 'frame= *30' "$work/ffmpeg.player"
fi
check 'rtspsrc plays it' plays_in rtspsrc gst-launch-1.0 -e rtspsrc location=URL protocols=udp latency=0 ! \
	rtpmp2tdepay ! tsdemux ! h264parse ! avdec_h264 ! fakesink num-buffers=30
for name in ffmpeg rtspsrc; do
	[[ ! -e $work/$name.out ]] || check "$name: the cast has ended without a fault" \
		grep -qE '"fault": "(ended-by-sink|connection-lost)"|"event": "over"' "$work/$name.out"
done

# --- A monitor ------------------------------------------------------------------

# Without a device the sink has connected in vain, and is informed of that.
address
source_of monitor --screen device=/dev/null &
sink_of monitor --seconds 5
wait
judge monitor no-screen
check 'the reason is said' grep -q '"detail": "[^"]' "$work/monitor.out"

summary
