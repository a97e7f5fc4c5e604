# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What test.sh wants of crashes: the registers and stacks of each CPU that had a
# part in one, whichever way the kernel went down, and nothing of another crash. To
# be sourced after test-lib.sh.

# shellcheck disable=SC2154 # machine, kernels, board: test-lib.sh's and lib.sh's

# What gdb says of a crash in minidump_test_crash goes to backtrace.txt:
# gdb_on_test_module backtrace|all_backtraces KERNEL
gdb_on_test_module()
{
	# shellcheck disable=SC2034 # module_in_dump sets more than is looked at
	local command=$1 kernel=$2 cold text init build_id

	module_in_dump minidump_test_crash
	cold=$(fact test-module-cold)
	"$command" "$machine/dump/minidump.elf" "$kernels/$kernel/vmlinux" \
		"$kernels/$kernel/modules/minidump_test_crash.ko" "$text" \
		${cold:+.text.unlikely "$cold"} >"$machine/backtrace.txt" ||
		wrong "gdb failed: $(tail -n 3 "$machine/backtrace.txt")"
}

# By an oops or a panic in a module, in one of the ways of minidump_test_crash:
# gdb_names_the_function_that_crashed KERNEL HOW FUNCTION OPTION...
gdb_names_the_function_that_crashed()
{
	local kernel=$1 how=$2 function=$3 frames
	shift 3

	boot guest-reset --kernel "$kernel" --scenario crash --crash "$how" --append oops=panic "$@"
	collect
	gdb_on_test_module backtrace "$kernel"
	frames=$(grep '^#' "$machine/backtrace.txt")
	grep -qw "$function" <<<"$frames" ||
		wrong "backtrace: seen \"$frames\", wanted $function in it"
	vmcore-dmesg "$machine/dump/minidump.elf" >"$machine/dmesg.txt"
	grep -q "Kernel panic - not syncing" "$machine/dmesg.txt" ||
		wrong "log: seen \"$(tail -n 3 "$machine/dmesg.txt")\", wanted the panic"
}

# The frames of a thread, by its LWP
thread_frames()
{
	awk -v lwp="$1" '/^Thread / { on = $0 ~ "LWP " lwp ")" } on && /^#/' "$machine/backtrace.txt"
}

# every_cpu_is_there HOW CPUS KERNEL OPTION... : CPU 0 panics while others spin
every_cpu_is_there()
{
	local how=$1 BOARD_CPUS=$2 kernel=$3 cpu
	shift 3

	boot guest-reset --kernel "$kernel" --scenario crash --crash "$how" \
		--append board_crash_cpu=0 "$@"
	collect
	gdb_on_test_module all_backtraces "$kernel"
	same "$(seq "$BOARD_CPUS")" "$(sed -n 's/^\[New LWP \(.*\)\]$/\1/p' "$machine/backtrace.txt")" \
		"threads: CPU + 1, in the order of the notes"
	grep -q '^\* 1 .*LWP 1 .*minidump_test_panic' "$machine/backtrace.txt" ||
		wrong "current thread: seen \"$(grep '^\*' "$machine/backtrace.txt")\", wanted CPU 0's"
	for ((cpu = 1; cpu < BOARD_CPUS; cpu++)); do
		thread_frames $((cpu + 1)) | grep -qw minidump_test_spin ||
			wrong "CPU $cpu: seen \"$(thread_frames $((cpu + 1)))\", wanted minidump_test_spin"
		thread_frames $((cpu + 1)) | grep -qw ret_from_fork ||
			wrong "CPU $cpu: seen \"$(thread_frames $((cpu + 1)))\", wanted it to end in ret_from_fork"
	done
	same panic "$(kcrash what)" "KCRASH: what"
	same "minidump test" "$(kcrash message)" "KCRASH: message"
	same "0 " "$(kcrash cpu) $(kcrash missing)$(kcrash unknown)" "KCRASH: CPU, missing and unknown ones"
	same 1 "$(kcrash complete)" "KCRASH: complete"
}

cpus_that_do_not_stop_are_named()
{
	local BOARD_CPUS=4

	boot guest-reset --kernel builtin --scenario crash --crash others-masked \
		--append board_crash_cpu=2 "$@"
	collect
	same "2 0-1,3 " "$(kcrash cpu) $(kcrash missing) $(kcrash unknown)" \
		"KCRASH: CPU, missing and unknown ones"
	all_backtraces "$machine/dump/minidump.elf" "$kernels/builtin/vmlinux" >"$machine/backtrace.txt"
	same "[New LWP 3]" "$(grep '^\[New LWP' "$machine/backtrace.txt")" "threads"
}

pseudo_nmi_stops_the_other_cpu()
{
	boot guest-reset --kernel builtin --scenario crash --cpu max --virt gic-version=3 \
		--append irqchip.gicv3_pseudo_nmi=1
	grep -q "Pseudo-NMIs enabled" "$machine/console.log" ||
		wrong "console: seen no word of pseudo-NMIs, wanted them enabled"
	wants_whole_dump 10
	! grep -q "failed to stop" "$machine/console.log" ||
		wrong "console: seen \"$(grep "failed to stop" "$machine/console.log")\", wanted all stopped"
}

oops_keeps_its_registers_on_another_cpu()
{
	gdb_names_the_function_that_crashed builtin null minidump_test_null \
		--append "oops=panic panic_force_cpu=1 board_crash_cpu=0"
	grep -q "Redirecting from CPU 0 to CPU 1" "$machine/console.log" ||
		wrong "console: seen no redirection, wanted one from CPU 0 to CPU 1"
	same "[New LWP 1]" "$(grep '^\[New LWP' "$machine/backtrace.txt")" "thread of the registers: CPU + 1"
}

# The thread behind those of the CPUs; without oops=panic, as an interrupt never dies
# alone: gdb_names_whom_a_crash_interrupted HOW FUNCTION INTERRUPTED OPTION...
gdb_names_whom_a_crash_interrupted()
{
	local name

	boot guest-reset --kernel builtin --scenario crash --crash "$1" --append board_crash_cpu=0 "${@:4}"
	collect
	gdb_on_test_module all_backtraces builtin
	thread_frames 1 | grep -qw "$2" ||
		wrong "CPU 0: seen \"$(cat "$machine/backtrace.txt")\", wanted $2"
	for name in "$3" vfs_write el0_svc; do
		thread_frames 1001 | grep -qw "$name" ||
			wrong "what it interrupted: seen \"$(cat "$machine/backtrace.txt")\", wanted $name"
	done
}

# both_parties_are_named HOW MESSAGE OPTION... : CPU 0 wants what CPU 1 never gives
# back, and the kernel notices with that message
both_parties_are_named()
{
	local how=$1 message=$2 cpu frames function=minidump_test_want
	shift 2

	boot guest-reset --kernel builtin --scenario crash --crash "$how" "$@"
	collect
	gdb_on_test_module all_backtraces builtin
	for cpu in 0 1; do
		frames=$(thread_frames $((cpu + 1)); thread_frames $((cpu + 1001)))
		grep -qw $function <<<"$frames" ||
			wrong "CPU $cpu: seen \"$(cat "$machine/backtrace.txt")\", wanted $function"
		function=minidump_test_hold
	done
	same "panic $message " "$(kcrash what) $(kcrash message) $(kcrash missing)" \
		"KCRASH: what, message, missing CPUs"
}

# Neither of two tasks is on a CPU then, so the log has to have both
log_has_tasks_and_memory()
{
	local word

	boot guest-reset --kernel builtin --scenario crash --crash mutex \
		--append "hung_task_panic=1 board_crash_sysctl=hung_task_timeout_secs=1 panic_print=3"
	collect
	vmcore-dmesg "$machine/dump/minidump.elf" >"$machine/dmesg.txt"
	same panic "$(kcrash what)" "KCRASH: what"
	for word in "blocked for more than" minidump_test_wait minidump_test_keep Mem-Info; do
		grep -q "$word" "$machine/dmesg.txt" ||
			wrong "log: seen \"$(tail -n 40 "$machine/dmesg.txt")\", wanted $word in it"
	done
}

# after_survived_oops ENDED OPTION... : the guest tells of the oops, which is no fault
after_survived_oops()
{
	local ended=$1
	shift

	"$board/boot.sh" --out "$machine" --kernel builtin --modules minidump_test_crash \
		--append board_steps=oops:null: "$@"
	same "$ended" "$(cat "$machine/ended")" "the machine's end"
	collect
	gdb_on_test_module backtrace builtin
}

survived_oops_gives_way_to_a_panic()
{
	after_survived_oops guest-reset --scenario crash
	same "panic 1 1" "$(kcrash what) $(kcrash oopses) $(kcrash pid)" "KCRASH: what, oopses, task"
	grep '^#' "$machine/backtrace.txt" | grep -qw sysrq_handle_crash ||
		wrong "backtrace: seen \"$(cat "$machine/backtrace.txt")\", wanted sysrq_handle_crash"
	! grep -qw minidump_test_null "$machine/backtrace.txt" ||
		wrong "backtrace: seen \"$(cat "$machine/backtrace.txt")\", wanted no word of the oops"
}

survived_oops_is_told_until_then()
{
	after_survived_oops guest-shutdown --scenario poweroff
	same "oops 0" "$(kcrash what) $(kcrash oopses)" "KCRASH: what, oopses"
	[[ $(kcrash message) == Oops* ]] || wrong "KCRASH: seen message \"$(kcrash message)\", wanted that of an oops"
	grep '^#' "$machine/backtrace.txt" | grep -qw minidump_test_null ||
		wrong "backtrace: seen \"$(cat "$machine/backtrace.txt")\", wanted minidump_test_null"
}

# address_of REGION: where debuggers find it
address_of()
{
	readelf -SW "$machine/dump/minidump.elf" | awk -v name="$1" '{ sub(/^ *\[[ 0-9]*\]/, "") }
		$1 == name { print "0x" $3 }'
}

# By its type, as the task is not where the task list would have it
task_has_no_keys()
{
	local task

	boot guest-reset --kernel builtin --scenario crash --cpu max
	collect
	task="((struct task_struct *)$(address_of KTASK))"
	gdb-multiarch --batch --nx -ex "file $kernels/builtin/vmlinux" \
		-ex "core-file $machine/dump/minidump.elf" \
		-ex "printf \"%s %d canary %lx\\n\", $task->comm, $task->pid, $task->stack_canary" \
		-ex "printf \"kernel %lx %lx\\n\", $task->thread.keys_kernel.apia.lo, $task->thread.keys_kernel.apia.hi" \
		-ex "printf \"user %lx %lx\\n\", $task->thread.keys_user.apia.lo, $task->thread.keys_user.apga.hi" \
		>"$machine/gdb.txt" 2>&1 || wrong "gdb failed: $(tail -n 3 "$machine/gdb.txt")"
	same "init 1 canary 0
kernel 0 0
user 0 0" "$(tail -n 3 "$machine/gdb.txt")" "what gdb sees of the task"
}

# memory_is_found REGION: at its address, by gdb and drgn
memory_is_found()
{
	local core=$machine/dump/minidump.elf file=$machine/dump/md_$1.BIN address size

	address=$(address_of "$1")
	size=$(stat -c %s "$file")
	gdb-multiarch --batch --nx -ex "core-file $core" \
		-ex "dump binary memory $machine/gdb.bin $address $address+$size" >"$machine/gdb.txt" 2>&1
	drgn -q -c "$core" -s "$(drgn_vmlinux "$kernels/tags")" "$board/host/drgn-read.py" \
		"$address" "$size" >"$machine/drgn.bin" 2>"$machine/drgn.txt" ||
		wrong "drgn failed: $(tail -n 3 "$machine/drgn.txt")"
	cmp "$file" "$machine/gdb.bin" || wrong "gdb: $(cat "$machine/gdb.txt")"
	cmp "$file" "$machine/drgn.bin"
}

# KTASK has a task's address, and KMODULES that of memory that the driver allocated
tags_hide_no_memory()
{
	boot guest-reset --kernel tags --scenario crash
	grep -q "KernelAddressSanitizer initialized (sw-tags" "$machine/console.log" ||
		wrong "console: seen no word of tags, wanted them in use"
	wants_whole_dump 10
	same "" "$(readelf -lW "$machine/dump/minidump.elf" | awk '$1 == "LOAD" && $3 !~ /^0xff/')" \
		"segments with a tag in their address"
	memory_is_found KTASK
	memory_is_found KMODULES
}
