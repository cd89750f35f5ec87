# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# Shared by the tests of KMS clients: monitors, the pictures that their owners get, and
# programs in the background. Sourced after lib.sh, as root in a guest of the test bed. Sets
# $card, $sysfs, $targets and $OUT; $program is the test that runs.

: "${OUT:=/tmp}"
"$O/tests/make_edid" >"$work/edid"
stop_all()
{
	"$scripts/guest-weston" stop
	"$scripts/guest-sway" stop
	"$scripts/guest-xorg" stop
	jobs -p | xargs -r kill 2>/dev/null
}
trap 'stop_all; rm -rf -- "$work"' EXIT
find_card || exit
targets=/sys/kernel/debug/dri/${card#card}/miracast_targets

# --- Monitors -----------------------------------------------------------------

declare -A owners photos

# plug CONNECTOR OPTION...: a monitor comes.
plug()
{
	start "$1" "$ctl" capture -c "$1" --png "$work/$1.png" --stats "$work/$1.json" "${@:2}"
	owners[$1]=$pid
	must "a monitor is announced on $1" within 30 said "$1" 'is connected'
}

# unplug CONNECTOR [STATUS]: the monitor goes while it shows a picture; its owner ends with
# STATUS.
unplug() { must "the owner of $1 ends well" ends "${owners[$1]}" "${2:-0}" || tail -n 5 "$work/$1.out"; }

# The exit status of an owner whose monitor nobody lit.
nothing_shown=11

# target CONNECTOR FIELD: as debugfs has it.
target() { sed -n "s/.* connector=$1 .*\\b$2=\\([^ ]*\\).*/\\1/p" "$targets"; }

# Reads the monitor's modes and EDID, as a compositor does when a monitor comes.
probe() { echo detect >"$sysfs-$1/status"; }

# lit CONNECTOR WIDTHxHEIGHT: and the owner is ready for pictures.
lit() { [[ $(target "$1" mode) = "$2"@* && $(target "$1" ready) = 1 ]]; }
off() { [[ $(<"$sysfs-$1/enabled") = disabled ]]; }

# planes_on N: exactly N planes of the card have a framebuffer.
planes_on() { [[ $(grep -c '^\s*fb=[1-9]' "${targets%/*}/state") = "$1" ]]; }

# Waits until nothing is committed any more.
settled()
{
	local before
	before=$(target "$1" committed)
	sleep 3
	[[ $before -gt 0 && $(target "$1" committed) = "$before" ]]
}

# photo CONNECTOR: saves the owner's picture as the file $photo.
photo()
{
	photos[$1]=$((${photos[$1]:-0} + 1))
	photo=$OUT/$program-$1-${photos[$1]}.png
	rm -f "$photo" "$work/$1.png"
	kill -USR1 "${owners[$1]}"
	must "the owner of $1 has a picture" within 30 test -s "$work/$1.png" && mv "$work/$1.png" "$photo"
}

# The same once the screen is at rest.
still()
{
	must "the screen of $1 comes to rest" within 90 settled "$1"
	photo "$1"
}

# figure CONNECTOR EXPRESSION: evaluated on the owner's statistics.
figure() { python3 -c "import json; d = json.load(open('$work/$1.json')); print($2)"; }

picture() { ./picture.py "$@" 2>&1 | sed 's/^/# /'; }

# --- Programs -----------------------------------------------------------------

clients=()
# client NAME COMMAND...: a program that shows something, until end_clients.
client()
{
	start "$@"
	clients+=("$pid")
}

end_clients()
{
	((${#clients[@]})) || return
	kill "${clients[@]}" 2>/dev/null
	wait "${clients[@]}" 2>/dev/null
	clients=()
}

# A program that ends when it reads anything, or at the end of its input.
unattended()
{
	[[ -p $work/silence ]] || mkfifo "$work/silence"
	# shellcheck disable=SC2016
	client "$1" bash -c 'exec "$@" <>"$0"' "$work/silence" "${@:2}"
}

# terminal TEXT COMMAND...: COMMAND starts a terminal that is to show TEXT; returns when it
# does.
terminal()
{
	rm -f "$work/up"
	printf '#!/bin/sh\necho "%s"\n: >"%s"\nexec sleep 10000\n' "$1" "$work/up" >"$work/shell"
	chmod +x "$work/shell"
	client terminal "${@:2}" "$work/shell"
	must "$1: a terminal is there" within 60 test -e "$work/up"
}

# --- Compositors --------------------------------------------------------------

# start_weston SHELL [TILE]: desktop, or kiosk, which is no client. With TILE, a picture,
# the desktop is covered with it. Parts that the tests do not need are left out: the
# on-screen keyboard, and animations.
start_weston()
{
	cat >"$work/weston.ini" <<-END
		[core]
		require-input=false
		idle-time=0
		[shell]
		background-image=${2:-/usr/share/weston/background.png}
		background-type=$([[ ${2-} ]] && echo tile || echo scale-crop)
		background-color=0xff204060
		panel-position=none
		locking=false
		animation=none
		startup-animation=none
		close-animation=none
		focus-animation=none
		[input-method]
		path=
	END
	"$scripts/guest-weston" start "$card" "$work/weston.ini" --debug --shell="$1-shell.so" || exit
}

# weston's own screenshot, as $work/wanted.png. The screenshot program waits for ever when
# an output goes meanwhile.
shoot_weston()
{
	rm -f "$work"/wayland-screenshot-*.png
	(cd "$work" && timeout 60 weston-screenshooter) && mv "$work"/wayland-screenshot-*.png "$work/wanted.png"
}

# A client of sway, or swaymsg.
sway() { "$scripts/guest-sway" run "$@"; }

# run_tests TEST...: each is a function test_TEST.
run_tests()
{
	for program; do
		photos=()
		"test_$program"
	done
	summary
}
