#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Boots the board, lets it die in several ways, and looks at what firmware got.
# Prints KTAP. With arguments, runs only the tests whose names contain one of
# them. A failed test leaves its machine in build/test/BASE/board.
#
# BOARD_STOP_AFTER=n stops the frozen machine after its n-th heartbeat, and
# BOARD_DAMAGE_SEED=n damages tables in the n-th way; both are random otherwise,
# and printed.

. "$(dirname "$0")/lib.sh"
# shellcheck source=test-lib.sh
. "$board/test-lib.sh"
# shellcheck source=test-crashes.sh
. "$board/test-crashes.sh"
# shellcheck source=test-data.sh
. "$board/test-data.sh"
# shellcheck source=test-tools.sh
. "$board/test-tools.sh"
# shellcheck source=test-signatures.sh
. "$board/test-signatures.sh"
suite=board
chosen=("$@")

# How long the machine that is frozen may have been busy, in heartbeats
heartbeats_max=60
: "${BOARD_STOP_AFTER:=$((RANDOM % heartbeats_max + 1))}"
# How many damaged tables firmware is shown
damages=60
: "${BOARD_DAMAGE_SEED:=$RANDOM}"
# The regions that a dump has at least
linux_regions="$ramoops_regions $kmsg_regions KMODULES $panic_regions KUTS"
# What each kernel line can find out about a CPU that has its interrupts off
hard_lockups=
[ "$BASE" = 6.1 ] || hard_lockups=1
# What the kernel may say about a minidump that it cannot have, in lines
quiet_log_lines=1
# A kernel whose data is in the dump
data=data
[ "$BASE" != 6.1 ] || data=
# And such kernels with more levels of page tables
data_variants=
[ -z "$data" ] || [ -z "${MINIDUMP_PROVE:-}" ] || data_variants="data48 data52"
# Kernels of another kind, for the first line: the files are the same on the others.
# Each is built from nothing.
variants=
[ "$BASE" != "$first_base" ] || variants=${MINIDUMP_PROVE:+pages16k pages64k}

# And of one that all of Linux' clients are in, however the machine went down
wants_whole_dump()
{
	local name names

	wants_sound_dump "$1"
	names=$(region_names)
	for name in $linux_regions; do
		grep -qx "$name" <<<"$names" || wrong "regions: seen ${names//$'\n'/ }, wanted $name among them"
	done
	wants_marker_in_dump
}

crash_leaves_a_whole_dump()
{
	boot guest-reset --kernel builtin --scenario crash --firmware --subsystems --firmware "$@"
	same bound "$(fact smem)" "qcom-smem"
	same bound "$(fact minidump-device)" "the minidump device"
	wants_whole_dump "$1"
	# Here there was a panic, so ramoops had the time to write its record of it
	grep -aq "board marker $marker" "$machine/dump/md_KDMESG0.BIN" ||
		wrong "KDMESG0: seen no marker $marker, wanted it"
}

crash_leaves_a_whole_dump_beside_item_603()
{
	crash_leaves_a_whole_dump 10 --firmware --dram --firmware 1555000
	same 1555000000 "$(fact dram-frequencies)" "the frequency that qcom-smem has read"
}

# Changes a byte of a file to another one
change_byte()
{
	local byte

	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf '%b' "\\x$(printf '%x' $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# Cached ones would be in other mappings, and could be behind what SMEM says
tables_are_not_cached()
{
	boot guest-reset --kernel builtin --scenario crash --append board_steps=mapping
	[ "$(fact uncached-banks)" -ge 1 ] ||
		wrong "uncached mappings that begin with the ELF header: seen none, wanted one"
	wants_whole_dump 10
}

one_changed_byte_is_noticed()
{
	local size

	boot guest-reset --kernel builtin --scenario crash
	collect
	size=$(stat -c %s "$machine/dump/minidump.elf")
	# In the first program header's type, in the last region, in a single file
	change_byte "$machine/dump/minidump.elf" 64
	same "program header 0 is no PT_NOTE" "$(check_core || true)" "check-core"
	collect
	change_byte "$machine/dump/minidump.elf" $((size - 1))
	[[ $(check_core) == *"byte 0x"*" of its segment is "* ]] ||
		wrong "check-core: seen \"$(check_core)\", wanted the changed byte"
	collect
	change_byte "$machine/dump/md_KPMSG.BIN" 100
	[[ $(check_core) == "KPMSG: byte 0x64 of md_KPMSG.BIN is "* ]] ||
		wrong "check-core: seen \"$(check_core)\", wanted the changed byte"
}

dump_has_no_need_of_valid()
{
	local marks

	boot guest-reset --kernel builtin --scenario crash
	collect
	marks=$(cat "$machine/dump/regions.txt")
	collect --valid-only
	same "$marks" "$(cat "$machine/dump/regions.txt")" "regions, valid ones only"
}

readelf_has_nothing_to_say()
{
	boot guest-reset --kernel builtin --scenario crash
	collect
	readelf -lSnW "$machine/dump/minidump.elf" >"$machine/readelf.txt" 2>"$machine/readelf.err"
	same "" \
		"$(cat "$machine/readelf.err"; grep -i warning "$machine/readelf.txt")" \
		"readelf's warnings"
	same "$(awk -F '\t' '!/^#/ && $2 > 0' "$machine/dump/regions.txt" | wc -l)" \
		"$(grep -c ' LOAD ' "$machine/readelf.txt")" \
		"segments"
}

vmcore_dmesg_prints_the_log()
{
	boot guest-reset --kernel builtin --scenario crash
	collect
	vmcore-dmesg "$machine/dump/minidump.elf" >"$machine/dmesg.txt" 2>&1 ||
		wrong "vmcore-dmesg failed: $(tail -n 3 "$machine/dmesg.txt")"
	grep -q "board marker $marker" "$machine/dmesg.txt" ||
		wrong "log: seen \"$(tail -n 3 "$machine/dmesg.txt")\", wanted marker $marker"
}

gdb_shows_how_the_kernel_came_to_crash()
{
	local frames name

	boot guest-reset --scenario crash --kernel "$@"
	collect
	backtrace "$machine/dump/minidump.elf" "$kernels/$1/vmlinux" >"$machine/backtrace.txt" ||
		wrong "gdb failed: $(tail -n 3 "$machine/backtrace.txt")"
	frames=$(grep '^#' "$machine/backtrace.txt")
	for name in sysrq_handle_crash __handle_sysrq vfs_write el0_svc; do
		grep -qw "$name" <<<"$frames" ||
			wrong "backtrace: seen \"$frames\", wanted $name in it"
	done
	[[ $frames == "#0 "*sysrq_handle_crash* ]] ||
		wrong "innermost frame: seen \"${frames%%$'\n'*}\", wanted who called panic()"
}

# What the dump tells of a module: module_in_dump NAME sets text, init and build_id
module_in_dump()
{
	local line

	line=$(tr -d '\0' <"$machine/dump/md_KMODULES.BIN" | grep "^$1 ") ||
		wrong "KMODULES: seen \"$(tr -d '\0' <"$machine/dump/md_KMODULES.BIN")\", wanted $1 in it"
	read -r _ text _ init _ build_id _ <<<"$line"
}

# dump_lists_the_modules_that_are_there KERNEL BUILD-ID OPTION... : "file" if the
# build ID is to be that of the file
dump_lists_the_modules_that_are_there()
{
	local modules=$kernels/$1/modules kernel=$1 wanted=$2 ko text init build_id
	shift 2

	ko=$modules/minidump_test_regions.ko
	[ "$wanted" != file ] ||
		wanted=$(readelf -n "$modules/minidump_test_crash.ko" | sed -n 's/.*Build ID: //p')
	boot guest-reset --kernel "$kernel" --scenario crash --crash panic "$@" \
		--add "file /minidump_test_regions.ko $ko 644 0 0" \
		--append board_steps=load:minidump_test_regions:,unload:minidump_test_regions:
	collect
	same minidump_test_crash \
		"$(tr -d '\0' <"$machine/dump/md_KMODULES.BIN" | sed -n 's/^\([^ ]\+\) .*/\1/p')" "modules"
	module_in_dump minidump_test_crash
	same "$(fact test-module)" "$text" "its code"
	same 0x0 "$init" "its code for initialization"
	same "$wanted" "$build_id" "its build ID"
}

gdb_names_a_modules_init()
{
	local ko=$kernels/builtin/modules/minidump_test_init.ko frames text init build_id

	# It crashes before it tells any facts, which "boot" looks at
	"$board/boot.sh" --out "$machine" --kernel builtin --scenario crash \
		--add "file /minidump_test_init.ko $ko 644 0 0" \
		--append "oops=panic board_steps=load:minidump_test_init:"
	same guest-reset "$(cat "$machine/ended")" "the machine's end"
	collect
	module_in_dump minidump_test_init
	frames=$(backtrace "$machine/dump/minidump.elf" "$kernels/builtin/vmlinux" "$ko" "$text" \
		.init.text "$init" | grep '^#')
	# The module's init has both names, and no line of source for gdb
	grep -qwE "minidump_test_init|init_module" <<<"$frames" ||
		wrong "backtrace: seen \"$frames\", wanted minidump_test_init in it"
}

drgn_opens_the_dump_as_a_kernel()
{
	boot guest-reset --kernel builtin --scenario crash
	collect
	drgn_says builtin drgn-facts.py
	same "kernel True" "$(grep '^kernel ' "$machine/drgn.txt")" "drgn's flag"
	same "marker $marker" "$(grep '^marker ' "$machine/drgn.txt")" "marker in the log"
	same "release $(fact release)" "$(grep '^release ' "$machine/drgn.txt")" "release"
	[[ $(grep '^banner ' "$machine/drgn.txt") == "banner Linux version $(fact release) "* ]] ||
		wrong "banner: seen \"$(grep '^banner ' "$machine/drgn.txt")\", wanted $(fact release)"
	same "elsewhere missing" "$(grep '^elsewhere ' "$machine/drgn.txt")" \
		"memory that no region holds"
}

# A note's type 0 is VMCOREINFO's, and elflint does not know it
elfutils_have_nothing_else_to_say()
{
	local core=$machine/dump/minidump.elf

	boot guest-reset --kernel builtin --scenario crash
	collect
	eu-readelf -a "$core" >"$machine/eu-readelf.txt" 2>"$machine/eu-readelf.err" || true
	same "" "$(cat "$machine/eu-readelf.err")" "eu-readelf's complaints"
	same "" "$(eu-elflint --gnu "$core" 2>&1 |
		grep -v '^phdr\[0\]: unknown core file note type 0 at offset [0-9]*$')" \
		"eu-elflint's complaints"
}

# By the rules of crash(8), which reads but the first bytes of a file before it
# decides what it is: program headers come at once, notes first among them
crash_finds_what_it_looks_for()
{
	local core=$machine/dump/minidump.elf type offset paddr filesz memsz end=0 paddrs=

	boot guest-reset --kernel builtin --scenario crash
	collect
	same "64" "$(od -An -tu8 -j 32 -N 8 "$core" | tr -d ' ')" "e_phoff"
	same "NOTE" "$(readelf -lW "$core" | awk '/Type +Offset/ { getline; print $1 }')" \
		"the first program header"
	while read -r type offset _ paddr filesz memsz _; do
		case $type in
		NOTE)	end=$((offset + filesz)) ;;
		LOAD)	[ $((offset)) -ge "$end" ] || wrong "segment at $offset: wanted it behind the notes"
			same "$filesz" "$memsz" "sizes of the segment at $offset"
			paddrs+=$paddr$'\n' ;;
		esac
	done < <(readelf -lW "$core" | grep -E '^ +(NOTE|LOAD) ')
	same "" "$(sort <<<"$paddrs" | uniq -d)" "physical addresses of two segments"
	same "1" "$(readelf -nW "$core" | grep -cE '^ +VMCOREINFO ')" "notes VMCOREINFO"
}

frozen_machine_has_a_log_and_no_registers()
{
	boot stopped --kernel builtin --scenario freeze --stop-after "$BOARD_STOP_AFTER"
	collect
	vmcore-dmesg "$machine/dump/minidump.elf" >"$machine/dmesg.txt" 2>&1 ||
		wrong "vmcore-dmesg failed: $(tail -n 3 "$machine/dmesg.txt")"
	grep -q "board marker $marker" "$machine/dmesg.txt" ||
		wrong "log: seen \"$(tail -n 3 "$machine/dmesg.txt")\", wanted marker $marker"
	same "#0  0x0000000000000000 in ?? ()" \
		"$(backtrace "$machine/dump/minidump.elf" "$kernels/builtin/vmlinux" |
		grep '^#' | sort -u)" "backtrace"
}

vmcoreinfo_tells_where_the_kernel_ran()
{
	local address before=

	for _ in first second; do
		boot guest-reset --kernel builtin --scenario crash
		collect
		address=$(symbol builtin _stext)
		same "0x$(fact stext)" "$address" "address of _stext by KERNELOFFSET"
		[ "$address" != "$before" ] || wrong "two boots: seen $address twice, wanted two addresses"
		before=$address
	done
}

frozen_machine_leaves_a_whole_dump()
{
	echo "stopped after $BOARD_STOP_AFTER heartbeats"
	boot stopped --kernel builtin --scenario freeze --stop-after "$BOARD_STOP_AFTER"
	wants_whole_dump 10
}

machine_does_without_minidump()
{
	local lines smem=$1 allowed=$quiet_log_lines
	shift

	# Where there is no table at all, there is nothing to say
	[[ " $* " != *" --no-"* ]] || allowed=0
	boot guest-reset --kernel builtin --scenario crash "$@"
	same "$smem" "$(fact smem)" "qcom-smem"
	[ "$(fact minidump-device)" != bound ] || wrong "minidump device: seen bound, wanted it refused"
	lines=$(grep '^log ' "$machine/results.txt" || true)
	[ "$(grep -c . <<<"$lines")" -le "$allowed" ] ||
		wrong "log about minidump: seen \"$lines\", wanted $allowed lines at most"
	[ "$smem" = none ] || collect_nothing
	wants_ramoops_to_work --kernel builtin "$@"
}

warm_boot_leaves_a_whole_dump()
{
	boot guest-reset --kernel builtin --scenario crash
	boot guest-reset --kernel builtin --scenario crash --keep-ram
	wants_whole_dump 10
}

modules_leave_a_whole_dump()
{
	boot guest-reset --kernel module --scenario crash --load
	same bound "$(fact minidump-device)" "the minidump device"
	wants_whole_dump 10
}

unloaded_modules_leave_nothing()
{
	boot guest-reset --kernel module --scenario crash --load --unload
	same "$(grep -c '^fact loaded' "$machine/results.txt")" \
		"$(grep -c '^fact unloaded' "$machine/results.txt")" \
		"modules unloaded"
	same unbound "$(fact minidump-device)" "the minidump device"
	same "there none" "$(sed -n 's/^fact minidump-debugfs //p' "$machine/results.txt" | paste -sd ' ')" \
		"the driver's folder in debugfs, before and after"
	collect_nothing
	same "status 0, regions 0, table 0" \
		"$(sed -n 's/^# subsystem 0: \(status [0-9]*\), .*\(regions.*\)/\1, \2/p' "$machine/dump/regions.txt")" \
		"the entry of Linux"
}

modules_never_loaded_leave_nothing()
{
	boot guest-reset --kernel module --scenario crash
	same unbound "$(fact minidump-device)" "the minidump device"
	collect_nothing
	wants_ramoops_to_work --kernel module
}

# debugfs FILE: what the guest read there
debugfs()
{
	sed -n "s/^debugfs $1 //p" "$machine/results.txt"
}

# Each meaning that a word may have, as the ABI document lists them, and others
debugfs_tells_what_other_processors_wrote()
{
	local entry firmware=()
	local entries=(
		"1,1,0x4453424c,0x4e4f4e45,0x00594553,7,0x123456789abcdef0"
		"2,2,1,1,1,4294967295,18446744073709551615"
		"3,0,0x454e424c,0x53545254,0x00004e52,0,0"
		"9,0xffffffff,0xffffffff,0x444f4e45,0xffffffff,1,4096"
	)
	for entry in "${entries[@]}"; do
		firmware+=(--firmware --subsystem --firmware "$entry")
	done

	boot guest-shutdown --kernel builtin --scenario poweroff "${firmware[@]}"
	debugfs toc | sed -E 's,^(0 .*/NR) [0-9]+ 0x[0-9a-f]{16}$,\1 COUNT TABLE,' >"$machine/toc.txt"
	same "" "$(diff - "$machine/toc.txt" <<-'END'
	status 0x00000001
	revision 0x00000001
	enabled 0x454e424c
	subsystems 10
	index status enabled encryption_status encryption_required region_count regions_baseptr
	0 0x00000001/valid 0x454e424c/ENBL 0x444f4e45/DONE 0x00004e52/NR COUNT TABLE
	1 0x00000001/valid 0x4453424c/DSBL 0x4e4f4e45/NONE 0x00594553/YES 7 0x123456789abcdef0
	2 0x00000002/unknown 0x00000001/unknown 0x00000001/unknown 0x00000001/unknown 4294967295 0xffffffffffffffff
	3 0x00000000/unset 0x454e424c/ENBL 0x53545254/STRT 0x00004e52/NR 0 0x0000000000000000
	4 0x00000000/unset 0x00000000/unset 0x00000000/unset 0x00000000/unset 0 0x0000000000000000
	5 0x00000000/unset 0x00000000/unset 0x00000000/unset 0x00000000/unset 0 0x0000000000000000
	6 0x00000000/unset 0x00000000/unset 0x00000000/unset 0x00000000/unset 0 0x0000000000000000
	7 0x00000000/unset 0x00000000/unset 0x00000000/unset 0x00000000/unset 0 0x0000000000000000
	8 0x00000000/unset 0x00000000/unset 0x00000000/unset 0x00000000/unset 0 0x0000000000000000
	9 0xffffffff/unknown 0xffffffff/unknown 0x444f4e45/DONE 0xffffffff/unknown 1 0x0000000000001000
	END
	)" "what toc shows (>), and what was wanted (<)"
}

debugfs_tells_of_regions_that_wait()
{
	local waiting

	boot guest-shutdown --kernel builtin --scenario poweroff --no-smem
	same "no device" "$(debugfs toc)" "toc"
	waiting=$(debugfs regions | grep -c '^- K[A-Z0-9]* 0x[0-9a-f]\{16\} [0-9]* qcom_minidump')
	[ "$waiting" -gt 1 ] || wrong "regions: seen \"$(debugfs regions)\", wanted some that wait"
	same $((waiting + 1)) "$(debugfs regions | wc -l)" "lines of regions, with that of the columns"
	same "used 0 capacity 0 maximum 201 waiting $waiting refused 0" \
		"$(debugfs limits | head -n 5 | paste -sd ' ')" "limits"
}

# Overwrites a word that firmware reads on its way to the regions, or nearly so
damage_a_word()
{
	local smem_address smem_size word
	local values=('\0\0\0\0' '\xff\xff\xff\xff' '\xff\xff\xff\x7f' '\0\0\0\x80' '\x01\0\0\0' 'LBNE')

	read -r smem_address smem_size <"$machine/smem"
	case $((RANDOM % 4)) in
	0)	word=$((smem_address + smem_size - 4096 + RANDOM % 25 * 4)) ;;
	1)	word=$((smem_address + 4096 + RANDOM % 70 * 4)) ;;
	2)	word=$((toc + RANDOM % 12 * 4)) ;;
	3)	word=$((table + RANDOM % 110 * 4)) ;;
	esac
	word=$(((word - BOARD_RAM_BASE) / 4))
	damaged+=("$word")
	printf '%b' "${values[RANDOM % ${#values[@]}]}" >"$machine/word"
	dd if="$machine/word" of="$machine/ram.img" bs=4 conv=notrunc status=none seek="$word"
}

undo_damage()
{
	local word

	for word in "${damaged[@]}"; do
		dd if="$machine/ram.good" of="$machine/ram.img" bs=4 count=1 conv=notrunc \
			status=none skip="$word" seek="$word"
	done
}

damaged_tables_do_not_hurt_firmware()
{
	local i status toc table refused=0 damaged=()

	echo "seed $BOARD_DAMAGE_SEED"
	RANDOM=$BOARD_DAMAGE_SEED
	boot guest-reset --kernel builtin --scenario crash
	collect
	toc=$(sed -n 's/^# G-ToC: address \(0x[0-9a-f]*\),.*/\1/p' "$machine/dump/regions.txt")
	table=$(sed -n 's/^# subsystem 0.*table //p' "$machine/dump/regions.txt")
	cp --sparse=always "$machine/ram.img" "$machine/ram.good"

	for ((i = 0; i < damages; i++)); do
		damaged=()
		damage_a_word
		damage_a_word
		status=0
		"$board/collect.sh" "$machine" >"$machine/collect.txt" 2>"$machine/collect.err" || status=$?
		if grep -E 'Sanitizer|runtime error' "$machine/collect.err"; then
			wrong "damage $i: firmware misbehaved"
		fi
		case $status in
		0)	;;
		1|3)	refused=$((refused + 1))
			[ -s "$machine/collect.err" ] || wrong "damage $i: seen status $status, wanted a reason too" ;;
		*)	wrong "damage $i: seen status $status, wanted 0, 1 or 3: $(cat "$machine/collect.err")" ;;
		esac
		undo_damage
	done
	collect
	[ "$refused" -gt 0 ] || wrong "$damages damages: seen none refused, wanted some"
}

test_on_machine "a crash leaves every region byte for byte, with a G-ToC of 10 subsystems" \
	crash_leaves_a_whole_dump 10
test_on_machine "a crash leaves every region byte for byte, with a G-ToC of 30 subsystems" \
	crash_leaves_a_whole_dump 30
test_on_machine "firmware that takes only valid regions gets the same dump" \
	dump_has_no_need_of_valid
test_on_machine "the tables are mapped as normal memory that is not cached" \
	tables_are_not_cached
test_on_machine "one changed byte in the dump is noticed" \
	one_changed_byte_is_noticed
test_on_machine "readelf has nothing to warn of in the dump" \
	readelf_has_nothing_to_say
test_on_machine "vmcore-dmesg prints the log out of the dump, with the marker" \
	vmcore_dmesg_prints_the_log
test_on_machine "gdb shows how the kernel came to crash" \
	gdb_shows_how_the_kernel_came_to_crash builtin
test_on_machine "gdb shows it as well with minidump as modules" \
	gdb_shows_how_the_kernel_came_to_crash module --load
test_on_machine "gdb names the function that used a NULL pointer" \
	gdb_names_the_function_that_crashed builtin null minidump_test_null
test_on_machine "gdb names the function with a BUG in an interrupt, and who was interrupted" \
	gdb_names_whom_a_crash_interrupted interrupt minidump_test_bug minidump_test_interrupt
test_on_machine "gdb names the function of a module that panicked" \
	gdb_names_the_function_that_crashed builtin panic minidump_test_panic
test_on_machine "gdb names the function whose stack overflowed" \
	gdb_names_the_function_that_crashed builtin overflow minidump_test_overflow
test_on_machine "the dump lists the modules that are there" \
	dump_lists_the_modules_that_are_there builtin -
test_on_machine "gdb names the init function of a module that crashed" \
	gdb_names_a_modules_init
test_on_machine "gdb names the function that panicked in an interrupt, and who was interrupted" \
	gdb_names_whom_a_crash_interrupted interrupt-panic minidump_test_panic minidump_test_interrupt
test_on_machine "gdb names the handler of an SError, and who was interrupted" \
	gdb_names_whom_a_crash_interrupted serror arm64_serror_panic minidump_test_serror \
	--virt virtualization=on
test_on_machine "gdb names the function that overflowed the stack of interrupts" \
	gdb_names_the_function_that_crashed builtin interrupt-overflow minidump_test_overflow
test_on_machine "gdb shows what the other of 2 CPUs was doing" \
	every_cpu_is_there others 2 builtin
test_on_machine "gdb shows what each of 4 CPUs was doing" \
	every_cpu_is_there others 4 builtin
test_on_machine "CPUs that do not stop are named and have no registers" \
	cpus_that_do_not_stop_are_named
# CPUs are stopped in another way then, whether or not there is a crash kernel
test_on_machine "gdb shows what each of 4 CPUs was doing if a crash kernel could follow" \
	every_cpu_is_there others 4 builtin \
	--append "board_crash_cpu=0 crash_kexec_post_notifiers"
test_on_machine "CPUs that do not stop are named as well if a crash kernel could follow" \
	cpus_that_do_not_stop_are_named \
	--append "board_crash_cpu=2 crash_kexec_post_notifiers"
test_on_machine "a soft lockup names the CPU that has a lock and the one that wants it" \
	both_parties_are_named lock "softlockup: hung tasks" \
	--append "board_crash_cpu=0 softlockup_panic=1 board_crash_sysctl=watchdog_thresh=1"
[ -z "$hard_lockups" ] ||
	test_on_machine "a hard lockup names the CPU that has a lock and the one that wants it" \
		both_parties_are_named lock-masked "Hard LOCKUP" --cpu max --virt gic-version=3 \
		--append "board_crash_cpu=0 nmi_watchdog=panic board_crash_sysctl=watchdog_thresh=1 irqchip.gicv3_pseudo_nmi=1"
test_on_machine "a hung task's panic puts tasks and memory into the log, if so wanted" \
	log_has_tasks_and_memory
test_on_machine "an oops that is survived gives way to a panic" \
	survived_oops_gives_way_to_a_panic
test_on_machine "an oops that is survived is told of until then" \
	survived_oops_is_told_until_then
test_on_machine "the dump's task has neither keys nor canary" \
	task_has_no_keys
for variant in $variants; do
	test_on_machine "a crash leaves every region byte for byte, with $variant" \
		crash_leaves_a_whole_dump 10 --kernel "$variant" --cpu max
	test_on_machine "gdb shows how the kernel came to crash, with $variant" \
		gdb_shows_how_the_kernel_came_to_crash "$variant" --cpu max
	test_on_machine "the dump lists the modules that are there, with $variant" \
		dump_lists_the_modules_that_are_there "$variant" file --cpu max
	test_on_machine "gdb names the function that used a NULL pointer, with $variant" \
		gdb_names_the_function_that_crashed "$variant" null minidump_test_null --cpu max
	test_on_machine "gdb names the function that overflowed the stack of interrupts, with $variant" \
		gdb_names_the_function_that_crashed "$variant" interrupt-overflow \
		minidump_test_overflow --cpu max
done
[ "$BASE" != "$first_base" ] || {
	test_on_machine "a panic that stops the other CPU by a pseudo-NMI leaves a whole dump" \
		pseudo_nmi_stops_the_other_cpu
	test_on_machine "registers stay those of the oops when the panic moves to another CPU" \
		oops_keeps_its_registers_on_another_cpu
	test_on_machine "a crash leaves a whole dump where SMEM describes the memory's chips" \
		crash_leaves_a_whole_dump_beside_item_603
	test_on_machine "the host tool has one signature for each of five bugs, in 20 crashes" \
		crashes_fall_into_groups builtin
}
[ -z "$data" ] || {
	test_on_machine "the kernel's data is in the dump, all of it, and none of it twice" \
		crash_leaves_all_data
	test_on_machine "the kernel's data is in the dump after the driver was unbound" \
		crash_leaves_all_data \
		--append board_steps=unbind:qcom-minidump:qcom-minidump,bind:qcom-minidump:qcom-minidump
	test_on_machine "the host tool takes a dump with the kernel's data" \
		host_tool_takes_all_data
	test_on_machine "gdb shows variables of the kernel's data" \
		gdb_shows_variables
	test_on_machine "drgn finds the task that crashed in the kernel's data" \
		drgn_finds_the_crashed_task
	for cpu in 0 1; do
		test_on_machine "drgn unwinds the thread that crashed on CPU $cpu, with the kernel's data" \
			drgn_finds_the_crashed_thread sysrq_handle_crash --append "board_crash_cpu=$cpu"
	done
	# Until its panic, that oops was to be survived
	test_on_machine "drgn unwinds the thread with an oops too many, with the kernel's data" \
		drgn_finds_the_crashed_thread param_attr_store --modules minidump_test_crash \
		--append "sysctl.kernel.oops_limit=1 board_steps=oops:null:"
	test_on_machine "page tables lead to all of the kernel's data" \
		tables_lead_to_all_data
	for cpu in 0 1; do
		test_on_machine "physical addresses lead to copies when CPU $cpu has crashed" \
			physical_addresses_lead_to_copies $cpu
	done
	test_on_machine "the tasks that the CPUs ran are there, and the list of modules" \
		tasks_of_all_cpus_are_there
	test_on_machine "the task of a CPU in user space is there with its stack" \
		task_in_user_space_has_its_stack
	test_on_machine "the kernel's own notes have the registers of each CPU" \
		kernels_own_notes_have_the_registers
	test_on_machine "gdb shows the first CPU idle beside the kernel's data" \
		gdb_shows_the_idle_task_of_the_first_cpu
}
for variant in $data_variants; do
	test_on_machine "the kernel's data is in the dump, with $variant" \
		with_data_kernel "$variant" crash_leaves_all_data --cpu max
	test_on_machine "gdb shows variables of the kernel's data, with $variant" \
		with_data_kernel "$variant" gdb_shows_variables --cpu max
	test_on_machine "drgn finds the task that crashed in the kernel's data, with $variant" \
		with_data_kernel "$variant" drgn_finds_the_crashed_task --cpu max
	test_on_machine "drgn unwinds the thread that crashed, with $variant" \
		with_data_kernel "$variant" drgn_finds_the_crashed_thread sysrq_handle_crash --cpu max
	test_on_machine "page tables lead to all of the kernel's data, with $variant" \
		with_data_kernel "$variant" tables_lead_to_all_data --cpu max
	test_on_machine "physical addresses lead to copies, with $variant" \
		with_data_kernel "$variant" physical_addresses_lead_to_copies 0 --cpu max
done
[ -z "${MINIDUMP_PROVE:-}" ] || for variant in $data $data_variants; do
	test_on_machine "crash opens the dump in full mode, with $variant" \
		with_data_kernel "$variant" crash_opens_the_dump
	test_on_machine "crash shows what each CPU ran, of many tasks, with $variant" \
		with_data_kernel "$variant" crash_shows_what_each_cpu_ran
	test_on_machine "crash shows a CPU that was in user space, with $variant" \
		with_data_kernel "$variant" crash_shows_a_cpu_in_user_space
done
[ -z "${MINIDUMP_PROVE:-}" ] ||
	test_on_machine "gdb and drgn find memory whose address is tagged" \
		tags_hide_no_memory
test_on_machine "drgn opens the dump as a kernel's, and knows which" \
	drgn_opens_the_dump_as_a_kernel
test_on_machine "elfutils have nothing to say of the dump but that they do not know VMCOREINFO" \
	elfutils_have_nothing_else_to_say
test_on_machine "crash finds notes and program headers where it looks for them" \
	crash_finds_what_it_looks_for
test_on_machine "a frozen machine's dump has the log, and registers of no CPU" \
	frozen_machine_has_a_log_and_no_registers
test_on_machine "VMCOREINFO in the dump tells at which random address the kernel ran" \
	vmcoreinfo_tells_where_the_kernel_ran
test_on_machine "a machine frozen at a random moment leaves a dump just as whole" \
	frozen_machine_leaves_a_whole_dump
test_on_machine "a crash after a warm boot leaves a whole dump" \
	warm_boot_leaves_a_whole_dump
test_on_machine "ramoops works where firmware has no item for minidump" \
	machine_does_without_minidump bound --firmware --no-item
test_on_machine "ramoops works where SMEM admits no item number that high" \
	machine_does_without_minidump bound --firmware --no-item --firmware --item-count --firmware 512
test_on_machine "ramoops works where the G-ToC has status 0" \
	machine_does_without_minidump bound --firmware --toc-status --firmware 0
test_on_machine "ramoops works where the item has no room for one subsystem" \
	machine_does_without_minidump bound --firmware --item-size --firmware 47
test_on_machine "ramoops works where the item has no room for the G-ToC itself" \
	machine_does_without_minidump bound --firmware --item-size --firmware 15
# Who looks for an item behind that one gets a warning of the SMEM driver's own, so
# the one that Linux 7.3 looks for comes before it
test_on_machine "ramoops works where the item claims to end beyond SMEM" \
	machine_does_without_minidump bound --firmware --item-too-long --firmware --dram --firmware 1555000
test_on_machine "ramoops works where there is no SMEM" \
	machine_does_without_minidump none --no-smem
test_on_machine "minidump as modules leaves a dump as whole as built in" \
	modules_leave_a_whole_dump
test_on_machine "modules unloaded before the crash leave nothing to collect" \
	unloaded_modules_leave_nothing
test_on_machine "modules never loaded leave nothing to collect, and ramoops works" \
	modules_never_loaded_leave_nothing
test_on_machine "debugfs tells what other processors have written to the G-ToC" \
	debugfs_tells_what_other_processors_wrote
test_on_machine "debugfs tells of regions that wait for a device" \
	debugfs_tells_of_regions_that_wait
test_on_machine "damaged tables make firmware complain, and nothing worse" \
	damaged_tables_do_not_hurt_firmware

need_packages build board tools
build_host
# shellcheck disable=SC2086 # words
"$board/build-kernel.sh" builtin module $data $data_variants $variants ${MINIDUMP_PROVE:+tags}
scratch_dir
run_tests
