#!/bin/bash
# SPDX-License-Identifier: MIT
#
# miracast-cast with a monitor of the driver: sway shows something on it, and a sink of the
# tests (tools/cast/tests/screen.py) decodes the stream. Its pictures are compared with
# sway's own screenshots. Runs as root in a guest of the test bed, with sway as another
# user:
# scripts/vm -- tools/tests/cast-guest.sh [TEST]...; --list-subtests lists the tests

set -uo pipefail
export LC_ALL=C
tests=(desktop picture modes refused killed)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=clients-lib.sh
. ./clients-lib.sh

python=/usr/bin/python3
screen=$(cd ../cast/tests && pwd)/screen.py
export PYTHONDONTWRITEBYTECODE=1

# Scanning all plug-ins of the machine takes minutes in an emulated guest.
mkdir "$work/plugins"
folder=$(pkg-config --variable=pluginsdir gstreamer-1.0)
for each in coreelements app videoconvertscale x264 videoparsersbad voaacenc audiotestsrc \
		audioconvert audioresample audioparsers libav; do
	ln -s "$folder/libgst$each.so" "$work/plugins/"
done
ln -s "$O/gst/libgstmiracast.so" "$work/plugins/"
export GST_PLUGIN_SYSTEM_PATH_1_0=$work/plugins GST_REGISTRY=$work/registry GST_REGISTRY_FORK=no
gst-inspect-1.0 miracastsrc >"$work/inspect.out" || exit
export GST_REGISTRY_UPDATE=no

# --- Both ends ------------------------------------------------------------------

number=0
# begin NAME [OPTION]...: a sink, which obeys $before_begin first, and a cast to it.
begin()
{
	name=$1
	number=$((number + 1))
	local host=127.0.1.$number
	mkfifo "$work/$name.orders"
	exec {orders}<>"$work/$name.orders"
	: >"$work/$name-sink.out"
	"$python" "$screen" --address "$host" --mice 7250 --sink samsung --seconds 100000 --patience 100000 \
		--out "$work/$name.json" <"$work/$name.orders" >"$work/$name-sink.out" 2>&1 &
	sink=$!
	must 'the sink waits' within 60 said "$name-sink" listening || show "$name-sink"
	[[ ! ${before_begin-} ]] || order "$before_begin"
	start "$name-cast" "$O/miracast-cast" --json --silent --sink "$host" "${@:2}"
	cast=$pid
}

order() { echo "$*" >&"$orders"; }
show() { tail -n "${2:-12}" "$work/$1.out" | sed "s/^/# $1: /"; }
show_both() { show "$name-cast"; show "$name-sink"; }

# finish: the sink ends it.
finish()
{
	order quit
	check 'the end of the sink is the end of the cast' ended_with "$cast" 0 || show_both
	wait "$sink"
	exec {orders}>&-
	check 'the monitor is gone' within 30 gone Virtual-1
	cp "$work/$name-cast.out" "$work/$name-sink.out" "$work/$name.json" "$OUT/" 2>/dev/null
}

gone() { [[ $(<"$sysfs-$1/status") = disconnected ]]; }
no_context() { ! grep -q 'state=[^n]' "$targets"; }

# The time of CLOCK_MONOTONIC in milliseconds, a hundredth of a second exact.
milliseconds()
{
	local up rest
	read -r up rest </proc/uptime
	echo $((10#${up/./} * 10))
}
# when PATTERN: the time of the sink's last line that matches.
when() { sed -nE "s/^$1.* at ([0-9]+)\$/\\1/p" "$work/$name-sink.out" | tail -n 1; }
since() { local at; at=$(when "$2"); [[ $at && $at -ge $1 ]]; }

# saved NAME: the sink's last picture, as a file of $OUT.
saved()
{
	rm -f "$OUT/$1.png"
	order save "$OUT/$1"
	within 30 test -s "$OUT/$1.png"
}

shoot() { sway grim - >"$OUT/$1.png"; }

# seen NAME all|changed DB [BEFORE]: the sink shows the same picture as sway; sets $quality.
seen()
{
	saved "$1-sink" || return
	"$python" "$screen" compare "$OUT/$1-sink" "$OUT/$1.png" ${4:+"$OUT/$4.png"} >"$work/compared" 2>&1
	quality=$(sed -n "s/^$2 //p" "$work/compared")
	[[ $quality ]] && awk 'BEGIN { exit !(ARGV[1] >= ARGV[2]) }' "$quality" "$3"
}

# --- What is on the screen ------------------------------------------------------

start_sway()
{
	cat >"$work/sway" <<-END
		output * background /usr/share/weston/background.png fill
		default_border none
		focus_on_window_activation focus
	END
	"$scripts/guest-sway" start "$card" "$work/sway" || exit
}

start_keyboard()
{
	modprobe -a evdev uinput
	mkfifo "$work/keys"
	exec {keys}<>"$work/keys"
	: >"$work/keyboard.out"
	./keyboard.py <"$work/keys" >"$work/keyboard.out" 2>&1 &
	must 'there is a keyboard' within 30 said keyboard there
}

# The program in the terminal writes each typed line to this file.
start_terminal()
{
	cat >"$work/shell" <<-END
		#!/bin/sh
		PS1='\$ '
		echo there >"$work/typed"
		while read -r line; do
			echo "\$line" >>"$work/typed"
			echo "You have typed: \$line"
		done
	END
	chmod +x "$work/shell"
	: >"$work/typed"
	chmod 711 "$work"
	chmod 666 "$work/typed"
	client terminal "$scripts/guest-sway" run weston-terminal --shell="$work/shell"
	must 'a terminal is there' within 90 grep -q there "$work/typed"
}

typed() { grep -qx "$1" "$work/typed"; }

# --- Tests ----------------------------------------------------------------------

# A desktop that was there before the driver may not have the card: the cast must say that.
test_desktop()
{
	begin desktop --mode 1280x720@60
	check 'without a desktop the cast says so at once' \
		within 60 said desktop-cast '"event": "blocked",.*"reason": "not-pinned"' || show_both
	check 'and ends some time later' within 120 said desktop-cast '"fault": "not-switched-on"' || show_both
	check 'for that reason' said desktop-cast '"fault": "not-switched-on", "detail": "No desktop has' ||
		show_both
	wait "$cast"
	wait "$sink"
	exec {orders}>&-
	check 'the monitor is gone' within 30 gone Virtual-1
}

test_picture()
{
	start_keyboard
	WLR_BACKENDS=drm,libinput start_sway
	begin picture --mode 1280x720@30
	check 'sway lights the monitor' within 90 lit Virtual-1 1280x720 || show_both
	check 'and the sink plays' within 90 said picture-sink '^picture ' || show_both
	start_terminal
	must 'the screen comes to rest' within 90 settled Virtual-1
	shoot rest
	check 'the sink has the whole picture, with 40 dB' within 15 seen rest all 40
	echo "# luma of all: ${quality:-unknown} dB"
	echo 'hello 42' >&"$keys"
	check 'a line that is typed reaches its program' within 60 typed 'hello 42'
	must 'the screen comes to rest again' within 90 settled Virtual-1
	shoot typed
	check 'what is typed reaches the sink, with 38 dB where something changed' \
		within 15 seen typed changed 38 rest
	echo "# luma where it changed: ${quality:-unknown} dB"
	sed 's/^/# /' "$work/compared"
	check 'and is right as a whole' within 15 seen typed all 40 || sed 's/^/# /' "$work/compared"
	finish
	end_clients
	exec {keys}>&-
	"$scripts/guest-sway" stop
}

test_modes()
{
	local size began
	start_sway
	begin modes --mode 1280x720@60
	check 'sway lights the monitor' within 90 lit Virtual-1 1280x720 || show_both
	check 'and the sink plays' within 90 said modes-sink '^mode 1280x720' || show_both
	for size in 800x600 1280x720; do
		began=$(milliseconds)
		sway swaymsg output Virtual-1 mode "$size" >"$work/swaymsg.out"
		check "sway sets $size" within 60 lit Virtual-1 "$size" || show_both
		check 'and the sink shows it' within 60 since "$began" "mode $size" || show_both
		echo "# on the sink $(($(when "mode $size") - began)) ms after sway was asked"
		must 'the screen comes to rest' within 90 settled Virtual-1
		shoot "modes-$size"
		check 'with the picture of sway, and 40 dB' within 15 seen "modes-$size" all 40
		echo "# luma of all: ${quality:-unknown} dB"
	done
	finish
	"$scripts/guest-sway" stop
}

# all_modes: the modes of the cast, as "refused" or "shown", width, height and rate.
all_modes()
{
	sed -nE 's/.*"event": "mode(-refused)?",.* "width": ([0-9]+), "height": ([0-9]+), "hz": ([0-9]+).*/mode\1 \2x\3@\4/p' \
		"$work/$name-cast.out"
}
another_mode()
{
	local refused shown
	refused=$(all_modes | sed -n 's/^mode-refused //p')
	shown=$(all_modes | sed -n 's/^mode //p')
	[[ $refused && $shown && $refused != *$'\n'* && $shown != "$refused" ]]
}

# refusal COMPOSITOR: what the sink refuses, that replaces. In virtual time (scripts/vm --icount)
# the figure does not depend on the host.
refusal()
{
	before_begin='refuse 1' begin "$1" --mode 1280x720@60
	check "$1: the sink refuses a mode" within 90 said "$1-sink" '^M4 refused' || show_both
	check 'and plays another one' within 90 said "$1-sink" '^picture ' || show_both
	check 'which the compositor has set then' another_mode || all_modes
	echo "# $(all_modes | tr '\n' ' ')"
	echo "# $1: pictures $(($(when mode) - $(when 'M4 refused'))) ms after it has refused"
	finish
}

# Weston, which does not look at link-status, leaves the CRTC of its only screen on; sway
# switches it off.
test_refused()
{
	start_sway
	refusal sway
	"$scripts/guest-sway" stop
	start_weston desktop
	refusal weston
	"$scripts/guest-weston" stop
}

test_killed()
{
	local began
	start_sway
	begin killed --mode 1280x720@30
	check 'the sink plays' within 90 said killed-sink '^picture ' || show_both
	began=$(milliseconds)
	kill -KILL "$cast"
	check 'a cast that is killed takes its monitor along' within 30 gone Virtual-1
	echo "# gone after $(($(milliseconds) - began)) ms"
	check 'and leaves no context' within 30 no_context || sed 's/^/# /' "$targets"
	check 'the sink notices' ended_with "$sink" 0
	check 'as an end of the connection' grep -qE '"end": "(closed|reset)"' "$work/killed.json"
	wait "$cast" 2>/dev/null
	exec {orders}>&-
	"$scripts/guest-sway" stop
}

(($#)) || set -- "${tests[@]}"
run_tests "$@"
