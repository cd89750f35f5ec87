#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Casts whose output nobody reads: in a terminal that is stopped with Control-S, for a program
# that is busy, and for one that has ended. Called by cast.sh, in a network namespace where
# nothing else runs. O is where things are built.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh
cleanup()
{
	local job
	for job in $(jobs -p); do kill "$job"; done
	wait
	rm -rf -- "$work"
} 2>/dev/null
trap cleanup EXIT

cast=$O/miracast-cast
python=/usr/bin/python3
tests=$(cd ../cast/tests && pwd)
export PYTHONDONTWRITEBYTECODE=1
long=120
number=0
# Sinks are asked for signs of life every second.
mkdir "$work/rules"
printf '[Every sink]\nmatch-name=*\nkeep-alive=2\n' >"$work/rules/10.conf"

# session NAME SECONDS FRONT-END-OPTIONS STEPS [OPTION]...: a cast, and its sink, which ends it
# after that time.
session()
{
	local name=$1 seconds=$2 steps=$4 host port front
	read -ra front <<<"$3"
	number=$((number + 1))
	host=127.0.2.$number port=$((21000 + number))
	timeout $long "$python" "$tests/frontend.py" --out "$work/$name.front" "${front[@]}" -- \
		"$cast" --direct --silent --quirks "$work/rules" --sink "$host" --port $port \
		--test-picture="$steps" --wait 60 "${@:5}" >"$work/$name.out" 2>&1 &
	env -u GST_PLUGIN_PATH -u GST_REGISTRY_FORK "$python" "$tests/sink.py" --address "$host" \
		--port $port --seconds "$seconds" --patience 60 --out "$work/$name.sink" >"$work/$name.err" 2>&1 &
}
# true_of NAME EXPRESSION: of f, what the front end saw, and s, what the sink did.
true_of()
{
	"$python" - "$work/$1" "$2" <<-'END'
		import json, sys
		f, s = (json.load(open(sys.argv[1] + end, encoding='utf-8')) for end in ('.front', '.sink'))
		def events(word): return [e for e in map(json.loads, f['lines']) if e['event'] == word]
		if not eval(sys.argv[2]):
		    print('#', f['status'], f['took'], f['lines'][-3:], s['seen'], s['end'])
		    sys.exit(1)
	END
}

picture=1280x720@30
session stopped 10 '--kind stopped --word Playing.' "$picture,${long}s" --verbose
session signalled 60 '--kind stopped --word Playing. --signal 4' "$picture,${long}s" --verbose
session busy 12 '--kind full --word "play" --for 8' "$picture,${long}s" --json --timings --verbose
session gone 60 '--kind gone --word "play"' "$picture,${long}s" --json --timings
session quiet 60 '--kind gone --word "play"' "$picture,still,${long}s" --json
session piped 60 '--kind gone --word Playing.' "$picture,${long}s" --verbose
wait

check 'a terminal that is stopped ends no session' \
	true_of stopped "s['end'] == 'teardown' and s['seen'].count('m16') >= 5"
check 'nor does it keep the program from its end' true_of stopped "f['status'] == 0"
check 'a signal ends it in order there' \
	true_of signalled "s['seen'][-1] == 'm5 TEARDOWN' and s['end'] == 'teardown'"
check 'and soon' true_of signalled "f['status'] == 0 and f['took'] < 20"
check 'a program that does not read ends none' \
	true_of busy "s['end'] == 'teardown' and s['seen'].count('m16') >= 6"
check 'it finds all events when it reads again' true_of busy \
	"f['status'] == 0 and events('fault')[0]['fault'] == 'ended-by-sink' and len(events('picture')) > 100"
check 'in order' \
	true_of busy "[e['pts'] for e in events('picture')] == sorted(e['pts'] for e in events('picture'))"
for name in gone quiet piped; do
	check "$name: a cast whose reader is gone ends in order" \
		true_of $name "s['seen'][-1] == 'm5 TEARDOWN' and s['end'] == 'teardown' and f['status'] == 0"
done

summary
