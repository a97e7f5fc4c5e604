#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh [SUITE...] - runs the named suites, or all, one after the other. Each
# reports in KTAP. The last line is the sum: "N passed, N failed".
#
# A suite whose report is not complete, or that fails without saying what
# failed, counts as one failure more.

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
				CROSS_COMPILE= O="$MINIDUMP_BUILD/minidump" test ;;
	esac
}

# Runs a suite, shows its report, and notes its numbers
judge()
{
	local suite=$1 report=$reports/$1.ktap start=$EPOCHSECONDS status=0
	local pass fail skip problem took
	local -a lines

	step "suite $suite"
	echo "# suite $suite"
	run_suite "$suite" | tee "$report" || status=$?
	took=$((EPOCHSECONDS - start))

	mapfile -t lines < <(awk -f "$top/scripts/count-ktap.awk" "$report")
	read -r pass fail skip <<<"${lines[0]}"
	for problem in "${lines[@]:1}"; do
		echo "# suite $suite is not complete: $problem"
		fail=$((fail + 1))
	done
	if [ "$status" -ne 0 ] && [ "$fail" -eq 0 ]; then
		echo "# suite $suite ended with status $status, though nothing failed"
		fail=1
	fi
	summary+=("$(printf '# %-8s %4d passed, %3d failed, %3d skipped, %4d s' \
		"$suite" "$pass" "$fail" "$skip" "$took")")
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

reports=$MINIDUMP_BUILD/test/$BASE
mkdir -p "$reports"
summary=()
passed=0
failed=0
for suite in "${suites[@]}"; do
	judge "$suite"
done
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
