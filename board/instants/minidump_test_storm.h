/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module minidump_test_storm tells whoever watches the machine's memory
 * from outside: which regions there are to be at this instant.
 */
#ifndef MINIDUMP_TEST_STORM_H
#define MINIDUMP_TEST_STORM_H

#include <linux/types.h>

#define STORM_MAGIC	0x5354524du
#define STORM_REGIONS	190

/* Whether firmware finds a region: it does not, it may, it does */
enum storm_state { STORM_ABSENT, STORM_CHANGING, STORM_PRESENT };

struct storm_region {
	char name[12];
	__u32 state;
	__u64 virt;
	__u64 phys;
	__u64 size;
};

/**
 * struct storm_area - What it tells; it begins with zeros before
 * @magic:	STORM_MAGIC, when all else has been filled in
 * @gone:	there may be no table
 * @settled:	nothing at all is under way, so none is between table and header
 * @note:	physical address of VMCOREINFO's note
 * @note_size:	its size in bytes
 */
struct storm_area {
	__u32 magic;
	__u32 gone;
	__u32 settled;
	__u32 reserved;
	__u64 note;
	__u64 note_size;
	struct storm_region regions[STORM_REGIONS];
};

#endif /* MINIDUMP_TEST_STORM_H */
