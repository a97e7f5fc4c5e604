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

#include <linux/align.h>
#include <linux/cpumask.h>
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/percpu_counter.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/smp.h>
#include <linux/thread_info.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include "qcom_minidump_copies.h"
#include "qcom_minidump_maps.h"
#include "qcom_minidump_pids.h"
#include "qcom_minidump_tasks.h"

/* What each CPU has counted in a copy, as it is in the sum already */
static DEFINE_PER_CPU(s32, nothing);

/* What the CPUs have counted is memory that no region has */
static void add_up(struct percpu_counter *counter)
{
	const s32 *place;
	unsigned int cpu;
	s32 count;

	for_each_possible_cpu(cpu) {
		place = per_cpu_ptr(counter->counters, cpu);
		if (IS_ALIGNED((unsigned long)place, sizeof(count)) &&
		    qcom_minidump_is_memory(place, sizeof(count)) &&
		    !get_kernel_nofault(count, place))
			counter->count += count;
	}
	counter->counters = &nothing;
}

static void copy_mm(const struct mm_struct *original)
{
	struct mm_struct *mm;
	int copy;

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

/* Of a CPU that was in user space, or whose registers are not known */
static void copy_stack(int copy, const void *stack)
{
	if (PAGE_ALIGNED(stack) && qcom_minidump_is_memory(stack, THREAD_SIZE))
		qcom_minidump_copy(copy, (unsigned long)stack);
}

static void copy_task(const struct task_struct *task, unsigned int cpu)
{
	int copy = MINIDUMP_COPY_CPU_STACK + cpu;
	void *stack;

	if (get_kernel_nofault(stack, &task->stack))
		return;
	if (!qcom_minidump_is_copied(copy))
		copy_stack(copy, stack);
	if (qcom_minidump_find_copy(copy, 1, stack) < 0)
		return;

	copy = MINIDUMP_COPY_CPU_TASK + cpu;
	qcom_minidump_copy_task(copy, task);
	qcom_minidump_task_follow(copy);
}

/* The task that crashed has been copied. A CPU that did not stop goes on with its own. */
static void look_at(struct task_struct *task)
{
	typeof(task->on_cpu) on_cpu;
	unsigned int cpu;

	if (!virt_addr_valid(task) ||
	    get_kernel_nofault(on_cpu, &task->on_cpu) || !on_cpu ||
	    get_kernel_nofault(cpu, &task->thread_info.cpu) ||
	    cpu >= MINIDUMP_TASKS || qcom_minidump_is_copied(MINIDUMP_COPY_CPU_TASK + cpu) ||
	    qcom_minidump_find_copy(MINIDUMP_COPY_TASK, 1, task) >= 0)
		return;
	if (cpu == raw_smp_processor_id() || (cpu_active(cpu) && !cpu_online(cpu)))
		copy_task(task, cpu);
}

/* The next one in a list that may be damaged, or NULL */
static const struct list_head *next_of(const struct list_head *node, unsigned int *left)
{
	struct list_head *next;

	if (!*left || get_kernel_nofault(next, &node->next) ||
	    !virt_addr_valid(next))
		return NULL;

	--*left;
	return next;
}

static void look_at_threads(const struct task_struct *leader, unsigned int *left)
{
	const struct list_head *head, *node;
	struct signal_struct *signal;

	if (get_kernel_nofault(signal, &leader->signal) ||
	    !virt_addr_valid(signal))
		return;

	head = &signal->thread_head;
	for (node = next_of(head, left); node && node != head; node = next_of(node, left))
		look_at(list_entry(node, struct task_struct, thread_node));
}

/**
 * qcom_minidump_tasks_copy() - Copy the tasks that the CPUs ran
 *
 * Whom the scheduler has on a CPU is its own business, and asking takes its lock. But
 * a task knows that it is on a CPU.
 *
 * A thread that exits leaves the list while it still runs, so it is not found.
 *
 * Context: A panic, after the stacks that the CPUs were stopped on were copied. The
 * stack of a CPU's task is copied here if none of the CPU's was.
 */
void qcom_minidump_tasks_copy(void)
{
	unsigned int left = PID_MAX_LIMIT, cpu;
	const struct list_head *node;

	/* As next_of() ends the list at the first task, which is in the kernel's image */
	for (node = next_of(&init_task.tasks, &left); node; node = next_of(node, &left))
		look_at_threads(list_entry(node, struct task_struct, tasks), &left);

	/* These are on no list */
	for_each_possible_cpu(cpu)
		look_at(idle_task(cpu));
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
