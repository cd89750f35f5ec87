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
# shellcheck source=guest-hold.sh
. ./guest-hold.sh
# shellcheck source=guest-capture.sh
. ./guest-capture.sh

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
