/* SPDX-License-Identifier: GPL-2.0-only */
/* What firmware does after a crash: read the tables, save what they name */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"

/**
 * struct collect_job - A collection
 * @memory:	the RAM of the machine that went down
 * @smem_address: physical address of SMEM, which firmware knows
 * @smem_size:	size of SMEM
 * @directory:	where to write md_*.BIN and regions.txt
 * @valid_only:	take only regions marked VALI; whether real firmware does so is
 *		not known
 */
struct collect_job {
	struct memory memory;
	uint64_t smem_address;
	uint64_t smem_size;
	const char *directory;
	bool valid_only;
};

enum collect_result {
	COLLECT_DONE,		/* everything that the tables name was saved */
	COLLECT_FAULTS,		/* something in the tables was wrong, see stderr */
	COLLECT_NOTHING,	/* no subsystem asked for a dump, or there is no G-ToC */
};

enum collect_result collect(const struct collect_job *job);

#endif /* COLLECT_H */
