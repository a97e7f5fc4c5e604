/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the table of Linux as firmware sees it.
 */
#ifndef __QCOM_MINIDUMP_TABLE_H__
#define __QCOM_MINIDUMP_TABLE_H__

#include <linux/atomic.h>
#include <linux/kconfig.h>
#include <linux/types.h>

#include "qcom_minidump_bank.h"

struct minidump_banks;
struct minidump_table;

/**
 * enum minidump_store - The stores that change what firmware reads
 * @MINIDUMP_STORE_ELF_COUNTS:		the live ELF header has a region more
 * @MINIDUMP_STORE_REGION_COUNT:	the live table has a region more, or less
 * @MINIDUMP_STORE_REGIONS_BASEPTR:	another bank is the live one
 * @MINIDUMP_STORE_ENCRYPTION_STATUS:	regions may be read as they are
 * @MINIDUMP_STORE_ENCRYPTION_REQUIRED:	and need no encryption
 * @MINIDUMP_STORE_ENABLED:		the regions are to be saved
 * @MINIDUMP_STORE_STATUS:		the table is valid, or no longer
 * @MINIDUMP_STORES:			how many kinds there are
 *
 * A crash may come between any two of them, so after each one firmware must
 * find a table and an ELF header that are complete and agree, but for the last
 * region, which one of the two may lack.
 */
enum minidump_store {
	MINIDUMP_STORE_ELF_COUNTS,
	MINIDUMP_STORE_REGION_COUNT,
	MINIDUMP_STORE_REGIONS_BASEPTR,
	MINIDUMP_STORE_ENCRYPTION_STATUS,
	MINIDUMP_STORE_ENCRYPTION_REQUIRED,
	MINIDUMP_STORE_ENABLED,
	MINIDUMP_STORE_STATUS,
	MINIDUMP_STORES
};

/**
 * struct minidump_table_test - What a test does to a table
 * @stop:	called just before and just after each store; a crash there would
 *		find what the test finds
 * @allocations: how many more allocations succeed, or negative for all
 */
struct minidump_table_test {
	void (*stop)(struct minidump_table *table, enum minidump_store store);
	int allocations;
};

/**
 * struct minidump_table - The table of Linux
 * @entry:	 our entry in the G-ToC, NULL while the table is not published
 * @banks:	 the live bank and the spare one
 * @live:	 index of the live bank
 * @retiring:	 banks that @banks are just replacing: either may be the live ones
 * @rebuilding:	 slots are changing their places, in one bank or another
 * @describing:	 CPUs that are describing a crash in the banks
 * @vmcoreinfo:	 VMCOREINFO note for the ELF header
 * @vmcoreinfo_size: its size in bytes
 * @test:	 the test that runs on this table, if any
 */
struct minidump_table {
	struct minidump_subsystem *entry;
	struct minidump_banks __rcu *banks;
	unsigned int live;
	struct minidump_banks __rcu *retiring;
	bool rebuilding;
	atomic_t describing;
	const void *vmcoreinfo;
	size_t vmcoreinfo_size;
#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_KUNIT_TEST)
	struct minidump_table_test *test;
#endif
};

int qcom_minidump_table_prepare(struct minidump_table *table, unsigned int regions,
				const void *vmcoreinfo, size_t vmcoreinfo_size);
void qcom_minidump_table_load(struct minidump_table *table, const struct minidump_slot *slot);
void qcom_minidump_table_start(struct minidump_table *table, struct minidump_subsystem *entry);
int qcom_minidump_table_append(struct minidump_table *table, const struct minidump_slot *slot);
void qcom_minidump_table_remove(struct minidump_table *table, unsigned int index);
void qcom_minidump_table_stop(struct minidump_table *table);
struct minidump_bank *qcom_minidump_table_live(struct minidump_table *table);
bool qcom_minidump_table_describe_crash(struct minidump_table *table,
					const struct qcom_minidump_crash *crash, bool alone);

#endif /* __QCOM_MINIDUMP_TABLE_H__ */
