# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the test scripts share: one line per check, and a count at the end. Sourced
# from its own directory. Sets $O, where things are built (relative to tools/),
# $ctl, $scripts, and $work, a new directory, which the caller deletes.

O=${O:-../build/tools}
# A script that another one calls has found it in the environment.
[[ $O = /* ]] || O=$(cd -- "../$O" && pwd) || exit
ctl=$O/miracastctl
scripts=$(cd ../../scripts && pwd)
work=$(mktemp -d)

# Sets $card, as in /dev/dri, and $sysfs; fails without one.
find_card()
{
	card=$(grep -l miracast /sys/class/drm/card?/device/uevent | cut -d/ -f5)
	sysfs=/sys/class/drm/$card
	[[ $card ]]
}

passed=0 failed=0 skipped=0

# check WHAT COMMAND...: passes, and returns 0, when the command does.
check()
{
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok - $what"
	else
		failed=$((failed + 1))
		echo "not ok - $what"
		return 1
	fi
}

# must WHAT COMMAND...: what the checks that follow stand on. Counts only when it
# fails, and returns 1 then.
must()
{
	local what=$1
	shift
	"$@" || check "$what" false
}

# same A B: and something was found out at all.
same() { [[ $1 && $1 = "$2" ]]; }

skip()
{
	skipped=$((skipped + 1))
	echo "skip - $1"
}

# expect WHAT STATUS PATTERN PROGRAM [ARGUMENT]...: its exit status, and what it says.
expect()
{
	local what=$1 status=$2 pattern=$3 got=0 said
	shift 3
	said=$(timeout 20 "$@" 2>&1 </dev/null) || got=$?
	if [[ $got -eq $status && $said =~ $pattern ]]; then
		check "$what" true
	else
		check "$what" false
		echo "# wanted status $status and /$pattern/, got $got:"
		echo "${said//#/# }" | head -n 20
	fi
}

# within SECONDS COMMAND...: tries until it succeeds. On a host that is busy with other
# guests all takes longer, and only a failure waits to the end; so times of 5 seconds
# and more, which stand for "some time", are taken four times.
within()
{
	local end=$((SECONDS + ($1 < 5 ? $1 : 4 * $1)))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# start NAME COMMAND...: in the background, output to $work/NAME.out; its
# process is $pid.
start()
{
	local name=$1
	shift
	: >"$work/$name.out"
	"$@" >"$work/$name.out" 2>&1 </dev/null &
	pid=$!
}

# stop PID [SIGNAL]: and the exit status.
stop()
{
	kill "-${2:-TERM}" "$1"
	wait "$1"
}

# ends PID STATUS [SIGNAL]: it does when it is sent a signal, with this status.
ends()
{
	local got=0
	stop "$1" "${3:-TERM}" || got=$?
	[[ $got = "$2" ]] || { echo "# process $1 ended with $got, not $2"; return 1; }
}

# ended_with PID STATUS: it has ended, or will.
ended_with()
{
	local got=0
	wait "$1" || got=$?
	[[ $got = "$2" ]] || { echo "# process $1 ended with $got, not $2"; return 1; }
}

# run_part NAME [PROGRAM [ARGUMENT]...]: a part's own checks, counted one by one. The
# program is that of the name in $O/tests, or this one.
run_part()
{
	local program=("${@:2}")
	((${#program[@]})) || program=("$O/tests/$1")
	local line status=none before=$((passed + failed))
	while IFS= read -r line; do
		case $line in
		'ok - '*) check "$1: ${line#ok - }" true ;;
		'not ok - '*) check "$1: ${line#not ok - }" false ;;
		'exit status '*) status=${line#exit status } ;;
		*) echo "# $line" ;;
		esac
	done < <("${program[@]}" 2>&1; echo "exit status $?")
	check "$1 checks something" [ $((passed + failed)) -gt "$before" ]
	check "$1 ends well" [ "$status" = 0 ]
}

# enough PER_CENT: of the lines that tests are to execute.
enough() { [[ $1 =~ ^[0-9.]+$ ]] && awk 'BEGIN { exit !(ARGV[1] >= 95) }' "$1"; }

# few_plugins FOLDER NAME...: GStreamer has those of the folder and the named ones of its
# own. A look at each plug-in of the machine takes an emulated guest minutes.
few_plugins()
{
	local folder each
	folder=$(pkg-config --variable=pluginsdir gstreamer-1.0) && mkdir "$work/plugins" || return
	for each in "${@:2}"; do
		ln -s "$folder/libgst$each.so" "$work/plugins/"
	done
	export GST_PLUGIN_SYSTEM_PATH_1_0=$work/plugins GST_PLUGIN_PATH_1_0=$1
	export GST_REGISTRY=$work/registry GST_REGISTRY_FORK=no
	gst-inspect-1.0 miracastsrc >"$work/inspect.out" 2>&1 || { cat "$work/inspect.out"; return 1; }
	# Others read it, and do not look again.
	chmod 644 "$GST_REGISTRY"
	export GST_REGISTRY_UPDATE=no
}

# said NAME PATTERN: what was started has said so.
said() { grep -qE "$2" "$work/$1.out"; }

# said_by PATTERN COMMAND...: a line of what it says.
said_by() { grep -qE "$1" <<<"$("${@:2}" 2>&1)"; }

summary()
{
	echo "$passed passed, $failed failed, $skipped skipped"
	[[ $failed -eq 0 ]]
}
