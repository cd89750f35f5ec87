#!/bin/bash
# SPDX-License-Identifier: MIT
#
# miracastsrc against the module, with weston on the other side: recordings by
# gst-launch-1.0, and an application that takes commands (tools/gst/tests/watch.c).
# Pictures are compared with weston's own screenshots. Programs are those of an ordinary
# user who was handed a context, unless a test says otherwise. Runs as root in a guest of
# the test bed: scripts/vm -- tools/tests/src.sh [TEST]...; --list-subtests lists the tests

set -uo pipefail
export LC_ALL=C
tests=(record modes pause hold departure two pool unbind)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=clients-lib.sh
. ./clients-lib.sh

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
# Where they can be reached by an ordinary user, whose home this may not be.
chmod 711 "$work"
mkdir "$work/bin" && mkdir -m 777 "$work/user"
install "$O/gst/tests/watch" "$O/gst/libgstmiracast.so" "$work/bin/"
watch=$work/bin/watch

# A look at each plug-in of the machine takes an emulated guest minutes.
export GST_PLUGIN_SYSTEM_PATH_1_0=$work/plugins GST_PLUGIN_PATH_1_0=$work/bin GST_REGISTRY=$work/registry
mkdir "$work/plugins"
folder=$(pkg-config --variable=pluginsdir gstreamer-1.0)
for each in coreelements videoconvertscale x264 videoparsersbad matroska; do
	ln -s "$folder/libgst$each.so" "$work/plugins/"
done
gst-inspect-1.0 miracastsrc >"$work/inspect.out" || exit
chmod 644 "$GST_REGISTRY"
export GST_REGISTRY_UPDATE=no

# --- The application ----------------------------------------------------------

declare -A orders

# watch NAME COMMAND...: COMMAND begins with what gives it a context, if anything.
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
# The compositor has seen that it went. weston leaves the CRTC of its last output on.
gone() { [[ $(<"$sysfs-$1/status") = disconnected && $(target "$1" connected) != 1 ]]; }
state() { { grep Virtual-1 "$targets"; tail -n 15 "$OUT/weston.log"; } | sed 's/^/# /'; }
show() { tail -n "${2:-12}" "$work/$1.out" | sed "s/^/# $1: /"; }

# picture_of NAME WIDTHxHEIGHT [PART]: what it has becomes weston's screenshot. The shell
# may still be drawing, and does not say when it is done.
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
	shoot_weston
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
	local size=800x600 quality frames
	start_weston desktop
	# shellcheck disable=SC2046
	start record $(given) gst-launch-1.0 -e miracastsrc fd=3 "modes=$size@60" min-framerate=2/1 ! \
		videoconvert ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=16000 ! h264parse ! \
		matroskamux ! filesink "location=$work/user/screen.mkv"
	recorder=$pid
	check 'weston lights the monitor of an ordinary user' within 60 lit Virtual-1 $size || show record
	client flower weston-flower
	must 'the screen comes to rest' within 60 settled Virtual-1
	shoot_weston
	must 'it is recorded for a while' sleep 8
	check 'an interrupt ends the recording' ends "$recorder" 0 INT || show record
	check 'and the monitor' within 30 gone Virtual-1 || state
	ffmpeg -v error -y -i "$work/user/screen.mkv" -update 1 "$work/recorded.png" || true
	frames=$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 \
		"$work/user/screen.mkv")
	check "it has pictures, here ${frames:-none}" [ "${frames:-0}" -gt 5 ]
	check 'of its size and format' same 'h264,800,600' "$(ffprobe -v error -select_streams v \
		-show_entries stream=codec_name,width,height -of csv=p=0 "$work/user/screen.mkv")"
	quality=$(psnr "$work/recorded.png" "$work/wanted.png")
	cp "$work/recorded.png" "$OUT/src-recorded.png"
	check "the last is what weston showed, here with ${quality:-no} dB" at_least "$quality" 35
	end_clients
	"$scripts/guest-weston" stop
}

# --- Modes ----------------------------------------------------------------------

# The user announces by itself, and sees the pictures through the element.
test_modes()
{
	local size
	start_weston desktop
	begin modes
	must 'the application plays' within 60 said modes '^PLAYING ' || show modes
	# Lines of the third have padding in the driver's buffers.
	for size in 1024x768 640x480 856x480; do
		order modes modes "$size@60"
		check "weston lights a monitor of $size" within 60 lit Virtual-1 "$size" || show modes
		check 'the caps are its size' within 30 said modes "^caps $size BGRx memory"
		check 'and the picture is the screenshot' picture_of modes "$size"
	done
	check 'each mode was accepted once' same 3 "$(count modes '^miracast-mode,.*accepted=.boolean.true')"
	check 'and there is no error' nothing_wrong modes
	quit modes "$app"

	# What downstream does not take is refused, and weston sets another.
	begin refuse 'caps=video/x-raw,width=640' 'modes=1024x768@60, 640x480@60'
	check 'weston ends on the mode that downstream takes' within 90 lit Virtual-1 640x480 || show refuse
	check 'after it was refused one' said refuse '^miracast-mode,.*width=.int.1024.*accepted=.boolean.false'
	check 'and the picture is the screenshot' picture_of refuse 640x480
	quit refuse "$app"
	"$scripts/guest-weston" stop
}

nothing_wrong() { ! grep -E '^(error|warning) ' "$work/$1.out"; }

# --- Pause ----------------------------------------------------------------------

test_pause()
{
	local before round
	start_weston desktop
	begin pause 'modes=800x600@60'
	must 'weston lights the monitor' within 60 lit Virtual-1 800x600 || show pause
	must 'a picture comes' within 60 said pause '^picture '
	for round in 1 2 3; do
		order pause pause
		must 'it pauses' within 30 counts pause "$round" '^PAUSED NO_PREROLL in [0-9]{1,4} ms'
		must 'the screen comes to rest' within 60 settled Virtual-1
		before=$(count pause '^picture ')
		client flower weston-flower
		sleep 3
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
	check 'PLAYING brings it back' within 60 lit Virtual-1 800x600
	check 'with its picture' picture_of pause 800x600
	check 'and there is no error' nothing_wrong pause
	quit pause "$app"
	"$scripts/guest-weston" stop
}

rising() { awk '$1 <= last && NR > 1 { bad = 1 } { last = $1 } END { exit bad || NR < 3 }'; }

# --- Memory ---------------------------------------------------------------------

# What somebody holds stays as it was, whatever comes after it.
test_hold()
{
	start_weston desktop
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
	to_png "$work/user/held.raw" 800x600
	check 'and has a picture' picture colours "$work/user/held.raw.png" 100
	quit hold "$app"
	end_clients
	"$scripts/guest-weston" stop
}

# As root, on the device: dma-bufs of a pool downstream.
test_pool()
{
	modprobe -q udmabuf
	if [[ ! -e /dev/udmabuf ]]; then
		skip 'dma-bufs of a pool downstream: this kernel makes none'
		return
	fi
	start_weston desktop
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
		said none 'reason=.string..*no pool of dma-bufs' || show none
	quit none "$app"
	end_clients
	"$scripts/guest-weston" stop
}

# --- Two at once ----------------------------------------------------------------

test_two()
{
	local one other
	start_weston desktop
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
	"$scripts/guest-weston" stop
}

# --- Departure ------------------------------------------------------------------

test_departure()
{
	start_weston desktop
	begin depart
	must 'the application plays' within 60 said depart '^PLAYING ' || show depart
	order depart modes 640x480@60
	must 'weston lights the monitor' within 60 lit Virtual-1 640x480 || show depart
	must 'a picture comes' within 60 said depart '^picture '
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
	kill -KILL "$app"
	check 'an application that is killed takes its monitor along' within 10 gone Virtual-1
	wait "$app" 2>/dev/null
	"$scripts/guest-weston" stop
}

# The last one: the device is gone then.
test_unbind()
{
	local driver
	start_weston desktop
	begin unbind 'modes=640x480@60'
	must 'weston lights the monitor' within 60 lit Virtual-1 640x480 || show unbind
	must 'a picture comes' within 60 said unbind '^picture '
	driver=$(readlink -f "$sysfs/device/driver")
	basename "$(readlink -f "$sysfs/device")" >"$driver/unbind"
	check 'a device that goes is an error, and says so' within 30 said unbind '^error .*the device is gone'
	quit unbind "$app"
	"$scripts/guest-weston" stop
	watch without "$watch" broker=never
	app=$pid
	check 'so is one that is not there' within 30 said without '^error .*is the module loaded'
	quit without "$app"
}

(($#)) || set -- "${tests[@]}"
run_tests "$@"
