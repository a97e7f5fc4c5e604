#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Looks at the tables of a running machine after each store of its CPUs to what
# firmware would read (instants/instants.c), while two CPUs register and
# unregister, the driver comes and goes, and threads crash
# (instants/minidump_test_storm.c). Then the same with drivers that are broken on
# purpose, which must be found out. Prints KTAP.
#
# INSTANTS_MIN=n says how many instants there are to be at least.

# A machine that is looked at so often is slow
: "${BOARD_TIMEOUT_SECONDS:=3600}"

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"
# shellcheck source=mutants-lib.sh
. "$board/mutants-lib.sh"

: "${INSTANTS_MIN:=1000000}"
# How many regions each of two threads adds or removes; most make two instants
: "${INSTANTS_STEPS:=$((INSTANTS_MIN * 3 / 10))}"

# Of proof/mutants
mutants=(
	"the table counts a region before its entry is there"
	"the live bank is rebuilt in place"
	"another bank is published before the count is lowered"
	"a stop takes the table away before the status"
	"a CPU keeps its id while its registers are overwritten"
)

storm=minidump_test_storm
machines=$MINIDUMP_BUILD/test/$BASE/instants
# Where modules are built, and beside them the plugin
built=$kernels/instants

build_storm()
{
	local dir=$built/storm

	mkdir -p "$dir"
	cp "$board/instants/$storm".[ch] "$dir/"
	printf '%s\n' "ccflags-y := -DSTORM_STEPS=$INSTANTS_STEPS" "obj-m := $storm.o" >"$dir/Kbuild"
	build_modules "$dir"
}

# run_machine NAME [FOLDER]: with the drivers of that folder; leaves "seen"
run_machine()
{
	local machine=$machines/$1 modules=("$built/storm/$storm.ko")

	[ $# -eq 1 ] || modules+=("$2"/*.ko)
	lay_kernel "instants-$1" module "${modules[@]}"
	rm -rf "$machine"
	mkdir -p "$machine"
	"$board/boot.sh" --out "$machine" --kernel "instants-$1" --scenario poweroff \
		--modules "$minidump_modules $storm" --unload --instants "$built/instants.so" \
		2>"$machine/boot.log" || true
	seen=$(cat "$machine/instants.txt" "$machine/boot.log" 2>/dev/null || true)
	ended=$(cat "$machine/ended" 2>/dev/null || true)
	rm -rf "$machine/ram.img" "$kernels/instants-$1"
}

# value WHAT: from what was seen last
value()
{
	sed -n "s/.*[^0-9]\([0-9]*\) $1.*/\1/p" <<<", $seen"
}

promise_holds()
{
	[[ $seen != fault* ]] || wrong "$seen"
	same guest-shutdown "$ended" "the machine's end"
	same "" "$(grep -E '(WARNING|BUG):' "$machines/driver/console.log" | head -n 5)" "splats"
	[ "$(value instants)" -ge "$INSTANTS_MIN" ] || wrong "$seen"
}

everything_was_met()
{
	same 0x3 "${seen##*CPUs }" "CPUs that were seen"
	[ "$(value crashes)" -gt 0 ] || wrong "no crash: $seen"
	[ "$(value 'without a table')" -gt 0 ] || wrong "the table was never gone: $seen"
	[ "$(value regions)" -eq 200 ] || wrong "the table was never full: $seen"
}

mutant_is_noticed()
{
	[[ $1 == fault* ]] || wrong "not noticed: $1"
}

need_packages build board
build_host
settle module
mkdir -p "$built"
make --silent -C "$board/instants" OUT="$built" RAM_BASE="$BOARD_RAM_BASE" \
	RAM_SIZE=$((BOARD_RAM_MIB << 20))
build_storm

step "a machine that is looked at after each store"
run_machine driver
whole_seen=$seen whole_ended=$ended
echo "# ${seen%%$'\n'*}"
scratch_dir
export seen ended
it "the promise holds after each store of a running machine" promise_holds
it "two CPUs, crashes, a table that is full and one that is gone are among it" everything_was_met
for i in "${!mutants[@]}"; do
	step "a driver in which ${mutants[i]}"
	build_mutant "$built/mutant-$i" "$(mutant "${mutants[i]}" file)" "$(mutant "${mutants[i]}" edit)"
	run_machine "mutant-$i" "$built/mutant-$i"
	it "noticed: ${mutants[i]}" mutant_is_noticed "$seen"
done
seen=$whole_seen ended=$whole_ended
run_tests
