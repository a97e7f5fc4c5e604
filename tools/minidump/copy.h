/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_COPY_H
#define MINIDUMP_COPY_H

#include <stddef.h>
#include <stdint.h>

#include "progress.h"
#include "report.h"

/* Bytes that could not be read, counted from where the copy begins */
struct gap {
	uint64_t offset;
	uint64_t size;
	int error;
};

struct gaps {
	struct gap *list;	/* to be freed */
	size_t count;
};

/*
 * Copies bytes between files, and leaves holes where the source has holes or
 * zeros. A block that cannot be read is left out and
 * told in @gaps. Returns how far it came: less than @size if the source has
 * become shorter or has more than GAPS_MAX gaps; -1 with errno set if writing
 * failed.
 */
int64_t copy_range(int from, uint64_t from_offset, int to, uint64_t to_offset,
		   uint64_t size, struct progress *progress,
		   struct gaps *gaps);

/* The same into a pipe or the like, with zeros for what cannot be read */
int64_t copy_to_stream(int from, uint64_t offset, int to, uint64_t size,
		       struct gaps *gaps);

/* Reads all but holes, and returns how far it came; @gaps as above */
uint64_t read_range(int from, uint64_t offset, uint64_t size,
		    struct progress *progress, struct gaps *gaps);

/*
 * Tells what is lost of the @size bytes of @name from @start on, of which a
 * copy came as far as @done.
 */
void report_copy(const char *name, uint64_t start, uint64_t size,
		 uint64_t done, const struct gaps *gaps,
		 struct report *report);

#endif
