#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Tests that need no module: the parts of miracastctl, its command line, and its messages
# about bad input. O is where things are built.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

trap 'rm -rf -- "$work"' EXIT

# Listed by their sources, so that programs of removed sources do not count.
for part in test_*.c; do
	run_part "${part%.c}"
done

# The whole program, with a fake device.
run_part ctl timeout 1200 ctl/test.py "$O/tests/ctl/miracastctl"

# The broker, with a fake device, on a private bus.
if [[ -x $O/tests/broker/miracast-broker ]] && /usr/bin/python3 -c 'import dbusmock' 2>/dev/null; then
	rm -f "$O"/tests/broker/*.gcda
	run_part broker timeout 3600 broker/test.py "$O/tests/broker/miracast-broker"
	covered=$(make -s --no-print-directory -C .. O="$O" broker-coverage)
	check "its test executes 95 % of the broker's lines, not ${covered:-none}" enough "$covered"
else
	skip 'the broker: libsystemd or python3-dbusmock is not there'
fi

expect 'no command' 2 'no command given.*--help' "$ctl"
expect 'an unknown command' 2 "unknown command 'lst'" "$ctl" lst
expect 'help' 0 'usage: miracastctl COMMAND' "$ctl" --help
expect 'version, by its letter' 0 'miracastctl [0-9]' "$ctl" -V
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
expect 'the same, before letters' 2 'option --json takes no argument' "$ctl" list --json=yes -Zj
expect 'an option without a letter' 2 'option --union takes no argument' "$ctl" hold --union=yes
expect 'an unknown letter before others' 2 'unknown option -Z' "$ctl" list -Zj
expect 'the same, after an argument' 2 'unknown option -Z' "$ctl" list --device=/dev/null -Zj
expect 'the same, after a word for an option' 2 'unknown option -Z' "$ctl" hold --max=640x480@60 -Zj

for command in hold capture; do
	expect "$command, mode without height" 2 "mode '1920x' is not WIDTHxHEIGHT@HZ" "$ctl" $command -m 1920x
	expect "$command, mode too wide" 2 'are 1 to 16384' "$ctl" $command -m 20000x1080@60
	expect "$command, mode without rate" 2 "mode '1920x1080@'" "$ctl" $command -m 1920x1080@
	expect "$command, bad limit" 2 "limit 'big'" "$ctl" $command --max big
	expect "$command, bad type" 2 "unknown monitor type 'hdim'" "$ctl" $command -t hdim
	expect "$command, bad divider" 2 "divider '0' is not a number from 1 to 63" "$ctl" $command --divider 0
	expect "$command, one buffer" 2 "buffers '1' is not a number from 2 to 16" "$ctl" $command --buffers 1
	expect "$command, bad refused size" 2 "refused size '640' is not WIDTHxHEIGHT" "$ctl" $command --refuse 640
	expect "$command, bad word for the broker" 2 "broker 'maybe' is not auto, no or yes" "$ctl" $command --broker maybe
	expect "$command, no EDID file" 1 'cannot open .*No such file' "$ctl" $command -e "$work/none"
done

# One fault at a time; $1 names it, $2 is the expected message.
bad_edid()
{
	expect "EDID with $1" 7 "bad EDID in $work/edid: $2" "$ctl" hold -e "$work/edid"
	"$O/tests/make_edid" >"$work/edid"
}
# poke OFFSET BYTE...: in hexadecimal.
poke()
{
	local offset=$1
	shift
	printf "%b" "${@/#/\\x}" | dd of="$work/edid" bs=1 seek="$offset" conv=notrunc status=none
}

"$O/tests/make_edid" >"$work/edid"
truncate -s 0 "$work/edid";	bad_edid 'no bytes' 'size is 0 bytes'
truncate -s 200 "$work/edid";	bad_edid 'a cut block' 'size is 200 bytes'
truncate -s 40000 "$work/edid";	bad_edid 'too many blocks' 'size is 32769 bytes'
poke 0 01 02 03;		bad_edid 'a bad header' 'header is not'
poke 18 03;			bad_edid 'a bad version' 'version is 3'
poke 126 05;			bad_edid 'a lying count' 'extension count is 5, but 1 blocks follow'
poke 30 77;			bad_edid 'a bad base' 'checksum of block 0 is wrong'

repaired_edid()
{
	expect "EDID with $1" 3 "warning: EDID in $work/edid was repaired: $2" "$ctl" hold -d /dev/null -e "$work/edid"
	"$O/tests/make_edid" >"$work/edid"
}
poke 0 01;			repaired_edid 'a wrong byte' '1 wrong byte in the header'
poke 200 77;			repaired_edid 'a bad extension' '1 checksum of CTA extensions'
truncate -s 128 "$work/edid";	repaired_edid 'a missing block' 'extension count lowered by 1'
truncate -s 384 "$work/edid";	repaired_edid 'too much in it' '1 block beyond the extension count'
head -c 130 "$work/edid" >"$work/cut"
expect 'EDID on standard input' 7 'bad EDID in standard input: size is 130 bytes' \
	sh -c "'$ctl' hold -e - <'$work/cut'"

check 'the sample EDID conforms' grep -q 'EDID conformity: PASS' <(edid-decode --check "$work/edid" 2>&1)

expect 'a name and an EDID' 2 '--name makes an EDID, and --edid has one' "$ctl" hold --name TV -e "$work/edid"
expect 'a serial number without a name' 2 '--serial without --name' "$ctl" hold --serial 1
expect 'a long name' 2 "name 'Living room 12' is not 1 to 13 characters" "$ctl" hold --name 'Living room 12'
expect 'two videos' 2 'more than one --raw or --y4m' "$ctl" capture --raw a --y4m b
expect 'a rate without a video' 2 '--fps without' "$ctl" capture --fps 30
expect 'a bad rate' 2 "fps '0'" "$ctl" capture --raw a --fps 0
expect 'a signal for nothing' 2 '--on-signal without' "$ctl" capture --on-signal --png "$work/x.png"
expect 'no frames' 2 "frames '0'" "$ctl" capture --frames 0
expect 'frames below zero' 2 "frames '-1'" "$ctl" capture --frames -1
expect 'no time' 2 "seconds '0'" "$ctl" capture --seconds 0
expect 'bad time' 2 "wait 'soon'" "$ctl" capture --wait soon
expect 'video and statistics in one' 2 'only one can go' "$ctl" capture --raw - --stats -
expect 'video and a picture in one' 2 'only one can go' "$ctl" capture --raw - --png -

expect 'events as JSON, and none' 2 '--json and --quiet exclude each other' "$ctl" hold --json --quiet
expect 'hold says what a run of IGT needs' 0 'hold --follow-master .*IGT_DEVICE=drm:' "$ctl" hold --help
narrow() { awk 'length > 79 { print; exit 1 }' <<<"$("$ctl" "$@")"; }
for command in '' list hold capture; do
	check "help of ${command:-miracastctl} fits into 80 columns" narrow $command --help
done

# completes WORDS...: bash's completions of the last word.
completes()
{
	bash -c '. ../completion/miracastctl
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_miracastctl "$1"
		echo ${COMPREPLY[*]}' - "$ctl" "$@"
}
check 'commands are completed' [ "$(completes h)" = hold ]
check 'and options' [ "$(completes hold --fo)" = --follow-master ]
check "of the command" [ "$(completes capture --st) $(completes hold --st)" = "--stats " ]
check 'and words for the broker' [ "$(completes hold --broker y)" = yes ]
check 'and types' [ "$(completes hold --type dv)" = dvi ]

if "$ctl" list >/dev/null 2>&1; then
	skip 'what is said without a module: there is one'
else
	expect 'list without a module' 3 'is the module loaded\? modprobe miracast' "$ctl" list
	expect 'hold without a module' 3 'is the module loaded\? modprobe miracast' "$ctl" hold
	expect 'capture without a module' 3 'is the module loaded\? modprobe miracast' "$ctl" capture
	echo old | tee "$work/old.y4m" >"$work/old.json"
	expect 'capture to files without a module' 3 'is the module loaded' \
		"$ctl" capture --y4m "$work/old.y4m" --stats "$work/old.json" --png "$work/new/"
	check 'leaves them alone' [ "$(cat "$work"/old.*)" = $'old\nold' -a ! -e "$work/new" ]
fi

for page in ../man/*.[18]; do
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
