#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# From nothing to the minidump of a kernel that really crashed, in build/demo or
# MINIDUMP_DEMO. What is up to date already is not done again.

chosen=${BASE:-}${KDIR:-}${TARBALL:-}
. "$(dirname "$0")/../scripts/lib.sh"
if [ -z "$chosen" ]; then
	for BASE in $(known_bases); do
		status=0
		"$top/scripts/base.sh" || status=$?
		[ "$status" -eq 3 ] || break
	done
	[ "$status" -ne 3 ] || die "no kernel line is left; TARBALL=path takes one, with BASE="
	[ "$status" -eq 0 ] || exit "$status"
	[ "$BASE" = "$first_base" ] || step "going on with Linux $BASE"
fi
: "${BOARD_CPUS:=4}"
. "$(dirname "$0")/lib.sh"

out=${MINIDUMP_DEMO:-$MINIDUMP_BUILD/demo}
machine=$out/machine
# How much of the log to show
log_lines=12

show_dump_size()
{
	local dump_bytes ram_bytes

	dump_bytes=$(stat -c %s "$out/minidump.elf")
	ram_bytes=$((BOARD_RAM_MIB << 20))
	printf '\nThe dump has %d KiB, RAM %d KiB: one part in %d.\n' \
		$((dump_bytes >> 10)) $((ram_bytes >> 10)) $((ram_bytes / dump_bytes))
}

# The log as the dump has it, not as the console did
show_log()
{
	local marker

	marker=$(sed -n 's/^marker //p' "$machine/results.txt")
	"$host/zone-text" "$out/md_KCONSOLE.BIN" >"$out/log.txt"
	printf '\nThe last %d lines of the log, out of md_KCONSOLE.BIN:\n\n' "$log_lines"
	tail -n "$log_lines" "$out/log.txt" | sed 's/^/  /'
	grep -q "board marker $marker" "$out/log.txt" ||
		die "the marker that user space wrote, $marker, is not in the dump's log"
	printf '\nThe marker that user space wrote just before, %s, is there.\n' "$marker"
}

# What the tools of every day make of the dump, as it is
show_tools()
{
	printf '\n$ vmcore-dmesg minidump.elf | tail -n %d\n\n' "$log_lines"
	vmcore-dmesg "$out/minidump.elf" | tail -n "$log_lines" | sed 's/^/  /'
	printf "\n$ gdb-multiarch ... -ex 'thread apply all -ascending backtrace'\n\n"
	all_backtraces "$out/minidump.elf" "$out/vmlinux" >"$out/backtrace.txt"
	# What comes before the first thread is the innermost frame once more
	sed -n '/^Thread /,$ { /^\(Thread \|#\)/p }' "$out/backtrace.txt" | cut -c 1-100 | sed 's/^/  /' ||
		die "gdb finds no backtrace; see $out/backtrace.txt"
}

# By USB firmware hands out the files, on storage an image of them
show_image()
{
	local core

	"$host/rawdump" "$machine/dump" "$out/rawdump.img"
	alone minidump make_tool >"$out/tool.log" 2>&1 ||
		die "tools/minidump does not build; see $out/tool.log"
	"$MINIDUMP_BUILD/minidump/minidump" elf -o "$out/folder.elf" "$machine/dump"
	"$MINIDUMP_BUILD/minidump/minidump" elf -o "$out/image.elf" "$out/rawdump.img"
	for core in folder image; do
		cmp "$out/$core.elf" "$out/minidump.elf" ||
			die "tools/minidump makes another core of the same dump"
	done
	rm "$out/folder.elf" "$out/image.elf"
	printf '\n$ minidump info rawdump.img\n\n'
	"$MINIDUMP_BUILD/minidump/minidump" info "$out/rawdump.img" | sed '/^$/,$d; s/^/  /' |
		cut -c 1-100
}

# From the image to the cause
show_cause()
{
	local tool=$MINIDUMP_BUILD/minidump/minidump

	printf '\n$ minidump log rawdump.img | tail -n %d\n\n' "$log_lines"
	"$tool" log "$out/rawdump.img" 2>"$out/tool.err" | tail -n "$log_lines" | sed 's/^/  /'
	printf '\n$ minidump backtrace --vmlinux vmlinux rawdump.img\n\n'
	"$tool" backtrace --vmlinux "$out/vmlinux" "$out/rawdump.img" | sed 's/^/  /' |
		cut -c 1-100
}

# The commands, for this dump
show_how_to_open()
{
	local offset
	offset=$(kaslr_offset "$out/minidump.elf") ||
		die "the dump does not say at which offset its kernel ran"

	cat <<-END

	To open it, in $out:

	  readelf -lSn minidump.elf
	  gdb-multiarch -ex 'exec-file vmlinux' -ex 'symbol-file -o 0x$offset vmlinux' \\
	                -ex 'core-file minidump.elf'
	  drgn -c minidump.elf -s $(basename "$(drgn_vmlinux "$out")")
	  crash --minimal vmlinux minidump.elf
	  vmcore-dmesg minidump.elf
	END
}

if [ "$KDIR" = "$tree" ]; then
	need_packages base series build board tools
else
	need_packages build board tools
fi
build_host
"$board/build-kernel.sh" builtin

step "booting Linux on $BOARD_CPUS CPUs with $BOARD_RAM_MIB MiB, until it crashes"
rm -rf "$out"
mkdir -p "$out"
"$board/boot.sh" --out "$machine" --kernel builtin --scenario crash
[ "$(cat "$machine/ended")" = guest-reset ] ||
	die "the machine did not crash but ended with $(cat "$machine/ended")"

step "collecting, as boot firmware does after the reset"
"$board/collect.sh" "$machine" | tee "$out/regions.txt"
cp "$machine/console.log" "$out/"
cp "$machine/dump"/md_*.BIN "$machine/dump/minidump.elf" "$out/"
cp "$kernels/builtin"/vmlinux* "$out/"
# The memory that it was taken from: the tool makes the same core of that
mv "$machine/ram.img" "$out/"

show_dump_size
show_log
show_tools
show_image
show_cause
show_how_to_open
printf '\nIn %s: md_*.BIN, rawdump.img, minidump.elf, console.log.\n' "$out"
