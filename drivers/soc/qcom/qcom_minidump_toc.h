/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the G-ToC in SMEM, for the drivers that read or write it.
 */
#ifndef __QCOM_MINIDUMP_TOC_H__
#define __QCOM_MINIDUMP_TOC_H__

#include <linux/types.h>

struct minidump_region;
struct minidump_subsystem;
struct qcom_minidump_subsystem;

/*
 * How many regions a subsystem may list. Firmware that keeps a fixed list of
 * its own holds 300 for all subsystems together, so this is more than any is
 * known to need, and it keeps the copy of a hostile table at 160 KiB. The ELF
 * headers of a coredump count sections in 16 bits, which it stays far below.
 */
#define QCOM_MINIDUMP_TOC_MAX_REGIONS	4096

/**
 * struct qcom_minidump_toc_table - Where a subsystem says its regions are
 * @address:	physical address of its array of struct minidump_region
 * @count:	entries in that array
 */
struct qcom_minidump_toc_table {
	u64 address;
	u32 count;
};

struct minidump_subsystem *qcom_minidump_toc_subsystem(unsigned int index);

/* The steps of qcom_minidump_subsystem_desc(), apart for the tests' sake */
struct minidump_subsystem *
qcom_minidump_toc_entry(void *item, size_t size, unsigned int index);
int qcom_minidump_toc_read_entry(const struct minidump_subsystem *entry,
				 struct qcom_minidump_toc_table *table);
bool qcom_minidump_toc_table_within(const struct qcom_minidump_toc_table *table,
				    u64 start, u64 size);
struct qcom_minidump_subsystem *
qcom_minidump_toc_parse(const struct minidump_region *regions,
			unsigned int count, u64 room);

#endif /* __QCOM_MINIDUMP_TOC_H__ */
