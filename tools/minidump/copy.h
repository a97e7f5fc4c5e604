/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_COPY_H
#define MINIDUMP_COPY_H

#include <stdint.h>

#include "progress.h"

/*
 * Copies bytes between files by the cheapest way the system offers, and leaves
 * holes where the source has holes. Returns how many there were: fewer than
 * @size if the source has become shorter; -1 with errno set if writing failed.
 */
int64_t copy_range(int from, uint64_t from_offset, int to, uint64_t to_offset,
		   uint64_t size, struct progress *progress);

/* The same into a pipe or the like, which knows no offsets */
int64_t copy_to_stream(int from, uint64_t offset, int to, uint64_t size);

#endif
