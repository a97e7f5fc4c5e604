/* SPDX-License-Identifier: GPL-2.0-only */
/* Physical memory as files have it, each a range */
#ifndef MINIDUMP_RAM_H
#define MINIDUMP_RAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"
#include "report.h"

struct ram_part {
	const char *name;	/* of the file, for messages */
	int fd;
	uint64_t offset;	/* in the file */
	uint64_t base;		/* physical */
	uint64_t size;
};

/* In the order of their addresses, none shares any with another. */
struct ram {
	struct ram_part parts[RAM_PARTS_MAX];
	size_t count;
	uint64_t size;		/* of all */
};

/* 0, or -1 with the reason in @report */
int ram_add(struct ram *ram, const struct ram_part *part,
	    struct report *report);

/* The part that has the byte at @address; NULL: none has */
const struct ram_part *ram_part_of(const struct ram *ram, uint64_t address);

/* Is all of the range there? It may reach from one part into the next. */
bool ram_holds(const struct ram *ram, uint64_t address, uint64_t size);

/* All of it, or false */
bool ram_read(const struct ram *ram, uint64_t address, void *buffer,
	      size_t size);

#endif
