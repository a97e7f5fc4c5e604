// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile machines, one for each seed: every processor has a table that is all
 * right, and then a few things happen to them, to the G-ToC, and to SMEM.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "damage.h"
#include "layout.h"

#define DAMAGES_MAX	6
#define REGIONS_MAX	((CARVEOUT_LAID - CARVEOUT_TABLE) / REGION_SIZE)

/* Where SMEM has something to damage: header, items, partition table */
#define SMEM_HEADER_USED	0x100u
#define SMEM_ITEMS_USED		0x700u
#define SMEM_TABLE_USED		0x80u

static uint32_t random_below(struct damage *damage, uint32_t below)
{
	damage->seed = damage->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((damage->seed >> 32) * below) >> 32);
}

static uint64_t random_word(struct damage *damage)
{
	return (uint64_t)random_below(damage, UINT32_MAX) << 32 | random_below(damage, UINT32_MAX);
}

static struct carveout *some_carveout(struct damage *damage)
{
	return &damage->carveouts[random_below(damage, damage->carveout_count)];
}

/* Words that make a difference to whoever adds, multiplies or compares them */
static uint32_t evil_word(struct damage *damage, uint32_t now)
{
	const uint32_t words[] = {
		0, 1, UINT32_MAX, INT32_MAX, 0x80000000u, now + 1, now - 1, now ^ 4, now << 1,
		now >> 1, ~now, 0x06666667u, 0x10000u, 4096, 4097, WORD_ENBL, WORD_VALI,
		(uint32_t)random_word(damage),
	};

	return words[random_below(damage, sizeof(words) / sizeof(words[0]))];
}

/* Addresses likewise: of other processors, of Linux, of SMEM, of nobody */
static uint64_t evil_address(struct damage *damage)
{
	const struct carveout *carveout = some_carveout(damage);
	uint64_t near = random_below(damage, 4096);
	const uint64_t addresses[] = {
		0, 1, UINT64_MAX, UINT64_MAX - near, (uint64_t)INT64_MAX + near,
		carveout->address, carveout->address - near, carveout->address + near,
		carveout->address + carveout->size - near, carveout->address + carveout->size,
		damage->plan->address + near, damage->plan->address + damage->plan->size - near,
		0x40000000u + random_below(damage, 0x10000000u), 0x08000000u, 0x50000000u,
		1ull << 32, 1ull << 48, 1ull << 52, random_word(damage),
	};

	return addresses[random_below(damage, sizeof(addresses) / sizeof(addresses[0]))];
}

static uint8_t *toc_of(const struct damage *damage)
{
	uint8_t *partition = damage->image + SMEM_PAGE;
	uint32_t at = SMEM_PARTITION_SIZE, end = get_le32(partition + SMEM_PARTITION_FREE_UNCACHED);

	while (at < end) {
		uint8_t *item = partition + at;
		uint32_t data = at + SMEM_ITEM_SIZE + get_le16(item + SMEM_ITEM_PADDING_HEADER);

		if (get_le16(item + SMEM_ITEM_NUMBER) == MINIDUMP_ITEM)
			return partition + data;
		at = data + get_le32(item + SMEM_ITEM_LENGTH);
	}
	errx(2, "without a G-ToC there is nothing to damage");
}

static void lay_region(uint8_t *region, const char *name, uint64_t address, uint64_t size)
{
	memset(region, 0, REGION_SIZE);
	memcpy(region + REGION_NAME, name, strlen(name));
	put_le32(region + REGION_VALID, WORD_VALI);
	put_le64(region + REGION_ADDRESS, address);
	put_le64(region + REGION_LENGTH, size);
}

static void lay_table(struct damage *damage, uint8_t *toc, struct carveout *carveout)
{
	uint32_t count = random_below(damage, random_below(damage, 8) ? 20 : REGIONS_MAX) + 1;
	uint8_t *entry = toc + TOC_SIZE + carveout->index * SUBSYSTEM_SIZE;
	char name[REGION_NAME_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "REGION%" PRIu32, i);
		lay_region(carveout->bytes + CARVEOUT_TABLE + i * REGION_SIZE, name,
			   carveout->address + CARVEOUT_LAID + i * 64, 64);
	}
	if (TOC_SIZE + (carveout->index + 1) * SUBSYSTEM_SIZE > damage->plan->toc_size)
		return;
	put_le32(entry + SUBSYSTEM_STATUS, 1);
	put_le32(entry + SUBSYSTEM_ENABLED, WORD_ENBL);
	put_le32(entry + SUBSYSTEM_ENCRYPTION, WORD_DONE);
	put_le32(entry + SUBSYSTEM_ENCRYPTION_REQUIRED, WORD_NR);
	put_le32(entry + SUBSYSTEM_REGION_COUNT, count);
	put_le64(entry + SUBSYSTEM_REGIONS, carveout->address + CARVEOUT_TABLE);
}

/* A byte, a word or a row of bytes of SMEM, wherever it is in use */
static void damage_smem(struct damage *damage)
{
	const struct { uint32_t start, size; } used[] = {
		{ 0, SMEM_HEADER_USED },
		{ SMEM_PAGE, SMEM_ITEMS_USED },
		{ SMEM_PAGE, SMEM_ITEMS_USED },
		{ damage->plan->size - SMEM_PAGE, SMEM_TABLE_USED },
	};
	unsigned int which = random_below(damage, sizeof(used) / sizeof(used[0]));
	uint8_t *at = damage->image + used[which].start + random_below(damage, used[which].size / 4) * 4;

	switch (random_below(damage, 3)) {
	case 0:
		at[random_below(damage, 4)] = (uint8_t)random_below(damage, 256);
		break;
	case 1:
		put_le32(at, evil_word(damage, get_le32(at)));
		break;
	default:
		memset(at, random_below(damage, 2) ? 0xff : 0, random_below(damage, 64));
		break;
	}
}

/* An item is missing, or is there twice, or is as large as it likes */
static void damage_item(struct damage *damage, uint8_t *toc)
{
	uint8_t *first = damage->image + SMEM_PAGE + SMEM_PARTITION_SIZE;
	uint8_t *item = toc - SMEM_ITEM_SIZE;

	switch (random_below(damage, 4)) {
	case 0:
		put_le16(item + SMEM_ITEM_NUMBER, (uint16_t)random_below(damage, 1024));
		break;
	case 1:
		put_le16(first + SMEM_ITEM_NUMBER, MINIDUMP_ITEM);
		break;
	case 2:
		put_le32(item + SMEM_ITEM_LENGTH, evil_word(damage, get_le32(item + SMEM_ITEM_LENGTH)));
		break;
	default:
		put_le16(item + SMEM_ITEM_PADDING_DATA, (uint16_t)random_below(damage, 65536));
		break;
	}
}

static void damage_entry(struct damage *damage, uint8_t *toc)
{
	uint32_t count = (damage->plan->toc_size - TOC_SIZE) / SUBSYSTEM_SIZE;
	uint32_t index = random_below(damage, 4) ? some_carveout(damage)->index :
			 random_below(damage, count);
	uint8_t *entry = toc + TOC_SIZE + (index < count ? index : 0) * SUBSYSTEM_SIZE;
	uint32_t word = random_below(damage, 5) * 4;

	switch (random_below(damage, 5)) {
	case 0:
		put_le32(entry + word, evil_word(damage, get_le32(entry + word)));
		break;
	case 1:
		put_le32(entry + SUBSYSTEM_REGION_COUNT,
			 evil_word(damage, get_le32(entry + SUBSYSTEM_REGION_COUNT)));
		break;
	case 2:
		put_le64(entry + SUBSYSTEM_REGIONS, evil_address(damage));
		break;
	case 3:
		memset(entry, (int)random_below(damage, 256), SUBSYSTEM_SIZE);
		break;
	default:
		/* Two processors with one table */
		memcpy(entry, toc + TOC_SIZE + random_below(damage, count) * SUBSYSTEM_SIZE,
		       SUBSYSTEM_SIZE);
		break;
	}
}

static void damage_region(struct damage *damage)
{
	struct carveout *carveout = some_carveout(damage);
	uint8_t *region = carveout->bytes + CARVEOUT_TABLE + random_below(damage, 24) * REGION_SIZE;

	switch (random_below(damage, 7)) {
	case 0:
		memset(region + REGION_NAME, (int)random_below(damage, 256), REGION_NAME_SIZE);
		break;
	case 1:
		for (unsigned int i = 0; i < REGION_NAME_SIZE; i++)
			region[REGION_NAME + i] = (uint8_t)random_below(damage, 256);
		break;
	case 2:
		put_le32(region + REGION_VALID, evil_word(damage, WORD_VALI));
		break;
	case 3:
		put_le64(region + REGION_ADDRESS, evil_address(damage));
		break;
	case 4:
		put_le64(region + REGION_LENGTH, random_below(damage, 2) ? evil_address(damage) :
			 evil_word(damage, 64));
		break;
	case 5:
		/* One over another */
		put_le64(region + REGION_ADDRESS, carveout->address + CARVEOUT_LAID + 32);
		put_le64(region + REGION_LENGTH, carveout->size - CARVEOUT_LAID - 32);
		break;
	default:
		for (unsigned int i = CARVEOUT_TABLE; i < CARVEOUT_LAID; i++)
			carveout->bytes[i] = (uint8_t)random_below(damage, 256);
		break;
	}
}

/*
 * Words that Linux' SMEM driver takes on trust when it walks SMEM: with another
 * value it would read beyond the end, whether there is minidump or not.
 */
static void copy_trusted(const struct damage *damage, uint8_t *to, const uint8_t *from)
{
	const uint32_t table = damage->plan->size - SMEM_PAGE;
	const uint32_t trusted[] = {
		table + SMEM_TABLE_ENTRIES,
		table + SMEM_TABLE_SIZE + SMEM_ENTRY_OFFSET,
		table + SMEM_TABLE_SIZE + SMEM_ENTRY_LENGTH,
		SMEM_PAGE + SMEM_PARTITION_LENGTH,
		SMEM_PAGE + SMEM_PARTITION_FREE_UNCACHED,
		SMEM_PAGE + SMEM_PARTITION_FREE_CACHED,
	};

	for (size_t i = 0; i < sizeof(trusted) / sizeof(trusted[0]); i++)
		memcpy(to + trusted[i], from + trusted[i], 4);
}

static void damage_something(struct damage *damage, uint8_t *toc)
{
	switch (random_below(damage, 9)) {
	case 0:
		damage_smem(damage);
		break;
	case 1:
		damage_item(damage, toc);
		break;
	case 2:
		put_le32(toc + random_below(damage, TOC_SIZE / 4) * 4, evil_word(damage, 1));
		break;
	case 3:
	case 4:
	case 5:
		damage_entry(damage, toc);
		break;
	default:
		damage_region(damage);
		break;
	}
}

void damage(struct damage *damage)
{
	uint8_t *sane = malloc(damage->plan->size);
	uint8_t *toc = toc_of(damage);
	unsigned int count;

	if (!sane)
		err(EXIT_FAILURE, "SMEM");
	memcpy(sane, damage->image, damage->plan->size);

	for (unsigned int i = 0; i < damage->carveout_count; i++)
		lay_table(damage, toc, &damage->carveouts[i]);
	count = random_below(damage, DAMAGES_MAX) + 1;
	while (count--)
		damage_something(damage, toc);
	copy_trusted(damage, damage->image, sane);
	free(sane);
}
