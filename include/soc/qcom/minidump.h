/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what drivers see of it.
 */
#ifndef __SOC_QCOM_MINIDUMP_H__
#define __SOC_QCOM_MINIDUMP_H__

#include <linux/err.h>
#include <linux/types.h>

struct qcom_minidump_handle;

/**
 * struct qcom_minidump_region - A region that Linux wants in its minidump
 * @name:	1 to 11 characters of 0-9, A-Z, a-z and _, different from every
 *		other region's. Debuggers' helpers look for kernel regions under
 *		names that begin with K.
 * @virt:	the address under which the kernel knows the region; debuggers
 *		find it there
 * @phys:	physical address, different from every other region's
 * @size:	in bytes, a multiple of 4, not 0; contiguous in physical memory
 * @client:	who registers it, for people to see: KBUILD_MODNAME; must stay in
 *		place until the region is unregistered
 */
struct qcom_minidump_region {
	const char *name;
	const void *virt;
	phys_addr_t phys;
	size_t size;
	const char *client;
};

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP)
struct qcom_minidump_handle *
qcom_minidump_region_register(const struct qcom_minidump_region *region);
void qcom_minidump_region_unregister(struct qcom_minidump_handle *handle);
#else
static inline struct qcom_minidump_handle *
qcom_minidump_region_register(const struct qcom_minidump_region *region)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline void
qcom_minidump_region_unregister(struct qcom_minidump_handle *handle)
{
}
#endif /* CONFIG_QCOM_MINIDUMP */

/**
 * struct qcom_minidump_subsystem_region - A region that another processor lists
 * @name:	NUL terminated; what is not printable ASCII, and slashes, became _
 * @address:	physical address
 * @size:	in bytes, not 0; @address + @size - 1 is a physical address, too
 */
struct qcom_minidump_subsystem_region {
	char name[16];
	phys_addr_t address;
	size_t size;
};

/**
 * struct qcom_minidump_subsystem - What another processor wants dumped
 * @region_count:	how many @regions there are; none is possible
 * @skipped_count:	how many more it listed that cannot be
 * @regions:		in the order in which the processor lists them
 */
struct qcom_minidump_subsystem {
	unsigned int region_count;
	unsigned int skipped_count;
	struct qcom_minidump_subsystem_region regions[];
};

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_TOC)
struct qcom_minidump_subsystem *qcom_minidump_subsystem_desc(unsigned int index);
#else
static inline struct qcom_minidump_subsystem *
qcom_minidump_subsystem_desc(unsigned int index)
{
	return ERR_PTR(-EOPNOTSUPP);
}
#endif /* CONFIG_QCOM_MINIDUMP_TOC */

#endif /* __SOC_QCOM_MINIDUMP_H__ */
