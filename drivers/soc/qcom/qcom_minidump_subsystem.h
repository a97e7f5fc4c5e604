/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the steps of qcom_minidump_subsystem_desc(), for the tests.
 */
#ifndef __QCOM_MINIDUMP_SUBSYSTEM_H__
#define __QCOM_MINIDUMP_SUBSYSTEM_H__

#include <linux/types.h>

struct minidump_region;
struct minidump_subsystem;
struct qcom_minidump_subsystem;

/*
 * How many regions a subsystem may list. Firmware that keeps a fixed list of its
 * own has room for 300 regions of all subsystems together, so this is more than
 * any is known to need. It limits the copy of a hostile table to 160 KiB, and
 * coredumps to far fewer sections than the 16 bits of an ELF header can count.
 */
#define QCOM_MINIDUMP_SUBSYSTEM_MAX_REGIONS	4096

/**
 * struct qcom_minidump_subsystem_table - Where a subsystem says its regions are
 * @address:	physical address of its array of struct minidump_region
 * @count:	entries in that array
 */
struct qcom_minidump_subsystem_table {
	u64 address;
	u32 count;
};

int qcom_minidump_subsystem_read_entry(const struct minidump_subsystem *entry,
				       struct qcom_minidump_subsystem_table *table);
bool qcom_minidump_subsystem_table_within(const struct qcom_minidump_subsystem_table *table,
					  u64 start, u64 size);
struct qcom_minidump_subsystem *
qcom_minidump_subsystem_parse(const struct minidump_region *regions,
			      unsigned int count, size_t room);

#endif /* __QCOM_MINIDUMP_SUBSYSTEM_H__ */
