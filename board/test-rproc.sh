#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test-rproc.sh [fixes]
#
# Crashes remote processors on the board, in make prove and on the first kernel line
# under KASAN and kmemleak, for that is about whole files, which all lines share. Their tables
# are laid by guest/rproc.c, good ones and hostile ones, and the coredumps that
# remoteproc makes of them are compared with their memory. Prints KTAP.
#
# With "fixes", KDIR is a kernel tree that has no more of the series than its first
# part, and what that part claims is shown.

# Under KASAN, on a machine that has other things to do
: "${BOARD_TIMEOUT_SECONDS:=900}"

. "$(dirname "$0")/lib.sh"

driver=minidump_test_rproc
variant=rproc
[ -z "${MINIDUMP_PROVE:-}" ] || [ "$BASE" != "$first_base" ] || variant=kasan
fixes=
[ "${1:-}" != fixes ] || fixes=fixes variant=fixes
# Of the G-ToC: CDSP1 is number 20, and fits the larger one only
sizes="30 10"

# The processor that the guest crashes while its table changes, and where in its
# carve-out guest/rproc.c lays that table
victim=5
table_offset=0x1000

# run_guest SUBSYSTEMS [ARGUMENT of the guest's program [ARGUMENT of the firmware...]]
run_guest()
{
	local argument more=()

	for argument in "${@:3}"; do
		more+=(--firmware "$argument")
	done
	"$board/boot.sh" --out "$machine" --kernel "$variant" --scenario rproc --init rproc \
		--firmware --subsystems --firmware "$1" "${more[@]}" \
		--add "dir /lib 755 0 0" --add "dir /lib/firmware 755 0 0" \
		--add "file /lib/firmware/$driver.fw $machine.fw 644 0 0" \
		--add "file /$driver.ko $kernels/$variant/modules/$driver.ko 644 0 0" \
		--append "${2:+-- $2}"
}

# Somebody outside writes to the table from the moment on at which the guest is
# ready for it, until the machine ends
run_scribbled_guest()
{
	local guest scribbler smem_address smem_size carveout _

	rm -f "$machine/results.txt"
	run_guest 30 scribbled &
	guest=$!
	tail --pid "$guest" -n +1 -F "$machine/results.txt" 2>/dev/null |
		grep -q -m 1 '^# scribble' || true
	read -r smem_address smem_size <"$machine/smem"
	read -r carveout _ < <(reserved_area "$machine/board.dtb" "rproc$victim")
	"$host/scribble" "$machine/ram.img" "$BOARD_RAM_BASE" "$smem_address" "$smem_size" \
		"$victim" "$((carveout + table_offset))" &
	scribbler=$!
	wait "$guest"
	kill "$scribbler"
}

# judge NAME: takes over what the guest reported
judge()
{
	grep -q '^1\.\.' "$machine/results.txt" ||
		echo "not ok $1: the guest came to its end" >>"$results"
	sed -n "s/^\(ok\|not ok\) [0-9]* /\1 $1: /p; /^#/p; /^Bail/p" \
		"$machine/results.txt" >>"$results"
}

# The module alone, as a tree without the rest has nothing that the others test
build_module()
{
	local out=$kernels/fixes.test

	rm -rf "$out"
	mkdir -p "$out"
	cp "$board/modules/$driver.c" "$out/"
	grep -e ^ccflags -e "$driver" "$board/modules/Kbuild" >"$out/Kbuild"
	kernel_make "$KDIR" "$kernels/out-board" M="$out" modules >"$out.log" 2>&1 ||
		{ tail -n 20 "$out.log" >&2; die "$driver does not build"; }
	cp "$out/$driver.ko" "$kernels/$variant/modules/"
}

need_packages build board
build_host
if [ -n "$fixes" ]; then
	[ -n "$own" ] || die "which tree has the fixes? Say KDIR=path"
	"$board/build-kernel.sh" "$board/config/$variant.config"
	build_module
else
	"$board/build-kernel.sh" "$variant"
fi

machine=$MINIDUMP_BUILD/test/$BASE/rproc$fixes
rm -rf "$machine"
mkdir -p "$machine"
# remoteproc wants a file, and the module does not look into it
printf x >"$machine.fw"

results=$machine.results
: >"$results"
for size in $sizes; do
	run_guest "$size" $fixes
	judge "G-ToC of $size"
done
if [ -z "$fixes" ]; then
	run_guest 30 unknown --item-count 512
	judge "SMEM of 512 items"
	run_scribbled_guest
	judge "writer from outside"
fi

echo "KTAP version 1"
echo "1..$(grep -cE '^(not )?ok ' "$results")"
awk '/^ok / { sub(/^ok /, "ok " ++n " ") } /^not ok / { sub(/^not ok /, "not ok " ++n " "); failed++ }
     { print } END { exit failed > 0 }' "$results"
