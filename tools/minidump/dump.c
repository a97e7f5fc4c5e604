// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "dump.h"
#include "util.h"

/* Boot firmware's note of the KASLR offset, in a file of its own */
#define FIRMWARE_KASLR_PIECE	"SHRDIMEM"
#define FIRMWARE_KASLR_OFFSET	0x6d0
#define FIRMWARE_KASLR_MAGIC	0xdead4ead

size_t region_read(const struct dump *dump, const struct region *region,
		   void *buffer, size_t size, uint64_t offset)
{
	errno = 0;
	if (!region->piece || offset >= region->have)
		return 0;

	return piece_read(&dump->source, region->piece, buffer,
			  min_u64(size, region->have - offset),
			  region->skip + offset);
}

static bool read_within(const struct dump *dump, const struct region *region,
			uint64_t offset, void *buffer, size_t size)
{
	return offset < region->have && size <= region->have - offset &&
	       region_read(dump, region, buffer, size, offset) == size;
}

bool dump_read_virt(const struct dump *dump, uint64_t address, void *buffer,
		    size_t size)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (address >= region->virt &&
		    read_within(dump, region, address - region->virt, buffer,
				size))
			return true;
	}

	return false;
}

bool dump_read_phys(const struct dump *dump, uint64_t address, void *buffer,
		    size_t size)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (address >= region->phys &&
		    read_within(dump, region, address - region->phys, buffer,
				size))
			return true;
	}

	return false;
}

const struct region *dump_find(const struct dump *dump, const char *name)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (dump->regions[i].have &&
		    !strcasecmp(dump->regions[i].name, name))
			return &dump->regions[i];

	return NULL;
}

const char *region_label(const struct region *region)
{
	return region->name[0] ? region->name : "(unnamed)";
}

const char *region_state(const struct region *region)
{
	if (!region->have)
		return "missing";

	return region->have < region->size ? "cut" : "whole";
}

enum kaslr_source dump_kaslr_offset(const struct dump *dump, uint64_t *offset)
{
	const struct piece *piece;
	uint8_t bytes[12];

	if (dump->notes.vmcoreinfo &&
	    vmcoreinfo_get_hex(dump->notes.vmcoreinfo, "KERNELOFFSET", offset))
		return KASLR_VMCOREINFO;

	piece = source_find(&dump->source, FIRMWARE_KASLR_PIECE);
	if (!piece || piece_read(&dump->source, piece, bytes, sizeof(bytes),
				 FIRMWARE_KASLR_OFFSET) != sizeof(bytes) ||
	    get_le32(bytes) != FIRMWARE_KASLR_MAGIC)
		return KASLR_UNKNOWN;
	*offset = get_le64(bytes + 4);

	return KASLR_FIRMWARE;
}

const struct region *dump_banner(const struct dump *dump, char *banner,
				 size_t size)
{
	static const char start[] = "Linux version ";
	size_t i, got;

	for (i = 0; i < dump->region_count; i++) {
		got = region_read(dump, &dump->regions[i], banner, size - 1, 0);
		if (got < sizeof(start) ||
		    memcmp(banner, start, sizeof(start) - 1))
			continue;
		banner[got] = '\0';
		banner[strcspn(banner, "\n")] = '\0';
		return &dump->regions[i];
	}

	return NULL;
}

static bool is_saved(const struct cpu_state *state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(state->regs); i++)
		if (state->regs[i])
			return true;

	return false;
}

bool dump_next_cpu(const struct dump *dump, size_t *position,
		   struct cpu_state *state)
{
	const struct notes *notes = &dump->notes;
	struct note note;

	while (note_next(notes->bytes, notes->size, position, &note) ==
	       NOTE_FOUND)
		if (note_cpu_state(&note, dump->machine, state) &&
		    is_saved(state) &&
		    !(state->pid && state->pid == notes->interrupted))
			return true;

	return false;
}
