/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine whose shared memory is not as it should be */
#ifndef DAMAGE_H
#define DAMAGE_H

#include <stdint.h>

#include "smem.h"

#define CARVEOUTS_MAX	8

/* How much of a carve-out is laid, its table in it, and where that begins */
#define CARVEOUT_LAID	0x10000u
#define CARVEOUT_TABLE	0x1000u

/**
 * struct carveout - Memory of another processor
 * @index:	of the processor's entry in the G-ToC
 * @address:	physical address
 * @size:	in bytes
 * @bytes:	what its first CARVEOUT_LAID bytes hold
 */
struct carveout {
	uint32_t index;
	uint64_t address;
	uint64_t size;
	uint8_t bytes[CARVEOUT_LAID];
};

/**
 * struct damage - What is damaged, and how
 * @seed:	the same seed makes the same machine
 * @image:	of SMEM
 * @plan:	by which that was laid
 * @carveouts:	the other processors' memory; damage() lays it
 * @carveout_count: how many
 */
struct damage {
	uint64_t seed;
	uint8_t *image;
	const struct smem_plan *plan;
	struct carveout *carveouts;
	unsigned int carveout_count;
};

/* Lays a table for each processor, and damages them, and what leads to them */
void damage(struct damage *damage);

#endif /* DAMAGE_H */
