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

	return true;
}

const uint8_t *memory_window_get(struct memory_window *window, uint64_t offset,
				 size_t size)
{
	if (size > sizeof(window->bytes) || offset > window->size ||
	    size > window->size - offset)
		return NULL;

	if (offset < window->at || offset - window->at > window->filled ||
	    size > window->filled - (offset - window->at)) {
		window->at = offset;
		window->filled = region_read(window->dump, window->region,
					     window->bytes,
					     min_u64(sizeof(window->bytes),
						     window->size - offset),
					     window->start + offset);
	}
	if (size > window->filled - (offset - window->at))
		return NULL;

	return window->bytes + (offset - window->at);
}
