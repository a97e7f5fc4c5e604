#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Has the allocations of probe, of registering, of the banks' growth and of the
# clients fail, one after the other, under KASAN and kmemleak; see guest/faults.c and
# guest/rproc-faults.c. Prints KTAP.
#
# FAULTS_STEP=n has one of n fail.

# Each machine starts again and again what KASAN makes slow
: "${BOARD_TIMEOUT_SECONDS:=1200}"

. "$(dirname "$0")/lib.sh"
# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"

: "${FAULTS_STEP:=1}"
variant=kasan
machines=$MINIDUMP_BUILD/test/$BASE/faults
# What no line of the console may have; that vmalloc() complains of what fails is no
# fault, so nothing is said of call traces. DMA's debugging warns.
splats='BUG|WARNING|KASAN|UBSAN|Oops|Unable to handle|Internal error|suspicious RCU|possible .* detected|inconsistent lock'

# boot_guest NAME OPTION...
boot_guest()
{
	local machine=$machines/$1
	shift

	mkdir -p "$machine"
	"$board/boot.sh" --out "$machine" --kernel "$variant" "$@"
	sed -n '/^# .*allocations and copies failed/p' "$machine/results.txt"
	rm -f "$machine/ram.img"
}

# take_over NAME: what that guest found is our result, too
take_over()
{
	local machine=$machines/$1 number name
	local results=$machine/results.txt

	it "$1: the guest came to its end" same \
		"$(sed -n 's/^1\.\.//p' "$results")" "$(grep -cE '^(not )?ok ' "$results")" "results"
	while read -r number name; do
		it "$1: $name" guest_found "$results" "$number"
	done < <(sed -n -E 's/^(not )?ok ([0-9]+) /\2 /p' "$results")
	it "$1: nothing leaks, and the kernel finds no fault" no_faults "$machine"
}

# guest_found RESULTS NUMBER
guest_found()
{
	grep -q "^ok $2 " "$1" || wrong "$(grep -B 5 "^not ok $2 " "$1")"
}

# devcoredump frees twice what it was given when it cannot make its device
without_devcoredump()
{
	awk '/\[ cut here \]/ { report = ""; inside = 1 }
	     inside { report = report $0 "\n" }
	     !inside
	     /---\[ end trace/ { inside = 0; if (report !~ /dev_coredumpm_timeout/) printf "%s", report }
	     END { if (inside) printf "%s", report }' "$1"
}

no_faults()
{
	same guest-shutdown "$(cat "$1/ended")" "the machine's end"
	same "" "$(grep -E '^(leak|fault|Bail out)' "$1/results.txt" | head -n 40)" "complaints"
	same "" "$(without_devcoredump "$1/console.log" | grep -E "$splats" | head -n 10)" "splats"
}

need_packages build board
build_host
"$board/build-kernel.sh" "$variant"

driver=minidump_test_rproc
rm -rf "$machines"
mkdir -p "$machines"
printf x >"$machines/firmware"
step "allocations that fail, of registering and of probes"
boot_guest minidump --scenario run --add "file /run $host/faults 755 0 0" \
	--add "file /minidump_test_regions.ko $kernels/$variant/modules/minidump_test_regions.ko 644 0 0" \
	--append "board_faults_step=$FAULTS_STEP"
step "allocations that fail, of coredumps"
boot_guest remoteproc --scenario rproc --init rproc --firmware --subsystems --firmware 30 \
	--add "dir /lib 755 0 0" --add "dir /lib/firmware 755 0 0" \
	--add "file /lib/firmware/$driver.fw $machines/firmware 644 0 0" \
	--add "file /$driver.ko $kernels/$variant/modules/$driver.ko 644 0 0" --append "-- failing"

scratch_dir
take_over minidump
take_over remoteproc
run_tests
