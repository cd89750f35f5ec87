#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests of miracastctl against the module. Runs as root in a guest of the test
# bed: scripts/vm -- tools/tests/guest.sh. O is where things are built.

# shellcheck disable=SC2016
set -uo pipefail
export LC_ALL=C
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
}

release() { must 'the owner ends well' ends "$1" 0; }

# The files of a process that lives, and are known; none is of the card.
no_card_open()
{
	local files
	files=$(find "/proc/$1/fd" -type l -printf '%l\n') || return
	[[ $files ]] && ! grep '^/dev/dri/' <<<"$files"
}

# The table of clients is there, and has no master.
nobody_is_master()
{
	local clients
	clients=$(<"/sys/kernel/debug/dri/${card#card}/clients") || return
	[[ $clients = *master* ]] && ! awk '{ print $4 }' <<<"$clients" | grep -x y
}

test_list()
{
	check 'list prints a line per target' \
		[ "$("$ctl" list | grep -c '^Virtual-[0-9]* .*disconnected')" = "$(ask 'd["budget"]["targets"]["total"]')" ]
	check 'list prints budgets' grep -q '^picture memory .*MiB' <("$ctl" list)
	check 'list --json says the same' same "$(ask 'len(d["targets"])')" "$(ask 'd["budget"]["targets"]["free"]')"
	check 'list takes a device' said_by '^Virtual-1 ' "$ctl" list -d "/dev/dri/$card"
	hold Virtual-1 -m 800x600
	check 'a target that is held is connected' [ "$(ask 'd["targets"][0]["connected"]')" = True ]
	check 'and its context is told' [ "$(ask 'd["targets"][0]["debugfs"]["state"]')" = monitor ]
	check 'the card node is closed' no_card_open "$pid"
	check 'nobody is DRM master' nobody_is_master
	release "$pid"
}

test_permissions()
{
	chmod 600 "/dev/dri/$card"
	expect 'list without permission' 4 'no permission to open' "${nobody[@]}" "$ctl" list
	expect 'hold without permission to open' 4 'no permission to open' "${nobody[@]}" "$ctl" hold
	chmod 666 "/dev/dri/$card"
	expect 'list needs no capability' 0 'BUDGET' "${nobody[@]}" "$ctl" list
	expect 'and tells what it cannot see' 0 'in debugfs, which root can read' "${nobody[@]}" "$ctl" list
	expect 'hold without the capability' 4 'needs CAP_SYS_ADMIN' "${nobody[@]}" "$ctl" hold
	expect 'capture without the capability' 4 'needs CAP_SYS_ADMIN' "${nobody[@]}" "$ctl" capture
	chmod 660 "/dev/dri/$card"
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

	hold Virtual-1 -m 1280x720@60 --divider 2
	check 'a divider halves the rate' grep -q '#0 1280x720 30.00' <(modetest -M miracast -c)
	release "$pid"
}

test_kill()
{
	hold Virtual-1
	kill -KILL "$pid"
	check 'kill -9 disconnects the connector' within 2 status_is Virtual-1 disconnected
	wait "$pid"
	check 'and frees the budget' within 2 [ "$(ask 'd["budget"]["encoder_slots"]["free"] == d["budget"]["encoder_slots"]["total"]')" = True ]
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
	check 'the end of modetest is told' within 5 said Virtual-1 'power off'
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
	local most slots pids=()
	most=$(ask '"%dx%d" % (d["limits"]["max_width"], d["limits"]["max_height"])')
	slots=$(ask 'd["budget"]["targets"]["total"]')
	expect 'an unknown connector' 10 'has no connector DP-7' "$ctl" hold -c DP-7
	expect 'a mode beyond the device' 8 "mode 16384x16384@60 is beyond the device's largest, $most" "$ctl" hold -m 16384x16384
	expect 'a picture of too many macroblocks' 8 'mode 4096x4096@24 is beyond 36864 macroblocks' "$ctl" hold -m 4096x4096@24
	expect 'too many macroblocks in a second' 8 'mode 3840x2160@120 is beyond .* 2073600 in a second' "$ctl" hold -m 3840x2160@120
	expect 'a mode that is too slow' 8 'mode 640x480@10 is slower than 23.9 Hz' "$ctl" hold -m 640x480@10
	expect 'a mode that a divider makes too slow' 8 'after --divider' "$ctl" hold -m 640x480@60 --divider 3
	expect 'nobody to tell what happens' 12 'cannot write to standard output' sh -c "'$ctl' hold -m 640x480 >/dev/full"
	expect 'a mode beyond --max' 8 'mode 1920x1080@60 does not fit --max 1280x720@60' "$ctl" hold -m 1920x1080 --max 1280x720
	expect 'limits beyond the device' 8 "16384x16384@60 is beyond the device's largest mode" "$ctl" hold -m 640x480 --max 16384x16384
	expect 'more than the whole device has' 6 'more than the whole device has' "$ctl" hold -m 640x480 --max "$most@60" --buffers 16

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

# Each budget with a device that has little of it.
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
	check 'and says so' said pipe 'whoever read the video has stopped'
	end_painter
}

test_no_picture()
{
	expect 'nothing is shown' 11 'nothing was shown on Virtual-1 within 1 s' \
		"$ctl" capture -c Virtual-1 --wait 1 --png "$work/none.png"
	check 'then there is no file' [ ! -e "$work/none.png" ]
}

# The kernel's compatibility layer, and that nothing needs one.
test_abi32()
{
	if [[ -x $O/tests/abi32 ]]; then
		expect 'a 32-bit program' 0 '^32-bit: every call answers as it should$' "$O/tests/abi32" "/dev/dri/$card"
	else
		skip 'a 32-bit program: the compiler that built the tests makes none'
	fi
}

# The tests below end with the device gone, so they come last.
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

for each in ${1:-list permissions hold kill modetest refuse limits budgets picture direct rate signal directory video on_signal \
		slow_output broken_pipe no_picture abi32 unbind no_module}; do
	"test_$each"
done
summary
