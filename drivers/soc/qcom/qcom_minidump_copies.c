// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: copies of the memory of CPUs that went down
 *
 * Stacks change with every task switch and are scattered in physical memory, and a
 * crash must not touch the table of regions. So there are buffers, registered
 * beforehand, that take copies:
 *
 *   KTASKSTACK   stack of the task that ran
 *   KIRQSTACK    stack that the CPU was on, when not on the task's: in an
 *                interrupt
 *   KTASK        struct task_struct of the task
 *   KCRASH       what happened, in text, which is no copy of anything
 *   KSTACK<n>    after a panic, the stack that CPU n was stopped on
 *
 * And with the kernel's data, KTASK<n>, KMM<n> and KINITSTACK0, see
 * qcom_minidump_tasks.c, KPID<n> and KPIDNODE<n>, see qcom_minidump_pids.c,
 * KSTACKTAB<n>, see qcom_minidump_stack_tables.c, and KMODLIST0, see
 * qcom_minidump_module_list.c.
 *
 * Debuggers look for the originals' addresses, so the copies get these once they
 * are complete: the virtual ones, and after a panic, the physical ones as well, where
 * the original is in one piece of physical memory. Until then, and for good on a machine
 * that hangs without a word, they are buffers like any other memory.
 *
 * Nothing here allocates or waits in a crash, and what may be damaged is read by
 * copy_from_kernel_nofault() only.
 */

#include <linux/align.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kasan.h>
#include <linux/kconfig.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include <asm/sections.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_bank.h"
#include "qcom_minidump_copies.h"
#include "qcom_minidump_frames.h"
#include "qcom_minidump_kcrash.h"
#include "qcom_minidump_pids.h"

static struct {
	char name[12];
	size_t size;
	void *buffer;
	size_t allocated;	/* there, for this one and maybe for those behind it */
	struct qcom_minidump_handle *handle;
} copies[MINIDUMP_COPIES] = {
	[MINIDUMP_COPY_TASK_STACK]	= { .name = "KTASKSTACK", .size = THREAD_SIZE },
	[MINIDUMP_COPY_IRQ_STACK]	= { .name = "KIRQSTACK", .size = THREAD_SIZE },
	[MINIDUMP_COPY_TASK]		= { .name = "KTASK", .size = sizeof(struct task_struct) },
	[MINIDUMP_COPY_KCRASH]		= { .name = "KCRASH", .size = QCOM_MINIDUMP_KCRASH_SIZE },
};

static_assert(sizeof(struct task_struct) % 4 == 0);
static_assert(sizeof(struct mm_struct) % 4 == 0);

/* All but stacks, of which the first task's is in one piece */
static_assert(!MINIDUMP_ALIASES ||
	      2 + MINIDUMP_TASKS + MINIDUMP_MMS + MINIDUMP_PIDS + MINIDUMP_PID_NODES +
	      MINIDUMP_STACK_TABLES <= MINIDUMP_ALIASES);

struct qcom_minidump_move qcom_minidump_copy_homes[MINIDUMP_COPIES];
struct qcom_minidump_move qcom_minidump_copy_moves[MINIDUMP_COPIES];

/**
 * qcom_minidump_copy_buffer() - Tell where a copy is
 * @copy: one of &enum minidump_copy
 *
 * Return: its buffer, or NULL if there is none.
 */
void *qcom_minidump_copy_buffer(unsigned int copy)
{
	return copies[copy].buffer;
}

/**
 * qcom_minidump_is_copied() - Tell whether a copy has been made
 * @copy: one of &enum minidump_copy
 *
 * Return: whether it is there, and whole.
 */
bool qcom_minidump_is_copied(unsigned int copy)
{
	return qcom_minidump_copy_moves[copy].virt != qcom_minidump_copy_homes[copy].virt;
}

/* Returns 0 for what vmalloc() has put into pages that are anywhere */
static phys_addr_t physical_address(unsigned long addr)
{
	if (virt_addr_valid((void *)addr))
		return virt_to_phys((void *)addr);
#if IS_BUILTIN(CONFIG_QCOM_MINIDUMP)
	/* The first task and its stack */
	if (addr >= (unsigned long)_text && addr < (unsigned long)_end)
		return __pa_symbol(addr);
#endif
	return 0;
}

/**
 * qcom_minidump_copy() - Copy what debuggers will look for
 * @copy: one of &enum minidump_copy; nothing happens if it has no buffer
 * @original: address of the original, or 0 for none
 *
 * The copy moves to the original's address, in qcom_minidump_copy_moves, only if
 * all of that could be read. Pages that could not be are zero.
 */
void qcom_minidump_copy(unsigned int copy, unsigned long original)
{
	size_t size, offset;
	bool whole = true;

	/* Debuggers know of no tags */
	original = (unsigned long)kasan_reset_tag((void *)original);
	if (!copies[copy].buffer || !original)
		return;

	for (offset = 0; offset < copies[copy].size; offset += size) {
		size = min_t(size_t, copies[copy].size - offset,
			     PAGE_SIZE - offset_in_page(original + offset));
		if (copy_from_kernel_nofault(copies[copy].buffer + offset,
					     (void *)(original + offset), size)) {
			memset(copies[copy].buffer + offset, 0, size);
			whole = false;
		}
	}
	if (whole) {
		qcom_minidump_copy_moves[copy].virt = original;
		qcom_minidump_copy_moves[copy].original = physical_address(original);
	}
}

/* What only the task itself may know, and who forges its return addresses needs */
static void wipe_secrets(struct task_struct *task)
{
	if (!task)
		return;

#ifdef CONFIG_ARM64_PTR_AUTH
	memset(&task->thread.keys_user, 0, sizeof(task->thread.keys_user));
#endif
#ifdef CONFIG_ARM64_PTR_AUTH_KERNEL
	memset(&task->thread.keys_kernel, 0, sizeof(task->thread.keys_kernel));
#endif
#ifdef CONFIG_STACKPROTECTOR
	task->stack_canary = 0;
#endif
}

/**
 * qcom_minidump_copy_task() - Copy a task, without its secrets
 * @copy: one of &enum minidump_copy, whose size is that of a task
 * @task: the task
 */
void qcom_minidump_copy_task(unsigned int copy, const struct task_struct *task)
{
	qcom_minidump_copy(copy, (unsigned long)task);
	wipe_secrets(copies[copy].buffer);
}

/**
 * qcom_minidump_find_copy() - Find the copy of something
 * @first: of the copies, one of &enum minidump_copy
 * @count: how many there may be
 * @original: address of the original
 *
 * Return: the copy, or -ENOENT.
 */
int qcom_minidump_find_copy(int first, int count, const void *original)
{
	unsigned long addr = (unsigned long)kasan_reset_tag(original);

	for (int copy = first; copy < first + count; copy++)
		if (qcom_minidump_is_copied(copy) && qcom_minidump_copy_moves[copy].virt == addr)
			return copy;

	return -ENOENT;
}

/**
 * qcom_minidump_copy_once() - Copy what may have been copied already
 * @first: of the copies, one of &enum minidump_copy
 * @count: how many there may be
 * @original: address of the original
 *
 * Context: Any.
 * Return: the copy, -ENOSPC if there are too many, or -EFAULT if it cannot be read.
 */
int qcom_minidump_copy_once(int first, int count, const void *original)
{
	int copy = qcom_minidump_find_copy(first, count, original);

	if (copy >= 0)
		return copy;

	for (copy = first; copy < first + count; copy++) {
		if (!copies[copy].buffer || qcom_minidump_is_copied(copy))
			continue;
		qcom_minidump_copy(copy, (unsigned long)original);
		return qcom_minidump_is_copied(copy) ? copy : -EFAULT;
	}

	return -ENOSPC;
}

/**
 * qcom_minidump_copies_forget() - Have all copies be buffers again
 */
void qcom_minidump_copies_forget(void)
{
	memcpy(qcom_minidump_copy_moves, qcom_minidump_copy_homes,
	       sizeof(qcom_minidump_copy_moves));
}

static bool is_stack(int copy)
{
	return copy == MINIDUMP_COPY_TASK_STACK || copy == MINIDUMP_COPY_IRQ_STACK ||
	       (IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS) && copy == MINIDUMP_COPY_INIT_STACK) ||
	       (copy >= MINIDUMP_COPY_CPU_STACK &&
		copy < MINIDUMP_COPY_CPU_STACK + MINIDUMP_CPUS_MAX);
}

/* Where the copies have @size bytes of a stack, or NULL; no stack is smaller */
static void *find_copy(unsigned long addr, size_t size)
{
	for (int copy = 0; copy < MINIDUMP_COPIES; copy++)
		if (is_stack(copy) && copies[copy].buffer && IS_ALIGNED(addr, sizeof(u64)) &&
		    addr - qcom_minidump_copy_moves[copy].virt <= copies[copy].size - size)
			return copies[copy].buffer + (addr - qcom_minidump_copy_moves[copy].virt);

	return NULL;
}

/**
 * qcom_minidump_copies_unsign() - Remove signatures from return addresses
 * @frame: address of the newest frame record of a call chain
 *
 * Return addresses on a stack may be signed, and debuggers know neither that nor
 * which bits the signature is in. So in the copies, the frame records of the call
 * chain get plain addresses.
 */
void qcom_minidump_copies_unsign(unsigned long frame)
{
	struct pt_regs *regs;
	u64 *record;

	for (int i = 0; i < FRAMES_MAX; i++) {
		record = find_copy(frame, 2 * sizeof(*record));
		if (!record)
			return;
		record[1] = qcom_minidump_panic_plain_address(record[1]);

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

/**
 * qcom_minidump_copies_release() - Unregister and free all copies
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_copies_release(void)
{
	for (int copy = MINIDUMP_COPIES - 1; copy >= 0; copy--) {
		qcom_minidump_region_unregister(copies[copy].handle);
		copies[copy].handle = NULL;
		if (copies[copy].allocated)
			free_pages_exact(copies[copy].buffer, copies[copy].allocated);
		copies[copy].allocated = 0;
		copies[copy].buffer = NULL;
		qcom_minidump_copy_homes[copy] = (struct qcom_minidump_move) { };
		qcom_minidump_copy_moves[copy] = (struct qcom_minidump_move) { };
	}
}

/* Why a region is refused is logged there; the others are useful without it */
static void register_copy(int copy, void *buffer)
{
	const struct qcom_minidump_region region = {
		.name = copies[copy].name,
		.virt = buffer,
		.phys = virt_to_phys(buffer),
		.size = copies[copy].size,
		.client = KBUILD_MODNAME,
	};

	copies[copy].buffer = buffer;
	qcom_minidump_copy_homes[copy].virt = (unsigned long)kasan_reset_tag(region.virt);
	qcom_minidump_copy_homes[copy].phys = region.phys;
	qcom_minidump_copy_moves[copy] = qcom_minidump_copy_homes[copy];
	copies[copy].handle = qcom_minidump_region_register(&region);
}

static void *allocate(int copy, size_t size)
{
	void *buffer = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);

	if (buffer)
		copies[copy].allocated = size;

	return buffer;
}

static int make_copy(int copy)
{
	void *buffer = allocate(copy, copies[copy].size);

	if (!buffer)
		return -ENOMEM;

	register_copy(copy, buffer);
	return 0;
}

/* Without a stack a CPU has its registers at least, so a failure does not matter */
static void make_cpu_stacks(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		int copy = MINIDUMP_COPY_CPU_STACK + cpu;

		if (cpu >= MINIDUMP_CPUS_MAX || num_possible_cpus() == 1)
			break;
		snprintf(copies[copy].name, sizeof(copies[copy].name), "KSTACK%u", cpu);
		copies[copy].size = THREAD_SIZE;
		make_copy(copy);
	}
}

/* They share pages. Without them, debuggers find less. */
static void make_copies(int copy, int count, const char *name, size_t size)
{
	void *buffer = count ? allocate(copy, count * size) : NULL;

	for (int i = 0; buffer && i < count; i++) {
		snprintf(copies[copy + i].name, sizeof(copies[copy + i].name), "%s%d", name, i);
		copies[copy + i].size = size;
		register_copy(copy + i, buffer + i * size);
	}
}

/* As many as the machine's CPUs can make use of */
static void make_tasks(void)
{
	const int tasks = num_possible_cpus() > 1 ? min_t(int, nr_cpu_ids, MINIDUMP_TASKS) : 0;
	const int unused = MINIDUMP_TASKS - tasks;

	make_copies(MINIDUMP_COPY_CPU_TASK, tasks, "KTASK", sizeof(struct task_struct));
	make_copies(MINIDUMP_COPY_INIT_STACK, IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS),
		    "KINITSTACK", THREAD_SIZE);
	make_copies(MINIDUMP_COPY_MM, MINIDUMP_MMS - unused, "KMM", sizeof(struct mm_struct));
	make_copies(MINIDUMP_COPY_PID, MINIDUMP_PIDS - unused, "KPID",
		    ALIGN(offsetof(struct pid, numbers) + sizeof(struct upid), 8));
	make_copies(MINIDUMP_COPY_PID_NODE, MINIDUMP_PID_NODES - 2 * unused, "KPIDNODE",
		    ALIGN(sizeof(struct xa_node), 8));
}

/**
 * qcom_minidump_copies_make() - Allocate and register buffers for all copies
 *
 * Context: Process context. May sleep.
 * Return: 0 on success, or -ENOMEM. Then there are none.
 */
int qcom_minidump_copies_make(void)
{
	int copy, err;

	for (copy = 0; copy < MINIDUMP_COPY_CPU_STACK; copy++) {
		err = make_copy(copy);
		if (err) {
			qcom_minidump_copies_release();
			return err;
		}
	}
	make_cpu_stacks();
	make_tasks();
	make_copies(MINIDUMP_COPY_STACK_TABLE, MINIDUMP_STACK_TABLES, "KSTACKTAB", PAGE_SIZE);
	make_copies(MINIDUMP_COPY_MODULES, IS_ENABLED(CONFIG_QCOM_MINIDUMP_MODULE_LIST),
		    "KMODLIST", MINIDUMP_MODULE_PAGES * PAGE_SIZE);

	return 0;
}
