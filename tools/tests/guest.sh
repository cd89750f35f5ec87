#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests of miracastctl against the module. Runs as root in a guest of the test
# bed: scripts/vm -- tools/tests/guest.sh [TEST]...; --list-subtests lists the tests.
# O is where things are built, EXAMPLES where the programs of the manual are.

# shellcheck disable=SC2016
set -uo pipefail
export LC_ALL=C
tests=(list names udev permissions hold events masters lid kill modetest refuse limits budgets picture direct gamma rate
	signal directory video on_signal slow_output broken_pipe outputs no_picture abi32 example library unbind no_module)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

paint=$O/tests/paint
trap 'kill $(jobs -p) 2>/dev/null; rm -rf -- "$work"' EXIT
"$scripts/guest-udev"
find_card || exit

# A figure of the device, as a Python expression on the JSON of list.
ask() { "$ctl" list --json | python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"; }

status_is() { [[ $(<"$sysfs-$1/status") == "$2" ]]; }
# reload PARAMETER...: the module, and find the card again.
reload()
{
	within 5 rmmod miracast && insmod "$MIRACAST_KO" "$@" && udevadm settle && find_card
}

# sysfs may still have the monitor before: it is updated a moment later.
is_there()
{
	grep -q " connector=$1 .* connected=1" "/sys/kernel/debug/dri/${card#card}/miracast_targets" &&
		status_is "$1" connected
}

probe() { echo detect >"$sysfs-$1/status"; }
not_offered()
{
	probe "$1"
	[[ -s $sysfs-$1/modes ]] && ! grep -q "$2" "$sysfs-$1/modes"
}
ended() { ! kill -0 "$1" 2>/dev/null; }
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# hold CONNECTOR OPTION...: returns when the connector is connected.
hold()
{
	start "$1" "$ctl" hold -c "$@"
	must "hold announces a monitor on $1" within 5 said "$1" 'is connected' || { cat "$work/$1.out"; return 1; }
	# A monitor that replaces another one is away for a second first.
	must "$1 is connected" within 5 is_there "$1"
}

release() { must 'the owner ends well' ends "$1" 0; }

# The files of a live process can be listed, and none is the card.
no_card_open()
{
	local files
	files=$(find "/proc/$1/fd" -type l -printf '%l\n') || return
	[[ $files ]] && ! grep '^/dev/dri/' <<<"$files"
}

# debugfs has the table of clients, and no client is master.
nobody_is_master()
{
	local clients
	clients=$(<"/sys/kernel/debug/dri/${card#card}/clients") || return
	[[ $clients = *master* ]] && ! awk '{ print $4 }' <<<"$clients" | grep -x y
}

# A DRM master that has dropped its right, as at a switch of VTs, can become master again
# whatever the commands did meanwhile: none of them opens the card, as inotify confirms.
quiet_card()
{
	local id
	id=$(ask 'd["targets"][0]["connector_id"]')
	timeout 60 python3 - "/dev/dri/$card" "$ctl" "$id" <<-'END'
		import ctypes, os, subprocess, sys
		card, ctl, connector = sys.argv[1:]
		libc = ctypes.CDLL(None, use_errno=True)
		watch = libc.inotify_init1(os.O_NONBLOCK)
		if libc.inotify_add_watch(watch, card.encode(), 0x20) < 0:
		    sys.exit("no inotify")
		def opened():
		    try:
		        return bool(os.read(watch, 4096))
		    except BlockingIOError:
		        return False
		os.close(os.open(card, os.O_RDONLY))
		if not opened():
		    sys.exit("an open is not noticed")
		for line in (["list"], ["list", "--json"], ["list", "-d", card],
		             ["capture", "-d", card, "-c", "Virtual-1", "--wait", "0.1"],
		             ["capture", "-c", connector, "--wait", "0.1"],
		             ["hold", "-c", "DP-7"]):
		    subprocess.run([ctl] + line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		    if opened():
		        sys.exit("opened by " + " ".join(line))
	END
}

test_list()
{
	check 'list prints a line per target' \
		[ "$("$ctl" list | grep -c '^Virtual-[0-9]* .*disconnected')" = "$(ask 'd["budget"]["targets"]["total"]')" ]
	check 'list prints budgets' grep -q '^picture memory .*MiB' <("$ctl" list)
	check 'list --json says the same' same "$(ask 'len(d["targets"])')" "$(ask 'd["budget"]["targets"]["free"]')"
	check 'list shows the version of the interface' said_by '^/dev/dri/.*: miracast, ABI 1\.0$' "$ctl" list
	check 'and in JSON' same "$(ask '(d["abi_major"], d["abi_minor"])')" '(1, 0)'
	check 'list shows formats by delivery' said_by '^copy  *XR24 NV12$' "$ctl" list
	check 'those of direct too' said_by '^direct  *XR24 ' "$ctl" list
	check 'list --json has each format once' same "$(ask '[f["deliveries"] for f in d["formats"] if f["fourcc"] == "XR24"]')" "[['copy', 'direct']]"
	check 'and NV12 for copies alone' same "$(ask '[f["deliveries"] for f in d["formats"] if f["fourcc"] == "NV12"]')" "[['copy']]"
	check 'list --json names the card by number' same "$(ask '"%x:%x" % (d["card"]["major"], d["card"]["minor"])')" "$(stat -c %t:%T "/dev/dri/$card")"
	check 'list takes a device' said_by '^Virtual-1 ' "$ctl" list -d "/dev/dri/$card"
	check 'or the other node' said_by '^Virtual-1 ' "$ctl" list -d /dev/miracast
	check 'no command opens the card' quiet_card
	hold Virtual-1 -m 800x600
	check 'a target that is held is connected' [ "$(ask 'd["targets"][0]["connected"]')" = True ]
	check 'and its context is shown' [ "$(ask 'd["targets"][0]["debugfs"]["state"]')" = monitor ]
	check 'the card node is closed' no_card_open "$pid"
	check 'nobody is DRM master' nobody_is_master
	release "$pid"
}

# start_logind: anew, without a system behind it.
start_logind()
{
	if [[ ! ${bus-} ]]; then
		mkdir -p /run/dbus /run/systemd/{seats,sessions,users,inhibit,shutdown}
		bus=$(dbus-daemon --system --fork --nopidfile --print-pid)
	fi
	[[ ! ${logind-} ]] || stop "$logind"
	start logind /lib/systemd/systemd-logind
	logind=$pid
	must 'logind answers' within 10 locks_are ''
}

# locks_are NAME...: exactly these programs keep logind from acting on the lid.
locks_are()
{
	local said
	said=$(systemd-inhibit --list --no-legend --no-pager 2>/dev/null) || return
	[[ $(awk '/handle-lid-switch/ { print $1 }' <<<"$said") = "$1" ]]
}

end_logind()
{
	must 'logind stays' ends "$logind" 0
	kill "$bus"
	logind='' bus=''
	rm -rf /run/systemd/{seats,sessions,users,inhibit,shutdown}
}

test_lid()
{
	local hold
	start_logind
	hold Virtual-1 -m 1280x720
	hold=$pid
	check 'a lid that closes suspends while nothing is lit' locks_are ''
	paint_to lid 2
	check 'not while the target is' within 5 locks_are miracastctl
	end_painter
	check 'again when it is not' within 5 locks_are ''
	paint_to lid 2
	check 'not when it is again' within 5 locks_are miracastctl
	release "$hold"
	check 'nor does a lock outlive hold' within 5 locks_are ''
	end_painter

	capture lid
	capture=$pid
	paint_to lid 2
	check 'capture has a lock too' within 5 locks_are miracastctl
	kill -KILL "$capture"
	wait "$capture"
	check 'which goes with it even if killed' within 5 locks_are ''
	end_painter
	end_logind
}

# The name of the program that holds a target can be anything.
test_names()
{
	local name
	for name in 'a"b\c' $'new\nline=1' $'\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac' $'\xff\xfe' "' x=\"y"; do
		ln -sf "$ctl" "$work/$name"
		start named "$work/$name" hold -c Virtual-1 -m 640x480
		must 'it holds a target' within 5 is_there Virtual-1
		check "a program called $(printf %q "$name"): JSON" [ "$(ask 'd["targets"][0]["debugfs"]["pid"]')" = "$pid" ]
		check 'and a table of a line per target' [ "$("$ctl" list | grep -c '^Virtual-[0-9]* ')" = "$(ask 'len(d["targets"])')" ]
		check 'in ASCII' eval '! "$ctl" list | grep -qP "[^ -~]"'
		release "$pid"
	done
}

# The tags that udev has given the card.
has_tag() { [[ " $(udevadm info --query=property --property=CURRENT_TAGS --value "/dev/dri/$card")" = *:${1:-mutter-device-preferred-primary}:* ]]; }

# graphical true|false: whether logind calls the seat graphical.
graphical()
{
	[[ $(busctl get-property org.freedesktop.login1 /org/freedesktop/login1/seat/seat0 \
		org.freedesktop.login1.Seat CanGraphical) = "b $1" ]]
}

# The rule for the GPU that the machine has booted with, changed to match this card.
test_udev()
{
	local rules=/run/udev/rules.d
	again() { udevadm control --reload; udevadm trigger --settle --action=add "/dev/dri/$card"; }
	sed 's/ATTRS{boot_vga}=="1"/KERNEL=="card[0-9]*"/' "$scripts/../udev/61-miracast.rules" \
		>$rules/61-miracast.rules
	again
	check 'the primary card has a tag for mutter' has_tag
	echo 'KERNEL=="card77", SUBSYSTEM=="drm", TAG+="mutter-device-preferred-primary"' \
		>$rules/50-administrator.rules
	again
	check 'not when the administrator has named another' eval '! has_tag'
	echo '# TAG+="mutter-device-preferred-primary"' >$rules/50-administrator.rules
	again
	check 'a comment names none' has_tag
	rm $rules/50-administrator.rules $rules/61-miracast.rules
	again

	check 'a card makes its seat graphical' has_tag master-of-seat
	cp "$scripts/../udev/72-miracast-seat.rules" $rules/
	again
	check 'this one does not' eval '! has_tag master-of-seat'
	check 'and belongs to it' has_tag seat
	check 'as does whoever sits there' has_tag uaccess
	start_logind
	check 'so display managers do not start' graphical false
	: >$rules/72-miracast-seat.rules
	again
	start_logind
	check 'unless the administrator says so' graphical true
	end_logind
	rm $rules/72-miracast-seat.rules
	again
}

test_permissions()
{
	chmod 600 "/dev/dri/$card"
	expect 'list does not open the card' 0 'BUDGET' "${nobody[@]}" "$ctl" list
	expect 'nor when it is named' 0 'BUDGET' "${nobody[@]}" "$ctl" list -d "/dev/dri/$card"
	expect 'hold does not either' 4 'needs CAP_SYS_ADMIN' "${nobody[@]}" "$ctl" hold -d "/dev/dri/$card"
	expect 'the capability is enough' 11 'is connected' "${nobody[@]}" --inh-caps=+sys_admin \
		--ambient-caps=+sys_admin "$ctl" capture --wait 0.1
	chmod 666 "/dev/dri/$card"
	expect 'list needs no capability' 0 'BUDGET' "${nobody[@]}" "$ctl" list
	expect 'and says what it cannot see' 0 'in debugfs, which root can read' "${nobody[@]}" "$ctl" list
	expect 'hold without the capability' 4 'needs CAP_SYS_ADMIN' "${nobody[@]}" "$ctl" hold
	expect 'capture without the capability' 4 'needs CAP_SYS_ADMIN' "${nobody[@]}" "$ctl" capture
	chmod 660 "/dev/dri/$card"
	chmod 600 /dev/miracast
	expect 'hold without the node, nor a broker' 4 'broker, which cannot.*no permission to open /dev/miracast' \
		"${nobody[@]}" "$ctl" hold
	chmod 666 /dev/miracast
}

test_hold()
{
	hold Virtual-2 -m 1280x720@60 -m 1920x1080@30 -t hdmi
	check 'hold connects the connector' status_is Virtual-2 connected
	probe Virtual-2
	check 'its modes are offered in order' [ "$(head -n 2 "$sysfs-Virtual-2/modes" | tr '\n' ' ')" = '1280x720 1920x1080 ' ]
	expect 'the target is busy' 5 'Virtual-2 is held by another context' "$ctl" hold -c Virtual-2
	check 'SIGINT ends it well' stop "$pid" INT
	check 'the connector is disconnected' status_is Virtual-2 disconnected

	"$O/tests/make_edid" >"$work/edid"
	hold Virtual-1 -e "$work/edid"
	probe Virtual-1
	check 'the EDID property is the file' cmp "$work/edid" "$sysfs-Virtual-1/edid"
	check 'its preferred mode is the first' [ "$(head -n 1 "$sysfs-Virtual-1/modes")" = 1280x720 ]
	check 'SIGTERM ends it well' stop "$pid"

	printf x | dd of="$work/edid" bs=1 seek=200 conv=notrunc status=none
	hold Virtual-1 -e "$work/edid"
	check 'a bad EDID is repaired' said Virtual-1 'repaired: 1 checksum of CTA extensions'
	probe Virtual-1
	check 'which the property shows' [ "$(cmp -l "$work/edid" "$sysfs-Virtual-1/edid" | wc -l)" = 1 ]
	release "$pid"

	"$O/tests/make_edid" >"$work/edid"
	hold Virtual-1 -e "$work/edid" -m 1024x768 -m 1280x720@59.94
	probe Virtual-1
	check 'with modes, what both have is offered' [ "$(sort -u "$sysfs-Virtual-1/modes" | tr '\n' ' ')" = '1280x720 640x480 ' ]
	release "$pid"
	hold Virtual-1 -e "$work/edid" -m 1024x768 --union
	probe Virtual-1
	check 'or all, the preferred one first' [ "$(head -n 2 "$sysfs-Virtual-1/modes" | tr '\n' ' ')" = '1024x768 1280x720 ' ]
	release "$pid"
	hold Virtual-1 -e "$work/edid" -m 1024x768 -m 800x600
	probe Virtual-1
	check 'the list alone, when they share nothing' [ "$(head -n 2 "$sysfs-Virtual-1/modes" | tr '\n' ' ')" = '1024x768 800x600 ' ]
	release "$pid"

	hold Virtual-1 --name 'Living room' --serial 0a1b2c -m 1024x768 -m 800x600
	probe Virtual-1
	check 'a sink without EDID has a name' grep -q 'Living room' "$sysfs-Virtual-1/edid"
	check 'and a serial number' grep -q '0a1b2c' "$sysfs-Virtual-1/edid"
	check 'and its modes, once each' [ "$(tr '\n' ' ' <"$sysfs-Virtual-1/modes")" = '1024x768 800x600 640x480 ' ]
	check 'nor does it take more' [ "$(ask 'd["budget"]["macroblock_rate"]["total"] - d["budget"]["macroblock_rate"]["free"]')" = 184320 ]
	cp "$sysfs-Virtual-1/edid" "$work/made"
	release "$pid"
	check 'in an EDID that conforms' said_by '^EDID conformity: PASS' edid-decode --check "$work/made"

	# VICs 16, 97, 63 and 126 in place of the extension's one data block.
	printf '\002\003\011\000\104\020\141\077\176' | dd of="$work/edid" bs=1 seek=128 conv=notrunc status=none
	hold Virtual-1 -e "$work/edid"
	probe Virtual-1
	check 'limits are those of all modes that Wi-Fi Display can carry' grep -qx 3840x2160 "$sysfs-Virtual-1/modes"
	check 'what is left out is reported' said Virtual-1 'EDID up to 1920x1080@120 are left out; --max 3840x2160@120 brings them'
	check 'and what no option brings' said Virtual-1 'EDID up to 5120x2160@60 are left out; they are beyond the device'
	release "$pid"
	hold Virtual-1 -e "$work/edid" -m 1280x720 -m 1000x700 -m 640x480
	check 'a mode that the EDID lacks is named' said Virtual-1 'mode 1000x700@60 is left out, because the EDID lacks it; --union brings it$'
	check 'no other is' [ "$(grep -c 'is left out' "$work/Virtual-1.out")" = 1 ]
	release "$pid"
	hold Virtual-1 -e "$work/edid" -m 1000x700
	check 'and when it lacks all of them' said Virtual-1 'the EDID has none of these modes: they replace its own'
	release "$pid"
	expect 'limits below the least mode' 8 '^.*320x240@60 is less than 640x480@60' "$ctl" hold -m 320x240 --max 320x240@60
	hold Virtual-1 -e "$work/edid" --max 3840x2160@120
	probe Virtual-1
	check 'the option brings it' grep -q '1920x1080 1[12][0-9]\.[0-9]*' <(modetest -M miracast -c)
	release "$pid"

	start quiet "$ctl" hold -q -c Virtual-1
	must 'hold announces a monitor' within 5 is_there Virtual-1
	release "$pid"
	check 'a quiet one says nothing' [ ! -s "$work/quiet.out" ]

	hold Virtual-1 -m 1280x720@60 --divider 2
	check 'a divider halves the rate' grep -q '#0 1280x720 30.00' <(modetest -M miracast -c)
	release "$pid"
}

# The reports of hold --json, checked line by line.
test_events()
{
	local hold
	start events "$ctl" hold -v --json -c Virtual-1 -m 1280x720@60 -m 640x480@60 --refuse 640x480
	hold=$pid
	must 'hold announces a monitor' within 5 said events '"event": "connected"'
	paint_to events 20
	end_painter
	start refused "$paint" Virtual-1 1 "$work/refused.png" 640x480@60
	painter=$pid
	check 'hold --json says that a mode is refused' within 10 said events '"accepted": false'
	kill "$painter"
	check 'hold ends well' ends "$hold" 0
	check 'each line is an event' python3 - "$work/events.out" <<-'END'
		import json, sys
		events = [json.loads(line) for line in open(sys.argv[1])]
		names = [e["event"] for e in events]
		times = [e["time_ns"] for e in events]
		assert times == sorted(times) and times[0] > 0
		assert names[0] == "connected" and names[-1] == "stopped", names
		assert events[0]["connector"] == "Virtual-1" and events[0]["session"] > 0
		assert events[-1]["cause"] == "owner"
		assert all(e["master"] > 0 for e in events if e["event"] == "master") and "master" in names
		mode, *_, refused = [e for e in events if e["event"] == "mode_set"]
		assert (mode["width"], mode["height"], mode["refresh_mhz"], mode["accepted"]) == (1280, 720, 60000, True)
		assert (refused["width"], refused["height"], refused["accepted"]) == (640, 480, False)
		first, *more = [e for e in events if e["event"] == "picture"]
		assert first["full"] and first["mode_serial"] == mode["mode_serial"] and more
		assert all(e["commit_time_ns"] <= e["ready_time_ns"] <= e["time_ns"] for e in more)
	END
}

# Each client is a new DRM master. Every one of them sees the monitor, and so does a program
# that opens the card in between.
test_masters()
{
	local round hold
	hold Virtual-1 -m 1280x720
	hold=$pid
	for round in 1 2 3; do
		paint_to "master$round" 20
		check "client $round lights the monitor" \
			[ "$(grep -c '^mode 1 set: 1280x720@60$\|^power on$' "$work/Virtual-1.out")" = "$round" ]
		end_painter
		check 'which outlives it' status_is Virtual-1 connected
		: <"/dev/dri/$card"
		check 'and one that only looks' status_is Virtual-1 connected
	done
	check 'hold says that another has the monitor' \
		[ "$(grep -c '^DRM master [0-9]* has the monitor$' "$work/Virtual-1.out")" = 3 ]
	release "$hold"
}

budget_is_free()
{
	[ "$(ask 'd["budget"]["encoder_slots"]["free"] == d["budget"]["encoder_slots"]["total"]')" = True ]
}

test_kill()
{
	hold Virtual-1
	kill -KILL "$pid"
	check 'kill -9 disconnects the connector' within 5 status_is Virtual-1 disconnected
	wait "$pid"
	check 'and frees the budget' within 5 budget_is_free
}

# modetest shows a mode until its input ends.
light()
{
	local id
	id=$(ask 'next(t["connector_id"] for t in d["targets"] if t["connector"] == "'"$1"'")')
	sleep 30 | modetest -M miracast -s "$id:$2" >"$work/modetest" 2>&1 &
}

unlight()
{
	pkill -P $$ -x modetest
	pkill -P $$ -x sleep
	wait %sleep %modetest 2>/dev/null
}

test_modetest()
{
	hold Virtual-1 -m 1280x720 -v
	light Virtual-1 1280x720
	check 'modetest lights the connector' within 5 said Virtual-1 'mode [0-9]* set: 1280x720@60'
	check 'and a picture comes' within 5 said Virtual-1 'picture .*(full)'
	check 'list shows the mode' [ "$(ask 'd["targets"][0]["mode"]["width"]')" = 1280 ]
	unlight
	check 'the end of modetest is reported' within 5 said Virtual-1 'power off'
	check 'hold goes on' kill -0 "$pid"
	release "$pid"
}

test_refuse()
{
	hold Virtual-1 -m 1280x720 -m 800x600 --refuse 1280x720
	light Virtual-1 1280x720
	check 'a mode can be refused' within 5 said Virtual-1 'set: 1280x720@60, refused'
	check 'it leaves the list' within 5 not_offered Virtual-1 1280x720
	unlight
	release "$pid"
}

test_limits()
{
	local most slots id pids=()
	most=$(ask '"%dx%d" % (d["limits"]["max_width"], d["limits"]["max_height"])')
	slots=$(ask 'd["budget"]["targets"]["total"]')
	expect 'an unknown connector' 10 'has no connector DP-7' "$ctl" hold -c DP-7
	id=$(ask 'd["targets"][0]["connector_id"]')
	expect 'an object id and a letter' 10 "has no connector ${id}x" "$ctl" hold -c "${id}x"
	expect 'an object id and 2^32' 10 'has no connector' "$ctl" hold -c "$((id + (1 << 32)))"
	expect 'a mode beyond the device' 8 "mode 16384x16384@60 is beyond the device's largest, $most" "$ctl" hold -m 16384x16384
	expect 'a picture of too many macroblocks' 8 'mode 4096x4096@24 is beyond 36864 macroblocks' "$ctl" hold -m 4096x4096@24
	expect 'too many macroblocks in a second' 8 'mode 3840x2160@120 is beyond .* 2073600 in a second' "$ctl" hold -m 3840x2160@120
	expect 'a mode that is too slow' 8 'mode 640x480@10 is slower than 23.9 Hz' "$ctl" hold -m 640x480@10
	expect 'a mode that a divider makes too slow' 8 'after --divider' "$ctl" hold -m 640x480@60 --divider 3
	expect 'nobody to report to' 12 'cannot write to standard output' sh -c "'$ctl' hold -m 640x480 >/dev/full"
	expect 'a mode beyond --max' 8 'mode 1920x1080@60 does not fit --max 1280x720@60' "$ctl" hold -m 1920x1080 --max 1280x720
	expect 'limits beyond the device' 8 "16384x16384@60 is beyond the device's largest mode, .*; a --max within that" "$ctl" hold -m 640x480 --max 16384x16384
	expect 'more than the whole device has' 6 'more than the whole device has: .* a smaller --max or fewer --buffers need less' "$ctl" hold -m 640x480 --max "$most@60" --buffers 16

	for ((i = 1; i <= slots; i++)); do
		hold "Virtual-$i" -m 640x480
		pids+=("$pid")
	done
	expect 'all targets are held' 5 "all $slots targets are held" "$ctl" hold
	release "${pids[0]}"
	check 'one that is free again is taken' hold Virtual-1 -m 640x480
	for pid in "$pid" "${pids[@]:1}"; do
		release "$pid"
	done
}

# Each budget, on a device that has little of it.
test_budgets()
{
	check 'a module with little memory loads' reload picture_memory_mib=17
	hold Virtual-1 -m 1280x720
	expect 'picture memory is exhausted' 6 'budget exhausted: 14400 KiB of picture memory wanted, 3008 of 17408' \
		"$ctl" hold -m 1280x720
	expect 'a smaller context fits' 11 'is connected' "$ctl" capture -m 640x480@30 --buffers 2 --wait 0.1 --png "$work/none.png"
	release "$pid"
	check 'a module with little rate loads' reload macroblock_rate=300000
	hold Virtual-1 -m 1280x720
	expect 'macroblock rate is exhausted' 6 'budget exhausted: 216000 macroblocks/s wanted, 84000 of 300000' \
		"$ctl" hold -m 1280x720
	release "$pid"
	check 'a module with few slots loads' reload encoder_slots=1
	hold Virtual-1 -m 1280x720
	expect 'encoder slots are exhausted' 6 'budget exhausted: all 1 encoder slots' "$ctl" hold -m 640x480
	release "$pid"
	check 'the module loads' reload
}

# paint_to NAME COMMITS [CONNECTOR]: returns when all is committed; $painter.
paint_to()
{
	start "$1.paint" "$paint" "${3:-Virtual-1}" "$2" "$work/$1.png"
	painter=$pid
	must 'all is painted' within 60 said "$1.paint" 'done' ||
		{ tail -n 5 "$work/$1.out" "$work/$1.paint.out"; return 1; }
}

# It shows its last picture until it is killed.
end_painter() { must 'the painter stays' ends "$painter" 0; }

# capture NAME OPTION...: returns when the connector is connected; $capture.
capture()
{
	start "$1" "$ctl" capture -c Virtual-1 -m 1280x720 "${@:2}"
	capture=$pid
	must "capture announces a monitor" within 5 said "$1" 'is connected'
}

figure() { python3 -c "import json, sys; d = json.load(open('$work/$1')); print($2)"; }

test_picture()
{
	capture picture --png "$work/captured.png" --stats "$work/stats"
	paint_to picture 300
	check 'capture ends well' stop "$capture"
	check 'the captured picture is what was painted' cmp "$work/picture.png" "$work/captured.png"
	check 'the first frame was the only full one' [ "$(figure stats 'd["full_pictures"]')" = 1 ]
	check 'the driver counts as its owner does' [ "$(figure stats 'd["pictures"] == d["driver"]["pictures_captured"] and
		d["skipped"] == d["driver"]["pictures_skipped"] and
		d["pictures"] + d["skipped"] <= d["driver"]["pictures_committed"] <= 301')" = True ]
	check 'damage is a small share' [ "$(figure stats '0 < d["damage_share"] < 0.2')" = True ]
	check 'the driver copied less than a tenth of full frames' \
		[ "$(figure stats '0 < d["bytes"]["copied_by_driver"] < 0.1 * d["bytes"]["full_frames"]')" = True ]
	check 'each chunk has its times' [ "$(figure stats 'd["commit_to_read_us"]["count"] == d["chunks"] > 0 and
		all(a <= b for a, b in zip(d["commit_to_ready_us"]["values"], d["commit_to_read_us"]["values"]))')" = True ]
	end_painter
}

test_direct()
{
	capture direct --direct --png "$work/captured.png" --stats "$work/stats"
	paint_to direct 300
	check 'capture of the own buffers ends well' stop "$capture"
	check 'the picture is what was painted' cmp "$work/direct.png" "$work/captured.png"
	check 'the driver copied nothing' [ "$(figure stats 'd["bytes"]["copied_by_driver"]')" = 0 ]
	end_painter
}

has_lines() { [[ $(grep -cE "$3" "$work/$1.out") == "$2" ]]; }

# Night light is not in the pictures of DIRECT, and capture says so, once.
test_gamma()
{
	local round
	capture gamma --direct --png "$work/captured.png"
	paint_to gamma 20
	check 'without a table nothing is said' [ "$(grep -c gamma "$work/gamma.out")" = 0 ]
	for round in 1 2; do
		kill -USR2 "$painter"
		must 'a table is set' within 5 has_lines gamma.paint "$round" 'gamma set'
		check "table $round is missing" within 5 has_lines gamma "$round" 'gamma table is not in pictures of --direct'
		kill -USR2 "$painter"
		must 'a table is taken away' within 5 has_lines gamma.paint "$round" 'gamma gone'
		check 'and not any more' within 5 has_lines gamma "$round" 'gamma table is gone'
	done
	check 'capture ends well' stop "$capture"
	check 'the picture is what was painted' cmp "$work/gamma.png" "$work/captured.png"
	end_painter
}

test_rate()
{
	capture rate --rate 5 --png "$work/captured.png" --stats "$work/stats"
	paint_to rate 120
	sleep 0.5
	check 'capture at a limited rate ends well' stop "$capture"
	check 'the last picture came' cmp "$work/rate.png" "$work/captured.png"
	check 'fewer pictures came than were painted' \
		[ "$(figure stats 'd["pictures"] < d["driver"]["pictures_committed"]')" = True ]
	check 'no more than the rate allows' \
		[ "$(figure stats 'd["pictures"] <= 5 * d["seconds"] + 3')" = True ]
	end_painter
}

test_signal()
{
	capture signal --png "$work/signal-captured.png"
	paint_to signal 50
	check 'no PNG before it is asked for' [ ! -e "$work/signal-captured.png" ]
	sleep 0.5
	kill -USR1 "$capture"
	check 'SIGUSR1 writes the picture' within 5 cmp -s "$work/signal.png" "$work/signal-captured.png"
	release "$capture"
	end_painter
}

test_directory()
{
	capture directory --png "$work/frames/" --frames 5
	paint_to directory 300
	check 'capture ends after N pictures' within 5 ended "$capture"
	check 'and there are N files' [ "$(find "$work/frames" -name 'frame-00000[1-5].png' | wc -l)" = 5 ]
	check 'and no others' [ "$(find "$work/frames" -type f | wc -l)" = 5 ]
	must 'capture ends well' ended_with "$capture" 0
	end_painter
}

test_video()
{
	local frame=$((1280 * 720 * 3 / 2 + 6)) header='YUV4MPEG2 W1280 H720 F20:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED'
	capture video --y4m "$work/video.y4m" --fps 20 --frames 30
	paint_to video 20
	check 'capture ends after N frames, with nothing new to see' within 10 ended "$capture"
	check 'y4m has its header' [ "$(head -n 1 "$work/video.y4m" | tr -d '\0')" = "$header" ]
	check 'y4m has N frames' [ "$(stat -c %s "$work/video.y4m")" = $((${#header} + 1 + 30 * frame)) ]
	must 'capture ends well' ended_with "$capture" 0
	end_painter
	rm "$work/video.y4m"

	capture nv12 --y4m "$work/nv12.y4m" --fps 5
	check 'for a y4m alone the driver converts' same "$(ask 'd["targets"][0]["debugfs"]["format"][:4]')" NV12
	paint_to nv12 20
	sleep 1
	check 'capture ends well' ends "$capture" 0
	check 'its last frame is what was painted, as NV12' ./nv12.py "$work/nv12.y4m" "$work/nv12.png"
	end_painter
	rm "$work/nv12.y4m"
	capture both --y4m "$work/both.y4m" --png "$work/both.png.captured.png"
	check 'with a PNG beside it, it does not' same "$(ask 'd["targets"][0]["debugfs"]["format"][:4]')" XR24
	stop "$capture"
	rm -f "$work"/both.*

	capture raw --raw "$work/raw" --fps 10 --seconds 2 --png "$work/raw-captured.png"
	paint_to raw 20
	within 10 ended "$capture"
	must 'capture ends well' ended_with "$capture" 0
	check 'raw video of 2 s at 10 Hz has 20 frames' [ "$(stat -c %s "$work/raw")" = $((20 * 1280 * 720 * 4)) ]
	tail -c $((1280 * 720 * 4)) "$work/raw" >"$work/last"
	check 'its last frame is what was painted' python3 -c "
from PIL import Image
raw = Image.frombytes('RGB', (1280, 720), open('$work/last', 'rb').read(), 'raw', 'BGRX')
sys_exit = raw.tobytes() != Image.open('$work/raw.png').convert('RGB').tobytes()
raise SystemExit(sys_exit)"
	end_painter
	rm "$work/raw" "$work/last"
}

test_on_signal()
{
	capture on_signal --y4m "$work/armed.y4m" --on-signal --seconds 1 --fps 10
	paint_to on_signal 20
	check 'a video can wait for a signal' [ ! -s "$work/armed.y4m" ]
	kill -USR2 "$capture"
	check 'its time begins with that' within 10 ended "$capture"
	must 'capture ends well' ended_with "$capture" 0
	check 'and it has as many frames as fit' \
		[ "$(stat -c %s "$work/armed.y4m")" = $(($(head -n 1 "$work/armed.y4m" | tr -d '\0' | wc -c) + 10 * (1280 * 720 * 3 / 2 + 6))) ]
	end_painter
	capture on_signal --y4m "$work/armed.y4m" --on-signal
	paint_to on_signal 20
	stop "$capture"
	check 'a video that never began is a failure' [ $? = 11 ]
	end_painter
	rm "$work/armed.y4m"
}

# A reader of 2 MB/s, for a video of 110.
test_slow_output()
{
	mkfifo "$work/fifo"
	python3 -c "
import sys, time
with open('$work/fifo', 'rb') as fifo:
    while fifo.read(200000):
        time.sleep(0.1)" &
	local reader=$!
	capture slow --raw "$work/fifo" --fps 30 --png "$work/slow-captured.png" --stats "$work/slow.json"
	paint_to slow 300
	sleep 1
	kill "$capture"
	sleep 1
	check 'the connector does not wait for a slow output' status_is Virtual-1 disconnected
	kill "$reader"
	must 'capture says that the reader has gone' ended_with "$capture" 12
	check 'a slow output costs no damage' cmp "$work/slow.png" "$work/slow-captured.png"
	check 'and no pictures' [ "$(figure slow.json 'd["skipped"] * 10 < d["pictures"]')" = True ]
	check 'what it cost is counted' [ "$(figure slow.json 'd["video"]["dropped"] > 0')" = True ]
	end_painter
}

test_broken_pipe()
{
	start pipe bash -c 'set -o pipefail; "$1" capture -c Virtual-1 -m 1280x720 --raw - | head -c 5000000 >/dev/null' - "$ctl"
	local pipe=$pid
	must 'capture announces a monitor' within 5 said pipe 'is connected'
	paint_to pipe 10
	check 'a reader that ends ends capture' within 10 ended "$pipe"
	wait "$pipe"
	check 'with a status of its own' [ $? = 12 ]
	check 'and says so' said pipe 'whoever read standard output has stopped'
	end_painter

	# The screen does not change, so nothing is written.
	start reader bash -c '("$1" hold --json -c Virtual-1; echo $? >"$2") | head -n 1' - "$ctl" "$work/status"
	check 'a reader that ends ends hold, too' within 10 ended "$pid"
	check 'with the same status' [ "$(cat "$work/status")" = 12 ]
}

# untouched WHAT STATUS PATTERN OPTION...: capture does not start, and existing files stay
# as they were.
untouched()
{
	echo old | tee "$work/old.y4m" >"$work/old.json"
	expect "$1" "$2" "$3" "${as[@]}" "$ctl" capture --y4m "$work/old.y4m" --stats "$work/old.json" --png "$work/new/" "${@:4}"
	check 'leaves files alone' [ "$(cat "$work"/old.y4m "$work/old.json")" = $'old\nold' -a ! -e "$work/new" ]
}

test_outputs()
{
	local as=() signal capture
	expect 'a video that cannot be made' 12 'cannot write /nowhere/x' "$ctl" capture --raw /nowhere/x
	expect 'a PNG that cannot be made' 12 'cannot write /nowhere/x.png' "$ctl" capture --png /nowhere/x.png
	expect 'a PNG directory that cannot be made' 12 'cannot write /nowhere/x/' "$ctl" capture --png /nowhere/x/
	expect 'statistics that cannot be made' 12 'cannot write /nowhere/x' "$ctl" capture --stats /nowhere/x
	hold Virtual-1 -m 640x480
	untouched 'a target that is held' 5 'is held by another' -c Virtual-1
	release "$pid"
	untouched 'a connector that is not there' 10 'has no connector' -c DP-7
	as=("${nobody[@]}")
	chmod 777 "$work"
	untouched 'a caller without the right' 4 'CAP_SYS_ADMIN'

	mkfifo "$work/unread"
	for signal in INT TERM HUP; do
		start "$signal" env --default-signal=INT "$ctl" capture --y4m "$work/unread"
		capture=$pid
		must 'it has a context' within 5 targets_free 3
		kill "-$signal" "$capture"
		check "SIG$signal ends the wait for a reader" within 5 ended "$capture" || kill -KILL "$capture"
		check 'with a status of its own' ended_with "$capture" 11
		check 'and it says why' said "$signal" "nobody has read $work/unread"
	done
	start read "$ctl" capture -q -c Virtual-1 -m 640x480 --frames 1 --raw "$work/unread"
	capture=$pid
	must 'it has a context' within 5 targets_free 3
	check 'and says what it waits for' within 5 said read "waiting for a reader of $work/unread"
	check 'no monitor comes before a reader does' status_is Virtual-1 disconnected
	head -c $((640 * 480 * 4)) "$work/unread" >"$work/read.raw" &
	reader=$!
	must 'then it comes' within 5 is_there Virtual-1
	paint_to read 5
	check 'and gets its video' within 10 ended "$capture"
	wait "$reader"
	check 'whole' [ "$(stat -c %s "$work/read.raw")" = $((640 * 480 * 4)) ]
	must 'capture ends well' ended_with "$capture" 0
	end_painter
}

targets_free() { [ "$(ask 'd["budget"]["targets"]["free"]')" = "$1" ]; }

test_no_picture()
{
	expect 'nothing is shown' 11 'nothing was shown on Virtual-1 within 1 s' \
		"$ctl" capture -c Virtual-1 --wait 1 --png "$work/none.png"
	check 'then there is no file' [ ! -e "$work/none.png" ]
}

# The kernel's compatibility layer for 32-bit programs; the driver needs no code of its own.
test_abi32()
{
	if [[ -x $O/tests/abi32 ]]; then
		expect 'a 32-bit program' 0 '^32-bit: every call answers as it should$' "$O/tests/abi32" "/dev/dri/$card"
	else
		skip 'a 32-bit program: the compiler that built the tests makes none'
	fi
}

# The tests below leave no device, so they come last.

# The manual's compositor, which waits for a picture of its own screen.
test_example()
{
	local mode

	mode=$(stat -c %a "/dev/dri/$card")
	chmod 666 "/dev/dri/$card"
	check 'a compositor without privileges gets its own screen' \
		said_by '^chunk of 640x480$' timeout 60 "${nobody[@]}" "${EXAMPLES:-$O/../examples}/compositor"
	chmod "$mode" "/dev/dri/$card"
	expect 'an owner without a compositor ends, and says why' 1 'no compositor has the device yet' \
		"${EXAMPLES:-$O/../examples}/owner" 1
}

# The first pixel of what was painted, and the last one that the example reported.
painted() { python3 -c 'import sys; from PIL import Image; print("%02x%02x%02x" % Image.open(sys.argv[1]).convert("RGB").getpixel((0, 0)))' "$1"; }
reported_last() { [[ $(grep '^picture ' "$work/$1.out" | tail -n 1) = *" the first is $2" ]]; }

# shows_library NAME COMMAND...: an owner that uses the shared library gets the whole
# screen.
shows_library()
{
	local name=$1 owner pixel
	start "$@"
	owner=$pid
	must "$name: a monitor is announced" within 5 is_there Virtual-1 || { cat "$work/$name.out"; return 1; }
	paint_to "$name" 100 || return
	pixel=$(painted "$work/$name.png")
	check "$name: its last picture is what was painted" within 20 reported_last "$name" "$pixel" ||
		tail -n 5 "$work/$name.out"
	check "$name: and its mode" said "$name" '^mode 1280x720@60$'
	end_painter
	check "$name: it still runs" kill -0 "$owner"
	stop "$owner"
	must "$name: the monitor goes" within 5 status_is Virtual-1 disconnected
}

test_library()
{
	local example=${EXAMPLES:-$O/../examples}/library-owner
	check 'the example stands on the shared library' grep -q 'libmiracast.so.0 => /' <(ldd "$example")
	shows_library root "$example" 600
	# No capability, no card: the context is enough. The project may lie in a home that
	# nobody else can read.
	install -D "$O/libmiracast.so.0" /run/readable/libmiracast.so.0
	shows_library given env LD_LIBRARY_PATH=/run/readable \
		"$O/tests/give_context" "${nobody[@]}" "$example" 600
	expect 'miracastctl on the shared library' 0 '^/dev/dri/.*: miracast' env LD_LIBRARY_PATH="$O" \
		"$O/shared/miracastctl" list
}

test_unbind()
{
	local driver hold
	driver=$(readlink -f "$sysfs/device/driver")
	hold Virtual-1 -m 1280x720
	hold=$pid
	start unbound "$ctl" capture -c Virtual-2 -m 1280x720 --png "$work/unbound-captured.png"
	capture=$pid
	must 'capture announces a monitor' within 5 said unbound 'is connected'
	paint_to unbound 20 Virtual-2
	basename "$(readlink -f "$sysfs/device")" >"$driver/unbind"
	within 5 ended "$hold"
	wait "$hold"
	check 'hold ends when the device goes' [ $? = 9 ]
	check 'and says so' said Virtual-1 'the device is gone'
	within 5 ended "$capture"
	check 'capture ends when the device goes' ended_with "$capture" 9
	check 'and writes what it has' cmp "$work/unbound.png" "$work/unbound-captured.png"
	end_painter
	expect 'list without a device' 3 'is the module loaded' "$ctl" list
}

test_no_module()
{
	check 'the module can be removed' within 5 rmmod miracast
	for command in list hold capture; do
		expect "$command without the module" 3 'no miracast device: is the module loaded\? modprobe miracast' "$ctl" $command
	done
}

for each in "${@:-${tests[@]}}"; do
	"test_$each"
done
summary
