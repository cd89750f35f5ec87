# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# Users of a guest, and their sessions of logind. Sourced after lib.sh, by what runs below
# scripts/guest-systemd. What a user prints is in $work/of-USER.

add_user()
{
	echo "$1:x:$2:$2::/tmp:/bin/sh" >>/etc/passwd
	echo "$1:x:$2:" >>/etc/group
	echo "$1:*:19000:0:99999:7:::" >>/etc/shadow
	mkfifo "$work/$1"
	mkdir "$work/of-$1"
	chown "$1:$1" "$work/$1" "$work/of-$1"
}

# log_in USER [OPTION]...: a session that does what run_as sends.
log_in()
{
	systemd-run -q --collect --unit="login-$1" -p "User=$1" -p PAMName=login "${@:2}" \
		/bin/bash -c "exec 3<>$work/$1; while read -r line <&3; do eval \"\$line\" & done"
}
log_in_at() { log_in "$1" -p "TTYPath=/dev/tty$2" -p StandardInput=tty -p StandardOutput=null; }

# run_as USER NAME COMMAND: in the user's session, output to a file, exit status to another;
# $id has its process.
run_as()
{
	local out=$work/of-$1/$2
	rm -f "$out.pid" "$out.status"
	echo "exec >>$out 2>&1; { trap - INT; $3; } & echo \$! >$out.pid; wait \$!; echo \$? >$out.status" >"$work/$1"
	within 20 [ -s "$out.pid" ]
	id=$(<"$out.pid")
}

says() { grep -qsE "$3" "$work/of-$1/$2"; }
ended() { [[ -s $work/of-$1/$2.status ]]; }

session_of() { loginctl list-sessions --no-legend | awk -v user="$1" '$3 == user { print $1 }'; }
has_session() { [[ $(session_of "$1") ]]; }

declare -A terminal=([alice]=3 [bob]=4) uid=([alice]=2001 [bob]=2002 [carol]=2003)
switch=$O/tests/broker/switch

# Read from logind's file, because this is polled often.
is_active()
{
	local name value
	while IFS='=' read -r name value; do
		[[ $name != ACTIVE_UID || $value != "${uid[$1]}" ]] || return 0
	done </run/systemd/seats/seat0
	return 1
}
switch_to() { $switch "${terminal[$1]}" && within 20 is_active "$1"; }
