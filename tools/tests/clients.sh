#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Compositors, an X server and other programs that use KMS, on the miracast card
# as their only one. For each, twice: a monitor comes, is lit, its mode is
# changed, it goes. The owner's picture is compared with the program's own, and kept as
# $OUT/TEST-CONNECTOR-N.png. Runs as root in a guest of the test bed: scripts/vm --
# tools/tests/clients.sh [TEST]...; --list-subtests lists the tests

set -uo pipefail
export LC_ALL=C
tests=(weston sway xorg xorg-second kmscube modetest drm_info edid lease)
[[ ${1-} != --list-subtests ]] || { printf "%s\n" "${tests[@]}"; exit; }
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=clients-lib.sh
. ./clients-lib.sh

# --- weston -------------------------------------------------------------------

# weston 10 changes no mode while a monitor is there; so the monitor comes back
# with another.
test_weston()
{
	local round size
	start_weston desktop
	for round in 1 2; do
		for size in 1024x768 800x600; do
			plug Virtual-1 -m "$size"
			check "weston lights a monitor of $size, round $round" within 60 lit Virtual-1 "$size"
			if ((${#clients[@]} == 0)); then
				client flower weston-flower
				terminal 'weston on Virtual-1' weston-terminal --shell
			fi
			still Virtual-1
			shoot_weston
			check 'its picture is the screenshot' picture equal "$photo" "$work/wanted.png"
			check 'of a desktop' picture colours "$photo" 100
			unplug Virtual-1
			check 'the output goes with the monitor' within 30 off Virtual-1
		done
	done
	check 'and weston stays' said_by wl_compositor wayland-info
	end_clients
	"$scripts/guest-weston" stop
}

# --- sway ---------------------------------------------------------------------

test_sway()
{
	local round size sizes=(1024x768 1280x720)
	cat >"$work/sway" <<-END
		output * background /usr/share/weston/background.png fill
		for_window [title=.*] title_format "%title: sway on Virtual-1"
		bar {
			status_command echo Virtual-1; exec sleep 10000
		}
		exec weston-flower
	END
	"$scripts/guest-sway" start "$card" "$work/sway" || exit
	for round in 1 2; do
		plug Virtual-1 -m 1024x768 -m 1280x720
		for size in "${sizes[@]}"; do
			sway swaymsg output Virtual-1 mode "$size" >"$work/swaymsg.out"
			check "sway sets $size, round $round" within 60 lit Virtual-1 "$size"
			still Virtual-1
			sway grim - >"$work/wanted.png"
			check 'its picture is the screenshot' picture equal "$photo" "$work/wanted.png"
			check 'of a desktop' picture colours "$photo" 100
		done
		unplug Virtual-1
		check 'the output goes with the monitor' within 30 off Virtual-1
		check 'and sway has none' [ "$(sway swaymsg -r -t get_outputs | tr -d ' \n')" = '[]' ]
		# sway keeps the mode that it was given last.
		sizes=(1280x720 1024x768)
	done
	"$scripts/guest-sway" stop
}

# --- Xorg ---------------------------------------------------------------------

xrandr_says() { said_by "^$1 $2" xrandr; }

x_text() { terminal "Xorg on $1" xterm -fa monospace -fs 20 -geometry "20x3$2" -e; }

# x_picture CONNECTOR PART: of the root window.
x_picture()
{
	still "$1"
	xwd -root -silent -out "$work/root.xwd"
	check "the picture of $1 is that of the root window" picture equal "$photo" "$work/root.xwd" "$2"
	check 'with something in it' picture colours "$photo" 10
}

x_start()
{
	export DISPLAY=:0
	"$scripts/guest-xorg" start "$card" || exit
	xsetroot -mod 16 16 -bg '#204060' -fg '#60a0c0'
}

x_stop()
{
	end_clients
	"$scripts/guest-xorg" stop
}

# With all of the screen on the target.
test_xorg()
{
	local round
	x_start
	for round in 1 2; do
		plug Virtual-1 -m 1024x768 -m 1280x720
		check "X sees the monitor come, round $round" within 30 xrandr_says Virtual-1 connected
		xrandr --output Virtual-1 --auto
		check 'its preferred mode is set' within 30 lit Virtual-1 1024x768
		((round > 1)) || x_text Virtual-1 +40+40
		x_picture Virtual-1 1024x768+0+0
		xrandr --output Virtual-1 --mode 1280x720
		check 'and another' within 30 lit Virtual-1 1280x720
		client logo xlogo -geometry "100x100+$((round * 200))+400"
		x_picture Virtual-1 1280x720+0+0
		check 'X goes on without it' unplug_x Virtual-1
		check 'what X draws came as damage, not as whole pictures' \
			[ "$(figure Virtual-1 'd["full_pictures"] < d["pictures"] and d["damage_share"] < 0.9')" = True ]
	done
	x_stop
}

# X leaves outputs without a monitor to its clients.
unplug_x()
{
	unplug "$1"
	within 30 xrandr_says "$1" disconnected && xrandr --auto && within 30 off "$1"
}

# With the target as a second output.
test_xorg-second()
{
	local round
	plug Virtual-1 -m 1024x768
	x_start
	check 'X starts on the first monitor' within 60 lit Virtual-1 1024x768
	x_text Virtual-1 +40+40
	x_text Virtual-2 +1064+40
	for round in 1 2; do
		plug Virtual-2 -m 800x600 -m 1280x720
		check "X sees the second come, round $round" within 30 xrandr_says Virtual-2 connected
		xrandr --output Virtual-2 --auto --right-of Virtual-1
		check 'it extends the desktop' within 30 lit Virtual-2 800x600
		x_picture Virtual-1 1024x768+0+0
		x_picture Virtual-2 800x600+1024+0
		xrandr --output Virtual-2 --mode 1280x720
		check 'its mode is changed' within 30 lit Virtual-2 1280x720
		x_picture Virtual-1 1024x768+0+0
		x_picture Virtual-2 1280x720+1024+0
		check 'it goes' unplug_x Virtual-2
		check 'and the first stays' lit Virtual-1 1024x768
		x_picture Virtual-1 1024x768+0+0
	done
	unplug Virtual-1
	x_stop
}

# --- kmscube: GBM, EGL and OpenGL by software ---------------------------------

frames() { grep -c Rendered "$work/cube.out"; }
more_frames() { [[ $(frames) -gt $1 ]]; }

# cube SIZE OPTION...
cube()
{
	local one
	export MESA_SHADER_CACHE_DISABLE=true
	unattended cube stdbuf -oL kmscube -D "/dev/dri/$card" "${@:2}"
	check "kmscube lights $1" within 120 lit Virtual-1 "$1" || tail -n 5 "$work/cube.out"
	must 'kmscube renders' within 60 more_frames 0
	photo Virtual-1
	one=$photo
	check 'its picture has the shades of a cube' picture colours "$photo" 200
	must 'kmscube goes on' within 60 more_frames "$(($(frames) + 1))"
	photo Virtual-1
	check 'and turns' picture differ "$one" "$photo"
}

test_kmscube()
{
	local round
	for round in 1 2; do
		plug Virtual-1 --follow-master -m 640x480 -m 800x600
		cube 640x480
		end_clients
		cube 800x600 -v 800x600
		unplug Virtual-1
		check 'flips go on without a monitor' within 60 more_frames "$(($(frames) + 1))"
		end_clients
		check "and the CRTC goes off at the end, round $round" within 10 off Virtual-1
	done
}

# --- modetest, drm_info, edid-decode ------------------------------------------

# card_info EXPRESSION: in Python, evaluated on drm_info's report of the card.
card_info()
{
	drm_info -j "/dev/dri/$card" >"$work/info.json"
	python3 - "$work/info.json" "$1" <<-'END'
		import json, sys
		card, = json.load(open(sys.argv[1])).values()
		connector = card["connectors"][0]
		primary, cursor = (next(p for p in card["planes"]
		                        if p["possible_crtcs"] == 1 and p["properties"]["type"]["value"] == kind)
		                   for kind in (1, 2))
		print(eval(sys.argv[2]))
	END
}

# pattern WHAT SIZE OPTION...
pattern()
{
	unattended modetest modetest -M miracast "${@:3}"
	check "modetest, $1, sets $2" within 30 lit Virtual-1 "$2"
	still Virtual-1
	check 'its pattern is there, to the pixel' picture smpte "$photo"
}

test_modetest()
{
	local size connector crtc plane
	connector=$(target Virtual-1 connector_id)
	crtc=$(target Virtual-1 crtc_id)
	plane=$(card_info 'primary["id"]')
	plug Virtual-1 --follow-master -m 800x600 -m 1280x720
	for size in 800x600 1280x720; do
		end_clients
		pattern legacy "$size" -s "$connector:$size"
	done
	modetest_unplug
	plug Virtual-1 --follow-master -m 800x600 -m 1280x720
	for size in 800x600 1280x720; do
		end_clients
		pattern atomic "$size" -a -F smpte,smpte -s "$connector@$crtc:$size" -P "$plane@$crtc:$size"
	done
	modetest_unplug
}

modetest_unplug()
{
	unplug Virtual-1
	check 'modetest outlives the monitor' kill -0 "${clients[0]}"
	end_clients
	check 'and the CRTC goes off at its end' within 10 off Virtual-1
}

is() { [[ $(card_info "$1") = True ]]; }

test_drm_info()
{
	local round
	for round in 1 2; do
		plug Virtual-1 -e "$work/edid" -m 800x600 --union
		probe Virtual-1
		check "drm_info sees a monitor, round $round" is 'connector["status"] == 1'
		check 'with its modes, the preferred one first' is \
			'[m["name"] for m in connector["modes"]][0] == "800x600" and "1280x720" in [m["name"] for m in connector["modes"]]'
		check 'and an EDID' is 'connector["properties"]["EDID"]["raw_value"] != 0'
		check 'a good link' is 'connector["properties"]["link-status"]["value"] == 0'
		unplug Virtual-1 "$nothing_shown"
		probe Virtual-1
		check 'and sees it go' is 'connector["status"] == 2 and connector["properties"]["EDID"]["raw_value"] == 0'
	done
	check 'the primary plane takes damage clips' is '"FB_DAMAGE_CLIPS" in primary["properties"]'
	check 'formats have modifiers' is '"IN_FORMATS" in primary["properties"] and "IN_FORMATS" in cursor["properties"]'
	check 'the card is atomic, with dumb buffers and PRIME' is \
		'card["driver"]["client_caps"]["ATOMIC"] and card["driver"]["caps"]["DUMB_BUFFER"] == 1 and card["driver"]["caps"]["PRIME"] == 3'
	if [[ $(</sys/module/miracast/parameters/hdcp) = Y ]]; then
		skip 'no content protection: the module was loaded with hdcp=1'
	else
		check 'nobody is promised content protection' is \
			'not {"Content Protection", "HDCP Content Type"} & set(connector["properties"])'
	fi
}

test_edid()
{
	local round edid=$sysfs-Virtual-1/edid
	for round in 1 2; do
		plug Virtual-1 -e "$work/edid"
		probe Virtual-1
		check "the EDID property is the owner's, round $round" cmp "$edid" "$work/edid"
		check 'edid-decode finds it conformant' said_by '^EDID conformity: PASS' edid-decode --check "$edid"
		unplug Virtual-1 "$nothing_shown"
		probe Virtual-1
		check 'and it goes' cmp "$edid" /dev/null
	done
}

# --- A lease ------------------------------------------------------------------

lines() { grep -c '' "$work/lease.out" 2>/dev/null; }
obeyed() { [[ $(lines) -gt $1 && $(tail -n 1 "$work/lease.out") = "$2" ]]; }

# order WORD: returns when the lessor has done it.
order()
{
	local before
	before=$(lines)
	echo "$1" >&"$orders"
	must "the lessor obeys: $1" within 60 obeyed "$before" "$1" || cat "$work/lease.out"
}

# lease_picture WHOSE WIDTHxHEIGHT: it is on the screen.
lease_picture()
{
	check "the $1 sets its mode" within 60 lit Virtual-1 "$2"
	still Virtual-1
	check 'and its picture is there' picture equal "$photo" "$work/$1.png"
}

test_lease()
{
	local round lessor orders
	mkfifo "$work/orders"
	exec {orders}<>"$work/orders"
	for round in 1 2; do
		rm -f "$work/lessee.out"
		plug Virtual-1 -m 1024x768 -m 800x600
		# shellcheck disable=SC2016
		client lease bash -c 'exec "$@" <"$0"' "$work/orders" \
			"$O/tests/lease" Virtual-1 "$work/lessor.png" /bin/bash -c \
			"exec '$O/tests/paint' -f 3 Virtual-1 100 '$work/lessee.png' 800x600 >'$work/lessee.out' 2>&1"
		lessor=$pid
		order light
		lease_picture lessor 1024x768
		order lease
		check "a second client has a lease, round $round" within 60 said lessee '^done$'
		lease_picture lessee 800x600
		order revoke
		pkill -USR1 -P "$lessor"
		check 'without it commits are refused' within 20 said lessee '^No such file or directory$'
		order light
		lease_picture lessor 1024x768
		unplug Virtual-1
		echo end >&"$orders"
		must 'the lessor ends well' ended_with "$lessor" 0
		check 'all end, and the CRTC goes off' within 10 off Virtual-1
		end_clients
		rm -f "$work/lease.out"
	done
	exec {orders}>&-
}

run_tests "${@:-${tests[@]}}"
