/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared memory (SMEM): laid before boot, searched after the crash */
#ifndef SMEM_H
#define SMEM_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"

#define SMEM_SUBSYSTEMS_MAX	32

/* An entry of the G-ToC, in the order of its words */
struct smem_subsystem {
	uint32_t index;
	uint32_t status;
	uint32_t enabled;
	uint32_t encryption_status;
	uint32_t encryption_required;
	uint32_t region_count;
	uint64_t regions;
};

/**
 * struct smem_plan - What the image is to hold
 * @address:	physical address of the image
 * @size:	its size in bytes
 * @item_count:	how many item numbers SMEM admits
 * @toc_item:	lay the item that holds the G-ToC
 * @toc_size:	size of that item in bytes
 * @toc_too_long: the item claims to be as large as all of its partition
 * @toc_status:	first word of the G-ToC: firmware has set it up
 * @dram_khz:	frequency in the item that describes the memory's chips, or 0 for none
 * @subsystems:	what other processors have written to their entries
 * @subsystem_count: how many of them
 */
struct smem_plan {
	uint64_t address;
	uint32_t size;
	uint16_t item_count;
	bool toc_item;
	uint32_t toc_size;
	bool toc_too_long;
	uint32_t toc_status;
	uint32_t dram_khz;
	struct smem_subsystem subsystems[SMEM_SUBSYSTEMS_MAX];
	unsigned int subsystem_count;
};

/**
 * struct smem_item - Where an item's data are
 * @address:	physical address
 * @size:	in bytes, without padding
 */
struct smem_item {
	uint64_t address;
	uint64_t size;
};

/* Returns the image in memory from malloc(), or ends the program with a message */
uint8_t *smem_lay(const struct smem_plan *plan);

/* Says why on stderr when it returns false. What it returns lies within SMEM. */
bool smem_find(const struct memory *memory, uint64_t address, uint64_t size,
	       unsigned int number, struct smem_item *item);

#endif /* SMEM_H */
