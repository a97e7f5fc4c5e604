// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: stacks and frames
 *
 * Where the stack of a CPU that went down is, and who of those on it a debugger is
 * to show. All of this may be damaged, so it is read with nofault, and no chain is
 * followed for ever.
 */

#include <linux/align.h>
#include <linux/bits.h>
#include <linux/container_of.h>
#include <linux/init_task.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include <asm/memory.h>
#include <asm/stacktrace/frame.h>

#include "qcom_minidump_frames.h"

/* The frames of a panic, from its notifiers to its caller, are fewer */
#define PANIC_FRAMES	12

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

/**
 * qcom_minidump_panic_plain_address() - Take the signature off a return address
 * @address: the address, signed or not
 *
 * Return: the address as debuggers know it.
 */
unsigned long qcom_minidump_panic_plain_address(unsigned long address)
{
	return address & BIT(55) ? address | GENMASK(63, vabits_actual) : address;
}

static bool is_panic(unsigned long address)
{
	static const char *const names[] = { "panic", "vpanic", "nmi_panic" };
	char name[KSYM_NAME_LEN];

	/* A call that never returns may be the last of its function */
	snprintf(name, sizeof(name), "%ps", (void *)(address - sizeof(u32)));

	return match_string(names, ARRAY_SIZE(names), name) >= 0;
}

/**
 * qcom_minidump_panic_find_caller() - Find who called panic()
 * @frame: address of a frame record in a panic's notifier
 * @regs: set to as much of the registers there as a backtrace needs
 *
 * These are where it is, and its frame. gcc has the stack pointer point to the
 * frame record, and clang's rules for unwinding do without it.
 *
 * Return: true if it is there.
 */
bool qcom_minidump_panic_find_caller(unsigned long frame, struct pt_regs *regs)
{
	u64 record[2] = { };
	bool panics = false;
	int i;

	for (i = 0; i < PANIC_FRAMES; i++) {
		if (copy_from_kernel_nofault(record, (void *)frame, sizeof(record)))
			return false;
		record[1] = qcom_minidump_panic_plain_address(record[1]);
		if (panics && !is_panic(record[1]))
			break;
		panics = is_panic(record[1]);
		frame = record[0];
	}
	if (i == PANIC_FRAMES)
		return false;

	*regs = (struct pt_regs) {
		.regs[29] = record[0],
		.sp = record[0],
		/* At the call, as what follows it may be another function */
		.pc = record[1] - sizeof(u32),
		.pstate = PSR_MODE_EL1h,
	};
	return true;
}

/**
 * qcom_minidump_panic_interrupted() - Read registers that an interrupt has saved
 * @saved: their address, as the CPU's __irq_regs has it, or 0
 * @regs: set to a copy of them
 *
 * The entry of an exception saves the registers of the kernel at the stack pointer
 * that is among them. What is not so is no such thing, or no longer.
 *
 * Return: true if they are there, and the kernel's.
 */
bool qcom_minidump_panic_interrupted(unsigned long saved, struct pt_regs *regs)
{
	if (!saved || copy_from_kernel_nofault(regs, (void *)saved, sizeof(*regs)))
		return false;

	return !user_mode(regs) && regs->sp == saved + sizeof(*regs);
}

/**
 * qcom_minidump_panic_stack_of() - Find the stack with saved registers
 * @saved: their address
 *
 * Return: as qcom_minidump_panic_other_stack().
 */
unsigned long qcom_minidump_panic_stack_of(unsigned long saved)
{
	unsigned long idle = (unsigned long)task_stack_page(&init_task);

	/* The first task's stack is the kernel image's */
	if (qcom_minidump_panic_on_stack(saved, idle))
		return idle;

	return qcom_minidump_panic_other_stack(saved, 0);
}
