// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the CPU that went down, and what the others were doing
 *
 * With the registers and the stack of the CPU that oopsed or panicked, a debugger
 * shows from the dump how it came to that. qcom_minidump_copies.c keeps copies of
 * the stacks and of the task, and KCRASH says in text what happened.
 *
 * The machine is broken when this runs. It takes no lock, allocates nothing,
 * reads what may be damaged only by copy_from_kernel_nofault(), and writes only
 * to the copies, through qcom_minidump_describe_crash() to the ELF header of the
 * dump, and to the kernel's own notes of a crash.
 */

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/elfcore.h>
#include <linux/instruction_pointer.h>
#include <linux/kconfig.h>
#include <linux/kdebug.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/panic.h>
#include <linux/panic_notifier.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/smp.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uuid.h>

#include <asm/barrier.h>
#include <asm/irq_regs.h>

#include "qcom_minidump_copies.h"
#include "qcom_minidump_crash.h"
#include "qcom_minidump_frames.h"
#include "qcom_minidump_kcrash.h"
#include "qcom_minidump_module_list.h"
#include "qcom_minidump_notes.h"
#include "qcom_minidump_panic.h"
#include "qcom_minidump_pids.h"
#include "qcom_minidump_stack_tables.h"
#include "qcom_minidump_tasks.h"

/*
 * All this is at file scope because a crash belongs to no device, and because a
 * crash can allocate nothing. Crashes are reported one after the other: the kernel
 * lets one CPU oops at a time, and stops the others before a panic's notifiers.
 */

/**
 * struct victim - A CPU that went down
 * @task:	its task, or NULL as long as there is none
 * @pid:	likewise
 * @comm:	likewise
 * @cpu:	its number
 * @oopses:	how many oopses there were before
 * @fatal:	it oopsed, and a panic comes of that
 */
struct victim {
	struct task_struct *task;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	unsigned int cpu;
	unsigned int oopses;
	bool fatal;
};

/* The CPU whose registers and memory the dump has */
static struct victim victim;
static elf_gregset_t registers;

/*
 * An oops that was not written down because another CPU was changing the tables.
 * The buffers are not its own then, but if it ends in a panic, these are the
 * registers.
 */
static struct victim untold;
static struct pt_regs untold_regs;

/* What an exception has interrupted on that CPU, then the CPUs that a panic has stopped */
static struct qcom_minidump_cpu others[MINIDUMP_CPUS_MAX];
static unsigned int other_count;
/* CPUs that did not stop, and CPUs whose registers are not known */
static struct cpumask missing, unknown;

/* Since the device is there */
static unsigned int oopses;
static u8 boot[16];

static bool panicked;

/* No registers, and all copies where they are */
static const struct qcom_minidump_crash no_crash = {
	.moves = qcom_minidump_copy_homes,
	.move_count = MINIDUMP_COPIES,
};

/*
 * Debuggers must not take a copy for its original while it is being made, nor a
 * reader the text of one crash for that of another.
 */
static bool hide_victim(bool alone)
{
	if (!qcom_minidump_describe_crash(&no_crash, alone))
		return false;

	qcom_minidump_kcrash_forget(qcom_minidump_copy_buffer(MINIDUMP_COPY_KCRASH));
	qcom_minidump_copies_forget();
	victim.task = NULL;
	return true;
}

/* Debuggers know a CPU by this, and 0 for no CPU */
static pid_t pid_of_cpu(unsigned int cpu)
{
	return cpu + 1;
}

static struct qcom_minidump_crash crash_of_victim(void)
{
	return (struct qcom_minidump_crash) {
		.registers = &registers,
		.pid = pid_of_cpu(victim.cpu),
		.moves = qcom_minidump_copy_moves,
		.move_count = MINIDUMP_COPIES,
		.others = others,
		.other_count = other_count,
	};
}

static bool show_victim(bool alone)
{
	const struct qcom_minidump_crash crash = crash_of_victim();

	return qcom_minidump_describe_crash(&crash, alone);
}

/* As all CPUs have stopped: what tools look for beside the registers and the stacks */
static void show_all_cpus(void)
{
	struct qcom_minidump_crash crash = crash_of_victim();

	if (IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS)) {
		qcom_minidump_pid_copy(pid_of_cpu(victim.cpu));
		qcom_minidump_task_follow(MINIDUMP_COPY_TASK);
		qcom_minidump_tasks_copy();
		qcom_minidump_task_first();
		qcom_minidump_pids_prune();
	}
	if (IS_ENABLED(CONFIG_QCOM_MINIDUMP_STACK_TABLES)) {
		qcom_minidump_stack_tables_copy();
		if (IS_ENABLED(CONFIG_QCOM_MINIDUMP_MODULE_LIST))
			qcom_minidump_module_list_copy();
		crash.aliases = true;
	}
	if (IS_ENABLED(CONFIG_QCOM_MINIDUMP_NOTES))
		qcom_minidump_notes_write(&crash);
	qcom_minidump_describe_crash(&crash, true);
}

/*
 * Debuggers do not get from an exception's handler to what was interrupted, where
 * the kernel's frame records end, so it becomes a thread of its own.
 */
static void add_interrupted(unsigned long frame, unsigned int cpu)
{
	struct pt_regs regs;

	if (!qcom_minidump_panic_find_interrupted(frame, &regs) || user_mode(&regs))
		return;

	elf_core_copy_regs(&others[other_count].registers, &regs);
	others[other_count++].pid = MINIDUMP_INTERRUPTED + pid_of_cpu(cpu);
}

static void copy_victim(struct pt_regs *regs, const struct victim *crashed)
{
	unsigned long stack = (unsigned long)task_stack_page(crashed->task);
	unsigned long other = qcom_minidump_panic_other_stack(regs->sp, stack);

	qcom_minidump_copy(MINIDUMP_COPY_TASK_STACK, stack);
	qcom_minidump_copy(MINIDUMP_COPY_IRQ_STACK, other);
	qcom_minidump_copy_task(MINIDUMP_COPY_TASK, crashed->task);
	if (IS_ENABLED(CONFIG_ARM64_PTR_AUTH_KERNEL))
		qcom_minidump_copies_unsign(regs->regs[29]);

	elf_core_copy_regs(&registers, regs);
	other_count = 0;
	/* Of a crash that is survived, it would soon be untrue */
	if (crashed->fatal || READ_ONCE(panicked))
		add_interrupted(regs->regs[29], crashed->cpu);
	victim = *crashed;
}

static bool tell_victim(struct pt_regs *regs, const struct victim *crashed, bool alone)
{
	if (!hide_victim(alone))
		return false;

	copy_victim(regs, crashed);
	return show_victim(alone);
}

/*
 * The registers of a CPU that was stopped are those of what the stop interrupted.
 * There are none if it was in user space, or stopped itself.
 */
static bool copy_cpu(unsigned int cpu, struct qcom_minidump_cpu *state)
{
	unsigned long saved = (unsigned long)READ_ONCE(per_cpu(__irq_regs, cpu));
	struct pt_regs regs;

	if (!qcom_minidump_panic_interrupted(saved, &regs))
		return false;

	elf_core_copy_regs(&state->registers, &regs);
	state->pid = pid_of_cpu(cpu);
	qcom_minidump_copy(MINIDUMP_COPY_CPU_STACK + cpu, qcom_minidump_panic_stack_of(saved));
	if (IS_ENABLED(CONFIG_ARM64_PTR_AUTH_KERNEL))
		qcom_minidump_copies_unsign(regs.regs[29]);

	return true;
}

/*
 * A CPU that a panic stops is offline then, but stays active. One that has been
 * taken offline is neither, and has no interrupt.
 */
static void copy_other_cpus(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (cpu == raw_smp_processor_id())
			continue;
		if (cpu_online(cpu)) {
			cpumask_set_cpu(cpu, &missing);
			continue;
		}
		/* An oops has been told of that one */
		if (victim.task && cpu == victim.cpu)
			continue;
		smp_rmb();	/* what it left before it was offline */
		if (cpu < MINIDUMP_CPUS_MAX && other_count < MINIDUMP_CPUS_MAX &&
		    copy_cpu(cpu, &others[other_count]))
			other_count++;
		else if (cpu_active(cpu))
			cpumask_set_cpu(cpu, &unknown);
	}
}

static void tell_in_text(const char *what, const char *message, const struct victim *crashed)
{
	const struct qcom_minidump_kcrash crash = {
		.what = what,
		.message = message ?: "",
		.time = local_clock(),
		.cpu = crashed->cpu,
		.pid = crashed->pid,
		.comm = crashed->comm,
		.oopses = crashed->oopses,
		.missing = panicked ? &missing : NULL,
		.unknown = panicked ? &unknown : NULL,
		.boot = boot,
	};

	qcom_minidump_kcrash_write(qcom_minidump_copy_buffer(MINIDUMP_COPY_KCRASH), &crash);
}

/* By the rules of the architecture's die(), and of the exit of a task that died */
static bool is_fatal(void)
{
#if IS_BUILTIN(CONFIG_QCOM_MINIDUMP)
	/* No module can see that; the message of the panic tells */
	if (panic_on_oops)
		return true;
#endif
	return in_interrupt() || is_idle_task(current) ||
	       (is_global_init(current) && atomic_read(&current->signal->live) == 1);
}

static struct victim this_victim(bool fatal)
{
	struct victim crashed = {
		.task = current,
		.pid = task_pid_nr(current),
		.cpu = raw_smp_processor_id(),
		.oopses = oopses,
		.fatal = fatal,
	};

	strscpy(crashed.comm, current->comm, sizeof(crashed.comm));
	return crashed;
}

/*
 * An oops: the registers are those of the instruction that failed. One that ends in
 * a panic is not replaced by what comes of it, or by another CPU's.
 */
static int tell_oops(struct notifier_block *notifier, unsigned long reason, void *data)
{
	struct die_args *args = data;
	struct victim crashed = this_victim(is_fatal());

	if (reason != DIE_OOPS || !args->regs || READ_ONCE(panicked) ||
	    (victim.task && victim.fatal) || (untold.task && untold.fatal))
		return NOTIFY_DONE;

	oopses++;
	untold.task = NULL;
	if (tell_victim(args->regs, &crashed, false)) {
		tell_in_text("oops", args->str, &crashed);
		return NOTIFY_DONE;
	}

	/* Then a panic that comes of it is to copy, and what was copied before is old */
	untold_regs = *args->regs;
	untold = crashed;
	victim.task = NULL;

	return NOTIFY_DONE;
}

/*
 * A panic without an oops. When a stack overflows, this runs on a small one that is
 * set aside for that, and the backtrace of interest is that of the stack that
 * overflowed. Otherwise it is that of who called panic(), or at least of who called
 * the panic's notifiers.
 */
static void find_registers(struct pt_regs *regs, unsigned long caller, unsigned long frame)
{
	if (!object_is_on_stack(regs) && !is_vmalloc_addr(regs) &&
	    qcom_minidump_panic_find_interrupted(frame, regs))
		return;
	if (qcom_minidump_panic_find_caller(frame, regs))
		return;

	*regs = (struct pt_regs) {
		.regs[29] = frame,
		.sp = frame,
		.pc = caller,
		.pstate = PSR_MODE_EL1h,
	};
}

/*
 * Whether a panic comes of that oops. If so, it may run on another CPU than the oops
 * did (panic_force_cpu=). An oops that is not fatal counts only if its own task panics.
 */
static bool is_of(const struct victim *oopsed, const char *message)
{
	if (!oopsed->task)
		return false;

	return oopsed->fatal || strstr(message, ": Fatal exception") ||
	       (oopsed->task == current && oopsed->pid == task_pid_nr(current));
}

/* Whose crash is it? The registers of an oops tell more than those of its panic. */
static int tell_panic(struct notifier_block *notifier, unsigned long reason, void *message)
{
	unsigned long frame = *(unsigned long *)__builtin_frame_address(0);
	struct victim crashed = this_victim(false);
	struct pt_regs regs = { };

	WRITE_ONCE(panicked, true);
	if (is_of(&untold, message)) {
		tell_victim(&untold_regs, &untold, true);
	} else if (!is_of(&victim, message)) {
		find_registers(&regs, _RET_IP_, frame);
		tell_victim(&regs, &crashed, true);
	}

	/* There are none if there are no tables; the text may be there all the same */
	if (victim.task)
		crashed = victim;
	copy_other_cpus();
	tell_in_text("panic", message, &crashed);
	if (victim.task)
		show_all_cpus();

	return NOTIFY_DONE;
}

/* Before any other: those may hang */
static struct notifier_block oops_notifier = {
	.notifier_call = tell_oops,
	.priority = INT_MAX,
};

static struct notifier_block panic_notifier = {
	.notifier_call = tell_panic,
	.priority = INT_MAX,
};

static void stop(void *unused)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_notifier);
	unregister_die_notifier(&oops_notifier);
	qcom_minidump_forget_crash(&no_crash);
	qcom_minidump_copies_release();
	victim.task = NULL;
	untold.task = NULL;
}

/**
 * qcom_minidump_panic_start() - Write down the CPU that goes down, from now on
 * @dev: the minidump device; all of it stops when that is unbound
 *
 * Without memory for the copies the dump has neither registers nor stacks, which
 * is no reason to have no dump.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_panic_start(struct device *dev)
{
	generate_random_uuid(boot);
	oopses = 0;
	if (qcom_minidump_copies_make())
		return;

	register_die_notifier(&oops_notifier);
	atomic_notifier_chain_register(&panic_notifier_list, &panic_notifier);

	/* On failure it has stopped everything */
	devm_add_action_or_reset(dev, stop, NULL);
}
