#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Situations in which users of other drivers report faults: a moving pointer, a second card,
# changes of session, monitors that come and go, programs that are restarted. With real
# programs. Runs as root in a guest of the test bed: scripts/vm --qemu -device --qemu
# bochs-display --allow 'segfault at .* in xrandr' -- tools/tests/situations.sh [TEST]...;
# --list-subtests lists the tests

set -uo pipefail
export LC_ALL=C
tests=(pointer second-card kmssink kmsgrab session hotplug-weston hotplug-sway hotplug-xorg)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=clients-lib.sh
. ./clients-lib.sh

# shows WHAT: the owner's picture of a screen at rest equals the screenshot made by the
# function WHAT.
shows()
{
	still Virtual-1
	"$1"
	check 'its picture is the screenshot' picture equal "$photo" "$work/wanted.png"
	check 'of a desktop' picture colours "$photo" 100
}

shoot_sway() { sway grim - >"$work/wanted.png"; }

sway_config()
{
	cat >"$work/sway" <<-END
		output * background /usr/share/weston/background.png fill
		for_window [title=.*] floating enable
	END
}

# --- A pointer ----------------------------------------------------------------

# Number of pictures that the verbose owner has reported.
pictures() { grep -cE 'picture [0-9]+ part' "$work/Virtual-1.out"; }
more_pictures() { [[ $(pictures) -gt $1 ]]; }
pictures_in()
{
	local before
	before=$(pictures)
	sleep "$1"
	echo $(($(pictures) - before))
}

# Connector, primary and cursor plane are on the CRTC.
cursor_is_on()
{
	[[ $(grep -cx "	crtc=crtc-$((${1##*-} - 1))" "/sys/kernel/debug/dri/${card#card}/state") = 3 ]]
}

# Only the pointer moves: does the owner see that?
pointer_in_picture()
{
	still Virtual-1
	before=$photo
	kill -HUP "$mouse"
	must 'the mouse moves' within 30 said mouse moved
	still Virtual-1
	case $delivery in
	copy)            check 'the pointer is in the picture' picture differ "$before" "$photo" ;;
	direct)          check 'the pointer is not in the picture' picture equal "$before" "$photo" ;;
	direct-software) check 'it is when sway draws it itself' picture differ "$before" "$photo" ;;
	esac
}

# sway puts the cursor plane into every commit and has no fallback: a target that refuses
# the pointer stops its screen. It does this only with OpenGL, which must run without
# threads here: nobody would wait for them before the picture is shown.
test_pointer()
{
	local delivery mouse resting moving mode before options software
	modprobe -a evdev uinput
	mode=$(stat -c %a "/dev/dri/$card")
	chmod 666 "/dev/dri/$card"
	sway_config
	for delivery in copy direct direct-software; do
		options=() software=''
		[[ $delivery = copy ]] || options=(--direct)
		[[ $delivery != *-software ]] || software=1
		start mouse ./pointer.py
		mouse=$pid
		must 'there is a mouse' within 30 said mouse there
		WLR_BACKENDS=drm,libinput WLR_RENDERER=gles2 WLR_RENDERER_ALLOW_SOFTWARE=1 \
			LP_NUM_THREADS=0 WLR_NO_HARDWARE_CURSORS=$software \
			"$scripts/guest-sway" start "$card" "$work/sway" || exit
		plug Virtual-1 -v -m 640x480 "${options[@]}"
		check "sway lights a monitor, $delivery" within 60 lit Virtual-1 640x480
		client animation "$scripts/guest-sway" run weston-simple-shm
		must 'something moves' within 60 more_pictures 5
		resting=$(pictures_in 10)
		kill -USR1 "$mouse"
		[[ $software ]] || check 'sway uses the cursor plane' within 20 cursor_is_on Virtual-1
		moving=$(pictures_in 10)
		kill -USR2 "$mouse"
		echo "# pictures in 10 s: $resting, with the pointer moving $moving"
		check 'pictures come' [ "$resting" -gt 5 ]
		check 'and go on at their rate while the pointer moves' [ $((moving * 2)) -ge "$resting" ]
		check 'no commit was refused' [ "$(grep -ciE 'commit failed|failed to commit|test failed' "$OUT/sway.log")" = 0 ]
		end_clients
		pointer_in_picture
		unplug Virtual-1
		"$scripts/guest-sway" stop
		must 'the mouse goes' ends "$mouse" 143
	done
	chmod "$mode" "/dev/dri/$card"
}

# --- Another card -------------------------------------------------------------

# An X server has one thread. A driver that makes it wait for a vblank makes all its clients
# wait, even those on another card.
test_second-card()
{
	local other alone beside round
	must 'bochs is loaded' modprobe bochs || return
	must 'there is a second card' within 30 find_other || return
	plug Virtual-1 -m 1024x768@24
	"$scripts/guest-xorg" start "$other" "$card" || exit
	check 'X lights the monitor' within 60 lit Virtual-1 1024x768
	for round in 1 2 3; do
		alone=$(./pace.py :0.0 60 8 15)
		client animation ./pace.py :0.1 24 64 600
		sleep 3
		beside=$(./pace.py :0.0 60 8 15)
		end_clients
		echo "# times a second, longest wait in ms: $alone, beside an animation on the target $beside"
		! keeps_pace || break
	done
	check 'a client on the other card keeps its pace' keeps_pace
	must 'the animation was shown' [ "$(target Virtual-1 captured)" -gt 100 ]
	unplug Virtual-1
	"$scripts/guest-xorg" stop
}

# When a client does not come near 60 even alone, the host is too busy for a verdict.
keeps_pace() { python3 -c "raise SystemExit(${alone% *} < 45 or ${beside% *} < 0.9 * ${alone% *})"; }

find_other()
{
	other=$(grep -l bochs /sys/class/drm/card?/device/uevent | cut -d/ -f5)
	[[ $other ]]
}

# --- A video, again -----------------------------------------------------------

# Each start is another DRM master.
test_kmssink()
{
	local round size pattern=(videotestsrc pattern=checkers-8) caps
	for size in 1024x768 640x480; do
		plug Virtual-1 -m "$size"
		caps="video/x-raw,format=BGRx,width=${size%x*},height=${size#*x},framerate=10/1"
		gst-launch-1.0 -q "${pattern[@]}" num-buffers=1 ! "$caps" ! filesink location="$work/raw"
		ffmpeg -v error -y -f rawvideo -pix_fmt bgr0 -s "$size" -i "$work/raw" -frames:v 1 "$work/wanted.png" </dev/null
		for round in 1 2; do
			client video gst-launch-1.0 -q "${pattern[@]}" ! "$caps" ! kmssink driver-name=miracast force-modesetting=true
			check "kmssink lights $size, start $round" within 60 lit Virtual-1 "$size" ||
				tail -n 5 "$work/video.out"
			must 'it goes on' within 30 flipped $(($(target Virtual-1 committed) + 5))
			photo Virtual-1
			check 'its picture is there' picture equal "$photo" "$work/wanted.png"
			end_clients
		done
		unplug Virtual-1
	done
}

flipped() { [[ $(target Virtual-1 committed) -ge $1 ]]; }

# --- A recorder of the screen -------------------------------------------------

# ffmpeg takes the framebuffer from the card, as root may, beside the compositor.
test_kmsgrab()
{
	local delivery options
	for delivery in copy direct; do
		options=()
		[[ $delivery = copy ]] || options=(--direct)
		plug Virtual-1 -m 1024x768 "${options[@]}"
		start_weston desktop
		check "weston lights a monitor, $delivery" within 60 lit Virtual-1 1024x768
		shows shoot_weston
		rm -f "$work/grabbed.png"
		ffmpeg -v error -f kmsgrab -device "/dev/dri/$card" -crtc_id "$(target Virtual-1 crtc_id)" -i - \
			-vf hwdownload,format=bgr0 -frames:v 1 -y "$work/grabbed.png" </dev/null
		check 'kmsgrab has the same picture' picture equal "$work/grabbed.png" "$work/wanted.png"
		"$scripts/guest-weston" stop
		unplug Virtual-1
	done
}

# --- A change of session ------------------------------------------------------

# As with a display manager: the greeter's compositor ends, the user's begins; then
# the user logs out. One owner all the time.
test_session()
{
	local round
	sway_config
	plug Virtual-1 -m 1024x768
	for round in 1 2; do
		start_weston desktop
		check "the greeter has the monitor, round $round" within 60 lit Virtual-1 1024x768
		shows shoot_weston
		"$scripts/guest-weston" stop
		"$scripts/guest-sway" start "$card" "$work/sway" || exit
		check "the user's session has it, round $round" within 60 lit Virtual-1 1024x768
		shows shoot_sway
		"$scripts/guest-sway" stop
	done
	check 'the owner reports each of them' [ "$(grep -c 'DRM master [0-9]* has the monitor' "$work/Virtual-1.out")" -ge 4 ]
	unplug Virtual-1
}

# --- A monitor that comes and goes --------------------------------------------

# 200 times, 20 times a second, with a running compositor. It sees fewer changes, because
# the driver keeps each state of a connector long enough to be seen.
hotplugs()
{
	local monitor
	start uevents udevadm monitor --kernel --subsystem-match=drm
	monitor=$pid
	within 10 said uevents 'the kernel uevent'
	start hotplug timeout 300 "$O/tests/hotplug" Virtual-1 200 20 1024x768 800x600
	check '200 hotplugs' ended_with "$pid" 0
	stop "$monitor"
	sed "s/^/# /; s/$/, $(grep -c '^KERNEL.* change' "$work/uevents.out") uevents/" "$work/hotplug.out"
	must 'all 200' said hotplug '^200 hotplugs'
	must 'clients hear of them' [ "$(grep -c '^KERNEL.* change' "$work/uevents.out")" -gt 5 ]
}

# Without the desktop shell: that is a client which fails when an output goes while it binds
# to it, and takes weston down.
test_hotplug-weston()
{
	start_weston kiosk
	hotplugs
	plug Virtual-1 -m 1024x768
	check 'then weston lights a monitor' within 60 lit Virtual-1 1024x768
	still Virtual-1
	check 'its picture is its background' picture plain "$photo" 204060
	check 'in a framebuffer' planes_on 1
	unplug Virtual-1
	# weston switches the CRTC of its last output off when it lights the next one.
	check 'and its picture goes' within 30 planes_on 0
	"$scripts/guest-weston" stop
}

test_hotplug-sway()
{
	sway_config
	"$scripts/guest-sway" start "$card" "$work/sway" || exit
	hotplugs
	plug Virtual-1 -m 1024x768
	check 'then sway lights a monitor' within 60 lit Virtual-1 1024x768
	shows shoot_sway
	unplug Virtual-1
	check 'and its output goes' within 30 off Virtual-1
	"$scripts/guest-sway" stop
}

# X leaves it to its clients to light a monitor; a desktop has one that does. xrandr
# crashes when an output goes while it looks at it.
test_hotplug-xorg()
{
	export DISPLAY=:0
	"$scripts/guest-xorg" start "$card" || exit
	client desktop bash -c 'while sleep 0.2; do xrandr --auto; done'
	hotplugs
	plug Virtual-1 -m 1024x768
	check 'then X lights a monitor' within 60 lit Virtual-1 1024x768
	end_clients
	terminal 'Xorg on Virtual-1' xterm -fa monospace -fs 20 -geometry 20x3+40+40 -e
	still Virtual-1
	xwd -root -silent -out "$work/root.xwd"
	check 'its picture is that of the root window' picture equal "$photo" "$work/root.xwd" 1024x768+0+0
	check 'with something in it' picture colours "$photo" 10
	end_clients
	unplug Virtual-1
	"$scripts/guest-xorg" stop
}

# ------------------------------------------------------------------------------

run_tests "${@:-${tests[@]}}"
