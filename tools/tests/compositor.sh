#!/bin/bash
# SPDX-License-Identifier: MIT
#
# How weston, which does not know link-status, reacts to the monitors that miracastctl
# announces. Runs as root in a guest of the test bed: scripts/vm -p hdcp=1 --
# tools/tests/compositor.sh [TEST]...; --list-subtests lists the tests

set -uo pipefail
export LC_ALL=C
tests=(preferred refuse protection)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

trap '"$scripts/guest-weston" stop; kill $(jobs -p) 2>/dev/null; rm -rf -- "$work"' EXIT
find_card || exit

show() { sed "s/^/# $1: /" "$work/$1.out" "${OUT:-/tmp}/weston.log" | tail -n 60; }

# The test NAME, with miracastctl announcing a monitor.
hold()
{
	start "$1" "$ctl" hold -v -c Virtual-1 "${@:2}"
	monitor=$pid
	must 'a monitor is announced' within 10 said "$1" 'is connected'
}

release() { must 'the owner ends well' ends "$monitor" 0; }

test_preferred()
{
	hold preferred -m 1024x768 -m 1280x720 -m 640x480
	check 'the preferred mode is set, though not the largest' \
		within 30 said preferred '^mode 1 set: 1024x768@60$'
	check 'and the picture comes' within 30 said preferred '^picture .*\(full\)'
	release
	sleep 1

	"$O/tests/make_edid" >"$work/edid"
	hold edid -e "$work/edid"
	check "so is the EDID's" within 30 said edid '^mode 1 set: 1280x720@60$'
	release
	sleep 1
}

test_refuse()
{
	hold refuse -m 1280x720 -m 800x600 --refuse 1280x720
	check 'the preferred mode is refused' within 30 said refuse '^mode 1 set: 1280x720@60, refused$'
	check 'weston ends on another mode' within 60 said refuse '^mode [0-9]+ set: [0-9x]+@[0-9.]+$'
	check 'and the picture comes' within 30 said refuse '^picture .*\(full\)'
	check 'weston lost the output and found it again' \
		[ "$(grep -c "Output 'Virtual-1' enabled" "$OUT/weston.log")" -ge 2 ] || show refuse
	sleep 5
	check 'after that there is peace' [ "$(grep -c '^mode ' "$work/refuse.out")" = 2 ]
	check 'and the monitor is still there' kill -0 "$monitor"
	release
	sleep 1
}

protection() { grep '^status ' "$work/$1.out" | tail -n 1; }
protection_is() { [ "$(protection "$1")" = "status $2" ]; }
# The client was answered.
less_than_type1() { protection_is "$1" 0 || protection_is "$1" 1; }

test_protection()
{
	if [[ $(</sys/module/miracast/parameters/hdcp) != Y ]]; then
		skip 'content protection: the module was not loaded with hdcp=1'
		return
	fi
	hold sink -m 1024x768 --hdcp 0
	must 'a picture comes' within 30 said sink '^picture'
	must 'the shell is there' within 30 pgrep -x weston-desktop- >/dev/null
	start type0 ./protect.py 1
	local type0=$pid
	check 'the owner learns what the client wants' within 30 said sink '^content protection wanted, type 0$'
	check 'and the client what the owner reached' within 30 protection_is type0 1 || { show type0; show sink; }
	start type1 ./protect.py 2
	local type1=$pid
	check 'another client wants more' within 30 said sink '^content protection wanted, type 1$'
	must 'it is shown' within 30 said type1 '^shown'
	sleep 2
	check 'which this sink cannot' less_than_type1 type1 || show type1
	must 'the client stays' ends "$type1" 143
	release
	check 'without the monitor nothing is protected' within 30 protection_is type0 0
	must 'the client stays' ends "$type0" 143
	sleep 1

	hold better -m 1024x768 --hdcp 1
	must 'a picture comes' within 30 said better '^picture'
	start again ./protect.py 2
	local again=$pid
	check 'a sink for type 1 gets it' within 30 protection_is again 2 || { show again; show better; }
	must 'the client stays' ends "$again" 143
	release
}

# The kiosk shell has no helper client, which could fail when a monitor comes and goes while
# it starts; but it shows no windows without a seat.
(($#)) || set -- "${tests[@]}"
for each; do
	shell=kiosk-shell.so
	[[ $each != protection ]] || shell=desktop-shell.so
	"$scripts/guest-weston" start "$card" '' --shell=$shell || exit
	"test_$each"
	"$scripts/guest-weston" stop
done
summary
