#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh [SUITE...] - runs the named suites, or all. Each reports in KTAP. The last
# line is the sum: "N passed, N failed".
#
# On each kernel line that series/ serves, all at the same time, or on the one
# that BASE= says.
#
# A suite whose report is not complete, or that fails without saying what
# failed, counts as one failure more.

chosen=${BASE:-}
. "$(dirname "$0")/lib.sh"

all_suites=(series check kunit proof board rproc hostile kselftest docs tools config)
# What only make prove does, or who asks for it
more_suites=(litmus faults instants kcsan)

# The groups of packages that a suite needs, see scripts/packages
groups_of()
{
	case $1 in
	series)	echo base series ;;
	check)	echo base build check board docs ${MINIDUMP_PROVE:+arches} ${MINIDUMP_LEVEL:+arches} ;;
	kunit)	echo base build kunit ;;
	docs)	echo base build board tools docs ;;
	board|tools) echo base build board tools ;;
	proof|litmus) echo base build ;;
	kcsan)	echo base build board arches ;;
	*)	echo base build board ;;
	esac
}

run_suite()
{
	case $1 in
	series)	"$top/scripts/test-series.sh" ;;
	check)	[ "$BASE" = "${lines[0]}" ] || : "${MINIDUMP_LEVEL:=line}"
		MINIDUMP_LEVEL=${MINIDUMP_LEVEL:-test} "$top/scripts/check.sh" ;;
	board)	"$top/board/test.sh" ;;
	tools)	test_tool ;;
	*)	"$top/board/test-$1.sh" ;;
	esac
}

# Its tests open a real dump, too: the demo's. The tool is the same on every
# line, so the first one runs all tests, the others those that open that dump.
test_tool()
{
	local only=''

	"$top/board/demo.sh" >"$reports/demo.log"
	[ "$BASE" = "${lines[0]}" ] ||
		only=$(sed -n 's/^\(test_real_[a-z0-9_]*\)() {$/\1/p' "$top"/tools/minidump/tests/cases-*.sh |
			paste -sd ' ')
	alone minidump make_tool test-programs
	MINIDUMP_DUMP=$MINIDUMP_DEMO MINIDUMP_COMPLETE=1 make_tool TESTS="$only" test
}

# What looks at texts and scripts, and these are the same for all lines, the first
# one does. So it does for what takes long and is about whole files; make check and
# make prove do it on each line.
suites_of()
{
	local suite

	for suite in "${suites[@]}"; do
		case $1:$suite in
		"${lines[0]}":*) echo "$suite" ;;
		*:docs|*:series|*:proof|*:litmus|*:faults|*:instants|*:kcsan|*:hostile) ;;
		*:config) [ -z "${MINIDUMP_PROVE:-}" ] || echo "$suite" ;;
		*) echo "$suite" ;;
		esac
	done
}

# Runs a suite, shows its report, and notes its numbers
judge()
{
	local suite=$1 report=$reports/$1.ktap start=$EPOCHSECONDS status=0
	local pass fail skip problem counts

	step "suite $suite"
	# Not as a condition: bash then ignores set -e inside
	set +e
	(set -e; run_suite "$suite") >"$report"
	status=$?
	set -e

	mapfile -t counts < <(awk -f "$top/scripts/count-ktap.awk" "$report")
	read -r pass fail skip <<<"${counts[0]}"
	for problem in "${counts[@]:1}"; do
		echo "# suite $suite is not complete: $problem" >>"$report"
		fail=$((fail + 1))
	done
	if [ "$status" -ne 0 ] && [ "$fail" -eq 0 ]; then
		echo "# suite $suite ended with status $status, though nothing failed" >>"$report"
		fail=1
	fi
	alone stdout cat <(echo "# suite $suite, Linux $BASE") "$report"
	echo "$BASE $suite $pass $fail $skip $((EPOCHSECONDS - start))" >>"$reports/sums"
}

# Runs those of the suites that are wanted on this line
stream()
{
	local suite

	for suite; do
		[[ " $wanted " != *" $suite "* ]] || judge "$suite"
	done
}

# In three streams, so that no core is idle while machines boot; what needs no kernel comes
# while one is built. hostile takes the kernel that rproc has built, and in make prove
# kselftest that of faults, with KASAN.
run_line()
{
	local wanted beside=()
	wanted=$(suites_of "$BASE" | paste -sd ' ')

	# Each line has a demo of its own
	export MINIDUMP_DEMO=$reports/demo
	stream check kcsan &
	beside+=($!)
	stream series proof litmus kunit tools &
	beside+=($!)
	stream rproc faults hostile board config
	wait "${beside[@]}"
	# These build folders anew that others read until then
	stream docs instants kselftest
}

# Nothing of a line must go on when the tests are stopped
run_lines()
{
	trap 'trap - TERM; kill 0' INT TERM
	for BASE in "${lines[@]}"; do
		reports=$MINIDUMP_BUILD/test/$BASE
		mkdir -p "$reports"
		rm -f "$reports"/*.ktap
		: >"$reports/sums"
		MINIDUMP_TAG="Linux $BASE: " run_line &
	done
	wait
}

# The sum of all lines. A line that ended early has failed as often as suites are
# missing.
sum_up()
{
	local expected line

	expected=$(for line in "${lines[@]}"; do suites_of "$line"; done | wc -l)
	for line in "${left_out[@]}"; do
		echo "# $line is left out, as $(line_value "$line" suite) does not have it any more: ${#suites[@]} suites skipped"
	done

	# What failed stands once more at the end, where one looks first
	{ find "${lines[@]/#/$MINIDUMP_BUILD/test/}" -maxdepth 1 -name '*.ktap' -exec \
		grep -H -B 8 -A 12 -E '^ *not ok|^# suite .* (is not complete|ended with)' {} + || true; } |
		head -n 300 | sed "s,^$MINIDUMP_BUILD/test/,# ,"
	(cd "$MINIDUMP_BUILD/test" && cat "${lines[@]/%//sums}" 2>/dev/null) | awk -v expected="$expected" '
		{
			printf "# %-4s %-9s %4d passed, %3d failed, %3d skipped, %4d s\n", $1, $2, $3, $4, $5, $6
			passed += $3
			failed += $4
		}
		END {
			if (NR < expected)
				printf "# %d suites did not end\n", expected - NR
			failed += expected - NR
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0 || !expected
		}'
}

# How much of it
if [ -n "${MINIDUMP_PROVE:-}" ]; then
	export MINIDUMP_LEVEL=${MINIDUMP_LEVEL:-prove} PROOF_FULL=-f FAULTS_STEP='' HOSTILE_MACHINES=1000 HOSTILE_RESUME=1
else
	export FAULTS_STEP=4
fi
suites=("$@")
[ $# -gt 0 ] || suites=("${all_suites[@]}")
for suite in "${suites[@]}"; do
	[[ " ${all_suites[*]} ${more_suites[*]} " == *" $suite "* ]] ||
		die "no suite $suite; there are ${all_suites[*]} ${more_suites[*]}"
done

mapfile -t lines <<<"${chosen:-$(known_bases)}"
# All at once, for whoever has to install them by hand
mapfile -t groups < <(for suite in "${suites[@]}"; do groups_of "$suite"; done | tr ' ' '\n' | sort -u)
package_lines=("${lines[@]}")
need_packages "${groups[@]}"
find_available "${lines[@]}"
lines=("${available[@]}")
run_lines
sum_up
