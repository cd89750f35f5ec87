# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
#
# Tests of miracastctl: holding a target, and what keeps it from that.
# Sourced by guest.sh.

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
