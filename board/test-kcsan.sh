#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the kernel's own selftest of minidump under KCSAN, which finds data races,
# while threads die of oopses that the driver describes in its tables. Then the
# same with drivers that are broken on purpose, whose races must be found. Prints
# KTAP.

# KCSAN stops for some microseconds now and then
: "${BOARD_TIMEOUT_SECONDS:=3600}"

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"
# shellcheck source=mutants-lib.sh
. "$board/mutants-lib.sh"

# What is wrong, the file, and an edit for sed -E. What is written in assembler, as
# smp_load_acquire() is on arm64, KCSAN does not see.
mutants=(
	"a crash is described while slots change their places"
	crash 's/may_write = alone \|\|.*/may_write = true;/'
	"slots change their places while a crash is described"
	table 's/while \(atomic_read_acquire\(&table->describing\).*/while (0)/'
)
# It looks at a few accesses at random, so a race may take several machines
machines_max=6

# Under KCSAN, describing a crash can take longer than the few milliseconds for which
# the driver waits
patience='s/^(#define MINIDUMP_PATIENCE[[:space:]]+).*/\1UINT_MAX/'

test_module=minidump_test_regions
machines=$MINIDUMP_BUILD/test/$BASE/kcsan
built=$kernels/kcsan-built

# build_driver NAME [FILE EDIT]
build_driver()
{
	copy_driver "$built/$1"
	edit_driver "$built/$1" table "$patience"
	[ $# -eq 1 ] || edit_driver "$built/$1" "$2" "$3"
	build_modules "$built/$1" "$KDIR/out-kcsan"
}

# run_machine NAME: with the driver of that name
run_machine()
{
	local machine=$machines/$1

	lay_kernel "kcsan-$1" kcsan "$built/$1"/*.ko
	rm -rf "$machine"
	mkdir -p "$machine"
	"$board/boot.sh" --out "$machine" --kernel "kcsan-$1" --scenario run --load --crash oopses \
		--add "file /run $built/kselftest/minidump/minidump_test 755 0 0" \
		--add "file /$test_module.ko $kernels/kcsan/modules/$test_module.ko 644 0 0" \
		--append loglevel=4 \
		2>"$machine/boot.log" || true
	rm -rf "$machine/ram.img" "$kernels/kcsan-$1"
}

# The reports on races in which a function of the driver has part. The modules for
# tests are watched, too. Without loglevel=4 there are backtraces as well, but then the
# console has no time for as many oopses.
races()
{
	tr -d '\r' <"$machines/$1/console.log" | awk '
		/BUG: KCSAN: / { inside = 1; ours = /minidump/; report = "" }
		inside { report = report $0 "\n" }
		inside && /====================/ {
			inside = 0
			if (ours)
				printf "%s", report
		}'
}

selftest_succeeds()
{
	local results=$machines/driver/results.txt

	same "ended 0" "$(grep '^ended ' "$results")" "the selftest's end"
	same "" "$(grep -E '^not ok|# SKIP|^fault ' "$results")" "what went wrong"
	same guest-shutdown "$(cat "$machines/driver/ended")" "the machine's end"
}

# That it was KCSAN's kernel is what the broken drivers show
threads_have_died()
{
	local oopses

	oopses=$(grep -c 'Internal error: Oops' "$machines/driver/console.log" || true)
	[ "$oopses" -ge 20 ] || wrong "$oopses oopses"
}

no_race_is_found()
{
	same "" "$(races driver)" "reports on minidump"
}

# run_until_found NAME
run_until_found()
{
	local machine

	for ((machine = 0; machine < machines_max; machine++)); do
		run_machine "$1"
		[ -z "$(races "$1")" ] || break
	done
}

race_is_found()
{
	[ -n "$(races "$1")" ] ||
		wrong "no report in $machines_max machines: $(tail -n 3 "$machines/$1/boot.log")"
}

need_packages build board arches
build_host
"$board/build-kernel.sh" kcsan
mkdir -p "$built" "$machines"
build_selftest "$built"
LLVM=$(line_value "$BASE" clang)
export LLVM=${LLVM:-1}

step "the selftest under KCSAN"
build_driver driver
run_machine driver
scratch_dir
it "the selftest succeeds under KCSAN, amid oopses" selftest_succeeds
it "threads have died meanwhile" threads_have_died
it "no data race is found in minidump" no_race_is_found
for ((i = 0; i < ${#mutants[@]}; i += 3)); do
	step "a driver in which ${mutants[i]}"
	build_driver "mutant-$i" "${mutants[i + 1]}" "${mutants[i + 2]}"
	run_until_found "mutant-$i"
	it "found: ${mutants[i]}" race_is_found "mutant-$i"
done
run_tests
