# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests that boot machines share: how they boot one, and what they look
# at when it has ended. To be sourced after lib.sh, with a scratch_dir. "suite" is
# where their machines are, below build/test/BASE.

# shellcheck disable=SC2154 # top, board, host: lib.sh's; suite, chosen: the test's
# shellcheck disable=SC2120 # collect: not every test has options for it

# shellcheck source=../scripts/ktap.sh
. "$top/scripts/ktap.sh"

# The regions that Linux' clients make: of ramoops, by board.dtso and the client's
# cap, of the log, and of the CPU that went down
# shellcheck disable=SC2034 # for those who source this
{
ramoops_regions="KCONSOLE KPMSG KDMESG0 KDMESG1 KDMESG2 KDMESG3 KDMESG4 KDMESG5 KDMESG6 KDMESG7"
kmsg_regions="KLOGPTR KLOGRB KLOGDESC KLOGINFO KLOGTEXT"
panic_regions="KTASKSTACK KIRQSTACK KTASK KCRASH KSTACK0 KSTACK1"
}

# The last one of that name
fact()
{
	sed -n "s/^fact $1 //p" "$machine/results.txt" | tail -n 1
}

# symbol KERNEL NAME: where the dump's kernel, of that variant, had it
symbol()
{
	local linked
	linked=$(awk -v name="$2" '$3 == name { print $1 }' "$kernels/$1/System.map")

	printf '%#x\n' $((0x$linked + 0x$(kaslr_offset "$machine/dump/minidump.elf")))
}

# drgn_says KERNEL SCRIPT [ARGUMENT]: leaves what drgn has in drgn.txt
drgn_says()
{
	drgn -q -c "$machine/dump/minidump.elf" -s "$(drgn_vmlinux "$kernels/$1")" \
		"$board/host/$2" "${@:3}" >"$machine/drgn.txt" 2>"$machine/drgn.err" ||
		wrong "drgn failed: $(tail -n 3 "$machine/drgn.err")"
}

# What is pstore's backend, in a kernel that has it
backend=ramoops

# boot ENDED OPTION... : boots and wants that end, and a kernel without complaint
boot()
{
	local ended=$1
	shift

	"$board/boot.sh" --out "$machine" "$@"
	same "$ended" "$(cat "$machine/ended")" "the machine's end"
	same "" "$(grep -E '^(fault|trouble) ' "$machine/results.txt")" "complaints of the guest"
	same "0-$((BOARD_CPUS - 1))" "$(fact cpus)" "CPUs"
	same "$backend" "$(fact pstore-backend)" "pstore's backend"
	marker=$(sed -n 's/^marker //p' "$machine/results.txt" | tail -n 1)
	[[ $marker =~ ^[0-9a-f]{32}$ ]] || wrong "seen marker \"$marker\", wanted 32 hexadecimal digits"
}

collect()
{
	local status=0

	"$board/collect.sh" "$machine" "$@" >"$machine/collect.txt" 2>"$machine/collect.err" || status=$?
	same "" "$(cat "$machine/collect.err")" "firmware's complaints"
	same 0 "$status" "firmware's exit status"
}

collect_nothing()
{
	local status=0

	"$board/collect.sh" "$machine" >"$machine/collect.txt" 2>"$machine/collect.err" || status=$?
	same 3 "$status" "firmware's exit status ($(cat "$machine/collect.err"))"
	same "" "$(find "$machine/dump" -name 'md_*' 2>/dev/null)" "files in the dump"
}

# Prints what differs between table, files, core and RAM
check_core()
{
	"$host/check-core" "$machine/dump" "$machine/ram.img" "$BOARD_RAM_BASE"
}

wants_marker_in_dump()
{
	local zone

	for zone in KCONSOLE KPMSG; do
		"$host/zone-text" "$machine/dump/md_$zone.BIN" >"$machine/$zone.txt"
		grep -q "board marker $marker" "$machine/$zone.txt" ||
			wrong "$zone: seen \"$(tail -n 3 "$machine/$zone.txt")\", wanted marker $marker"
	done
}

# Everything that holds for any dump of Linux, whichever regions it has
wants_sound_dump()
{
	local subsystems=$1 differences

	collect
	same "status 1, revision 1, subsystems $subsystems" \
		"$(sed -n 's/^# G-ToC: address 0x[0-9a-f]*, //p' "$machine/dump/regions.txt")" \
		"G-ToC"
	same "0: status 1, enabled ENBL, encryption DONE, required NR" \
		"$(sed -n 's/^# subsystem //; s/, regions.*//p' "$machine/dump/regions.txt")" \
		"subsystems that spoke up"
	same KELF_HEADER "$(region_names | head -n 1)" "the first region"
	same "" \
		"$(awk -F '\t' '!/^#/ && $5 != "VALI"' "$machine/dump/regions.txt")" \
		"regions not marked VALI"

	differences=$(check_core) || wrong "check-core: $differences"
	wants_smem_untouched
}

region_names()
{
	awk -F '\t' '!/^#/ { print $3 }' "$machine/dump/regions.txt"
}

# What KCRASH says of KEY
kcrash()
{
	tr -d '\0' <"$machine/dump/md_KCRASH.BIN" | sed -n "s/^$1=//p"
}

# Linux writes its own entry in the G-ToC and nothing else of firmware's memory
wants_smem_untouched()
{
	local address size toc entry

	read -r address size <"$machine/smem"
	toc=$(sed -n 's/^# G-ToC: address \(0x[0-9a-f]*\),.*/\1/p' "$machine/dump/regions.txt")
	entry=$((toc - address + 16))
	# cmp counts bytes from 1
	cmp -l -i "0:$((address - BOARD_RAM_BASE))" -n $((size)) "$machine/smem.img" "$machine/ram.img" \
		>"$machine/smem.diff" || true
	[ -s "$machine/smem.diff" ] || wrong "SMEM: seen no change at all, wanted one in entry 0"
	same "" \
		"$(awk -v from="$entry" '$1 - 1 < from || $1 - 1 >= from + 32' "$machine/smem.diff")" \
		"SMEM: changed bytes outside entry 0 (offset from 1, before, after, in octal)"
}

# Linux has taken back all that it wrote there
wants_smem_as_laid()
{
	local address size

	read -r address size <"$machine/smem"
	same "" \
		"$(cmp -l -i "0:$((address - BOARD_RAM_BASE))" -n $((size)) \
			"$machine/smem.img" "$machine/ram.img" | head -n 40)" \
		"SMEM: changed bytes (offset from 1, before, after, in octal)"
}

# The next boot finds in pstore what this one left
wants_ramoops_to_work()
{
	local left=$marker file

	boot guest-shutdown --scenario poweroff --keep-ram "$@"
	for file in console-ramoops-0 pmsg-ramoops-0; do
		grep -qx "found $file $left" "$machine/results.txt" ||
			wrong "next boot: seen \"$(grep -E '^(pstore|found)' "$machine/results.txt")\"," \
			     "wanted marker $left in $file"
	done
}

# test_on_machine NAME FUNCTION ARGUMENT... : with a machine of its own. With
# words in "chosen", only if the name contains one of them.
test_on_machine()
{
	local name=$1 word
	shift

	for word in "${chosen[@]}"; do
		case $name in
		*"$word"*) it "$name" on_machine "${name//[^[:alnum:]]/-}" "$@"; return ;;
		esac
	done
	[ ${#chosen[@]} -gt 0 ] || it "$name" on_machine "${name//[^[:alnum:]]/-}" "$@"
}

on_machine()
{
	machine=$MINIDUMP_BUILD/test/$BASE/$suite/$1
	shift
	rm -rf "$machine"
	mkdir -p "$machine"
	"$@"
	rm -rf "$machine"
}
