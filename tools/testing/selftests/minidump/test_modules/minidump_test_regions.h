/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What user space asks of /dev/minidump_test, the device of the module
 * minidump_test_regions.
 */
#ifndef MINIDUMP_TEST_REGIONS_H
#define MINIDUMP_TEST_REGIONS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* More than a table holds, so that it can be filled */
#define MINIDUMP_TEST_PAGES	256

/**
 * struct minidump_test_region - A region of the module's
 * @page:	which of its pages, below MINIDUMP_TEST_PAGES; each is one region
 * @reserved:	padding
 * @name:	NUL terminated, long enough for names that are too long
 * @size:	in bytes
 * @shift:	what the physical address is to be off by
 * @phys:	where the page is; the module tells
 * @virt:	where the kernel knows it; the module tells
 */
struct minidump_test_region {
	__u32 page;
	__u32 reserved;
	char name[32];
	__u64 size;
	__u64 shift;
	__u64 phys;
	__u64 virt;
};

/*
 * Both fail with ENXIO for a page that cannot be, adding with what registering
 * failed with, and removing with ENOENT if the page is no region.
 */
#define MINIDUMP_TEST_ADD	_IOWR('M', 1, struct minidump_test_region)
#define MINIDUMP_TEST_REMOVE	_IOW('M', 2, struct minidump_test_region)

#endif /* MINIDUMP_TEST_REGIONS_H */
