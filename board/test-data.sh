# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What test.sh wants of a dump that has the kernel's data: all of it, none of it
# twice, and debuggers that show variables as they were. To be sourced after
# test-crashes.sh.

# shellcheck disable=SC2154 # board, machine, kernels: lib.sh's and test-lib.sh's; data: test.sh's

# with_data_kernel VARIANT COMMAND... : on another kernel that has its data in the dump
with_data_kernel()
{
	local data=$1

	"${@:2}"
}

# All segments, by their addresses in column 1 (virtual) or 2 (physical), with sizes
segments()
{
	readelf -lW "$machine/dump/minidump.elf" |
		awk -v column="$1" '$1 == "LOAD" { print $(2 + column), $5 }' | sort
}

# has_all_of START END: all of that memory is in segments, which follow each other
has_all_of()
{
	local at=$(($1)) end=$(($2)) address size

	while read -r address size; do
		# Addresses of the kernel are negative numbers here, in the same order
		[ $((address)) -ne "$at" ] || at=$((address + size))
	done < <(segments 1)
	[ "$at" -ge "$end" ] ||
		wrong "memory from $1 to $2: seen nothing at $(printf '%#x' "$at"), wanted all of it"
}

has_nothing_twice()
{
	local column address size end

	for column in 1 2; do
		end=
		while read -r address size; do
			[ -z "$end" ] || [ $((address)) -ge "$end" ] ||
				wrong "segment at $address: seen one before it that ends at $(printf '%#x' "$end")"
			end=$((address + size))
		done < <(segments $column)
	done
}

has_all_data()
{
	local names name cpu start size stack

	names=$(region_names)
	for name in KDATA_0 KBSS_0 KROINIT_0 KCPU0_0 KCPU1_0 KPGTAB0_0 KMEMROOT_0 KMEMSEC0_0; do
		grep -qx $name <<<"$names" || wrong "regions: seen ${names//$'\n'/ }, wanted $name among them"
	done

	# Behind the first task's stack
	stack=$(($(symbol "$data" init_stack) + $(stat -c %s "$machine/dump/md_KTASKSTACK.BIN")))
	has_all_of "$stack" "$(symbol "$data" _edata)"
	has_all_of "$(symbol "$data" __bss_start)" "$(symbol "$data" __bss_stop)"
	has_all_of "$(symbol "$data" __start_ro_after_init)" "$(symbol "$data" __end_ro_after_init)"
	size=$(($(symbol "$data" __per_cpu_end) - $(symbol "$data" __per_cpu_start)))
	for cpu in 0 1; do
		start=$(address_of "KCPU${cpu}_0")
		has_all_of "$start" $((start + size))
	done
	has_nothing_twice
}

# However often the driver was unbound
crash_leaves_all_data()
{
	boot guest-reset --kernel "$data" --scenario crash "$@"
	wants_whole_dump 10
	has_all_data
}

# Addresses of the headers that have the place of another one in the file. A panic adds
# them by kinds, the tool in the order of regions, which may be another at each boot.
aliases()
{
	readelf -lW "$1" | awk '$1 == "LOAD" && seen[$2]++ { print $3, $4, $5 }' | sort
}

host_tool_takes_all_data()
{
	local tool=$MINIDUMP_BUILD/minidump/minidump

	alone minidump make_tool >"$machine/tool.log" 2>&1 ||
		wrong "the host tool does not build: $(tail -n 1 "$machine/tool.log")"
	boot guest-reset --kernel "$data" --scenario crash
	collect
	"$tool" verify --vmlinux "$kernels/$data/vmlinux" "$machine/dump" >"$machine/verify.txt" 2>&1 ||
		wrong "verify: seen \"$(cat "$machine/verify.txt")\", wanted no complaint"
	mkdir "$machine/apart"
	cp "$machine/dump"/md_*.BIN "$machine/apart/"
	"$tool" elf -o "$machine/tool.elf" "$machine/apart" 2>"$machine/tool.err" ||
		wrong "elf: seen \"$(cat "$machine/tool.err")\", wanted no complaint"
	same "" "$(cat "$machine/tool.err")" "complaints about the regions"
	# With another header, as a region is not there
	rm "$machine/apart/md_KMODULES.BIN"
	"$tool" elf -o "$machine/part.elf" "$machine/apart" 2>"$machine/tool.err" &&
		wrong "elf: seen no complaint, wanted one about KMODULES"
	same "$(aliases "$machine/dump/minidump.elf")" "$(aliases "$machine/part.elf")" "aliases"
	aliases "$machine/part.elf" | grep -q . || wrong "aliases: seen none, wanted some"
	"$tool" info "$machine/dump/minidump.elf" >"$machine/info.txt"
	same "  crash vmlinux $machine/dump/minidump.elf" \
		"$(grep '^  crash ' "$machine/info.txt")" "how to open it in crash"
	cmp "$machine/dump/minidump.elf" "$machine/tool.elf"
}

# jiffies_are_of_the_crash FILE: they begin 5 minutes before 2^32, and go on until then.
# On a busy host the CPU that counts them may have been put aside for seconds.
jiffies_are_of_the_crash()
{
	local jiffies hz crash

	jiffies=$(sed -n 's/^jiffies //p' "$1")
	hz=$(sed -n 's/^CONFIG_HZ=//p' "$kernels/$data/config")
	crash=$(kcrash time | tr -d .)
	crash=$((10#$crash / 1000000))
	jiffies=$(((jiffies - ((-300 * hz) & 0xffffffff)) * 1000 / hz))
	if [ "$jiffies" -le 0 ] || [ "$jiffies" -gt $((crash + 1000)) ]; then
		wrong "jiffies_64: seen $jiffies ms after the boot, wanted $crash at most"
	fi
}

# Variables of each kind of memory, with other values than vmlinux has for them: one
# that an oops raises, one that is set, and some that are as they are
gdb_shows_variables()
{
	local phys

	"$board/boot.sh" --out "$machine" --kernel "$data" --scenario crash --modules minidump_test_crash \
		--append "board_steps=oops:null: sysctl.kernel.hung_task_timeout_secs=77" "$@"
	same guest-reset "$(cat "$machine/ended")" "the machine's end"
	collect
	# shellcheck disable=SC2034 # backtrace's
	local gdb_commands=(
		-ex 'printf "bss %d\n", oops_count.counter'
		-ex 'printf "data %lu\n", sysctl_hung_task_timeout_secs'
		-ex 'printf "after-boot %lx\n", kimage_voffset'
		-ex 'printf "cpus %d %d\n", ((struct rq *)((char *)&runqueues + __per_cpu_offset[0]))->cpu, ((struct rq *)((char *)&runqueues + __per_cpu_offset[1]))->cpu'
		-ex 'printf "name %s\n", init_uts_ns.name.sysname'
		-ex 'printf "task %s\n", init_task.comm'
		-ex 'printf "jiffies %lu\n", jiffies_64'
	)
	backtrace "$machine/dump/minidump.elf" "$kernels/$data/vmlinux" >"$machine/gdb.txt" ||
		wrong "gdb failed: $(tail -n 3 "$machine/gdb.txt")"

	phys=$(readelf -lW "$machine/dump/minidump.elf" | awk -v virt="$(address_of KUTS)" '
		$1 == "LOAD" && $3 "" == virt { print $4 }')
	same "bss 1
data 77
after-boot $(printf '%x' $(($(address_of KUTS) - phys)))
cpus 0 1
name Linux
task swapper/0" "$(grep -E '^(bss|data|after-boot|cpus|name|task) ' "$machine/gdb.txt")" "variables in gdb"
	jiffies_are_of_the_crash "$machine/gdb.txt"
}

drgn_finds_the_crashed_task()
{
	boot guest-reset --kernel "$data" --scenario crash --append board_crash_cpu=0 "$@"
	collect
	drgn_says "$data" drgn-data.py
	same "possible 0 1" "$(grep '^possible ' "$machine/drgn.txt")" "possible CPUs"
	same "crashed init" "$(grep '^crashed ' "$machine/drgn.txt")" "the task that crashed"
	same "cpu $(kcrash cpu) $(address_of KTASK)" \
		"$(grep "^cpu $(kcrash cpu) " "$machine/drgn.txt")" "the task of that CPU's run queue"
	same 2 "$(grep -c '^cpu [01] 0xff' "$machine/drgn.txt")" "CPUs that have a task"
	grep -qx "frame sysrq_handle_crash" "$machine/drgn.txt" ||
		wrong "stack trace: seen \"$(grep ^frame "$machine/drgn.txt")\", wanted sysrq_handle_crash in it"
	jiffies_are_of_the_crash "$machine/drgn.txt"
}

# On CPU 1 that is not the PID that drgn looks for, which is the CPU's number plus 1:
# drgn_finds_the_crashed_thread FUNCTION OPTION...
drgn_finds_the_crashed_thread()
{
	local cpu

	# Not all of these machines come to tell their facts
	"$board/boot.sh" --out "$machine" --kernel "$data" --scenario crash "${@:2}"
	same guest-reset "$(cat "$machine/ended")" "the machine's end"
	collect
	cpu=$(kcrash cpu)
	drgn_says "$data" drgn-thread.py "$(kcrash pid)"
	same "thread $((cpu + 1))" "$(grep -o '^thread [0-9]*' "$machine/drgn.txt")" "PID of the thread"
	grep -q '^thread [0-9]* 0xff' "$machine/drgn.txt" ||
		wrong "thread: seen \"$(grep ^thread "$machine/drgn.txt")\", wanted the address of a task"
	grep -qx "frame $1" "$machine/drgn.txt" ||
		wrong "frames: seen \"$(grep ^frame "$machine/drgn.txt")\", wanted $1 among them"
	same "task $(kcrash comm) $(address_of KTASK)" "$(grep ^task "$machine/drgn.txt")" \
		"the task with PID $(kcrash pid)"
}

# What is mapped for good, read as tools do that know no segment's virtual address
tables_lead_to_all_data()
{
	local name ranges=() first last

	boot guest-reset --kernel "$data" --scenario crash "$@"
	collect
	for name in $(region_names | grep -E '^K(LOG|DATA|BSS|ROINIT|CPU|UTS|BANNER|PGDIR|MEM)'); do
		ranges+=("$(address_of "$name"):$(stat -c %s "$machine/dump/md_$name.BIN")")
	done
	drgn_says "$data" drgn-tables.py "${ranges[@]}"
	same "$(printf 'memory %s same\n' "${ranges[@]}")" "$(grep ^memory "$machine/drgn.txt")" \
		"memory that is read by page tables"
	first=$((BOARD_RAM_BASE >> 27))
	last=$(((BOARD_RAM_BASE + BOARD_RAM_MIB * 1024 * 1024 - 1) >> 27))
	same "sections $(seq -s ' ' $first $last)" "$(grep ^sections "$machine/drgn.txt")" \
		"sections of memory, of 128 MiB each"
}

# Its stack is the one that the data is without; and return addresses on it are signed
gdb_shows_the_idle_task_of_the_first_cpu()
{
	local boots

	for ((boots = 0; boots < 5; boots++)); do
		boot guest-reset --kernel "$data" --scenario crash --crash panic --cpu max \
			--append board_crash_cpu=1
		collect
		gdb_on_test_module all_backtraces "$data"
		# It may have had something to do
		! thread_frames 1 | grep -qw do_idle || break
	done
	same "$(symbol "$data" init_stack)" "$(printf '%#x' "$(address_of KSTACK0)")" "address of KSTACK0"
	thread_frames 1 | grep -qw start_kernel ||
		wrong "CPU 0: seen \"$(cat "$machine/backtrace.txt")\", wanted it to begin with start_kernel"
}

# How far a physical address of a region's contents is from the virtual one of its
# segment: of the segment, or of its alias
distance_of()
{
	local headers virt place phys

	headers=$(readelf -lW "$machine/dump/minidump.elf")
	virt=$(address_of "$1")
	place=$(awk -v virt="$virt" '$1 == "LOAD" && $3 "" == virt { print $2 }' <<<"$headers")
	phys=$(awk -v place="$place" '$1 == "LOAD" && $2 "" == place { print $4 }' <<<"$headers" | tail -n 1)
	printf '%#x\n' $((phys - virt))
}

# As crash reads them: by an offset in the linear map, by page tables elsewhere. Only the
# idle task of CPU 0 has a stack that vmalloc() did not make.
physical_addresses_lead_to_copies()
{
	local cpu=$1 name ranges=()

	boot guest-reset --kernel "$data" --scenario crash --append "board_crash_cpu=$cpu" "${@:2}"
	collect
	for name in KTASK KPID0 KPIDNODE0 KSTACKTAB0; do
		same "$(distance_of KPGTAB0_0)" "$(distance_of $name)" \
			"distance of $name's physical address from its virtual one"
	done
	for name in KTASKSTACK $(region_names | grep -x 'KSTACK[0-9]*'); do
		# The crashed CPU's own stack is not copied twice
		[ "$name" = "KSTACK$cpu" ] ||
			ranges+=("$(address_of "$name"):$(stat -c %s "$machine/dump/md_$name.BIN")")
	done
	drgn_says "$data" drgn-tables.py "${ranges[@]}"
	same "$(printf 'memory %s same\n' "${ranges[@]}")" "$(grep ^memory "$machine/drgn.txt")" \
		"stacks that are read by page tables"
}

# Of many tasks, those that ran, and no others. The first one, which did not, has its
# stack as well.
tasks_of_all_cpus_are_there()
{
	local worker

	boot guest-reset --kernel "$data" --scenario crash --crash others \
		--append "board_crash_cpu=0 board_steps=processes:100:"
	collect
	drgn_says "$data" drgn-tasks.py
	worker=$(sed -n 's,^cpu 1 \([0-9]*\) kworker/1:.*,\1,p' "$machine/drgn.txt")
	[ -n "$worker" ] || wrong "CPU 1: seen \"$(grep '^cpu 1' "$machine/drgn.txt")\", wanted a kworker"
	same "pids 1 $worker
pages 0 some
besides 0 0
module minidump_test_crash 0" "$(grep -v '^cpu' "$machine/drgn.txt")" "PIDs, pages and modules"
	same "cpu 0 1 init $(address_of KTASKSTACK)" "$(grep '^cpu 0' "$machine/drgn.txt")" "task of CPU 0"
	same "$(symbol "$data" init_stack)" "$(printf '%#x' "$(address_of KINITSTACK0)")" \
		"address of KINITSTACK0"
}

task_in_user_space_has_its_stack()
{
	boot guest-reset --kernel "$data" --scenario crash --append "board_crash_cpu=0 board_steps=spin:1:"
	collect
	drgn_says "$data" drgn-tasks.py
	same "1" "$(kcrash unknown)" "KCRASH: CPUs without registers"
	grep -qE "^cpu 1 [0-9]+ init $(address_of KSTACK1)$" "$machine/drgn.txt" ||
		wrong "CPU 1: seen \"$(grep '^cpu 1' "$machine/drgn.txt")\", wanted init on $(address_of KSTACK1)"
	same "pages 1 some" "$(grep '^pages 1' "$machine/drgn.txt")" "pages of that task"
}

kernels_own_notes_have_the_registers()
{
	boot guest-reset --kernel "$data" --scenario crash "$@"
	collect
	drgn_says "$data" drgn-notes.py "$machine/dump/minidump.elf"
	same "cpu 0 same
cpu 1 same" "$(cat "$machine/drgn.txt")" "registers in crash_notes"
}
