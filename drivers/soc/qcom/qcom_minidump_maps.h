/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what maps the kernel's data.
 */
#ifndef __QCOM_MINIDUMP_MAPS_H__
#define __QCOM_MINIDUMP_MAPS_H__

#include <linux/pgtable.h>
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

/* All below swapper_pg_dir */
#define MINIDUMP_PAGE_LEVELS	4

/**
 * struct qcom_minidump_page_path - What maps an address
 * @entries: in tables of their own, from the top
 * @count:   how many
 * @pte:     the last one, if there is a table for pages, or NULL
 */
struct qcom_minidump_page_path {
	void *entries[MINIDUMP_PAGE_LEVELS];
	unsigned int count;
	pte_t *pte;
};

unsigned long qcom_minidump_page_path(struct qcom_minidump_page_path *path,
				      unsigned long addr);
void qcom_minidump_page_tables_of(struct qcom_minidump_page_tables *tables,
				  unsigned long addr, unsigned long size);
bool qcom_minidump_is_memory(const void *addr, size_t size);
bool qcom_minidump_has_page_table(const void *table);
void qcom_minidump_maps_forget(void);
int qcom_minidump_maps_add(struct device *dev, struct minidump_registry *registry);

#endif /* __QCOM_MINIDUMP_MAPS_H__ */
