// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "ram.h"
#include "util.h"

static bool share_addresses(const struct ram_part *a, const struct ram_part *b)
{
	return a->base < b->base + b->size && b->base < a->base + a->size;
}

int ram_add(struct ram *ram, const struct ram_part *part, struct report *report)
{
	size_t i, at = 0;

	if (!part->size || part->base + part->size < part->base)
		return report_error(report,
				    "%s: %" PRIu64 " bytes of memory at 0x%" PRIx64 " cannot be",
				    part->name, part->size, part->base);
	if (ram->count == RAM_PARTS_MAX)
		return report_error(report, "more than %d files of memory",
				    RAM_PARTS_MAX);

	for (i = 0; i < ram->count; i++) {
		if (share_addresses(&ram->parts[i], part))
			return report_error(report,
					    "%s and %s are of the same addresses",
					    ram->parts[i].name, part->name);
		if (ram->parts[i].base < part->base)
			at = i + 1;
	}
	memmove(&ram->parts[at + 1], &ram->parts[at],
		(ram->count - at) * sizeof(*part));
	ram->parts[at] = *part;
	ram->count++;
	ram->size += part->size;

	return 0;
}

const struct ram_part *ram_part_of(const struct ram *ram, uint64_t address)
{
	size_t i;

	for (i = 0; i < ram->count; i++)
		if (address >= ram->parts[i].base &&
		    address - ram->parts[i].base < ram->parts[i].size)
			return &ram->parts[i];

	return NULL;
}

/* How much from @address on is in its part */
static uint64_t left_in_part(const struct ram_part *part, uint64_t address)
{
	return part->size - (address - part->base);
}

bool ram_holds(const struct ram *ram, uint64_t address, uint64_t size)
{
	const struct ram_part *part;
	uint64_t here;

	for (; size; size -= here, address += here) {
		part = ram_part_of(ram, address);
		if (!part)
			return false;
		here = min_u64(size, left_in_part(part, address));
	}

	return true;
}

bool ram_read(const struct ram *ram, uint64_t address, void *buffer,
	      size_t size)
{
	const struct ram_part *part;
	uint8_t *bytes = buffer;
	size_t here;

	for (; size; size -= here, address += here, bytes += here) {
		part = ram_part_of(ram, address);
		if (!part)
			return false;
		here = min_u64(size, left_in_part(part, address));
		if (read_at(part->fd, bytes, here,
			    part->offset + (address - part->base)) != here)
			return false;
	}

	return true;
}
