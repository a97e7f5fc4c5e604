/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_EXTENT_H
#define MINIDUMP_EXTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "copy.h"
#include "dump.h"

/* The bytes of a region, or of a piece that no region is of */
struct extent {
	const char *name;	/* not to be trusted */
	const struct piece *piece;
	uint64_t skip;		/* into the piece */
	uint64_t size;		/* of it there should be so much */
	uint64_t have;
};

struct extent extent_of_region(const struct region *region);
struct extent extent_of_piece(const struct piece *piece);

/* Is it a pattern of the shell's, which may well mean nothing? */
bool extent_is_pattern(const char *name);

/*
 * The next that @name means, a region's name, a file's, @ADDRESS or a pattern:
 * regions in table order, and then pieces. @*index is 0 at first.
 */
bool extent_next(const struct dump *dump, const char *name, size_t *index,
		 struct extent *extent);

/*
 * Copy what is there of it to @offset of a file, or into a pipe or the like.
 * What cannot be read is told. How many bytes it was, or -1 if writing failed
 */
int64_t extent_copy(const struct dump *dump, const struct extent *extent,
		    int fd, uint64_t offset, struct progress *progress,
		    struct report *report);
int64_t extent_send(const struct dump *dump, const struct extent *extent,
		    int fd, struct report *report);

#endif
