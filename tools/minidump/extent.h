/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_EXTENT_H
#define MINIDUMP_EXTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"

/* The bytes of a region, or of a piece that no region is of */
struct extent {
	const char *name;	/* not to be trusted */
	const struct piece *piece;
	uint64_t skip;
	uint64_t size;
	uint64_t have;
};

/* Is it a pattern of the shell's, which may well mean nothing? */
bool extent_is_pattern(const char *name);

/*
 * The next that @name means, a region's name, a file's, @ADDRESS or a pattern:
 * regions in table order, and then pieces. @*index is 0 at first.
 */
bool extent_next(const struct dump *dump, const char *name, size_t *index,
		 struct extent *extent);

#endif
