// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

const struct region *memory_region(const struct dump *dump, uint64_t virt,
				   uint64_t size)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (virt >= region->virt && size <= region->have &&
		    virt - region->virt <= region->have - size)
			return region;
	}

	return NULL;
}

bool memory_read_u64(const struct dump *dump, uint64_t virt, uint64_t *value)
{
	uint8_t bytes[8];

	if (!dump_read_virt(dump, virt, bytes, sizeof(bytes)))
		return false;
	*value = get_le64(bytes);

	return true;
}

bool memory_window_open(struct memory_window *window, const struct dump *dump,
			uint64_t virt, uint64_t size)
{
	window->dump = dump;
	window->region = memory_region(dump, virt, size);
	if (!window->region)
		return false;
	window->start = virt - window->region->virt;
	window->size = size;
	window->filled = 0;
	window->left = 4 * (size / MEMORY_BLOCK + 2);

	return true;
}

static void fill(struct memory_window *window, uint64_t offset)
{
	window->at = offset / MEMORY_BLOCK * MEMORY_BLOCK;
	window->filled = 0;
	if (!window->left)
		return;
	window->left--;
	window->filled = region_read(window->dump, window->region,
				     window->bytes,
				     min_u64(sizeof(window->bytes),
					     window->size - window->at),
				     window->start + window->at);
}

static bool holds(const struct memory_window *window, uint64_t offset,
		  size_t size)
{
	return offset >= window->at && offset - window->at <= window->filled &&
	       size <= window->filled - (offset - window->at);
}

const uint8_t *memory_window_get(struct memory_window *window, uint64_t offset,
				 size_t size)
{
	if (size > MEMORY_BLOCK || offset > window->size ||
	    size > window->size - offset)
		return NULL;
	if (!holds(window, offset, size))
		fill(window, offset);
	if (!holds(window, offset, size))
		return NULL;

	return window->bytes + (offset - window->at);
}
