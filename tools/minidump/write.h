/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a dump as one ELF core that gdb, drgn, crash and vmcore-dmesg open.
 *
 * Layout of the header: ELF header, program headers at 64 with PT_NOTE first
 * (crash looks no further), notes, section headers, string table. Every
 * payload lies where the dump's own header wants it, if that makes sense, else
 * straight one after another.
 */
#ifndef MINIDUMP_WRITE_H
#define MINIDUMP_WRITE_H

#include <stdbool.h>
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

/* An output_writer() whose context is a dump */
int core_write(void *dump, int fd, uint64_t *size, struct report *report);

#endif
