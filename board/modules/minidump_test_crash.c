// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes the kernel in the way that is written to the parameter "how", to see
 * what a minidump tells of it. For machines that are there to be crashed.
 */

#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/nmi.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include <asm/kvm_arm.h>
#include <asm/virt.h>

#define MINIDUMP_TEST_OOPS_MSECS	5

/* Each way has a function of its own, whose name a backtrace must show */

static noinline void minidump_test_null(void)
{
	/* Not address 0, at which some machines have memory to write to */
	WRITE_ONCE(*(int *)8, 1);
}

static noinline void minidump_test_bug(void)
{
	BUG();
}

static noinline void minidump_test_panic(void)
{
	panic("minidump test");
}

/*
 * An SError, which no device of QEMU's raises: from the hypervisor, as which this takes
 * the place of what Linux leaves at EL2. A call of it makes one pending for EL1.
 */
static noinline void minidump_test_serror(void)
{
	extern const char minidump_test_vectors[];
	phys_addr_t vectors = page_to_phys(vmalloc_to_page(minidump_test_vectors)) +
			      offset_in_page(minidump_test_vectors);
	register unsigned long x0 asm("x0");
	register unsigned long x1 asm("x1");

	/* Each CPU has vectors of its own */
	preempt_disable();
	x0 = HVC_SET_VECTORS;
	x1 = vectors;
	asm volatile(".pushsection .text.minidump_test_vectors, \"ax\"\n"
		     "	.balign	0x800\n"
		     "minidump_test_vectors:\n"
		     /* Of 16 vectors with 0x80 bytes each, that for calls from EL1 */
		     "	.skip	0x400\n"
		     "	mrs	x0, hcr_el2\n"
		     "	mov	x1, %2\n"
		     "	orr	x0, x0, x1\n"
		     "	msr	hcr_el2, x0\n"
		     "	eret\n"
		     "	.balign	0x800\n"
		     ".popsection\n"
		     "	hvc	#0\n"
		     "	hvc	#0\n"
		     : "+r" (x0), "+r" (x1)
		     : "i" (HCR_AMO | HCR_VSE)
		     : "memory");
	preempt_enable();
}

/* Frames that are large enough to come to the end of any stack soon */
static noinline unsigned long minidump_test_overflow(unsigned long depth)
{
	unsigned long frame[64];

	OPTIMIZER_HIDE_VAR(depth);
	memset(frame, (int)depth, sizeof(frame));
	barrier_data(frame);
	/* Without end, which the compiler must not know */
	if (depth + 1)
		frame[1] += minidump_test_overflow(depth + 1);
	barrier_data(frame);

	return frame[1];
}

static void minidump_test_interrupt_bug(struct irq_work *work)
{
	minidump_test_bug();
}

static void minidump_test_interrupt_panic(struct irq_work *work)
{
	minidump_test_panic();
}

static void minidump_test_interrupt_overflow(struct irq_work *work)
{
	minidump_test_overflow(0);
}

static void minidump_test_interrupt(void (*crash)(struct irq_work *work))
{
	static struct irq_work work;

	init_irq_work(&work, crash);
	/* If a tick comes first, no softirq of its is to be what is interrupted */
	local_bh_disable();
	irq_work_queue(&work);
	local_bh_enable();
	irq_work_sync(&work);
}

static atomic_t minidump_test_met, minidump_test_spinning;

/*
 * Waits until all of these CPUs are here, and does not let go of any of them then.
 * Before that they have to answer each other and to run other tasks, for the start of
 * a work may take a new worker, and that may take RCU or kthreadd. After that, what
 * interrupts one finds it where it is to be found, and not in a softirq.
 */
static void minidump_test_meet(unsigned int cpus)
{
	atomic_inc(&minidump_test_met);
	while (atomic_read(&minidump_test_met) < cpus)
		cond_resched();

	local_bh_disable();
	atomic_inc(&minidump_test_met);
	while (atomic_read(&minidump_test_met) < 2 * cpus)
		cpu_relax();
}

/* As who waits for a lock that nobody gives back */
static noinline void minidump_test_spin(void)
{
	atomic_inc(&minidump_test_spinning);
	/* Without end, which the compiler must not know */
	while (atomic_read(&minidump_test_spinning))
		cpu_relax();
}

static void minidump_test_work(struct work_struct *work)
{
	minidump_test_meet(num_online_cpus());
	minidump_test_spin();
	local_bh_enable();
}

static void minidump_test_masked_work(struct work_struct *work)
{
	minidump_test_meet(num_online_cpus());
	local_irq_disable();
	minidump_test_spin();
	local_irq_enable();
	local_bh_enable();
}

/* While all other CPUs spin */
static void minidump_test_others(work_func_t spin)
{
	static struct work_struct works[NR_CPUS];
	unsigned int this_cpu, cpu;

	migrate_disable();
	this_cpu = raw_smp_processor_id();
	for_each_online_cpu(cpu) {
		if (cpu == this_cpu)
			continue;
		INIT_WORK(&works[cpu], spin);
		schedule_work_on(cpu, &works[cpu]);
	}
	minidump_test_meet(num_online_cpus());
	while (atomic_read(&minidump_test_spinning) < num_online_cpus() - 1)
		cpu_relax();
	minidump_test_panic();
}

static DEFINE_SPINLOCK(minidump_test_lock);

/*
 * The CPU that never gives back the lock, and the one that wants it. Only the latter
 * is to notice, for of two CPUs that panic one stops itself.
 */
static noinline void minidump_test_hold(void)
{
	spin_lock(&minidump_test_lock);
	atomic_inc(&minidump_test_spinning);
	while (atomic_read(&minidump_test_spinning)) {
		touch_softlockup_watchdog();
		cpu_relax();
	}
	spin_unlock(&minidump_test_lock);
}

static noinline void minidump_test_want(void)
{
	spin_lock(&minidump_test_lock);
	spin_unlock(&minidump_test_lock);
}

static void minidump_test_holder(struct work_struct *work)
{
	minidump_test_meet(2);
	minidump_test_hold();
	local_bh_enable();
}

static void minidump_test_masked_holder(struct work_struct *work)
{
	minidump_test_meet(2);
	local_irq_disable();
	minidump_test_hold();
	local_irq_enable();
	local_bh_enable();
}

static void minidump_test_deadlock(work_func_t holder)
{
	static struct work_struct work;

	migrate_disable();
	INIT_WORK(&work, holder);
	schedule_work_on(cpumask_any_but(cpu_online_mask, raw_smp_processor_id()), &work);
	minidump_test_meet(2);
	while (!atomic_read(&minidump_test_spinning))
		cpu_relax();
	minidump_test_want();
	local_bh_enable();
	migrate_enable();
}

static DEFINE_MUTEX(minidump_test_mutex);

/* The task that never gives back the mutex, and the one that wants it */
static noinline void minidump_test_keep(struct work_struct *work)
{
	mutex_lock(&minidump_test_mutex);
	atomic_inc(&minidump_test_spinning);
	/* Not as if it waited for something: the other one does */
	while (atomic_read(&minidump_test_spinning))
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);
	mutex_unlock(&minidump_test_mutex);
}

static noinline void minidump_test_wait(void)
{
	mutex_lock(&minidump_test_mutex);
	mutex_unlock(&minidump_test_mutex);
}

static void minidump_test_hang(void)
{
	static DECLARE_WORK(work, minidump_test_keep);

	schedule_work(&work);
	while (!atomic_read(&minidump_test_spinning))
		cond_resched();
	minidump_test_wait();
}

/* What the kernel survives, as it is a thread of its own that dies */
static int minidump_test_oops(void *unused)
{
	minidump_test_null();
	return 0;
}

/* One after the other, until whoever has asked for them is killed */
static void minidump_test_oopses(void)
{
	struct task_struct *victim;

	do {
		victim = kthread_run(minidump_test_oops, NULL, "minidump_oops");
	} while (!IS_ERR(victim) && !msleep_interruptible(MINIDUMP_TEST_OOPS_MSECS));
}

static int minidump_test_crash(const char *how, const struct kernel_param *param)
{
	if (sysfs_streq(how, "null"))
		minidump_test_null();
	else if (sysfs_streq(how, "panic"))
		minidump_test_panic();
	else if (sysfs_streq(how, "serror"))
		minidump_test_serror();
	else if (sysfs_streq(how, "overflow"))
		minidump_test_overflow(0);
	else if (sysfs_streq(how, "interrupt"))
		minidump_test_interrupt(minidump_test_interrupt_bug);
	else if (sysfs_streq(how, "interrupt-panic"))
		minidump_test_interrupt(minidump_test_interrupt_panic);
	else if (sysfs_streq(how, "interrupt-overflow"))
		minidump_test_interrupt(minidump_test_interrupt_overflow);
	else if (sysfs_streq(how, "others"))
		minidump_test_others(minidump_test_work);
	else if (sysfs_streq(how, "others-masked"))
		minidump_test_others(minidump_test_masked_work);
	else if (sysfs_streq(how, "lock"))
		minidump_test_deadlock(minidump_test_holder);
	else if (sysfs_streq(how, "lock-masked"))
		minidump_test_deadlock(minidump_test_masked_holder);
	else if (sysfs_streq(how, "mutex"))
		minidump_test_hang();
	else if (sysfs_streq(how, "oopses"))
		minidump_test_oopses();
	else
		return -EINVAL;

	return 0;
}

static const struct kernel_param_ops minidump_test_how_ops = {
	.set = minidump_test_crash,
};

module_param_cb(how, &minidump_test_how_ops, NULL, 0200);
MODULE_PARM_DESC(how, "crash now: null, panic, serror, overflow, interrupt, interrupt-panic, interrupt-overflow, others, others-masked, lock, lock-masked, mutex or oopses");

MODULE_DESCRIPTION("Crashes the kernel to test its minidump");
MODULE_LICENSE("GPL");
