/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a dump by virtual address, as a debugger would.
 *
 * An object is there only if one region has all of it: regions are copies of
 * what was contiguous for the kernel, and two that happen to adjoin need not
 * be. Where several regions cover an address, the first counts, as it does for
 * other tools.
 */
#ifndef MINIDUMP_MEMORY_H
#define MINIDUMP_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"
#include "util.h"

/* Beside dump_read_virt(), which copies: */
bool memory_read_u64(const struct dump *dump, uint64_t virt, uint64_t *value);

/* The region that has all @size bytes at @virt, or NULL */
const struct region *memory_region(const struct dump *dump, uint64_t virt,
				   uint64_t size);

/*
 * An array that is read from one end to the other, give or take: two blocks of
 * it at a time, and none so often that it would take long.
 */
#define MEMORY_BLOCK	(64 * KIB)

struct memory_window {
	const struct dump *dump;
	const struct region *region;
	uint64_t start;		/* of the array, in the region */
	uint64_t size;		/* of the array */
	uint64_t at;		/* of the blocks, in the array */
	size_t filled;
	uint64_t left;		/* times that it may be filled */
	uint8_t bytes[2 * MEMORY_BLOCK];
};

/* False: no region has all of it */
bool memory_window_open(struct memory_window *window, const struct dump *dump,
			uint64_t virt, uint64_t size);

/* Up to MEMORY_BLOCK bytes, good until the next call; NULL: not there */
const uint8_t *memory_window_get(struct memory_window *window, uint64_t offset,
				 size_t size);

#endif
