// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>

#include "sparse.h"
#include "util.h"

#define BLOCK 4096

static bool is_zero(const char *bytes, size_t size)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, size - 1);
}

int write_sparsely(int fd, const void *buffer, size_t size, uint64_t offset)
{
	size_t start = 0, at, length;
	const char *bytes = buffer;

	/* From start to at, each block has something in it. */
	for (at = 0; at < size; at += length) {
		length = min_u64(BLOCK - (offset + at) % BLOCK, size - at);
		if (!is_zero(bytes + at, length))
			continue;
		if (start < at &&
		    write_at(fd, bytes + start, at - start, offset + start))
			return -1;
		start = at + length;
	}

	return start < size ? write_at(fd, bytes + start, size - start,
				       offset + start) : 0;
}
