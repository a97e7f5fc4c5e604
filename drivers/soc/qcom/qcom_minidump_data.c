// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the kernel's data
 *
 * The kernel's own variables that outlive boot are in four kinds of memory. The dump
 * has them in place, in pieces, as some are regions of their own, and some constants:
 *
 *   KDATA_<n>         data that has initial values
 *   KBSS_<n>          data that starts as zeros
 *   KROINIT_<n>       data that is constant after boot
 *   KCPU<cpu>_<n>     what each CPU has of its own
 *   KTAINTS_0         constants that crash(8) looks up
 *
 * What maps that memory is in qcom_minidump_maps.c, and what kdump would have noted of
 * a crash in qcom_minidump_notes.c.
 *
 * One thing is left out where stacks are copied in a crash: that of the first task,
 * whose copy takes its address, see qcom_minidump_copies.c.
 *
 * None of this is anything that a module can name.
 */

#include <linux/align.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/types.h>

#include <asm/sections.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_data.h"
#include "qcom_minidump_maps.h"
#include "qcom_minidump_notes.h"

/* The kernel's image is contiguous. Both ends are in words that nothing else has. */
static int add_image(struct minidump_registry *registry, const char *name,
		     const void *start, const void *end)
{
	const void *first = PTR_ALIGN_DOWN(start, 4);
	const struct qcom_minidump_region range = {
		.name = name,
		.virt = first,
		.phys = __pa_symbol(first),
		.size = ALIGN(end - first, 4),
		.client = KBUILD_MODNAME,
	};

	return start < end ? qcom_minidump_pieces_add(registry, &range) : 0;
}

/* With percpu_alloc=page it is not: vmalloc() pages are anywhere */
static bool is_contiguous(void *start, size_t size)
{
	phys_addr_t phys = per_cpu_ptr_to_phys(start);
	size_t offset;

	for (offset = PAGE_SIZE - offset_in_page(start); offset < size; offset += PAGE_SIZE)
		if (per_cpu_ptr_to_phys(start + offset) != phys + offset)
			return false;

	return true;
}

static int add_cpus(struct device *dev, struct minidump_registry *registry)
{
	struct qcom_minidump_region range = {
		.size = ALIGN(__per_cpu_end - __per_cpu_start, 4),
		.client = KBUILD_MODNAME,
	};
	char name[MINIDUMP_REGION_NAME_SIZE];
	unsigned int cpu;
	void *start;
	int ret = 0;

	for_each_possible_cpu(cpu) {
		start = __per_cpu_start + per_cpu_offset(cpu);
		if (cpu >= MINIDUMP_CPUS_MAX)
			break;
		if (!is_contiguous(start, range.size)) {
			dev_warn(dev, "per-CPU data is scattered, and not in the minidump\n");
			break;
		}

		snprintf(name, sizeof(name), "KCPU%u", cpu);
		range.name = name;
		range.virt = start;
		range.phys = per_cpu_ptr_to_phys(start);
		ret = qcom_minidump_pieces_add(registry, &range);
		if (ret)
			break;
	}

	return ret;
}

static void minidump_data_stop(void *registry)
{
	qcom_minidump_pieces_remove(registry);
	qcom_minidump_maps_forget();
}

/**
 * qcom_minidump_data_start() - Register the kernel's data
 * @dev: the minidump device; the data is unregistered when it is unbound
 * @registry: the registry, which has all other regions of this driver already
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_data_start(struct device *dev, struct minidump_registry *registry)
{
	const void *data = _sdata, *stack = init_stack;
	int ret;

	/* Linker scripts put it first, behind no more than what aligns it */
	if (IS_ENABLED(CONFIG_QCOM_MINIDUMP_PANIC) && stack >= data && stack < (void *)_edata)
		data = stack + THREAD_SIZE;

	ret = add_image(registry, "KDATA", data, _edata);
	if (!ret)
		ret = add_image(registry, "KBSS", __bss_start, __bss_stop);
	if (!ret)
		ret = add_image(registry, "KROINIT", __start_ro_after_init, __end_ro_after_init);
	if (!ret)
		ret = add_image(registry, "KTAINTS", taint_flags, taint_flags + TAINT_FLAGS_COUNT);
	if (!ret)
		ret = add_cpus(dev, registry);
	if (!ret && IS_ENABLED(CONFIG_QCOM_MINIDUMP_NOTES))
		ret = qcom_minidump_notes_add(registry);
	if (!ret)
		ret = qcom_minidump_maps_add(dev, registry);
	if (ret)
		dev_warn(dev, "not all of the kernel's data is in the minidump: %pe\n",
			 ERR_PTR(ret));

	/* On failure it has unregistered the data */
	devm_add_action_or_reset(dev, minidump_data_stop, registry);
}
