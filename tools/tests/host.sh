#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests that need no module: the parts of miracastctl, its command line, and
# what it says about bad input. O is where things are built.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

trap 'rm -rf -- "$work"' EXIT

# A part's own checks, counted one by one.
run_part()
{
	local line status=none before=$((passed + failed))
	while IFS= read -r line; do
		case $line in
		'ok - '*) check "$1: ${line#ok - }" true ;;
		'not ok - '*) check "$1: ${line#not ok - }" false ;;
		'exit status '*) status=${line#exit status } ;;
		*) echo "# $line" ;;
		esac
	done < <("$O/tests/$1" 2>&1; echo "exit status $?")
	check "$1 checks something" [ $((passed + failed)) -gt "$before" ]
	check "$1 ends well" [ "$status" = 0 ]
}

# By their sources: what a source that is gone has left behind does not count.
for part in test_*.c; do
	run_part "${part%.c}"
done

expect 'no command' 2 'no command given.*--help' "$ctl"
expect 'an unknown command' 2 "unknown command 'lst'" "$ctl" lst
expect 'help' 0 'usage: miracastctl COMMAND' "$ctl" --help
expect 'version' 0 'miracastctl [0-9]' "$ctl" --version
for command in list hold capture; do
	expect "$command --help" 0 "usage: miracastctl $command" "$ctl" $command --help
	expect "$command -h" 0 "usage: miracastctl $command" "$ctl" $command -h
	expect "$command, unknown long option" 2 'unknown option --what' "$ctl" $command --what
	expect "$command, unknown letter" 2 'unknown option -x' "$ctl" $command -x
	expect "$command, missing argument" 2 'option --device needs an argument' "$ctl" $command --device
	expect "$command, missing argument of a letter" 2 'option -d needs an argument' "$ctl" $command -d
	expect "$command, stray argument" 2 "unexpected argument 'more'" "$ctl" $command more
	expect "$command, a file that is no device" 3 'is not a miracast device' "$ctl" $command -d /dev/null
	expect "$command, a device that is not there" 3 'does not exist' "$ctl" $command -d /dev/dri/none
	expect "$command, a command to try" 2 "Try 'miracastctl $command --help'" "$ctl" $command --what
done
expect 'an argument where none belongs' 2 'option --json takes no argument' "$ctl" list --json=yes

for command in hold capture; do
	expect "$command, mode without height" 2 "mode '1920x' is not WIDTHxHEIGHT@HZ" "$ctl" $command -m 1920x
	expect "$command, mode too wide" 2 'are 1 to 16384' "$ctl" $command -m 20000x1080@60
	expect "$command, mode without rate" 2 "mode '1920x1080@'" "$ctl" $command -m 1920x1080@
	expect "$command, bad limit" 2 "limit 'big'" "$ctl" $command --max big
	expect "$command, bad type" 2 "unknown monitor type 'hdim'" "$ctl" $command -t hdim
	expect "$command, bad divider" 2 "divider '0' is not a number from 1 to 63" "$ctl" $command --divider 0
	expect "$command, one buffer" 2 "buffers '1' is not a number from 2 to 16" "$ctl" $command --buffers 1
	expect "$command, bad refused size" 2 "refused size '640' is not WIDTHxHEIGHT" "$ctl" $command --refuse 640
	expect "$command, no EDID file" 1 'cannot open .*No such file' "$ctl" $command -e "$work/none"
done

# One fault at a time; $1 names it, $2 is what must be said.
bad_edid()
{
	expect "EDID with $1" 7 "bad EDID in $work/edid: $2" "$ctl" hold -e "$work/edid"
	"$O/tests/make_edid" >"$work/edid"
}
poke() { printf '%b' "\\x$2" | dd of="$work/edid" bs=1 seek="$1" conv=notrunc status=none; }

"$O/tests/make_edid" >"$work/edid"
truncate -s 0 "$work/edid";	bad_edid 'no bytes' 'size is 0 bytes'
truncate -s 200 "$work/edid";	bad_edid 'a cut block' 'size is 200 bytes'
truncate -s 40000 "$work/edid";	bad_edid 'too many blocks' 'size is 32769 bytes'
poke 0 01;			bad_edid 'a bad header' 'header is not'
poke 18 03;			bad_edid 'a bad version' 'version is 3'
poke 126 05;			bad_edid 'a lying count' 'extension count is 5, but 1 blocks follow'
poke 30 77;			bad_edid 'a bad base' 'checksum of block 0 is wrong'
poke 200 77;			bad_edid 'a bad extension' 'checksum of block 1 is wrong'
head -c 130 "$work/edid" >"$work/cut"
expect 'EDID on standard input' 7 'bad EDID in standard input: size is 130 bytes' \
	sh -c "'$ctl' hold -e - <'$work/cut'"

check 'the sample EDID conforms' grep -q 'EDID conformity: PASS' <(edid-decode --check "$work/edid" 2>&1)

expect 'two videos' 2 'more than one --raw or --y4m' "$ctl" capture --raw a --y4m b
expect 'a rate without a video' 2 '--fps without' "$ctl" capture --fps 30
expect 'a bad rate' 2 "fps '0'" "$ctl" capture --raw a --fps 0
expect 'a signal for nothing' 2 '--on-signal without' "$ctl" capture --on-signal --png "$work/x.png"
expect 'no frames' 2 "frames '0'" "$ctl" capture --frames 0
expect 'frames below zero' 2 "frames '-1'" "$ctl" capture --frames -1
expect 'no time' 2 "seconds '0'" "$ctl" capture --seconds 0
expect 'bad time' 2 "wait 'soon'" "$ctl" capture --wait soon
expect 'video and statistics in one' 2 'cannot both go' "$ctl" capture --raw - --stats -
expect 'a video that cannot be made' 12 'cannot write /nowhere/x' "$ctl" capture --raw /nowhere/x
expect 'a PNG that cannot be made' 12 'cannot write /nowhere/x.png' "$ctl" capture --png /nowhere/x.png
expect 'a PNG directory that cannot be made' 12 'cannot write /nowhere/x/' "$ctl" capture --png /nowhere/x/
expect 'statistics that cannot be made' 12 'cannot write /nowhere/x' "$ctl" capture --stats /nowhere/x

if "$ctl" list >/dev/null 2>&1; then
	skip 'what is said without a module: there is one'
else
	expect 'list without a module' 3 'is the module loaded\? modprobe miracast' "$ctl" list
	expect 'hold without a module' 3 'is the module loaded\? modprobe miracast' "$ctl" hold
	expect 'capture without a module' 3 'is the module loaded\? modprobe miracast' "$ctl" capture
fi

for page in ../man/*.1; do
	check "${page##*/} is clean" [ -z "$(groff -mandoc -Tutf8 -ww -z "$page" 2>&1)" ]
done
# Every long option of --help is in the manual.
for command in hold capture; do
	missing='' known=0
	for option in $("$ctl" $command --help | grep -o -e '--[a-z0-9][a-z0-9-]*' | sort -u); do
		known=$((known + 1))
		grep -qe "Fl -${option#--}\|, -${option#--}" ../man/miracastctl-{hold,$command}.1 || missing+=" $option"
	done
	check "miracastctl-$command.1 has every option${missing:+, but not$missing}" [ "$known" -gt 5 -a -z "$missing" ]
done

summary
