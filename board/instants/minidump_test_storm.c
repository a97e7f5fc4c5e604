// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes the minidump in all ways at once: threads on two CPUs register and
 * unregister, while the driver is taken from its device and given back, and other
 * threads crash. Before and after each change it tells, in memory that somebody
 * outside watches, what is to be found there: minidump_test_storm.h.
 *
 * It happens when the module is loaded, which takes until all is over.
 */
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/platform_device.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/vmcore_info.h>
#include <linux/wait.h>

#include <soc/qcom/minidump.h>

#include "minidump_test_storm.h"

#define STORM_THREADS	2
#define STORM_SHARE	(STORM_REGIONS / STORM_THREADS)
/* Steps of the threads between two rounds of the driver, and rounds for each crash */
#define STORM_PER_ROUND	3000
#define STORM_PER_CRASH	4

struct storm_thread {
	struct task_struct *task;
	unsigned int first, present, refused;
	u32 random;
};

static struct storm_area *told;
static void *memory;
static struct qcom_minidump_handle *handles[STORM_REGIONS];
static struct storm_thread threads[STORM_THREADS];
static atomic_t steps_done, threads_done;
static DECLARE_WAIT_QUEUE_HEAD(progress);

static u32 storm_random(struct storm_thread *thread, u32 below)
{
	thread->random = thread->random * 1664525 + 1013904223;
	return (thread->random >> 8) % below;
}

static void storm_toggle(struct storm_thread *thread, unsigned int i)
{
	struct storm_region *region = &told->regions[i];
	const struct qcom_minidump_region wanted = {
		.name = region->name,
		.virt = (void *)(unsigned long)region->virt,
		.phys = region->phys,
		.size = region->size,
		.client = KBUILD_MODNAME,
	};
	bool present;

	WRITE_ONCE(region->state, STORM_CHANGING);
	if (handles[i]) {
		qcom_minidump_region_unregister(handles[i]);
		handles[i] = NULL;
		thread->present--;
	} else {
		handles[i] = qcom_minidump_region_register(&wanted);
		if (IS_ERR(handles[i])) {
			handles[i] = NULL;
			thread->refused++;
		} else {
			thread->present++;
		}
	}
	present = handles[i];
	WRITE_ONCE(region->state, present ? STORM_PRESENT : STORM_ABSENT);
}

/* Some region of the thread's that there is, or that there is not */
static unsigned int storm_choose(struct storm_thread *thread, bool present)
{
	unsigned int i;

	do {
		i = thread->first + storm_random(thread, STORM_SHARE);
	} while (!handles[i] == present);

	return i;
}

/* Mostly towards some number of regions, then towards another */
static int storm_run(void *data)
{
	struct storm_thread *thread = data;
	unsigned int aim = 0, step;
	bool remove;

	for (step = 0; step < STORM_STEPS; step++) {
		if (thread->present == aim)
			aim = storm_random(thread, STORM_SHARE + 1);
		remove = thread->present > aim;
		if (!storm_random(thread, 4))
			remove = !remove;
		if (!thread->present)
			remove = false;
		if (thread->present == STORM_SHARE)
			remove = true;
		storm_toggle(thread, storm_choose(thread, remove));
		if (atomic_inc_return(&steps_done) % STORM_PER_ROUND == 0)
			wake_up(&progress);
	}
	atomic_inc(&threads_done);
	wake_up(&progress);

	/* Somebody holds it, and waits */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);

	return 0;
}

static int storm_crash(void *begun)
{
	complete(begun);
	WRITE_ONCE(*(int *)8, 1);
	return 0;
}

/* It ends by itself, as no thread survives that */
static void storm_have_crash(unsigned int cpu)
{
	DECLARE_COMPLETION_ONSTACK(begun);
	struct task_struct *task;

	task = kthread_create(storm_crash, &begun, "storm-crash");
	if (WARN_ON(IS_ERR(task)))
		return;
	kthread_bind(task, cpu);
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&begun);
	kthread_stop(task);
	put_task_struct(task);
}

static void storm_rebind(struct device *dev)
{
	WRITE_ONCE(told->gone, 1);
	device_release_driver(dev);
	WARN_ON(device_attach(dev) != 1);
	WRITE_ONCE(told->gone, 0);
}

static void storm_rounds(struct device *dev)
{
	unsigned int round = 0, cpu;

	while (atomic_read(&threads_done) < STORM_THREADS) {
		round++;
		/* One after the other: the second one's registers replace the first's */
		for (cpu = 0; cpu < STORM_THREADS && round % STORM_PER_CRASH == 0; cpu++)
			storm_have_crash(cpu);
		storm_rebind(dev);
		wait_event(progress,
			   atomic_read(&steps_done) >= round * STORM_PER_ROUND ||
			   atomic_read(&threads_done) == STORM_THREADS);
	}
	pr_info("%u rounds\n", round);
}

static int storm_start(void)
{
	unsigned int i;

	for (i = 0; i < STORM_THREADS; i++) {
		threads[i].first = i * STORM_SHARE;
		threads[i].random = i;
		threads[i].task = kthread_create_on_cpu(storm_run, &threads[i], i, "storm/%u");
		if (IS_ERR(threads[i].task))
			return PTR_ERR(threads[i].task);
	}
	/* More than there is room for, so that it has been full */
	for (i = 0; i < STORM_REGIONS; i++)
		storm_toggle(&threads[i / STORM_SHARE], i);
	for (i = 0; i < STORM_THREADS; i++)
		wake_up_process(threads[i].task);

	return 0;
}

static void storm_end(void)
{
	unsigned int i;

	for (i = 0; i < STORM_THREADS; i++) {
		kthread_stop(threads[i].task);
		pr_info("thread %u: %u regions, %u refused\n", i, threads[i].present,
			threads[i].refused);
	}
	WRITE_ONCE(told->settled, 1);
	WRITE_ONCE(told->settled, 0);
	for (i = 0; i < STORM_REGIONS; i++)
		if (handles[i])
			storm_toggle(&threads[i / STORM_SHARE], i);
	/* What comes next is somebody else's */
	WRITE_ONCE(told->gone, 1);
}

static void storm_tell(void)
{
	const struct elf_note *note = phys_to_virt(paddr_vmcoreinfo_note());
	unsigned int i;

	memset(told, 0, sizeof(*told));
	for (i = 0; i < STORM_REGIONS; i++) {
		struct storm_region *region = &told->regions[i];

		/* Names and sizes of all lengths */
		snprintf(region->name, sizeof(region->name), "S%u%.*s", i, (int)(i % 8),
			 "_storms_");
		region->virt = (unsigned long)memory + i * PAGE_SIZE;
		region->phys = virt_to_phys(memory) + i * PAGE_SIZE;
		region->size = 4 + i * 24;
	}
	told->note = paddr_vmcoreinfo_note();
	told->note_size = sizeof(*note) + VMCOREINFO_NOTE_NAME_BYTES + ALIGN(note->n_descsz, 4);
	barrier();
	WRITE_ONCE(told->magic, STORM_MAGIC);
}

/* On the board, that is the memory of a processor that is not used here */
static void *storm_area(void)
{
	struct device_node *memory, *area;
	struct resource resource;
	void *mapped = NULL;

	memory = of_find_node_by_path("/reserved-memory");
	area = of_get_child_by_name(memory, "rproc40");
	if (area && !of_address_to_resource(area, 0, &resource))
		mapped = memremap(resource.start, sizeof(*told), MEMREMAP_WB);
	of_node_put(area);
	of_node_put(memory);

	return mapped;
}

static int __init storm_init(void)
{
	struct device *dev;
	int ret;

	dev = bus_find_device_by_name(&platform_bus_type, NULL, "qcom-minidump");
	told = storm_area();
	memory = alloc_pages_exact(STORM_REGIONS * PAGE_SIZE, GFP_KERNEL);
	if (!dev || !told || !memory)
		return -ENODEV;

	storm_tell();
	ret = storm_start();
	if (ret)
		return ret;
	storm_rounds(dev);
	storm_end();
	put_device(dev);

	return 0;
}
module_init(storm_init);

static void __exit storm_exit(void)
{
	free_pages_exact(memory, STORM_REGIONS * PAGE_SIZE);
	memunmap(told);
}
module_exit(storm_exit);

MODULE_DESCRIPTION("Changes the minidump in all ways at once");
MODULE_LICENSE("GPL");
