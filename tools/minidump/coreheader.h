/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_COREHEADER_H
#define MINIDUMP_COREHEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"

/* A region, or a part of one that has places which cannot be read */
struct segment {
	const struct region *region;
	uint64_t start;		/* in the region */
	uint64_t offset;	/* in the core */
	uint64_t size;		/* as written; 0: it is left out */
};

struct core {
	const struct dump *dump;
	struct segment *segments;
	size_t count;
	uint64_t header_room;	/* before the first payload */
	uint64_t size;
	bool header_as_found;	/* nothing in it needs to be changed */
};

/* How large the header of a core will be */
uint64_t core_header_size(const struct core *core);
/* That header, to be freed; NULL with the reason in @report */
uint8_t *core_header_build(const struct core *core, struct report *report);

#endif
