// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "smem.h"
#include "util.h"

#define PAGE			4096
#define CHUNK			(1 * MIB)

#define LAYOUT_VERSION		12
#define HEADER_VERSION		92	/* the boot loader's, of 32 */
#define HEADER_INITIALIZED	192
#define SIZE_MIN		(4 * PAGE)

#define TABLE_MAGIC		"$TOC"
#define TABLE_ENTRIES		8
#define TABLE_SIZE		32
#define ENTRY_OFFSET		0
#define ENTRY_LENGTH		4
#define ENTRY_HOSTS		12
#define ENTRY_SIZE		48
#define INFO_MAGIC		"SIII"
#define INFO_LENGTH		4
#define INFO_BASE		8
#define INFO_SIZE		20

#define PARTITION_MAGIC		"$PRT"
#define PARTITION_LENGTH	8
#define PARTITION_FREE		12
#define PARTITION_SIZE		32
#define EVERYBODY		0xfffefffe	/* both hosts */

#define ITEM_CANARY		0xa5a5
#define ITEM_NUMBER		2
#define ITEM_LENGTH		4
#define ITEM_PADDING_BEHIND	8
#define ITEM_PADDING_BEFORE	10
#define ITEM_SIZE		16

struct search {
	const struct ram *ram;
	unsigned int number;
	struct smem_item *item;
	unsigned int candidates;
	const char *problem;	/* of the last candidate */
	uint64_t address;	/* of it */
	bool is_found;
	struct progress progress;
};

struct area {
	uint64_t address;
	uint64_t size;
};

/* The partition table of a page, and SMEM around it: NULL, or what is wrong */
static const char *read_table(const struct ram *ram, const uint8_t *page,
			      uint64_t address, struct area *smem)
{
	uint32_t entries = get_le32(page + TABLE_ENTRIES);
	uint8_t header[HEADER_INITIALIZED + 4];
	const uint8_t *info;

	if (entries > (PAGE - TABLE_SIZE - INFO_SIZE) / ENTRY_SIZE)
		return "its partition table has too many entries";

	info = page + TABLE_SIZE + entries * ENTRY_SIZE;
	if (memcmp(info, INFO_MAGIC, 4))
		return "its partition table does not say how large it is";
	smem->size = get_le32(info + INFO_LENGTH);
	if (smem->size < SIZE_MIN || smem->size > SMEM_SIZE_MAX ||
	    smem->size - PAGE > address)
		return "its size cannot be";
	smem->address = address + PAGE - smem->size;
	/* A copy of it lies somewhere else. */
	if (get_le32(info + INFO_BASE) &&
	    get_le32(info + INFO_BASE) != smem->address)
		return "it says that it lies elsewhere";

	if (!ram_read(ram, smem->address, header, sizeof(header)))
		return "it is not all there";
	if (get_le32(header + HEADER_VERSION) >> 16 != LAYOUT_VERSION)
		return "its layout is not version 12";
	if (get_le32(header + HEADER_INITIALIZED) != 1)
		return "it was not initialized";

	return NULL;
}

static const char *find_partition(const uint8_t *page, const struct area *smem,
				  struct area *partition)
{
	uint32_t entries = get_le32(page + TABLE_ENTRIES), i;
	const uint8_t *entry = page + TABLE_SIZE;
	uint32_t offset, length;

	for (i = 0; i < entries; i++, entry += ENTRY_SIZE) {
		if (get_le32(entry + ENTRY_HOSTS) != EVERYBODY)
			continue;
		offset = get_le32(entry + ENTRY_OFFSET);
		length = get_le32(entry + ENTRY_LENGTH);
		if (offset > smem->size || length > smem->size - offset ||
		    length < PARTITION_SIZE)
			return "its global partition does not fit";
		*partition = (struct area){ smem->address + offset, length };
		return NULL;
	}

	return "it has no global partition";
}

static const char *find_item(const struct ram *ram,
			     const struct area *partition, unsigned int number,
			     struct smem_item *item)
{
	uint8_t header[PARTITION_SIZE];
	uint64_t at, end, data, length;
	unsigned int i;

	if (!ram_read(ram, partition->address, header, PARTITION_SIZE) ||
	    memcmp(header, PARTITION_MAGIC, 4) ||
	    get_le32(header + PARTITION_LENGTH) != partition->size)
		return "its global partition has no header";
	end = get_le32(header + PARTITION_FREE);
	if (end > partition->size)
		return "its global partition claims more than its size";

	for (at = PARTITION_SIZE, i = 0; at < end && i < SMEM_ITEMS_MAX; i++) {
		if (end - at < ITEM_SIZE ||
		    !ram_read(ram, partition->address + at, header,
			      ITEM_SIZE) ||
		    get_le16(header) != ITEM_CANARY)
			return "the chain of its items is broken";
		data = at + ITEM_SIZE + get_le16(header + ITEM_PADDING_BEFORE);
		length = get_le32(header + ITEM_LENGTH);
		if (data > end || length > end - data ||
		    get_le16(header + ITEM_PADDING_BEHIND) > length)
			return "an item of it does not fit";
		if (get_le16(header + ITEM_NUMBER) == number) {
			item->address = partition->address + data;
			item->size = length -
				     get_le16(header + ITEM_PADDING_BEHIND);
			return NULL;
		}
		at = data + length;
	}

	return "it has no table of minidump (item 602)";
}

static void try_page(struct search *search, const uint8_t *page,
		     uint64_t address)
{
	struct area smem, partition;
	const char *problem;

	if (memcmp(page, TABLE_MAGIC, 4) ||
	    search->candidates == SMEM_CANDIDATES_MAX)
		return;

	search->candidates++;
	problem = read_table(search->ram, page, address, &smem);
	if (!problem)
		problem = find_partition(page, &smem, &partition);
	if (!problem)
		problem = find_item(search->ram, &partition, search->number,
				    search->item);
	search->is_found = !problem;
	search->problem = problem;
	search->address = address;
}

/* What lies in a hole is zeros. */
static uint64_t skip_hole(const struct ram_part *part, uint64_t at)
{
	off_t data = lseek(part->fd, (off_t)(part->offset + at), SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? part->size : at;
	at = (uint64_t)data - part->offset;

	return at > part->size ? part->size : at;
}

static void search_part(struct search *search, const struct ram_part *part)
{
	uint8_t *bytes = allocate(CHUNK);
	uint64_t at, first = align_up(part->base, PAGE) - part->base;
	size_t got, i;

	for (at = first; at < part->size && !search->is_found; at += CHUNK) {
		at = first + (skip_hole(part, at) - first) / PAGE * PAGE;
		if (at >= part->size)
			break;
		got = read_at(part->fd, bytes,
			      min_u64(CHUNK, part->size - at),
			      part->offset + at);
		for (i = 0; i + PAGE <= got && !search->is_found; i += PAGE)
			try_page(search, bytes + i, part->base + at + i);
		progress_add(&search->progress, got);
	}
	free(bytes);
}

int smem_find(const struct ram *ram, unsigned int number,
	      struct smem_item *item, struct report *report)
{
	struct search search = { .ram = ram, .number = number, .item = item };
	size_t i;

	progress_start(&search.progress, ram->size);
	for (i = 0; i < ram->count && !search.is_found; i++)
		search_part(&search, &ram->parts[i]);
	progress_end(&search.progress);
	if (search.is_found)
		return 0;

	if (!search.candidates)
		return report_error(report,
				    "no SMEM in the memory: there is no partition table in it");

	return report_error(report, "SMEM that ends at 0x%" PRIx64 ": %s",
			    search.address + PAGE, search.problem);
}
