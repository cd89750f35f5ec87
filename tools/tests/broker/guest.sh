#!/bin/bash
# SPDX-License-Identifier: MIT
#
# miracast-broker with systemd, logind and polkit, and two users at one seat, who each
# have a compositor of one colour (seat.c). Run as root by scripts/guest-systemd.
# EXAMPLES is where the programs of the manual are. ROUNDS is the number of random events,
# SEED chooses them. TESTS are those to run.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")/.." || exit
# shellcheck source=tools/tests/lib.sh
. ./lib.sh
# shellcheck source=tools/tests/broker/users.sh
. ./broker/users.sh

: "${OUT:=/tmp}"
rounds=${ROUNDS:-20}
RANDOM=${SEED:-$RANDOM}
echo "# SEED=${SEED:-not given}"
chmod 755 "$work"
udevadm trigger --action=add --subsystem-match=drm
udevadm settle
find_card || exit
targets=/sys/kernel/debug/dri/${card#card}/miracast_targets

name=org.miracast.Broker1
unit=miracast-broker.service

# --- Calls ------------------------------------------------------------------------

# call_as USER PATTERN [ARGUMENT]...: one call of CreateContext, and how it ends.
call_as()
{
	rm -f "$work/of-$1/call"
	run_as "$1" call "busctl --timeout=60 call $name /org/miracast/Broker1 $name CreateContext ${*:3}"
	within 60 ended "$1" call
	says "$1" call "$2" || { sed 's/^/# /' "$work/of-$1/call"; return 1; }
}

# The time of CLOCK_MONOTONIC in milliseconds, a hundredth of a second exact.
milliseconds()
{
	local up rest
	read -r up rest </proc/uptime
	echo $((10#${up/./} * 10))
}

# A compositor that was killed runs again.
seat_of() { sed -n 's/^process //p' "$work/of-$1/seat" | tail -n 1; }
start_seat()
{
	run_as "$1" seat "while :; do $O/tests/broker/seat /dev/dri/$card $2 Virtual-1 Virtual-2; read -rt 0.2 <>$work/never; done"
	supervisor[$1]=$id
}
# The file gets the two times between which that happened.
end_seat()
{
	local pid before
	pid=$(seat_of "$1")
	before=$(milliseconds)
	kill -KILL "$pid" && echo "$before $(milliseconds)" >>"$work/of-$1/ends"
}

# --- The broker and the device ----------------------------------------------------

pid_of_broker() { systemctl show -P MainPID $unit; }
# The bus starts the broker when it does not run.
files_of_broker() { contexts >/dev/null; find "/proc/$(pid_of_broker)/fd" -mindepth 1 2>/dev/null | wc -l; }
files_are() { [[ $(files_of_broker) = "$1" ]]; }
is_new() { [[ $(pid_of_broker) != 0 && $(pid_of_broker) != "$1" ]]; }
is_inactive() { [[ $(systemctl is-active $unit) = inactive ]]; }
stored() { [[ $(systemctl show -P NFileDescriptorStore $unit) = "$1" ]]; }
contexts() { busctl get-property $name /org/miracast/Broker1 $name Contexts; }
contexts_are() { [[ $(contexts) = "a(uusa{sv}) $1"* ]]; }
# This ends all contexts, and resets the broker's counts.
new_minute() { systemctl stop $unit; systemctl reset-failed $unit 2>/dev/null; }
held() { [[ $(grep -c 'state=[^n]' "$targets") = "$1" ]]; }

# target CONNECTOR FIELD: as debugfs has it.
target() { sed -n "s/.* connector=$1 .*\\b$2=\\([^ ]*\\).*/\\1/p" "$targets"; }

# hold_as USER CONNECTOR, watch_as USER CONNECTOR BYTE [child]: $holder has its process, and
# ${holder_of[USER]}; ${own[USER]} is what it writes to, and no other.
declare -A own holder_of supervisor
owners=0
hold_as() { own_as "$1" "$ctl hold -c $2 -m 640x480@60" && is_owner "$1"; }
watch_as() { own_as "$1" "$O/tests/broker/watch ${*:2}" && is_owner "$1"; }
# In a session of its own for the kernel, it gets no SIGHUP when the terminal goes.
own_as()
{
	own[$1]=own$((++owners))
	run_as "$1" "${own[$1]}" "exec setsid $2"
	holder=$id
	holder_of[$1]=$id
}
is_owner()
{
	within 60 said_or_ended "$1"
	owns "$1" 'is connected' || { sed 's/^/# /' "$work/of-$1/${own[$1]}"; return 1; }
}
owns() { says "$1" "${own[$1]}" "$2"; }
said_or_ended() { owns "$1" 'is connected' || ! kill -0 "${holder_of[$1]}" 2>/dev/null; }
# The reason why a user has no pictures.
explain() { { grep . "$targets"; tail -n 5 "$work/of-$1/seat" "$work/of-$1/${own[$1]}"; } | sed 's/^/# /'; }
has_owner() { kill -0 "${holder_of[$1]}" 2>/dev/null && owns "$1" 'is connected'; }

# gone_after WHAT COMMAND...: how long it takes until no context is left.
gone_after()
{
	local began what=$1
	began=$(milliseconds)
	"${@:2}"
	check "$what" within 20 contexts_are 0
	echo "# seen after $(($(milliseconds) - began)) ms"
}

# lost_after USER BEGAN: how long it took until a user's owner noticed.
lost_after()
{
	local at
	at=$(sed -n 's/^pictures .* at //p' "$work/of-$1/${own[$1]}")
	echo "# its owner lost it after $((at - $2)) ms"
}

# --- Tests ------------------------------------------------------------------------

test_who()
{
	check 'alice is at the seat' switch_to alice
	check 'who is not at the seat gets no context' call_as bob 'not active' 'a{sv}' 0
	check 'nor a session without a seat' call_as carol 'not active' 'a{sv}' 0
	check 'nor root, who has no session' said_by 'no session' \
		busctl call $name /org/miracast/Broker1 $name CreateContext 'a{sv}' 0
	new_minute
	hold_as alice Virtual-1
	check 'who is there does, and it is listed' contexts_are "1 1 2001 \"Virtual-1\""
	check 'and stored' within 10 stored 1
	check 'her compositor lights it' within 60 says alice seat '^lit Virtual-1'
	check 'not a second one' call_as alice 'has a context already' 'a{sv}' 0
	check 'nor by a unit of her manager, which is in her session' said_by 'has a context already' \
		systemd-run -q --collect --pipe --wait -p User=alice -p Slice=user-2001.slice busctl call $name /org/miracast/Broker1 $name CreateContext 'a{sv}' 0
	check 'nobody else ends it' said_by 'no context 1' systemd-run -q --collect --pipe --wait -p User=bob \
		busctl call $name /org/miracast/Broker1 $name Destroy u 1
	check 'the broker has one capability' grep -qx 'CapEff:[[:space:]]*0000000000200000' "/proc/$(pid_of_broker)/status"
	check 'and a filter of system calls' grep -qx 'Seccomp:[[:space:]]*2' "/proc/$(pid_of_broker)/status"
}

# is_refused UID OUTPUT: the caller was that user, and was refused.
is_refused() { [[ $2 = "$1"$'\n'* && $2 != *$'\n'husa* ]]; }

# Sessions of alice and of others that are not at the seat, while alice is.
test_elsewhere()
{
	local said call="busctl --timeout=60 call $name /org/miracast/Broker1 $name CreateContext 'a{sv}' 0"
	switch_to alice
	new_minute
	# As a server of remote logins does it: the session belongs to another machine.
	check 'a session of hers from another machine gets no context' said_by 'not active' \
		script -qec "login -f -h other.example alice" /dev/null <<<"loginctl show-session \$XDG_SESSION_ID -p Remote; $call; exit"
	check 'a service of the system that runs as her is in none' said_by 'no session' \
		systemd-run -q --collect --pipe --wait -p User=alice sh -c "$call"
	check 'a container with a user namespace of its own has no session' said_by 'no session' \
		systemd-run -q --collect --pipe --wait -p Slice=machine.slice -p PrivateUsers=yes -p User=alice sh -c "$call"
	check 'one with the users of the machine has none either' said_by 'no session' \
		systemd-run -q --collect --pipe --wait -p Slice=machine.slice -p User=alice sh -c "$call"
	# The bus may refuse users that it does not know, before the broker does.
	said=$(systemd-run -q --collect --pipe --wait -p Slice=machine.slice \
		setpriv --reuid=100000 --regid=100000 --clear-groups sh -c "id -u; $call" 2>&1)
	check 'nor does a user that only the container has get a context' is_refused 100000 "$said"
	echo "# ${said//$'\n'/ }"
	# A container that the user starts in her session belongs to her.
	run_as alice container "unshare --user --map-root-user --pid --fork sh -c \"$call\""
	within 60 ended alice container
	check 'a container in her session is hers' says alice container '^husa\{sv\} .*Virtual' || sed 's/^/# /' "$work/of-alice/container"
	check 'and leaves nothing' within 20 contexts_are 0
}

test_restart()
{
	local before program
	new_minute
	watch_as alice Virtual-1 17
	before=$(pid_of_broker)
	kill -KILL "$before"
	check 'a broker that is killed is there again' within 20 is_new "$before"
	check 'and has the context' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	systemctl restart $unit
	check 'so has one that is restarted' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	before=$(pid_of_broker)
	kill -ABRT "$before"
	check 'so has one after a crash' within 20 is_new "$before"
	check 'with the context' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	for _ in {1..12}; do
		before=$(pid_of_broker)
		kill -KILL "$before"
		within 20 is_new "$before" || break
	done
	check 'one that is killed again and again is not given up' within 20 is_new "$before"
	check 'nor is the context' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	program=$(readlink "/proc/$(pid_of_broker)/exe")
	cp "$program" "$program.new"
	mv "$program.new" "$program"
	check 'an upgrade puts another program in its place' grep -q '(deleted)' <(readlink "/proc/$(pid_of_broker)/exe")
	systemctl daemon-reload
	systemctl restart $unit
	check 'which runs then' [ "$(readlink "/proc/$(pid_of_broker)/exe")" = "$program" ]
	check 'and has the context' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	check 'the holder goes on' kill -0 "$holder"
	check 'and its screen is lit' [ "$(target Virtual-1 mode)" = 640x480@60.000 ] || grep Virtual-1 "$targets"
}

test_end()
{
	local began
	new_minute
	watch_as alice Virtual-1 17 child
	gone_after 'a holder that is killed loses it' kill -KILL "$holder"
	check 'so does a child that keeps all its files' within 20 owns alice 'its child lost it after'
	sed -n 's/^its child/# &/p' "$work/of-alice/${own[alice]}"
	check 'the monitor is gone' within 20 held 0
	check 'nothing is stored' within 10 stored 0
	new_minute
	watch_as alice Virtual-1 17
	began=$(milliseconds)
	gone_after 'Destroy ends it' busctl -q call $name /org/miracast/Broker1 $name Destroy u 1
	check 'the holder says so' within 20 owns alice 'broker has ended the context'
	within 20 owns alice '^pictures'
	lost_after alice "$began"
}

test_example()
{
	new_minute
	run_as alice example "exec setsid ${EXAMPLES:-$O/../examples}/owner --broker=auto 600"
	check "the manual's owner gets a context, too" within 60 says alice example 'context of miracast-broker on Virtual-1'
	check 'and pictures' within 60 says alice example '^frame|^chunk|picture'
	kill "$id"
	check 'until it ends' within 20 contexts_are 0
	run_as alice example "exec ${EXAMPLES:-$O/../examples}/owner --broker=no"
	check 'none without the broker' within 60 says alice example 'CREATE_CONTEXT: Permission denied'
}

# What miracastctl writes to her files.
test_capture()
{
	local picture=$work/of-alice/captured.png
	new_minute
	switch_to alice
	run_as alice capture "exec setsid $ctl capture -m 640x480@60 -p $picture"
	check 'capture has a context of the broker' within 60 contexts_are '1 1 2001 "Virtual-1"' ||
		sed 's/^/# /' "$work/of-alice/capture"
	must 'her compositor lights it' within 60 is_captured 10 || explain alice
	kill -INT "$id"
	check 'an interrupt ends it, and the context' within 60 contexts_are 0
	must 'its program ends' within 60 has_ended "$id"
	check 'the picture is hers' same alice "$(stat -c %U "$picture")"
	check 'and has her colour' ./picture.py near "$picture" 111111 0
	rm -f "$picture"
	run_as alice refused "$ctl capture --broker=no -m 640x480@60 -p $picture"
	check 'without the broker it has none' within 60 says alice refused 'ermission|not permitted'
	check 'and writes nothing' [ ! -e "$picture" ]
	chmod 600 /dev/miracast
	run_as alice unopened "exec setsid $ctl hold -m 640x480@60"
	check 'hold has a context of the broker, also without the node' \
		within 60 contexts_are '1 1 2001 "Virtual-1"' || sed 's/^/# /' "$work/of-alice/unopened"
	kill -INT "$id"
	check 'until it ends' within 60 contexts_are 0
	chmod 666 /dev/miracast
}

# A recording of what her compositor shows, by GStreamer's own program.
test_stream()
{
	local film=$work/of-alice/screen.mkv frames
	new_minute
	switch_to alice
	must 'GStreamer knows the element' few_plugins "$O/gst" coreelements videoconvertscale x264 videoparsersbad matroska
	run_as alice stream "exec env $(env | grep '^GST_' | paste -sd' ') gst-launch-1.0 -e miracastsrc modes=640x480@60 ! \
		videoconvert ! x264enc tune=zerolatency ! h264parse ! matroskamux ! filesink location=$film"
	check 'the element has a context of the broker' within 60 contexts_are "1 1 2001 \"Virtual-1\"" || sed 's/^/# /' "$work/of-alice/stream"
	must 'her compositor lights it' within 60 is_captured 10 || explain alice
	kill -INT "$id"
	check 'an interrupt ends the recording, and the context' within 60 contexts_are 0
	must 'the file is written' within 60 has_ended "$id"
	check 'the file is hers' same alice "$(stat -c %U "$film")"
	frames=$(ffprobe -v error -count_frames -select_streams v -of csv=p=0 \
		-show_entries stream=codec_name,width,height,nb_read_frames "$film" 2>&1)
	check "and has her pictures, here $frames" said_by '^h264,640,480,([2-9]|[0-9]{2,})$' echo "$frames"
	ffmpeg -v error -y -i "$film" -update 1 "$work/last.png"
	check 'of her colour' ./picture.py near "$work/last.png" 111111 3
}

is_captured() { [[ $(target Virtual-1 captured) -ge $1 ]]; }
has_ended() { ! kill -0 "$1" 2>/dev/null; }

test_hostile()
{
	local files
	new_minute
	# The first entry opens the journal's socket, which then stays open.
	must 'a context comes' call_as alice '^h' 'a{sv}' 0
	must 'and goes' within 20 contexts_are 0
	files=$(files_of_broker)
	check 'a limit of another type' call_as alice 'Bad value' 'a{sv}' 1 width s wide
	check 'a limit that nobody knows' call_as alice 'Unknown limit' 'a{sv}' 1 colour u 1
	check 'no argument' call_as alice 'Invalid arguments|Bad limits'
	check 'another signature' call_as alice 'Invalid arguments|Bad limits' u 1
	check 'a size beyond the device' call_as alice 'beyond what the device has' 'a{sv}' 1 width u 4294967295
	check 'a size below the device' call_as alice 'does not offer' 'a{sv}' 1 refresh-mhz u 0
	# Half of them create a context and leave; the other half only count as tries.
	run_as alice flood "for i in {1..30}; do for limit in '0' '1 width u 4294967295'; do busctl --timeout=100 call $name /org/miracast/Broker1 $name CreateContext 'a{sv}' \$limit & done; done; wait"
	check 'a flood of calls is answered' within 120 ended alice flood
	check 'more than five in a minute are refused' says alice flood 'More than 5'
	check 'the broker is well' [ "$(systemctl show -P NRestarts $unit)" = 0 ]
	check 'no context is left' within 20 contexts_are 0
	check 'nor a file' within 20 files_are "$files" || ls -l "/proc/$(pid_of_broker)/fd"
	check 'nor a target' held 0
}

# A rule of the administrator's decides.
test_polkit()
{
	local rule=/etc/polkit-1/rules.d/10-test.rules
	new_minute
	echo 'polkit.addRule(function(action, subject) { if (subject.user == "alice" && action.id == "org.miracast.create-context") return "no"; });' >$rule
	systemctl restart polkit
	check 'whom polkit does not permit gets no context' call_as alice 'not permitted|Access denied' 'a{sv}' 0
	rm $rule
	systemctl restart polkit
}

# A random pause of up to half a second.
pause() { read -rt "0.$((RANDOM % 6))" <>"$work/never"; }

# There and back, before anybody has noticed.
switch_hastily()
{
	local i order=()
	for ((i = 0; i < 2 + RANDOM % 4; i++)); do
		order+=($((3 + RANDOM % 2)))
	done
	$switch "${order[@]}"
}

declare -A connector=([alice]=Virtual-1 [bob]=Virtual-2) byte=([alice]=17 [bob]=34)
ask_for_owner() { own_as "$1" "$O/tests/broker/watch ${connector[$1]} ${byte[$1]}"; }

# Gets a context for a user, who is at the seat when the call comes, and maybe not
# when it is answered.
new_owner()
{
	kill -KILL "${holder_of[$1]}" 2>/dev/null
	systemctl restart $unit
	switch_to "$1"
	ask_for_owner "$1"
	((RANDOM % 2)) && switch_hastily
}

round()
{
	local who=$1
	case $((RANDOM % 12)) in
	[0-4]) switch_to "$who"; pause ;;
	[56])  switch_hastily; pause ;;
	7)     switch_to "$who"; switch_hastily; ;;
	[89])  end_seat "$who" 2>/dev/null; pause ;;
	10)    new_owner "$who" ;;
	11)    systemctl kill -s KILL $unit; pause ;;
	esac
}

# all_explained USER: each black picture comes from the user's own screen, after the
# compositor that lit it last was killed. Prints the others.
all_explained()
{
	local of=$work/of-$1
	awk -v connector="${connector[$1]}" '
		FILENAME ~ /ends$/ { before[ends] = $1; after[ends++] = $2; next }
		FILENAME ~ /seat$/ && $1 == "process" { seats++ }
		FILENAME ~ /seat$/ && $1 == "lit" && $2 == connector && !(seats in lit) { lit[seats] = $4 }
		/^black picture/ {
			at = $5 + 0; last = -1; good = 0
			for (i in lit)
				if (lit[i] <= at && lit[i] > last)
					last = lit[i]
			for (i = 0; i < ends; i++)
				if (last >= 0 && before[i] <= at && after[i] >= last)
					good = 1
			black++
			if (!good) { print "# " FILENAME ": " $0; bad = 1 }
		}
		END { print "# " black + 0 " black pictures, " ends + 0 " compositors killed"; exit bad }
	' "$of/ends" "$of/seat" "$of"/own*[0-9]
}
none_is_foreign() { ! grep -H '^foreign' "$work/of-$1"/own*[0-9]; }
pictures_of() { cat "$work/of-$1"/own*[0-9] | sed -n 's/^pictures \([0-9]*\).*/\1/p' | awk '{ all += $1 } END { print all + 0 }'; }

# Two users, who switch, crash and ask for contexts at random: nobody sees a pixel of
# the other's.
test_switches()
{
	local i users=(alice bob) who began
	new_minute
	rm -f "$work"/of-*/own*
	switch_to alice
	check 'an owner that looks for another colour' watch_as alice Virtual-1 18
	check 'finds the first pixel that is foreign' within 60 owns alice 'foreign picture .* first pixel #111111 at 0,0 of 640x480' || explain alice
	kill "$holder"
	within 20 contexts_are 0
	rm -f "$work"/of-alice/own*
	check 'alice has a context' watch_as alice Virtual-1 17
	switch_to bob
	check 'bob is at the seat, and gets his own' watch_as bob Virtual-2 34
	check 'alice keeps hers' contexts_are 2
	check "bob's compositor lights his" within 60 says bob seat 'lit Virtual-2' || explain bob
	began=$SECONDS
	for ((i = 0; i < rounds; i++)); do
		round "${users[RANDOM % 2]}"
	done
	echo "# $rounds rounds in $((SECONDS - began)) s"
	for who in "${users[@]}"; do
		switch_to "$who"
		# The last call may have been refused: it came after a switch.
		has_owner "$who" || { systemctl restart $unit; ask_for_owner "$who"; }
		check "$who has a context" is_owner "$who"
		check "$who has pictures" within 60 owns "$who" '^picture$' || explain "$who"
	done
	check 'both have one at the end' contexts_are 2
	switch_to bob
	kill "${holder_of[alice]}"
	check "alice's ends when its holder does" within 20 contexts_are 1
	check 'and it has counted its pictures' within 20 owns alice '^pictures [1-9]'
}

test_logout()
{
	local began
	check "bob's holder is there" kill -0 "${holder_of[bob]}"
	began=$(milliseconds)
	echo "$began $((began + 600000))" >>"$work/of-bob/ends"	# and all that follows
	gone_after 'who logs out loses it, though the holder stays' systemctl stop login-bob
	check 'the holder says so' within 20 owns bob 'broker has ended the context'
	check 'and has counted its pictures' within 20 owns bob '^pictures [1-9]'
	lost_after bob "$began"
	for who in alice bob; do
		echo "# $who: $(pictures_of $who) pictures"
		check "no picture of $who's is foreign" none_is_foreign $who
		check "and black ones are of a compositor of $who's that was killed" all_explained $who
	done
}

# Compositors do not notice the end, so they light nothing after this.
test_logind()
{
	new_minute
	switch_to alice
	check 'alice has a context for that' watch_as alice Virtual-1 17
	systemctl restart systemd-logind
	check 'when logind is started again she keeps it' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	systemctl mask -q --runtime systemd-logind
	systemctl kill -s KILL systemd-logind
	check 'and when it is gone' within 20 contexts_are "1 1 2001 \"Virtual-1\""
	check 'her owner does not notice' kill -0 "$holder"
	new_minute
	check 'but nobody gets another' call_as alice 'logind does not answer' 'a{sv}' 0
	systemctl unmask -q --runtime systemd-logind
	systemctl start systemd-logind
	check 'until logind is back' within 60 call_as alice '^husa\{sv\} ' 'a{sv}' 0
	new_minute
}

unload() { rmmod miracast 2>/dev/null; }

test_idle()
{
	local pid device
	contexts >/dev/null
	pid=$(pid_of_broker)
	check 'without contexts it ends' within 40 is_inactive
	check 'and well' [ "$(systemctl show -P Result $unit)" = success ]
	switch_to alice
	hold_as alice Virtual-1
	check 'alice has a context again' contexts_are 1
	device=$(readlink -f "/sys/class/drm/$card/device")
	echo "${device##*/}" >/sys/bus/platform/drivers/miracast/unbind
	check 'a device that goes takes the context along' within 20 contexts_are 0
	check 'and the holder says so' within 20 owns alice 'device is gone'
	kill "${supervisor[@]}" 2>/dev/null
	kill "$(seat_of alice)" "$(seat_of bob)" 2>/dev/null
	must 'the module goes' within 20 unload
	check 'without the module there is no device' call_as alice 'no miracast device' 'a{sv}' 0
	check 'which another broker says' [ "$(pid_of_broker)" != "$pid" ]
	check 'the journal has who lost what' said_by 'holder-gone|caller-left' \
		journalctl --no-pager -o cat --output-fields=MIRACAST_REASON -o json MIRACAST_UID=2001
}

# Nothing is ever written to it, so that reading it waits.
mkfifo "$work/never"
chmod 666 "$work/never"
add_user alice 2001
add_user bob 2002
add_user carol 2003
log_in_at alice 3
log_in_at bob 4
log_in carol
for user in alice bob carol; do
	must "$user has a session" within 60 has_session "$user"
done
switch_to alice
touch "$work"/of-{alice,bob}/ends
start_seat alice 17
must "alice has a compositor" within 60 says alice seat '^active'
start_seat bob 34
must "bob has a compositor" within 60 says bob seat '^inactive'

for test in ${TESTS:-who elsewhere restart end example capture stream polkit hostile switches logout logind idle}; do
	"test_$test"
done
for user in alice bob carol; do systemctl stop "login-$user" 2>/dev/null; done
cp -r "$work" "$OUT/users" 2>/dev/null
rm -rf -- "$work"
summary
