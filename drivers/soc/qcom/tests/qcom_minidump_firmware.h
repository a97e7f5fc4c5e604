/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what firmware makes of the tables of Linux, for the tests.
 */
#ifndef __QCOM_MINIDUMP_FIRMWARE_H__
#define __QCOM_MINIDUMP_FIRMWARE_H__

#include <linux/types.h>

/* As many regions as firmware takes from Linux */
#define FIRMWARE_MAX_REGIONS	201

/* A region as the region table names it, or as the ELF header does */
struct firmware_region {
	char name[16];
	u64 virt;	/* only the ELF header knows it */
	u64 phys;
	u64 size;
};

/*
 * What firmware finds: with @collected false, nothing. Else @table lists the
 * region table from its first entry on, @elf the ELF header's segments, with
 * the ELF header itself in front so that both have the same numbers.
 */
struct firmware_view {
	bool collected;
	unsigned int table_count;
	unsigned int elf_count;
	struct firmware_region table[FIRMWARE_MAX_REGIONS];
	struct firmware_region elf[FIRMWARE_MAX_REGIONS];
};

/*
 * The one piece of memory in which the tables may be. They are not cached, so
 * they have to be read through the mapping through which they were written.
 */
struct firmware_memory {
	const void *virt;
	u64 phys;
	u64 size;
};

const char *firmware_read(const void *entry, const struct firmware_memory *memory,
			  struct firmware_view *view);

#endif /* __QCOM_MINIDUMP_FIRMWARE_H__ */
