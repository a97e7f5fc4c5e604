/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the table of Linux as firmware sees it.
 */
#ifndef __QCOM_MINIDUMP_TABLE_H__
#define __QCOM_MINIDUMP_TABLE_H__

#include <linux/atomic.h>
#include <linux/elf.h>
#include <linux/types.h>

#include "qcom_minidump_bank.h"

struct device;
struct qcom_minidump_crash;

/**
 * struct minidump_banks - The live bank and the spare one, of one capacity
 * @bank:	the banks
 * @dev:	the device that allocated their memory
 * @memory:	of both, in one piece, uncached
 * @dma:	its DMA address, which is the physical one, too
 * @size:	its size in bytes
 * @slots:	what the banks hold
 *
 * All but @memory is cached.
 */
struct minidump_banks {
	struct minidump_bank bank[2];
	struct device *dev;
	void *memory;
	dma_addr_t dma;
	size_t size;
	struct minidump_slot *slots[];
};

/**
 * struct minidump_table - The table of Linux
 * @dev:	 the minidump device
 * @entry:	 our entry in the G-ToC, NULL while the table is not published
 * @banks:	 the live bank and the spare one
 * @live:	 index of the live bank
 * @retiring:	 banks that @banks are just replacing: either may be the live ones
 * @rebuilding:	 slots are changing their places, in one bank or another
 * @describing:	 CPUs that are describing a crash in the banks
 * @moved:	 a crash has moved regions from where they were registered
 * @aliased:	 a panic has put aliases behind the program headers of the banks
 * @registers:	 of the CPU that went down last, for banks to come
 * @pid:	 the id by which debuggers know that CPU, or 0 if none went down
 * @vmcoreinfo:	 VMCOREINFO note for the ELF header
 * @vmcoreinfo_size: its size in bytes
 * @max_others: how many registers the ELF header has room for, beside those of the
 *		 CPU that goes down
 */
struct minidump_table {
	struct device *dev;
	struct minidump_subsystem *entry;
	struct minidump_banks __rcu *banks;
	unsigned int live;
	struct minidump_banks __rcu *retiring;
	bool rebuilding;
	atomic_t describing;
	bool moved;
	bool aliased;
	elf_gregset_t registers;
	pid_t pid;
	const void *vmcoreinfo;
	size_t vmcoreinfo_size;
	unsigned int max_others;
};

int qcom_minidump_table_prepare(struct minidump_table *table, struct device *dev,
				unsigned int regions, const void *vmcoreinfo,
				size_t vmcoreinfo_size);
void qcom_minidump_table_load(struct minidump_table *table, struct minidump_slot *slot);
void qcom_minidump_table_start(struct minidump_table *table, struct minidump_subsystem *entry);
int qcom_minidump_table_append(struct minidump_table *table, struct minidump_slot *slot);
void qcom_minidump_table_remove(struct minidump_table *table, const struct minidump_slot *slot);
void qcom_minidump_table_stop(struct minidump_table *table);
struct minidump_bank *qcom_minidump_table_live(struct minidump_table *table);

/* In qcom_minidump_crash.c */
bool qcom_minidump_bank_describe_crash(struct minidump_bank *bank,
				       const struct qcom_minidump_crash *crash);
void qcom_minidump_bank_add_aliases(struct minidump_bank *bank,
				    const struct qcom_minidump_crash *crash);
bool qcom_minidump_table_describe_crash(struct minidump_table *table,
					const struct qcom_minidump_crash *crash, bool alone);
void qcom_minidump_table_forget_crash(struct minidump_table *table,
				      const struct qcom_minidump_crash *none);
void qcom_minidump_table_hide_aliases(struct minidump_table *table);
void qcom_minidump_banks_inherit_crash(struct minidump_banks *banks,
				       const struct minidump_table *table);
void qcom_minidump_banks_make_room(struct minidump_banks *banks,
				   const struct minidump_slot *slot);

#endif /* __QCOM_MINIDUMP_TABLE_H__ */
