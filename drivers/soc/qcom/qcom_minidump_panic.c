// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the CPU that went down
 *
 * With the registers and the stack of the CPU that oopsed or panicked, a debugger
 * shows from the dump how it came to that. Stacks change with every task switch
 * and are scattered in physical memory, and a crash must not touch the table of
 * regions. So there are buffers, registered beforehand, that take copies:
 *
 *   KTASKSTACK   stack of the task that ran
 *   KIRQSTACK    stack that the CPU was on, when not on the task's: in an
 *                interrupt
 *   KTASK        struct task_struct of the task
 *
 * Debuggers look for the originals' addresses, so the copies get these once they
 * are complete. Until then, and for good on a machine that hangs without a word,
 * they are buffers like any other memory.
 *
 * The machine is broken when this runs. It takes no lock, allocates nothing,
 * reads what may be damaged only by copy_from_kernel_nofault(), and writes only
 * to its own buffers and, through qcom_minidump_describe_crash(), to the ELF
 * header of the dump.
 */

#include <linux/align.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/elfcore.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/instruction_pointer.h>
#include <linux/io.h>
#include <linux/kconfig.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/smp.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include <asm/memory.h>
#include <asm/stacktrace/frame.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_panic.h"

/* Call chains are shorter than this; a broken one may be endless */
#define FRAMES_MAX	64

/**
 * qcom_minidump_panic_on_stack() - Tell whether a stack pointer is on a stack
 * @sp: the stack pointer
 * @stack: lowest address of the stack, of THREAD_SIZE bytes
 *
 * Return: true if it is, also when the stack is empty.
 */
bool qcom_minidump_panic_on_stack(unsigned long sp, unsigned long stack)
{
	return sp - stack <= THREAD_SIZE;
}

/*
 * The lowest address of the virtually mapped stack that a stack pointer is on, or
 * has just left. Such stacks are aligned to twice their size, so the bit that is
 * worth one size is clear on each of them, and set in the gap below, which a stack
 * overflows into. The kernel's own check relies on that, too.
 */
static unsigned long mapped_stack(unsigned long sp)
{
	if (sp & THREAD_SIZE)
		sp += THREAD_SIZE;

	return ALIGN_DOWN(sp, 2 * THREAD_SIZE);
}

/**
 * qcom_minidump_panic_other_stack() - Find the stack beside the task's
 * @sp: stack pointer of the CPU
 * @task_stack: lowest address of the stack of its task
 *
 * Of stacks that are not virtually mapped it is not known where they begin, so the
 * part in use is taken, and what follows it.
 *
 * Return: address of the THREAD_SIZE bytes with the stack that @sp is on, or has
 * overflowed, or 0 if that is the task's or no stack.
 */
unsigned long qcom_minidump_panic_other_stack(unsigned long sp, unsigned long task_stack)
{
	unsigned long stack, word;

	if (qcom_minidump_panic_on_stack(sp, task_stack))
		return 0;

	stack = ALIGN_DOWN(sp, sizeof(word));
	if (is_vmalloc_addr((void *)sp)) {
		stack = mapped_stack(sp);
		if (stack == task_stack)
			return 0;
	}

	return copy_from_kernel_nofault(&word, (void *)stack, sizeof(word)) ? 0 : stack;
}

/**
 * qcom_minidump_panic_find_interrupted() - Find who was interrupted by an exception
 * @frame: address of the newest frame record
 * @regs: set to the registers of who was interrupted
 *
 * A function's frame record holds the address of its caller's and a return address.
 * The entry of an exception puts the registers on the stack, with a record among
 * them that holds neither, but a type after it.
 *
 * Return: true if there are such registers.
 */
bool qcom_minidump_panic_find_interrupted(unsigned long frame, struct pt_regs *regs)
{
	const struct frame_record_meta *meta;
	struct frame_record record;
	u64 type;
	int i;

	for (i = 0; i < FRAMES_MAX; i++) {
		if (copy_from_kernel_nofault(&record, (void *)frame, sizeof(record)))
			return false;
		if (!record.fp && !record.lr)
			break;
		frame = record.fp;
	}

	/* A plain record may be the last of its stack, so only now */
	meta = (const struct frame_record_meta *)frame;
	if (i == FRAMES_MAX || copy_from_kernel_nofault(&type, &meta->type, sizeof(type)) ||
	    type != FRAME_META_TYPE_PT_REGS)
		return false;

	return !copy_from_kernel_nofault(regs, container_of(meta, struct pt_regs, stackframe),
					 sizeof(*regs));
}

enum {
	COPY_TASK_STACK,
	COPY_IRQ_STACK,
	COPY_TASK,
	COPIES
};

/*
 * All this is at file scope because a crash belongs to no device, and because a
 * crash can allocate nothing. Crashes are reported one after the other: the kernel
 * lets one CPU oops at a time, and stops the others before a panic's notifiers.
 */
static struct {
	const char *name;
	size_t size;
	void *buffer;
	struct qcom_minidump_handle *handle;
} copies[COPIES] = {
	[COPY_TASK_STACK]	= { .name = "KTASKSTACK", .size = THREAD_SIZE },
	[COPY_IRQ_STACK]	= { .name = "KIRQSTACK", .size = THREAD_SIZE },
	[COPY_TASK]		= { .name = "KTASK", .size = sizeof(struct task_struct) },
};

static_assert(sizeof(struct task_struct) % 4 == 0);

/* Where debuggers find the copies: at their originals' addresses, or at their own */
static struct qcom_minidump_move moves[COPIES];

/* The CPU that went down, and its task; no task as long as there is none */
static struct {
	elf_gregset_t registers;
	unsigned int cpu;
	struct task_struct *task;
	pid_t pid;
} victim;

/*
 * An oops that was not written down because another CPU was changing the tables.
 * The buffers are not its own then, but if it ends in a panic, these are the
 * registers.
 */
static struct {
	struct pt_regs regs;
	struct task_struct *task;
	pid_t pid;
} untold;

static bool panicked;

/* Debuggers must not take a copy for its original while it is being made */
static bool hide_victim(bool alone)
{
	struct qcom_minidump_crash crash = { .moves = moves, .move_count = COPIES };

	for (int i = 0; i < COPIES; i++)
		moves[i].virt = (unsigned long)copies[i].buffer;
	if (!qcom_minidump_describe_crash(&crash, alone))
		return false;

	victim.task = NULL;
	return true;
}

static void show_victim(bool alone)
{
	struct qcom_minidump_crash crash = {
		.registers = &victim.registers,
		/* Debuggers know a CPU by this, and 0 for no CPU */
		.pid = victim.cpu + 1,
		.moves = moves,
		.move_count = COPIES,
	};

	qcom_minidump_describe_crash(&crash, alone);
}

/* Page by page: a page that cannot be read leaves zeroes */
static void copy_original(int copy, unsigned long original)
{
	size_t size, offset;

	if (!copies[copy].buffer || !original)
		return;

	for (offset = 0; offset < copies[copy].size; offset += size) {
		size = min_t(size_t, copies[copy].size - offset,
			     PAGE_SIZE - offset_in_page(original + offset));
		if (copy_from_kernel_nofault(copies[copy].buffer + offset,
					     (void *)(original + offset), size))
			memset(copies[copy].buffer + offset, 0, size);
	}
	moves[copy].virt = original;
}

/* Where the copies have @size bytes of a stack, or NULL */
static void *find_copy(unsigned long addr, size_t size)
{
	for (int copy = COPY_TASK_STACK; copy <= COPY_IRQ_STACK; copy++)
		if (copies[copy].buffer && IS_ALIGNED(addr, sizeof(u64)) &&
		    addr - moves[copy].virt <= copies[copy].size - size)
			return copies[copy].buffer + (addr - moves[copy].virt);

	return NULL;
}

/*
 * Return addresses on a stack may be signed, and debuggers know neither that nor
 * which bits the signature is in. So in the copies, the frame records of the call
 * chain get plain addresses.
 */
static void unsign_copies(unsigned long frame)
{
	struct pt_regs *regs;
	u64 *record;

	for (int i = 0; i < FRAMES_MAX; i++) {
		record = find_copy(frame, 2 * sizeof(*record));
		if (!record)
			return;
		if (record[1] & BIT(55))
			record[1] |= GENMASK_ULL(63, vabits_actual);

		if (record[0] || record[1]) {
			frame = record[0];
			continue;
		}

		/* The entry of an exception: go on with what that interrupted */
		regs = find_copy(frame - offsetof(struct pt_regs, stackframe), sizeof(*regs));
		if (!regs)
			return;
		frame = regs->regs[29];
	}
}

static void copy_victim(struct pt_regs *regs)
{
	unsigned long stack = (unsigned long)task_stack_page(current);

	copy_original(COPY_TASK_STACK, stack);
	copy_original(COPY_IRQ_STACK, qcom_minidump_panic_other_stack(regs->sp, stack));
	copy_original(COPY_TASK, (unsigned long)current);
	if (IS_ENABLED(CONFIG_ARM64_PTR_AUTH_KERNEL))
		unsign_copies(regs->regs[29]);

	elf_core_copy_regs(&victim.registers, regs);
	victim.cpu = raw_smp_processor_id();
	victim.pid = task_pid_nr(current);
	victim.task = current;
}

/* An oops: the registers are those of the instruction that failed */
static int tell_oops(struct notifier_block *notifier, unsigned long reason, void *data)
{
	struct die_args *args = data;

	if (reason != DIE_OOPS || !args->regs || READ_ONCE(panicked))
		return NOTIFY_DONE;

	/* Else the buffers still belong to the victim before, and to its registers */
	if (!hide_victim(false)) {
		untold.regs = *args->regs;
		untold.pid = task_pid_nr(current);
		untold.task = current;
		return NOTIFY_DONE;
	}

	copy_victim(args->regs);
	show_victim(false);

	return NOTIFY_DONE;
}

/* A task that oopsed never runs again, but for the panic that comes of it */
static bool is_current(const struct task_struct *task, pid_t pid)
{
	return task == current && pid == task_pid_nr(current);
}

/*
 * A panic without an oops. The registers are those of the caller of the panic's
 * notifiers, as far as a backtrace needs them: where it is, and its frame. gcc has
 * the stack pointer point to the frame record, and clang's rules for unwinding do
 * without it.
 *
 * When a stack overflows, this runs on a small one that is set aside for that, and
 * the backtrace of interest is that of the stack that overflowed.
 */
static void find_registers(struct pt_regs *regs, unsigned long caller, unsigned long frame)
{
	if (!object_is_on_stack(regs) && !is_vmalloc_addr(regs) &&
	    qcom_minidump_panic_find_interrupted(frame, regs))
		return;

	*regs = (struct pt_regs) {
		.regs[29] = frame,
		.sp = frame,
		.pc = caller,
		.pstate = PSR_MODE_EL1h,
	};
}

/*
 * A panic that an oops ends in says so, and may run on another CPU than the oops
 * did (panic_force_cpu=). No other oops can have come between the two.
 */
static bool ends_an_oops(const char *message)
{
	return strstr(message, ": Fatal exception");
}

/* Whose crash is it? The registers of an oops tell more than those of its panic. */
static int tell_panic(struct notifier_block *notifier, unsigned long reason, void *message)
{
	unsigned long frame = *(unsigned long *)__builtin_frame_address(0);
	bool oopsed = ends_an_oops(message);
	struct pt_regs regs = { };

	WRITE_ONCE(panicked, true);
	if (!is_current(victim.task, victim.pid) && !(oopsed && victim.task)) {
		hide_victim(true);
		if (untold.task && (oopsed || is_current(untold.task, untold.pid)))
			regs = untold.regs;
		else
			find_registers(&regs, _RET_IP_, frame);
		copy_victim(&regs);
	}
	show_victim(true);

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

static void release_copies(void)
{
	for (int copy = COPIES - 1; copy >= 0; copy--) {
		qcom_minidump_region_unregister(copies[copy].handle);
		copies[copy].handle = NULL;
		if (copies[copy].buffer)
			free_pages_exact(copies[copy].buffer, copies[copy].size);
		copies[copy].buffer = NULL;
	}
}

/* Why a region is refused is logged there; the others are useful without it */
static int make_copy(int copy)
{
	struct qcom_minidump_region region = {
		.name = copies[copy].name,
		.size = copies[copy].size,
		.client = KBUILD_MODNAME,
	};

	region.virt = alloc_pages_exact(region.size, GFP_KERNEL | __GFP_ZERO);
	if (!region.virt)
		return -ENOMEM;

	region.phys = virt_to_phys(region.virt);
	copies[copy].buffer = (void *)region.virt;
	moves[copy].virt = (unsigned long)region.virt;
	moves[copy].phys = region.phys;
	copies[copy].handle = qcom_minidump_region_register(&region);

	return 0;
}

static void stop(void *unused)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_notifier);
	unregister_die_notifier(&oops_notifier);
	release_copies();
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
	int err = 0;

	for (int copy = 0; !err && copy < COPIES; copy++)
		err = make_copy(copy);
	if (err) {
		release_copies();
		return;
	}

	register_die_notifier(&oops_notifier);
	atomic_notifier_chain_register(&panic_notifier_list, &panic_notifier);

	/* On failure it has stopped everything */
	devm_add_action_or_reset(dev, stop, NULL);
}
