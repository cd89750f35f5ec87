#!/bin/bash
# SPDX-License-Identifier: MIT
#
# How many lines of the parsers of Wi-Fi Display their tests execute. Then runs the
# fuzzers of "make fuzz" on their corpora, each for
# MIRACAST_WFD_FUZZ_SECONDS (60), or for MIRACAST_WFD_FUZZ_RUNS inputs. O is where
# things are built. An input that ends one is kept in $O/fuzz/NAME-*.

set -uo pipefail
export LC_ALL=C
cd -- "$(dirname -- "$0")" || exit
# shellcheck source=lib.sh
. ./lib.sh

trap 'rm -rf -- "$work"' EXIT

seconds=${MIRACAST_WFD_FUZZ_SECONDS:-60}
limit=(-max_total_time="$seconds")
[ -z "${MIRACAST_WFD_FUZZ_RUNS:-}" ] || limit=(-runs="$MIRACAST_WFD_FUZZ_RUNS")

# fuzz NAME: what is new goes to a folder of its own, not into the corpus.
fuzz()
{
	mkdir -p "$work/$1"
	"$O/fuzz/$1" "${limit[@]}" -max_len=2048 -timeout=10 -rss_limit_mb=1024 \
		-verbosity=1 -print_final_stats=1 -artifact_prefix="$O/fuzz/$1-" \
		"$work/$1" "fuzz/corpus/$1" >"$O/fuzz/$1.log" 2>&1 ||
		{ tail -n 40 "$O/fuzz/$1.log"; return 1; }
}

covered=$(make -s --no-print-directory -C .. O="$O" wfd-coverage)
check "the tests execute 95 % of the parsers' lines, not ${covered:-none}" enough "$covered"

for source in fuzz/*.c; do
	name=$(basename "$source" .c)
	[[ -x $O/fuzz/$name ]] || { skip "$name: not built, for which GStreamer's headers are missing"; continue; }
	check "$name survives ${MIRACAST_WFD_FUZZ_RUNS:-$seconds s of} inputs" fuzz "$name"
	sed -nE 's/^stat::number_of_executed_units: */# inputs: /p' "$O/fuzz/$name.log"
done

summary
