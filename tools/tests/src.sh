#!/bin/bash
# SPDX-License-Identifier: MIT
#
# miracastsrc against the module, with weston on the other side: recordings by
# gst-launch-1.0, and an application that takes commands (tools/gst/tests/watch.c).
# Pictures are compared with weston's own screenshots. Programs run as an ordinary user with
# an inherited context, unless a test says otherwise. All tests share one weston, because it
# starts slowly in an emulated guest. Runs as root in a guest of the test bed: scripts/vm --
# tools/tests/src.sh [TEST]...; --list-subtests lists the tests. EXAMPLES is where the
# programs of the manual are.

set -uo pipefail
export LC_ALL=C
tests=(record screencast modes pause hold two pool departure devices unbind)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=clients-lib.sh
. ./clients-lib.sh

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
# Copied to where an ordinary user can reach them: the project may be in another user's
# home.
chmod 711 "$work"
mkdir "$work/bin" && mkdir -m 777 "$work/user"
install "$O/gst/tests/watch" "$O/gst/libgstmiracast.so" "$work/bin/"
watch=$work/bin/watch

few_plugins "$work/bin" coreelements videoconvertscale x264 videoparsersbad matroska \
	udp rtp rtpmanager || exit

# The desktop: small, because it is redrawn for each mode; with many colours, so that a
# moved line or pixel makes a difference; and without sharp edges, for codecs.
tile=$work/tile.png colours=4000
python3 -c 'import sys; from PIL import Image
there = [*range(64)]
tile = Image.new("RGB", (128, 128))
tile.putdata([(4 * x, 4 * y, 2 * (x + y)) for y in there + there[::-1] for x in there + there[::-1]])
tile.save(sys.argv[1])' "$tile" || exit

# --- The application ----------------------------------------------------------

declare -A orders

# watch NAME COMMAND...: COMMAND may begin with a program that passes it a context.
watch()
{
	local fd
	rm -f "$work/$1.orders"
	mkfifo "$work/$1.orders"
	exec {fd}<>"$work/$1.orders"
	orders[$1]=$fd
	: >"$work/$1.out"
	"${@:2}" >"$work/$1.out" 2>&1 <"$work/$1.orders" &
	pid=$!
}

# order NAME COMMAND [ARGUMENT]
order() { echo "${*:2}" >&"${orders[$1]}"; }

# quit NAME PID
quit()
{
	order "$1" quit
	must "$1 ends well" ended_with "$2" 0 || tail -n 5 "$work/$1.out"
	eval "exec ${orders[$1]}>&-"
}

count() { grep -cE "$2" "$work/$1.out"; }
counts() { [[ $(count "$1" "$3") -ge $2 ]]; }
# The compositor has noticed that the monitor went. weston leaves the CRTC of its last
# output on.
gone() { [[ $(<"$sysfs-$1/status") = disconnected && $(target "$1" connected) != 1 ]]; }
state() { { grep Virtual-1 "$targets"; tail -n 15 "$OUT/weston.log"; } | sed 's/^/# /'; }
show() { tail -n "${2:-12}" "$work/$1.out" | sed "s/^/# $1: /"; }

# picture_of NAME WIDTHxHEIGHT [PART]: its picture becomes equal to weston's screenshot,
# with a desktop on it. The shell may still be drawing, and does not report when it is done.
# It must be done before its output goes: it fails when it binds to one that is gone.
picture_of()
{
	within 30 same_picture "$@" && return
	cat "$work/difference"
	cp "$work/user/$1.raw.png" "$OUT/src-$1-got.png"
	cp "$work/wanted.png" "$OUT/src-$1-wanted.png"
	return 1
}

same_picture()
{
	local before
	before=$(count "$1" "^wrote ")
	order "$1" save "$work/user/$1.raw"
	within 5 counts "$1" $((before + 1)) '^wrote ' || return
	said "$1" "^wrote .* $2\$" || return
	to_png "$work/user/$1.raw" "$2" 2>/dev/null
	has_desktop &&
		picture equal "$work/user/$1.raw.png" "$work/wanted.png" "${@:3}" >"$work/difference"
}

to_png()
{
	python3 -c 'import sys; from PIL import Image
size = tuple(map(int, sys.argv[2].split("x")))
Image.frombytes("RGB", size, open(sys.argv[1], "rb").read(), "raw", "BGRX").save(sys.argv[1] + ".png")' "$@"
}

given() { echo "$O/tests/give_context" "${nobody[@]}"; }

# begin NAME PROPERTY...: a monitor of the user's, that is lit.
begin()
{
	# shellcheck disable=SC2046 # words
	watch "$1" $(given) "$watch" fd=3 "${@:2}"
	app=$pid
}

# --- A recording ----------------------------------------------------------------

psnr()
{
	ffmpeg -v info -i "$1" -i "$2" -lavfi psnr -f null - 2>&1 | sed -n 's/.*PSNR .*average:\([0-9.inf]*\).*/\1/p'
}
at_least() { [[ $1 = inf ]] || awk 'BEGIN { exit !(ARGV[1] != "" && ARGV[1] >= ARGV[2]) }' "$1" "$2"; }

test_record()
{
	local size=640x480 frames
	# shellcheck disable=SC2046
	start record $(given) gst-launch-1.0 -e miracastsrc fd=3 "modes=$size@60" min-framerate=2/1 ! \
		videoconvert ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=16000 ! h264parse ! \
		matroskamux ! filesink "location=$work/user/screen.mkv"
	recorder=$pid
	check 'weston lights the monitor of an ordinary user' within 60 lit Virtual-1 $size || show record
	blossoms
	must 'it is recorded for a while' sleep 5
	check 'an interrupt ends the recording' ends "$recorder" 0 INT || show record
	check 'and the monitor' within 30 gone Virtual-1 || state
	film user/screen.mkv $size
	end_clients
}

# The example of the manual, as root, who needs no broker; and a receiver of stock
# elements, as it says.
test_screencast()
{
	local size=640x480 port=5004 receiver example keys all
	start receiver gst-launch-1.0 -e udpsrc port=$port \
		caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=H264 ! rtpjitterbuffer ! \
		rtph264depay ! h264parse ! matroskamux ! filesink "location=$work/received.mkv"
	receiver=$pid
	must 'somebody listens' within 60 listens $port || show receiver
	start screencast "${EXAMPLES:-$O/../examples}/screencast" 127.0.0.1 $port $size@60
	example=$pid
	check "weston lights the example's monitor" within 60 lit Virtual-1 $size || show screencast
	must 'it says that it has a mode' within 30 said screencast '^miracast-mode,.*accepted=.boolean.true'
	blossoms
	must 'it is sent for a while' sleep 5
	check 'an interrupt ends it' ends "$example" 0 INT || show screencast
	check 'and the monitor' within 30 gone Virtual-1 || state
	must 'the receiver ends well' ends "$receiver" 0 INT || show receiver
	film received.mkv $size
	keys=$(pictures received.mkv -skip_frame nokey) all=$(pictures received.mkv)
	check "who comes late gets a key picture soon: ${keys:-none} of ${all:-none} are one" \
		[ $((${keys:-0} * 15)) -ge "${all:-1}" ]
	end_clients
}

# pictures FILE [OPTION]...: how many there are, at rest two a second.
pictures() { ffprobe -v error "${@:2}" -select_streams v -show_entries frame=pts_time -of csv=p=0 "$work/$1" | grep -c .; }

# Waits for the desktop, and then shows something new; $work/wanted.png is the screen at
# rest.
blossoms()
{
	local before
	must 'the desktop is there' within 60 has_desktop
	must 'the screen comes to rest' within 60 settled Virtual-1
	before=$(target Virtual-1 committed)
	client flower weston-flower
	must 'it changes' within 60 committed_since "$before"
	must 'it comes to rest again' within 60 settled Virtual-1
	must 'weston makes a screenshot' has_desktop
}

has_desktop() { shoot_weston && picture colours "$work/wanted.png" "$colours" >"$work/difference"; }
committed_since() { [[ $(target Virtual-1 committed) -gt $1 ]]; }

# listens PORT: of UDP.
listens() { grep -q "$(printf ' [0-9A-F]*:%04X ' "$1")" /proc/net/udp; }

# film FILE WIDTHxHEIGHT: it has more than one picture, and the last equals the screenshot.
film()
{
	local frames quality
	ffmpeg -v error -y -i "$work/$1" -update 1 "$work/last.png" || true
	frames=$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 \
		"$work/$1")
	check "it has pictures, here ${frames:-none}" [ "${frames:-0}" -gt 3 ]
	check 'of its size and format' same "h264,${2/x/,}" "$(ffprobe -v error -select_streams v \
		-show_entries stream=codec_name,width,height -of csv=p=0 "$work/$1")"
	quality=$(psnr "$work/last.png" "$work/wanted.png")
	cp "$work/last.png" "$OUT/src-${1//\//-}.png"
	cp "$work/wanted.png" "$OUT/src-${1//\//-}-wanted.png"
	check "the last is what weston showed, here with ${quality:-no} dB" at_least "$quality" 35
}

# --- Modes ----------------------------------------------------------------------

# The application announces the monitor itself, and gets the pictures through the element.
test_modes()
{
	local size
	begin modes
	must 'the application plays' within 60 said modes '^PLAYING ' || show modes
	# Lines of the third have padding in the driver's buffers.
	for size in 800x600 640x480 856x480; do
		order modes modes "$size@60"
		check "weston lights a monitor of $size" within 60 lit Virtual-1 "$size" || show modes
		check 'the caps are its size' within 30 said modes "^caps $size BGRx memory"
		check 'and the picture is the screenshot' picture_of modes "$size"
	done
	# The driver sets a mode once more when a monitor comes to a CRTC that was left on.
	check 'each mode was accepted' [ "$(count modes '^miracast-mode,.*accepted=.boolean.true')" -ge 3 ]
	check 'and none refused' same 0 "$(count modes '^miracast-mode,.*accepted=.boolean.false')"
	check 'and there is no error' nothing_wrong modes
	quit modes "$app"

	# A mode that downstream does not accept is refused, and weston sets another.
	begin refuse 'caps=video/x-raw,width=640' 'modes=800x600@60, 640x480@60'
	check 'weston ends on the mode that downstream takes' within 90 lit Virtual-1 640x480 || show refuse
	check 'after it was refused one' said refuse '^miracast-mode,.*width=.int.800.*accepted=.boolean.false'
	check 'and the picture is the screenshot' picture_of refuse 640x480
	quit refuse "$app"
}

nothing_wrong() { ! grep -E '^(error|warning) ' "$work/$1.out"; }

# --- Pause ----------------------------------------------------------------------

test_pause()
{
	local before round commits
	begin pause 'modes=800x600@60'
	must 'weston lights the monitor' within 60 lit Virtual-1 800x600 || show pause
	must 'a picture comes' within 60 said pause '^picture '
	check 'the picture is the screenshot' picture_of pause 800x600
	for round in 1 2; do
		order pause pause
		must 'it pauses' within 30 counts pause "$round" '^PAUSED NO PREROLL in [0-9]{1,4} ms'
		must 'the screen comes to rest' within 60 settled Virtual-1
		before=$(count pause '^picture ')
		commits=$(target Virtual-1 committed)
		client flower weston-flower
		must 'it changes' within 60 committed_since "$commits"
		sleep 1
		check "no picture comes in a pause, round $round" same "$before" "$(count pause '^picture ')"
		order pause play
		check 'and what has changed comes after it' within 60 counts pause $((before + 1)) '^picture '
		check 'as weston shows it' picture_of pause 800x600 || show pause
		end_clients
	done
	check 'times only grow' rising < <(sed -n 's/^picture .* at //p' "$work/pause.out")
	order pause ready
	check 'READY is quick, and takes the monitor away' within 30 said pause '^READY SUCCESS in [0-9]{1,4} ms'
	check 'from weston, too' within 30 gone Virtual-1
	order pause play
	check 'PLAYING brings it back' within 60 lit Virtual-1 800x600 || { show pause; sed 's/^/# /' "$targets"; }
	check 'with its picture' picture_of pause 800x600
	check 'and there is no error' nothing_wrong pause
	quit pause "$app"
}

rising() { awk '$1 <= last && NR > 1 { bad = 1 } { last = $1 } END { exit bad || NR < 3 }'; }

# --- Memory ---------------------------------------------------------------------

# A held buffer stays as it was, whatever comes after it.
test_hold()
{
	begin hold 'modes=800x600@60' 'caps=video/x-raw(memory:DMABuf)'
	must 'weston lights the monitor' within 60 lit Virtual-1 800x600 || show hold
	check 'pictures come as dma-bufs' within 60 said hold '^picture [0-9]+ dma-buf'
	check 'and are the screenshot' picture_of hold 800x600
	order hold hold
	client flower weston-flower
	must 'one is held' within 60 said hold '^held'
	must 'the screen comes to rest' within 60 settled Virtual-1
	check 'others come all the same' picture_of hold 800x600
	order hold ready
	must 'the element stops' within 30 said hold '^READY SUCCESS'
	order hold held "$work/user/held.raw"
	check 'the one that is held can be read when all is over' within 30 said hold '^wrote .*held.raw 800x600'
	check 'and is as it was' said hold '^it is as it was'
	to_png "$work/user/held.raw" 800x600
	check 'a picture' picture colours "$work/user/held.raw.png" "$colours"
	quit hold "$app"
	end_clients
}

# As root, on the device: dma-bufs of a pool downstream.
test_pool()
{
	modprobe -q udmabuf
	if [[ ! -e /dev/udmabuf ]]; then
		skip 'dma-bufs of a pool downstream: this kernel makes none'
		return
	fi
	watch pool "$watch" pool=1 owner-buffers=true 'modes=800x600@60, 640x480@60'
	app=$pid
	check 'weston lights a monitor made on the device' within 60 lit Virtual-1 800x600 || show pool
	check 'pictures come in dma-bufs of downstream' within 60 said pool '^picture [0-9]+ dma-buf' || show pool
	check 'and are the screenshot' picture_of pool 800x600
	client flower weston-flower
	check 'also when they change' picture_of pool 800x600
	check 'there is no error' nothing_wrong pool
	order pool ready
	must 'the element stops' within 30 said pool '^READY SUCCESS'
	order pool play
	check 'another run has its own' within 60 lit Virtual-1 800x600
	check 'with the picture in them' picture_of pool 800x600
	quit pool "$app"

	watch none "$watch" owner-buffers=true 'modes=800x600@60'
	app=$pid
	check 'without a pool each mode is refused' within 60 \
		said none 'reason=.string..*no\\? pool\\? of\\? dma-bufs' || show none
	quit none "$app"
	end_clients
}

# --- Two at once ----------------------------------------------------------------

test_two()
{
	local one other
	begin one 'modes=640x480@60'
	one=$app
	must 'the first is lit' within 60 lit Virtual-1 640x480 || show one
	begin other 'modes=800x600@60'
	other=$app
	check 'so is the second' within 60 lit Virtual-2 800x600 || show other
	client flower weston-flower
	must 'the screen comes to rest' within 60 settled Virtual-2
	# The screenshot has both side by side.
	check 'the first has its screen' picture_of one 640x480 640x480+0+0
	check 'and the second its own' picture_of other 800x600 800x600+640+0
	quit one "$one"
	check 'when one goes, its output goes' within 30 gone Virtual-1
	check 'and the other has the screen that is left' picture_of other 800x600
	quit other "$other"
	end_clients
}

# --- Departure ------------------------------------------------------------------

test_departure()
{
	begin depart
	must 'the application plays' within 60 said depart '^PLAYING ' || show depart
	order depart modes 640x480@60
	must 'weston lights the monitor' within 60 lit Virtual-1 640x480 || show depart
	check 'its picture is the screenshot' picture_of depart 640x480
	order depart depart
	check 'a monitor that departs is gone' within 30 gone Virtual-1 || state
	check 'but the stream goes on' [ "$(count depart '^eos')" = 0 ]
	order depart modes 800x600@60
	check 'with the next one' within 60 lit Virtual-1 800x600
	check 'and its picture' picture_of depart 800x600
	order depart stop
	check 'the end of the session ends the stream' within 30 said depart '^eos'
	check 'and is no error' nothing_wrong depart
	quit depart "$app"

	begin killed 'modes=640x480@60'
	must 'weston lights the monitor' within 60 lit Virtual-1 640x480 || show killed
	check 'its picture is the screenshot' picture_of killed 640x480
	kill -KILL "$app"
	check 'an application that is killed takes its monitor along' within 10 gone Virtual-1
	wait "$app" 2>/dev/null
}

# --- Devices ----------------------------------------------------------------------

# gst-device-monitor-1.0, run by a user without any permission.
test_devices()
{
	local monitor targets_of_card=("$sysfs"-*)
	if [[ ! $(command -v gst-device-monitor-1.0) ]]; then
		skip 'the list of targets: gst-device-monitor-1.0 is not there'
		return
	fi
	start devices "${nobody[@]}" gst-device-monitor-1.0 --follow Source/Monitor
	monitor=$pid
	check 'each target can be had' within 30 counts devices ${#targets_of_card[@]} '^Device found'
	check 'as a source of a monitor' said devices 'gst-launch-1.0 miracastsrc .*target=Virtual-1'
	begin taken 'modes=640x480@60'
	must 'weston lights the monitor' within 60 lit Virtual-1 640x480 || show taken
	check 'one where a monitor arrives cannot any more' within 30 removed Virtual-1
	check 'but all others' [ "$(count devices '^Device removed')" = 1 ]
	quit taken "$app"
	check 'it can when that has gone' within 30 counts devices $((${#targets_of_card[@]} + 1)) '^Device (found|added)'
	must 'the list ends' ends "$monitor" 143
}

removed() { grep -A4 '^Device removed' "$work/devices.out" | grep -q "$1\$"; }

# The last one: the device is gone then.
test_unbind()
{
	local driver
	begin unbind 'modes=640x480@60'
	must 'weston lights the monitor' within 60 lit Virtual-1 640x480 || show unbind
	must 'a picture comes' within 60 said unbind '^picture '
	driver=$(readlink -f "$sysfs/device/driver")
	basename "$(readlink -f "$sysfs/device")" >"$driver/unbind"
	check 'a device that goes is an error, and says so' within 30 said unbind '^error .*the device is gone'
	quit unbind "$app"
	watch without "$watch" broker=never
	app=$pid
	check 'so is one that is not there' within 30 said without '^error .*is the module loaded'
	quit without "$app"
}

(($#)) || set -- "${tests[@]}"
start_weston desktop "$tile"
run_tests "$@"
