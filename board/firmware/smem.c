// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "layout.h"
#include "smem.h"

/*
 * Items that lie before the G-ToC, as on a real machine: whoever looks for the
 * G-ToC has to step over padding behind an item's data and before it.
 */
static const struct {
	uint16_t number;
	uint32_t size;
	uint16_t padding_header;
} earlier_items[] = {
	{ .number = 8, .size = 64 },
	{ .number = 135, .size = 5 },
	{ .number = 137, .size = 92, .padding_header = 24 },
};

static uint32_t align_up(uint32_t value, uint32_t to)
{
	return (value + to - 1) / to * to;
}

/* Appends an item to the global partition and returns its data */
static uint8_t *add_item(uint8_t *partition, uint16_t number, uint32_t size,
			 uint16_t padding_header)
{
	uint32_t end = get_le32(partition + SMEM_PARTITION_FREE_UNCACHED);
	uint32_t limit = get_le32(partition + SMEM_PARTITION_LENGTH);
	uint32_t overhead = SMEM_ITEM_SIZE + padding_header;
	uint8_t *item = partition + end;
	uint32_t padded = align_up(size, 8);

	if (limit - end < overhead || padded < size || limit - end - overhead < padded)
		errx(EXIT_FAILURE, "no room in SMEM for item %u of %" PRIu32 " bytes",
		     number, size);

	put_le16(item, SMEM_ITEM_CANARY);
	put_le16(item + SMEM_ITEM_NUMBER, number);
	put_le32(item + SMEM_ITEM_LENGTH, padded);
	put_le16(item + SMEM_ITEM_PADDING_DATA, (uint16_t)(padded - size));
	put_le16(item + SMEM_ITEM_PADDING_HEADER, padding_header);
	put_le32(partition + SMEM_PARTITION_FREE_UNCACHED, end + overhead + padded);
	return item + overhead;
}

static void lay_subsystem(uint8_t *toc, uint32_t toc_size, const struct smem_subsystem *subsystem)
{
	uint64_t offset = TOC_SIZE + (uint64_t)subsystem->index * SUBSYSTEM_SIZE;
	uint8_t *entry = toc + offset;

	if (offset + SUBSYSTEM_SIZE > toc_size)
		errx(2, "subsystem %" PRIu32 " is not in the G-ToC", subsystem->index);
	put_le32(entry + SUBSYSTEM_STATUS, subsystem->status);
	put_le32(entry + SUBSYSTEM_ENABLED, subsystem->enabled);
	put_le32(entry + SUBSYSTEM_ENCRYPTION, subsystem->encryption_status);
	put_le32(entry + SUBSYSTEM_ENCRYPTION_REQUIRED, subsystem->encryption_required);
	put_le32(entry + SUBSYSTEM_REGION_COUNT, subsystem->region_count);
	put_le64(entry + SUBSYSTEM_REGIONS, subsystem->regions);
}

static void lay_toc(uint8_t *partition, const struct smem_plan *plan)
{
	uint8_t toc[TOC_SIZE] = { 0 };
	uint8_t *data = add_item(partition, MINIDUMP_ITEM, plan->toc_size, 0);

	put_le32(toc + TOC_STATUS, plan->toc_status);
	put_le32(toc + TOC_REVISION, 1);
	put_le32(toc + TOC_ENABLED, WORD_ENBL);
	memcpy(data, toc, plan->toc_size < TOC_SIZE ? plan->toc_size : TOC_SIZE);
	if (plan->toc_too_long)
		put_le32(data - SMEM_ITEM_SIZE + SMEM_ITEM_LENGTH,
			 get_le32(partition + SMEM_PARTITION_LENGTH));
	for (unsigned int i = 0; i < plan->subsystem_count; i++)
		lay_subsystem(data, plan->toc_size, &plan->subsystems[i]);
}

/* Memory that runs at one frequency only */
static void lay_dram(uint8_t *partition, uint32_t khz)
{
	uint8_t *dram = add_item(partition, DRAM_ITEM, DRAM_SIZE, 0);

	memset(dram, 0, DRAM_SIZE);
	put_le32(dram + DRAM_FREQUENCY, khz);
	dram[DRAM_FREQUENCY + 4] = 1;
}

static void lay_partition_table(uint8_t *table, const struct smem_plan *plan,
				uint32_t offset, uint32_t length)
{
	uint8_t *entry = table + SMEM_TABLE_SIZE;
	uint8_t *info = entry + SMEM_TABLE_ENTRY_SIZE;

	put_le32(table, SMEM_TABLE_MAGIC);
	put_le32(table + SMEM_TABLE_VERSION, 1);
	put_le32(table + SMEM_TABLE_ENTRIES, 1);

	put_le32(entry + SMEM_ENTRY_OFFSET, offset);
	put_le32(entry + SMEM_ENTRY_LENGTH, length);
	put_le16(entry + SMEM_ENTRY_HOST0, SMEM_HOST_GLOBAL);
	put_le16(entry + SMEM_ENTRY_HOST1, SMEM_HOST_GLOBAL);
	put_le32(entry + SMEM_ENTRY_CACHELINE, 64);

	put_le32(info, SMEM_INFO_MAGIC);
	put_le32(info + SMEM_INFO_LENGTH, plan->size);
	put_le32(info + SMEM_INFO_BASE, (uint32_t)plan->address);
	put_le16(info + SMEM_INFO_ITEM_COUNT, plan->item_count);
}

uint8_t *smem_lay(const struct smem_plan *plan)
{
	uint32_t length = plan->size - 2 * SMEM_PAGE;
	uint8_t *image, *partition;

	if (plan->size < SMEM_SIZE_MIN || plan->size % SMEM_PAGE)
		errx(EXIT_FAILURE, "SMEM of %#" PRIx32 " bytes: wanted a multiple of %#x, at least %#x",
		     plan->size, SMEM_PAGE, SMEM_SIZE_MIN);
	if (plan->address > UINT32_MAX - plan->size)
		errx(EXIT_FAILURE, "SMEM at %#" PRIx64 ": wanted an address of 32 bits",
		     plan->address);

	image = calloc(1, plan->size);
	if (!image)
		err(EXIT_FAILURE, "SMEM of %#" PRIx32 " bytes", plan->size);

	put_le32(image + SMEM_VERSION_BOOT, SMEM_GLOBAL_PARTITION_VERSION);
	put_le32(image + SMEM_INITIALIZED, 1);
	put_le32(image + SMEM_FREE_OFFSET, SMEM_PAGE);
	put_le32(image + SMEM_AVAILABLE, length);
	lay_partition_table(image + plan->size - SMEM_PAGE, plan, SMEM_PAGE, length);

	partition = image + SMEM_PAGE;
	put_le32(partition, SMEM_PARTITION_MAGIC);
	put_le16(partition + SMEM_PARTITION_HOST0, SMEM_HOST_GLOBAL);
	put_le16(partition + SMEM_PARTITION_HOST1, SMEM_HOST_GLOBAL);
	put_le32(partition + SMEM_PARTITION_LENGTH, length);
	put_le32(partition + SMEM_PARTITION_FREE_UNCACHED, SMEM_PARTITION_SIZE);
	put_le32(partition + SMEM_PARTITION_FREE_CACHED, length);

	for (size_t i = 0; i < sizeof(earlier_items) / sizeof(earlier_items[0]); i++)
		memset(add_item(partition, earlier_items[i].number, earlier_items[i].size,
				earlier_items[i].padding_header),
		       0x5a, earlier_items[i].size);
	if (plan->dram_khz)
		lay_dram(partition, plan->dram_khz);
	if (plan->toc_item)
		lay_toc(partition, plan);
	return image;
}

/* Finds the global partition; the area returned lies within SMEM */
static bool find_global_partition(const struct memory *memory, uint64_t address,
				  uint64_t size, struct smem_item *partition)
{
	uint8_t page[SMEM_PAGE];
	uint32_t entries;

	memory_copy(memory, address + size - SMEM_PAGE, page, sizeof(page));
	if (get_le32(page) != SMEM_TABLE_MAGIC) {
		warnx("SMEM: no partition table at %#" PRIx64, address + size - SMEM_PAGE);
		return false;
	}

	entries = get_le32(page + SMEM_TABLE_ENTRIES);
	if (entries > (SMEM_PAGE - SMEM_TABLE_SIZE) / SMEM_TABLE_ENTRY_SIZE) {
		warnx("SMEM: partition table claims %" PRIu32 " entries", entries);
		return false;
	}

	for (uint32_t i = 0; i < entries; i++) {
		const uint8_t *entry = page + SMEM_TABLE_SIZE + i * SMEM_TABLE_ENTRY_SIZE;
		uint32_t offset = get_le32(entry + SMEM_ENTRY_OFFSET);
		uint32_t length = get_le32(entry + SMEM_ENTRY_LENGTH);

		if (get_le16(entry + SMEM_ENTRY_HOST0) != SMEM_HOST_GLOBAL ||
		    get_le16(entry + SMEM_ENTRY_HOST1) != SMEM_HOST_GLOBAL)
			continue;
		if (offset > size || length > size - offset || length < SMEM_PARTITION_SIZE) {
			warnx("SMEM: global partition of %#" PRIx32 " bytes at %#" PRIx32
			      " does not fit", length, offset);
			return false;
		}
		partition->address = address + offset;
		partition->size = length;
		return true;
	}

	warnx("SMEM: no global partition among %" PRIu32, entries);
	return false;
}

/* Walks the items at @bytes, of which @end is in use, to the one of that number */
static bool find_item(const uint8_t *bytes, uint64_t end, unsigned int number,
		      struct smem_item *item)
{
	uint64_t at = SMEM_PARTITION_SIZE;

	while (at < end) {
		const uint8_t *header = bytes + at;
		uint64_t padding, length, data;

		if (end - at < SMEM_ITEM_SIZE || get_le16(header) != SMEM_ITEM_CANARY) {
			warnx("SMEM: no item header at %#" PRIx64 " of the partition", at);
			return false;
		}
		data = at + SMEM_ITEM_SIZE + get_le16(header + SMEM_ITEM_PADDING_HEADER);
		length = get_le32(header + SMEM_ITEM_LENGTH);
		padding = get_le16(header + SMEM_ITEM_PADDING_DATA);
		if (data > end || length > end - data || padding > length) {
			warnx("SMEM: item %u at %#" PRIx64 " of the partition does not fit",
			      get_le16(header + SMEM_ITEM_NUMBER), at);
			return false;
		}
		if (get_le16(header + SMEM_ITEM_NUMBER) == number) {
			item->address = data;
			item->size = length - padding;
			return true;
		}
		at = data + length;
	}

	warnx("SMEM: there is no item %u", number);
	return false;
}

bool smem_find(const struct memory *memory, uint64_t address, uint64_t size,
	       unsigned int number, struct smem_item *item)
{
	struct smem_item partition;
	uint8_t *bytes;
	uint64_t end;
	bool found;

	if (size < SMEM_SIZE_MIN || !memory_holds(memory, address, size)) {
		warnx("%s: SMEM of %#" PRIx64 " bytes at %#" PRIx64 " is not in RAM",
		      memory->path, size, address);
		return false;
	}
	if (!find_global_partition(memory, address, size, &partition))
		return false;

	bytes = malloc(partition.size);
	if (!bytes)
		err(EXIT_FAILURE, "SMEM partition of %#" PRIx64 " bytes", partition.size);
	memory_copy(memory, partition.address, bytes, partition.size);

	end = get_le32(bytes + SMEM_PARTITION_FREE_UNCACHED);
	if (get_le32(bytes) != SMEM_PARTITION_MAGIC || end > partition.size) {
		warnx("SMEM: bad header of the partition at %#" PRIx64, partition.address);
		found = false;
	} else {
		found = find_item(bytes, end, number, item);
		if (found)
			item->address += partition.address;
	}
	free(bytes);
	return found;
}
