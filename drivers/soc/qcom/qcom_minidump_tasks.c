// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the tasks that the CPUs ran
 *
 * The run queues, which are in the kernel's data, name the task of each CPU. crash(8)
 * shows a CPU only if it finds that task, and tells how much memory its process has. So
 * a crash copies these as well, see qcom_minidump_copies.c:
 *
 *   KTASK<n>  after a panic, struct task_struct of the task that CPU n ran
 *   KMM<n>    struct mm_struct of processes
 *
 * The first task is in the kernel's data, whether or not it runs. Its stack is
 * KINITSTACK0, unless CPU 0 was stopped on it.
 *
 * Tools that know of a task look at its stack. A task whose stack is not in the dump is
 * therefore left out: an interrupt was on another stack then, and KSTACK<n> is that.
 */

#include <linux/cpumask.h>
#include <linux/init_task.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/percpu_counter.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include <asm/processor.h>

#include "qcom_minidump_copies.h"
#include "qcom_minidump_pids.h"
#include "qcom_minidump_tasks.h"

/* What each CPU has counted in a copy, as it is in the sum already */
static DEFINE_PER_CPU(s32, nothing);

/* What the CPUs have counted is memory that no region has */
static void add_up(struct percpu_counter *counter)
{
	unsigned int cpu;
	s32 count;

	for_each_possible_cpu(cpu)
		if (!get_kernel_nofault(count, per_cpu_ptr(counter->counters, cpu)))
			counter->count += count;
	counter->counters = &nothing;
}

static void copy_mm(const struct mm_struct *original)
{
	struct mm_struct *mm;
	int copy;

	/* Anywhere else a read might reach a device */
	if (!virt_addr_valid(original))
		return;

	/* Threads have one in common */
	copy = qcom_minidump_copy_once(MINIDUMP_COPY_MM, MINIDUMP_MMS, original);
	if (copy < 0)
		return;

	mm = qcom_minidump_copy_buffer(copy);
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		add_up(&mm->rss_stat[i]);
}

/**
 * qcom_minidump_task_follow() - Copy what a task leads to, and what leads to it
 * @copy: the copy of a task
 *
 * Context: Any. Takes no lock.
 */
void qcom_minidump_task_follow(int copy)
{
	const struct task_struct *task = qcom_minidump_copy_buffer(copy);

	if (!task || !qcom_minidump_is_copied(copy))
		return;

	copy_mm(task->mm);
	qcom_minidump_pid_copy(task->pid);
}

/**
 * qcom_minidump_task_of_cpu() - Copy the task that a CPU ran
 * @cpu: the CPU, which has stopped
 *
 * Context: A panic, after the stack that the CPU was stopped on was copied. One that
 * was in user space has left its task's stack, which is copied then.
 */
void qcom_minidump_task_of_cpu(unsigned int cpu)
{
	const struct task_struct *task = cpu_curr_snapshot(cpu);
	int copy = MINIDUMP_COPY_CPU_STACK + cpu;
	unsigned long stack;

	/* The first task is in the kernel's data */
	if (cpu >= MINIDUMP_TASKS || !virt_addr_valid(task) ||
	    get_kernel_nofault(stack, (unsigned long *)&task->stack))
		return;

	if (!qcom_minidump_is_copied(copy))
		qcom_minidump_copy(copy, stack);
	if (qcom_minidump_copy_moves[copy].virt != stack)
		return;

	copy = MINIDUMP_COPY_CPU_TASK + cpu;
	qcom_minidump_copy_task(copy, task);
	qcom_minidump_task_follow(copy);
}

/**
 * qcom_minidump_task_first() - Copy the stack of the first task
 *
 * Context: A panic, after all CPUs' stacks were copied.
 */
void qcom_minidump_task_first(void)
{
	if (qcom_minidump_find_copy(0, MINIDUMP_COPIES, init_stack) >= 0)
		return;

	qcom_minidump_copy(MINIDUMP_COPY_INIT_STACK, (unsigned long)init_stack);
	if (IS_ENABLED(CONFIG_ARM64_PTR_AUTH_KERNEL))
		qcom_minidump_copies_unsign(init_task.thread.cpu_context.fp);
}
