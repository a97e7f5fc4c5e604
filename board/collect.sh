#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# collect.sh DIR [option of firmware collect...]
#
# Does what firmware does after the crash of the machine that boot.sh ran in DIR:
# leaves DIR/dump/md_*.BIN and regions.txt, prints the table of regions, and joins
# the regions of Linux to DIR/dump/minidump.elf. Ends as firmware collect does.

. "$(dirname "$0")/lib.sh"

out=$1
shift
[ -e "$out/ram.img" ] || die "there is no machine in $out"

read -r smem_address smem_size <"$out/smem"
rm -rf "$out/dump"
"$host/firmware" collect --ram "$out/ram.img" --ram-base "$BOARD_RAM_BASE" \
	--smem-address "$smem_address" --smem-size "$smem_size" \
	--output "$out/dump" "$@"

# Subsystem 0 is Linux; the order is that of its table
awk -F '\t' '$1 == "0" { print $8 }' "$out/dump/regions.txt" |
	(cd "$out/dump" && xargs -r cat) >"$out/dump/minidump.elf"
