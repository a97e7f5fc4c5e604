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

#endif /* __SOC_QCOM_MINIDUMP_H__ */
