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

struct segment {
	const struct region *region;
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

/* Plans and writes into @fd, a new file; 0, or -1 with the reason. */
int core_write(const struct dump *dump, int fd, uint64_t *size,
	       struct report *report);

/* header.c: the header of a core, to be freed. NULL and its size: how large */
uint64_t header_size(const struct core *core);
uint8_t *header_build(const struct core *core, struct report *report);

#endif
