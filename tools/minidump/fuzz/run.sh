#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs each fuzz target for a while, from the seeds that testdump makes and
# from what earlier runs found.
#
#   run.sh OUTPUT SECONDS TARGET...
set -eu

output=$1
seconds=$2
shift 2

# Without an end, to the fuzzers
case $seconds in
'' | *[!0-9]* | 0*)
	echo "${0##*/}: SECONDS=$seconds: a number of seconds, at least 1" >&2
	exit 2
	;;
esac

corpus=${output}fuzz/corpus
if [ ! -d "$corpus" ]; then
	rm -rf "$corpus.new"
	mkdir -p "$corpus.new"
	"${output}test/testdump" seeds "$corpus.new"
	mv "$corpus.new" "$corpus"
fi

failed=0
for target; do
	echo "fuzz-$target: $seconds seconds"
	log=${output}fuzz/$target.log
	if "${output}fuzz/fuzz-$target" -max_total_time="$seconds" \
		-timeout=10 -max_len=65536 -print_final_stats=1 \
		-artifact_prefix="${output}fuzz/$target-" \
		"$corpus/$target" >"$log" 2>&1; then
		grep -E 'stat::number_of_executed_units|cov: ' "$log" | tail -n 2
	else
		failed=1
		tail -n 40 "$log"
	fi
done
exit $failed
