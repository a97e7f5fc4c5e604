// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures what the calls of minidump cost, and logs it, a line each:
 *
 *   minidump_bench: WHAT VALUE
 *
 * The unit is a tick of the virtual counter. On the machine of bench.sh, which
 * executes one instruction a tick and nothing but our own, that is a count of
 * instructions, and the same in every run. What it takes to read the counter is
 * subtracted.
 *
 * A sample during which the timer ticked does not count, as it has the timer's
 * interrupt in it. What is said is the most of all samples. The slab allocator
 * is kept from taking and giving back pages meanwhile, but not in the churn.
 *
 * Written to the parameter "run", a word starts one part of the measurements:
 *
 *   empty    register the notifiers that measure those between them, and oops
 *   calls    register and unregister, churn, growth, memory
 *   probe    the driver's probe, with the regions that there are and with 20
 *   oops     the die notifiers between ours, in a real oops
 *   panic    the panic notifiers between ours, in a real panic
 *
 * And "large" registers much memory, for a dump that takes its time to handle.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/soc/qcom/smem.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <asm/barrier.h>
#include <asm/sysreg.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

/* All that can be registered, if the driver had none of its own */
#define REGIONS_MAX	(MINIDUMP_APSS_MAX_REGIONS - 1)
#define SAMPLES		64
#define CHURN_CALLS	4000
#define PROBES		8
/* As large as the page allocator has them */
#define LARGE_SIZE	SZ_4M
#define LARGE_REGIONS	16

struct cost {
	u64 most;
	u64 sum;
	unsigned int samples;
};

/* In the order of their slots, of which the first ones are others' */
static struct {
	struct qcom_minidump_handle *handle;
	unsigned int id;
} regions[REGIONS_MAX];
static unsigned int count;

/* How many others there are: those of the driver */
static unsigned int own;

/* Which of our pages are registered, under the names that belong to them */
static DECLARE_BITMAP(used, REGIONS_MAX);
static unsigned int last_used;
static void *memory;

static void *anchors[REGIONS_MAX];

static u64 empty;
static struct platform_device *device;

static u64 now(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

/* A linear congruential generator; the upper bits are good */
static u32 next_random(u32 random)
{
	return random * 1664525 + 1013904223;
}

static void measure_empty(void)
{
	unsigned int i;
	u64 start;

	empty = U64_MAX;
	for (i = 0; i < SAMPLES; i++) {
		start = now();
		empty = min(empty, now() - start);
	}
}

static bool ticked(unsigned long since)
{
	return time_after(jiffies, since);
}

static void cost_add(struct cost *cost, u64 ticks)
{
	cost->most = max(cost->most, ticks);
	cost->sum += ticks;
	cost->samples++;
}

/* What firmware sees: our entry in the G-ToC, and the bank that it leads to */

static const struct minidump_subsystem *entry(void)
{
	const struct minidump_toc *toc = qcom_smem_get(QCOM_SMEM_HOST_ANY, MINIDUMP_SMEM_ITEM,
						       NULL);

	return &toc->subsystems[MINIDUMP_SUBSYSTEM_APSS];
}

static unsigned int regions_in_table(void)
{
	return le32_to_cpu(entry()->region_count) - 1;
}

/* Room is set aside for as many regions as the section names have room for */
static unsigned int capacity(const struct elf64_hdr *ehdr)
{
	const struct elf64_shdr *shdrs = (const void *)ehdr + ehdr->e_shoff;

	return shdrs[1].sh_size / (MINIDUMP_REGION_NAME_MAX + 1);
}

static size_t bank_size(void)
{
	const struct minidump_region *table = phys_to_virt(le64_to_cpu(entry()->regions_baseptr));
	const struct elf64_hdr *ehdr = phys_to_virt(le64_to_cpu(table->address));

	return (const void *)&table[capacity(ehdr)] - (const void *)ehdr;
}

/* All take their turns: some may share a hash bucket with more than others do */
static unsigned int next_unused(void)
{
	unsigned int id = find_next_zero_bit(used, REGIONS_MAX, last_used + 1);

	if (id == REGIONS_MAX)
		id = find_first_zero_bit(used, REGIONS_MAX);

	return id;
}

/*
 * Under the longest name possible, for each character costs something. No two are
 * of one size, or a region that takes another one's place would move no other.
 */
static u64 add(void)
{
	unsigned int id = next_unused();
	char name[MINIDUMP_REGION_NAME_MAX + 1];
	struct qcom_minidump_region region = {
		.name = name,
		.virt = memory + id * PAGE_SIZE,
		.phys = virt_to_phys(memory + id * PAGE_SIZE),
		.size = PAGE_SIZE - 4 * id,
		.client = KBUILD_MODNAME,
	};
	struct qcom_minidump_handle *handle;
	u64 start, ticks;

	snprintf(name, sizeof(name), "KBENCH%05u", id);
	start = now();
	handle = qcom_minidump_region_register(&region);
	ticks = now() - start - empty;
	if (IS_ERR(handle))
		panic("region %s: %pe", name, handle);

	regions[count].handle = handle;
	regions[count].id = id;
	count++;
	__set_bit(id, used);
	last_used = id;

	return ticks;
}

/* The last one takes its slot */
static u64 remove(unsigned int index)
{
	struct qcom_minidump_handle *handle = regions[index].handle;
	u64 start, ticks;

	__clear_bit(regions[index].id, used);
	regions[index] = regions[--count];

	start = now();
	qcom_minidump_region_unregister(handle);
	ticks = now() - start - empty;

	return ticks;
}

/* Until the table has so many, whoever registered them; at least the driver's own */
static void fill(unsigned int wanted)
{
	wanted = max(wanted, own);
	while (regions_in_table() < wanted)
		add();
	while (regions_in_table() > wanted)
		remove(count - 1);
}

static void measure_at(const char *others, const char *where, unsigned int index)
{
	struct cost add_cost = { }, remove_cost = { };

	while (min(add_cost.samples, remove_cost.samples) < SAMPLES) {
		unsigned long before = jiffies;
		u64 ticks = remove(index);

		if (!ticked(before))
			cost_add(&remove_cost, ticks);
		before = jiffies;
		ticks = add();
		if (!ticked(before))
			cost_add(&add_cost, ticks);
	}
	pr_info("register_%s_%s %llu\n", others, where, add_cost.most);
	pr_info("unregister_%s_%s %llu\n", others, where, remove_cost.most);
}

/* One comes and goes beside so many others; first means first of ours */
static void measure_beside(const char *name, unsigned int others)
{
	fill(others + 1);
	measure_at(name, "first", 0);
	measure_at(name, "middle", count / 2);
	measure_at(name, "last", count - 1);
}

/*
 * In the course of this the banks grow, which waits for RCU. No slab that holds
 * what regions allocate gets empty as long as it has one of our anchors.
 */
static void measure_growth(void)
{
	u64 base, ticks;

	while (own + count < MINIDUMP_APSS_MAX_REGIONS - 1) {
		anchors[count] = kmalloc(ksize(regions[0].handle), GFP_KERNEL);
		if (!anchors[count])
			panic("no memory for anchors");
		base = le64_to_cpu(entry()->regions_baseptr);
		ticks = add();
		if (base != le64_to_cpu(entry()->regions_baseptr))
			pr_info("grow_%u %llu\n", regions_in_table(), ticks);
	}
}

/* What a region takes of the slab allocator, which is no driver's affair */
static void measure_kmalloc(void)
{
	size_t size = ksize(regions[0].handle);
	struct cost cost = { };
	void *memory;

	while (cost.samples < SAMPLES) {
		unsigned long before = jiffies;
		u64 start = now(), ticks;

		memory = kmalloc(size, GFP_KERNEL);
		ticks = now() - start - empty;
		if (!memory)
			panic("no memory to measure");
		kfree(memory);
		if (!ticked(before))
			cost_add(&cost, ticks);
	}
	pr_info("handle %zu\n", size);
	pr_info("kmalloc %llu\n", cost.most);
}

static void free_anchors(void)
{
	unsigned int i;

	for (i = 0; i < REGIONS_MAX; i++)
		kfree(anchors[i]);
}

/* Comings and goings in no order, of which there are as many at all times */
static void measure_churn(void)
{
	struct cost cost = { };
	u32 random = 1;

	fill(100);
	while (cost.samples < CHURN_CALLS) {
		unsigned long before = jiffies;
		u64 ticks;

		random = next_random(random);
		if (cost.samples % 2)
			ticks = add();
		else
			ticks = remove((random >> 16) % count);
		if (ticked(before))
			ticks = div_u64(cost.sum, max(cost.samples, 1U));
		cost_add(&cost, ticks);
	}
	pr_info("churn_average %llu\n", div_u64(cost.sum, cost.samples));
	pr_info("churn_most %llu\n", cost.most);
}

/* A new device takes no more than it needs; one that is there never shrinks */
static void measure_memory(const char *name, unsigned int wanted)
{
	fill(wanted);
	device_release_driver(&device->dev);
	if (device_attach(&device->dev) != 1)
		panic("the minidump device does not come back");
	pr_info("bank_%s %zu\n", name, bank_size());
	/* The page allocator has powers of two */
	pr_info("banks_%s %lu\n", name, PAGE_SIZE << get_order(2 * bank_size()));
}

static void measure_calls(void)
{
	measure_memory("own", own);
	measure_memory("20", 20);
	fill(own + 2);
	measure_growth();
	measure_beside("199", 199);
	measure_beside("100", 100);
	measure_beside("50", 50);
	measure_beside("own", own);
	measure_kmalloc();
	free_anchors();
	measure_churn();
	measure_memory("32", 32);
	measure_memory("200", 200);
	fill(own);
}

/*
 * The driver's own function is called, on a device that the driver core has
 * unbound from it: what the core does besides is no driver's affair. A group
 * takes the place of the core in freeing what probe has allocated.
 */
static void probe_once(struct platform_driver *driver, struct cost *cost)
{
	void *group = devres_open_group(&device->dev, NULL, GFP_KERNEL);
	unsigned long before = jiffies;
	u64 start, ticks;
	int ret;

	start = now();
	ret = driver->probe(device);
	ticks = now() - start - empty;
	if (!group || ret)
		panic("probe failed: %d", ret);
	if (!ticked(before))
		cost_add(cost, ticks);
	devres_close_group(&device->dev, group);
	devres_release_group(&device->dev, group);
}

/* What the kernel takes for the memory of the banks, which is no driver's affair either */
static void alloc_once(size_t size, struct cost *cost)
{
	unsigned long before = jiffies;
	dma_addr_t dma;
	u64 start, ticks;
	void *banks;

	start = now();
	banks = dma_alloc_coherent(&device->dev, size, &dma, GFP_KERNEL);
	ticks = now() - start - empty;
	if (!banks)
		panic("no memory for banks");
	if (!ticked(before))
		cost_add(cost, ticks);
	dma_free_coherent(&device->dev, size, banks, dma);
}

static void measure_probe_with(const char *name, unsigned int wanted)
{
	struct platform_driver *driver = to_platform_driver(device->dev.driver);
	struct cost first = { }, cost = { }, alloc = { };
	size_t size;

	fill(wanted);
	size = 2 * bank_size();
	device_release_driver(&device->dev);
	while (alloc.samples < PROBES)
		alloc_once(size, &alloc);
	probe_once(driver, &first);
	while (cost.samples < PROBES)
		probe_once(driver, &cost);
	if (device_attach(&device->dev) != 1)
		panic("the minidump device does not come back");
	pr_info("probe_%s %llu\n", name, cost.most);
	pr_info("alloc_%s %llu\n", name, alloc.most);
}

/* What the driver core takes for any device and driver, whatever they do */
static int bare_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver bare_driver = {
	.probe = bare_probe,
	.driver.name = "minidump-bare",
};

static void measure_core(void)
{
	struct platform_device *bare;
	unsigned long before;
	u64 start, ticks;

	do {
		before = jiffies;
		start = now();
		if (platform_driver_register(&bare_driver))
			panic("no bare driver");
		bare = platform_device_register_simple("minidump-bare", PLATFORM_DEVID_NONE,
						       NULL, 0);
		ticks = now() - start - empty;
		if (IS_ERR(bare))
			panic("no bare device");
		platform_device_unregister(bare);
		platform_driver_unregister(&bare_driver);
	} while (ticked(before));
	pr_info("core %llu\n", ticks);
}

static void measure_probe(void)
{
	pr_info("own %u\n", own);
	measure_probe_with("own", own);
	measure_probe_with("20", 20);
	fill(own);
	measure_core();
}

/*
 * Two notifiers that each chain calls just before and just after those of
 * minidump's client: they have the same priority, and of those the one comes
 * first that was there first. The client is loaded between them.
 */
static u64 before_notifiers;
static const char *chain_name;
static DECLARE_COMPLETION(oopsed);

static int tell_before(struct notifier_block *notifier, unsigned long reason, void *data)
{
	before_notifiers = now();
	return NOTIFY_DONE;
}

static int tell_after(struct notifier_block *notifier, unsigned long reason, void *data)
{
	u64 ticks = now() - before_notifiers - empty;

	pr_info("%s %llu\n", chain_name, ticks);
	complete(&oopsed);
	return NOTIFY_DONE;
}

static struct notifier_block die_before = { .notifier_call = tell_before, .priority = INT_MAX };
static struct notifier_block die_after = { .notifier_call = tell_after, .priority = INT_MAX };
static struct notifier_block panic_before = { .notifier_call = tell_before, .priority = INT_MAX };
static struct notifier_block panic_after = { .notifier_call = tell_after, .priority = INT_MAX };

static int oops(void *unused)
{
	WRITE_ONCE(*(int *)8, 1);
	return 0;
}

static void measure_oops(const char *name)
{
	struct task_struct *victim;

	chain_name = name;
	register_die_notifier(&die_after);
	reinit_completion(&oopsed);
	victim = kthread_run(oops, NULL, "minidump_bench");
	if (IS_ERR(victim))
		panic("no thread to oops: %pe", victim);
	wait_for_completion(&oopsed);
	unregister_die_notifier(&die_after);
}

static void measure_panic(const char *name)
{
	chain_name = name;
	atomic_notifier_chain_register(&panic_notifier_list, &panic_after);
	panic("minidump_bench is done");
}

/* Memory that is in no other region, and that nothing can pack or leave out */
static void register_much(void)
{
	char name[MINIDUMP_REGION_NAME_MAX + 1];
	struct qcom_minidump_region region = {
		.name = name,
		.size = LARGE_SIZE,
		.client = KBUILD_MODNAME,
	};
	unsigned int i, j;
	u32 random = 1;
	u32 *words;

	for (i = 0; i < LARGE_REGIONS; i++) {
		words = alloc_pages_exact(LARGE_SIZE, GFP_KERNEL);
		if (!words)
			panic("no memory for large regions");
		for (j = 0; j < LARGE_SIZE / sizeof(*words); j++) {
			random = next_random(random);
			words[j] = random;
		}

		snprintf(name, sizeof(name), "KLARGE%u", i);
		region.virt = words;
		region.phys = virt_to_phys(words);
		if (IS_ERR(qcom_minidump_region_register(&region)))
			panic("region %s is refused", name);
	}
}

static int run(const char *what, const struct kernel_param *param)
{
	if (sysfs_streq(what, "empty"))
		measure_oops("notifiers_none");
	else if (sysfs_streq(what, "calls"))
		measure_calls();
	else if (sysfs_streq(what, "probe"))
		measure_probe();
	else if (sysfs_streq(what, "oops"))
		measure_oops("notifiers_die");
	else if (sysfs_streq(what, "large"))
		register_much();
	else if (sysfs_streq(what, "panic"))
		measure_panic("notifiers_panic");
	else
		return -EINVAL;

	return 0;
}

static const struct kernel_param_ops run_ops = {
	.set = run,
};

static int __init minidump_bench_init(void)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, "qcom-minidump");

	if (!dev || !dev->driver)
		return -ENODEV;
	device = to_platform_device(dev);
	own = regions_in_table();

	memory = alloc_pages_exact(REGIONS_MAX * PAGE_SIZE, GFP_KERNEL);
	if (!memory)
		return -ENOMEM;

	measure_empty();
	register_die_notifier(&die_before);
	atomic_notifier_chain_register(&panic_notifier_list, &panic_before);

	return 0;
}
module_init(minidump_bench_init);

module_param_cb(run, &run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "measure now: empty, calls, probe, oops or panic");
MODULE_DESCRIPTION("Measures Qualcomm minidump");
MODULE_LICENSE("GPL");
