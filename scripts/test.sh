#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh [SUITE...] - runs the named suites, or all, one after the other. Each
# reports in KTAP. The last line is the sum: "N passed, N failed".
#
# On each kernel line that series/ serves, or on the one that BASE= says.
#
# A suite whose report is not complete, or that fails without saying what
# failed, counts as one failure more.

chosen=${BASE:-}
. "$(dirname "$0")/lib.sh"

suites=(series check kunit board rproc)
[ ! -e "$top/tools/minidump/Makefile" ] || suites+=(tools)

run_suite()
{
	case $1 in
	series)	"$top/scripts/test-series.sh" ;;
	check)	"$top/scripts/check.sh" ;;
	kunit)	"$top/scripts/kunit.sh" ;;
	board)	"$top/board/test.sh" ;;
	rproc)	"$top/board/test-rproc.sh" ;;
	tools)	need_packages tools
		# Its tests open a real dump, too: the demo's
		"$top/board/demo.sh" >"$reports/demo.log"
		MINIDUMP_DUMP=$MINIDUMP_BUILD/demo MINIDUMP_COMPLETE=1 \
			make --silent --no-print-directory -C "$top/tools/minidump" \
				CROSS_COMPILE= O="$MINIDUMP_BUILD/minidump" \
				TESTS="$(tool_tests)" test ;;
	esac
}

# The tool is the same on every line. The first one runs all of its tests, the
# others those that open a real dump.
tool_tests()
{
	[ "$BASE" = "${lines[0]}" ] ||
		sed -n 's/^\(test_real_[a-z0-9_]*\)() {$/\1/p' "$top"/tools/minidump/tests/cases-*.sh |
			paste -sd ' '
}

# Runs a suite, shows its report, and notes its numbers
judge()
{
	local suite=$1 reports=$MINIDUMP_BUILD/test/$BASE start=$EPOCHSECONDS status=0
	local report=$reports/$suite.ktap
	local pass fail skip problem took
	local -a counts

	mkdir -p "$reports"
	step "suite $suite, Linux $BASE"
	echo "# suite $suite, Linux $BASE"
	run_suite "$suite" | tee "$report" || status=$?
	took=$((EPOCHSECONDS - start))

	mapfile -t counts < <(awk -f "$top/scripts/count-ktap.awk" "$report")
	read -r pass fail skip <<<"${counts[0]}"
	for problem in "${counts[@]:1}"; do
		echo "# suite $suite is not complete: $problem"
		fail=$((fail + 1))
	done
	if [ "$status" -ne 0 ] && [ "$fail" -eq 0 ]; then
		echo "# suite $suite ended with status $status, though nothing failed"
		fail=1
	fi
	summary+=("$(printf '# %-4s %-9s %4d passed, %3d failed, %3d skipped, %4d s' \
		"$BASE" "$suite" "$pass" "$fail" "$skip" "$took")")
	passed=$((passed + pass))
	failed=$((failed + fail))
}

[ $# -eq 0 ] || suites=("$@")
for suite in "${suites[@]}"; do
	case $suite in
	series|check|kunit|board|rproc|tools) ;;
	*) die "no suite $suite; there are series, check, kunit, board, rproc, tools" ;;
	esac
done

if [ -n "$chosen" ]; then
	lines=("$chosen")
else
	mapfile -t lines < <(known_bases)
fi

summary=()
passed=0
failed=0
for BASE in "${lines[@]}"; do
	for suite in "${suites[@]}"; do
		judge "$suite"
	done
done
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
