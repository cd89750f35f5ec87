# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# Shared by the test scripts: one line per check, and a count at the end. Sourced from its
# own directory. Sets $O, where things are built (relative to tools/), $ctl, $scripts, and
# $work, a new directory, which the caller deletes.

O=${O:-../build/tools}
# A script that is called by another one inherits it.
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

# must WHAT COMMAND...: a precondition of the checks that follow. Counts only when it fails,
# and returns 1 then.
must()
{
	local what=$1
	shift
	"$@" || check "$what" false
}

# same A B: they are equal, and not empty.
same() { [[ $1 && $1 = "$2" ]]; }

skip()
{
	skipped=$((skipped + 1))
	echo "skip - $1"
}

# expect WHAT STATUS PATTERN PROGRAM [ARGUMENT]...: checks its exit status and output.
expect()
{
	local what=$1 status=$2 pattern=$3 got=0 said
	shift 3
	said=$(timeout 120 "$@" 2>&1 </dev/null) || got=$?
	if [[ $got -eq $status && $said =~ $pattern ]]; then
		check "$what" true
	else
		check "$what" false
		echo "# wanted status $status and /$pattern/, got $got:"
		echo "${said//#/# }" | head -n 20
	fi
}

# within SECONDS COMMAND...: tries until it succeeds. On a busy host everything takes
# longer, and only a failure waits to the end; so limits of 5 seconds and more, which only
# mean "some time", are multiplied by four.
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
	# A shell that is no user's ignores SIGINT for what it starts in the background.
	(
		trap - INT
		[[ $(type -t "$1") != file ]] || exec "$@"
		"$@"
	) >"$work/$name.out" 2>&1 </dev/null &
	pid=$!
}

# stop PID [SIGNAL]: ends it, and returns its exit status.
stop()
{
	kill "-${2:-TERM}" "$1"
	wait "$1"
}

# ends PID STATUS [SIGNAL]: a signal ends it with this status.
ends()
{
	local got=0
	stop "$1" "${3:-TERM}" || got=$?
	[[ $got = "$2" ]] || { echo "# process $1 ended with $got, not $2"; return 1; }
}

# ended_with PID STATUS: waits for its end.
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

# enough PER_CENT: the tests execute that share of the lines.
enough() { [[ $1 =~ ^[0-9.]+$ ]] && awk 'BEGIN { exit !(ARGV[1] >= 95) }' "$1"; }

# few_plugins FOLDER NAME...: GStreamer uses only the plug-ins of the folder and the named
# ones of its own. Scanning all plug-ins takes minutes in an emulated guest.
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
	# Other programs read this registry, and do not scan again.
	chmod 644 "$GST_REGISTRY"
	export GST_REGISTRY_UPDATE=no
}

# said NAME PATTERN: the program NAME has printed a matching line.
said() { grep -qE "$2" "$work/$1.out"; }

# said_by PATTERN COMMAND...: COMMAND prints a matching line.
said_by() { grep -qE "$1" <<<"$("${@:2}" 2>&1)"; }

summary()
{
	echo "$passed passed, $failed failed, $skipped skipped"
	[[ $failed -eq 0 ]]
}
