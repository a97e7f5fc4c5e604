/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the regions that another processor wants dumped.
 */
#ifndef __SOC_QCOM_MINIDUMP_SUBSYSTEM_H__
#define __SOC_QCOM_MINIDUMP_SUBSYSTEM_H__

#include <linux/types.h>

struct device;

/**
 * struct qcom_minidump_subsystem_region - A region that another processor lists
 * @name:	NUL-terminated; slashes and everything that is not printable ASCII
 *		have been replaced by underscores
 * @address:	physical address
 * @size:	in bytes, never 0; @address + @size - 1 is a physical address, too
 */
struct qcom_minidump_subsystem_region {
	char name[16];
	phys_addr_t address;
	size_t size;
};

/**
 * struct qcom_minidump_subsystem - What another processor wants dumped
 * @region_count:	number of @regions, possibly 0
 * @skipped_count:	number of regions that were listed, but are malformed
 * @regions:		in the order in which the processor lists them
 */
struct qcom_minidump_subsystem {
	unsigned int region_count;
	unsigned int skipped_count;
	struct qcom_minidump_subsystem_region regions[];
};

struct qcom_minidump_subsystem *
qcom_minidump_subsystem_desc(struct device *dev, unsigned int index,
			     phys_addr_t mem_phys, size_t mem_size);

#endif /* __SOC_QCOM_MINIDUMP_SUBSYSTEM_H__ */
