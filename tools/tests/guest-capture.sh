# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
#
# Tests of miracastctl: captured pictures and videos, and where they go.
# Sourced by guest.sh.

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
