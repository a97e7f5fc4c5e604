/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what maps the kernel's data.
 */
#ifndef __QCOM_MINIDUMP_MAPS_H__
#define __QCOM_MINIDUMP_MAPS_H__

#include <linux/types.h>

struct device;
struct minidump_registry;

/* The image has a few, and memory one for each 2 MiB that a region is in */
#define MINIDUMP_PAGE_TABLES_MAX	32

/**
 * struct qcom_minidump_page_tables - Pages of page tables
 * @pages:   each of them once, as the linear map has it
 * @count:   how many
 * @missing: there would be more
 */
struct qcom_minidump_page_tables {
	const void *pages[MINIDUMP_PAGE_TABLES_MAX];
	unsigned int count;
	bool missing;
};

void qcom_minidump_page_tables_of(struct qcom_minidump_page_tables *tables,
				  unsigned long addr, unsigned long size);
int qcom_minidump_maps_add(struct device *dev, struct minidump_registry *registry);

#endif /* __QCOM_MINIDUMP_MAPS_H__ */
