// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "toc.h"
#include "util.h"

#define TOC_SIZE		16

#define SUBSYSTEM_STATUS	0
#define SUBSYSTEM_ENABLED	4
#define SUBSYSTEM_COUNT		16
#define SUBSYSTEM_REGIONS	24
#define SUBSYSTEM_SIZE		32

#define REGION_SEQUENCE		16
#define REGION_ADDRESS		24
#define REGION_LENGTH		32
#define REGION_SIZE		40

#define ENABLED			0x454e424c	/* "ENBL" */

struct walk {
	const struct ram *ram;
	struct toc *toc;
	uint64_t size;		/* of all regions so far */
	struct report *report;
};

/* A name becomes that of a file. */
static bool name_is_sane(const char *name)
{
	size_t length = strnlen(name, TOC_NAME_SIZE), i;

	if (!length || length == TOC_NAME_SIZE)
		return false;
	for (i = 0; i < length; i++)
		if (!is_alphanumeric(name[i]) && !strchr("_-.", name[i]))
			return false;

	return true;
}

static const char *region_problem(const struct walk *walk,
				  const struct toc_region *region)
{
	if (!name_is_sane(region->name))
		return "its name is none";
	if (!region->size || region->size % 4)
		return "its size is 0 or no multiple of 4";
	/* First of all, so that nothing below can wrap or take long */
	if (region->size > walk->ram->size - walk->size)
		return "the regions are larger than the memory";
	if (!ram_holds(walk->ram, region->address, region->size))
		return "it is not in the memory";

	return NULL;
}

static const struct toc_region *overlapping(const struct toc *toc,
					    const struct toc_region *region)
{
	const struct toc_region *other;
	size_t i;

	for (i = 0; i < toc->count; i++) {
		other = &toc->regions[i];
		if (other->address < region->address + region->size &&
		    region->address < other->address + other->size)
			return other;
	}

	return NULL;
}

static void add_region(struct walk *walk, unsigned int subsystem,
		       uint32_t index, const uint8_t *bytes)
{
	const struct toc_region *other;
	struct toc_region region = {
		.subsystem = subsystem,
		.sequence = get_le32(bytes + REGION_SEQUENCE),
		.address = get_le64(bytes + REGION_ADDRESS),
		.size = get_le64(bytes + REGION_LENGTH),
	};
	const char *problem;

	memcpy(region.name, bytes, TOC_NAME_SIZE);
	problem = region_problem(walk, &region);
	if (problem) {
		report_problem(walk->report,
			       "subsystem %u, region %u (0x%llx, %llu bytes) is left out: %s",
			       subsystem, index, (unsigned long long)region.address,
			       (unsigned long long)region.size, problem);
		return;
	}

	other = overlapping(walk->toc, &region);
	if (other)
		report_problem(walk->report,
			       "subsystem %u, region %s shares memory with subsystem %u, region %s",
			       subsystem, region.name, other->subsystem,
			       other->name);
	walk->size += region.size;
	walk->toc->regions[walk->toc->count++] = region;
}

static void add_subsystem(struct walk *walk, unsigned int number,
			  const uint8_t *bytes)
{
	uint32_t count = get_le32(bytes + SUBSYSTEM_COUNT), i;
	uint64_t address = get_le64(bytes + SUBSYSTEM_REGIONS);
	uint32_t room = TOC_REGIONS_MAX - (uint32_t)walk->toc->count;
	uint8_t *table;

	if (!number)
		room = LINUX_REGIONS_MAX;
	if (count > room) {
		report_problem(walk->report,
			       "subsystem %u claims %" PRIu32 " regions, %" PRIu32 " are taken",
			       number, count, room);
		count = room;
	}

	table = allocate(count * (size_t)REGION_SIZE);
	if (ram_read(walk->ram, address, table, count * (size_t)REGION_SIZE))
		for (i = 0; i < count; i++)
			add_region(walk, number, i, table + i * REGION_SIZE);
	else
		report_problem(walk->report,
			       "subsystem %u: its table of %u regions at 0x%llx is not in the memory",
			       number, count, (unsigned long long)address);
	free(table);
}

int toc_read(const struct ram *ram, const struct smem_item *item,
	     struct toc *toc, struct report *report)
{
	struct walk walk = { .ram = ram, .toc = toc, .report = report };
	uint8_t bytes[TOC_SIZE + TOC_SUBSYSTEMS_MAX * SUBSYSTEM_SIZE];
	const uint8_t *subsystem = bytes + TOC_SIZE;
	unsigned int i, count;

	toc->count = 0;
	if (item->size < TOC_SIZE + SUBSYSTEM_SIZE ||
	    item->size > sizeof(bytes) ||
	    !ram_read(ram, item->address, bytes, item->size))
		return report_error(report,
				    "minidump's table in SMEM has %llu bytes: it holds no subsystems",
				    (unsigned long long)item->size);

	count = (unsigned int)((item->size - TOC_SIZE) / SUBSYSTEM_SIZE);
	for (i = 0; i < count; i++, subsystem += SUBSYSTEM_SIZE)
		if (get_le32(subsystem + SUBSYSTEM_STATUS) &&
		    get_le32(subsystem + SUBSYSTEM_ENABLED) == ENABLED)
			add_subsystem(&walk, i, subsystem);

	return toc->count ? 0 :
	       report_error(report, "no subsystem had a region saved");
}
