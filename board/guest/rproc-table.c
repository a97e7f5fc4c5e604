// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays the firmware of the remote processors: it lays the table of regions in
 * the processor's carve-out and fills the entry in the G-ToC, both by physical
 * address. What it knows of the layout is written down here from the contract,
 * not taken from Linux.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rproc.h"

/* The layout of the G-ToC */
#define TOC_ITEM		602
#define TOC_SIZE		16
#define ENTRY_SIZE		32
#define ENTRY_STATUS		0
#define ENTRY_ENABLED		4
#define ENTRY_ENCRYPTION	8
#define ENTRY_REQUIRED		12
#define ENTRY_COUNT		16
#define ENTRY_TABLE		24
#define REGION_SEQ_NUM		16
#define REGION_VALID		20
#define REGION_ADDRESS		24
#define REGION_BYTES		32

#define NR			0x00004e52u

/* That of an item in SMEM, before its data */
#define ITEM_HEADER_SIZE	16
#define ITEM_CANARY		0
#define ITEM_NUMBER		2
#define ITEM_LENGTH		4
#define ITEM_PADDING_DATA	8
#define ITEM_PADDING_HEADER	10

struct processor processors[PROCESSORS_MAX];
unsigned int processor_count;
struct area smem;
unsigned int subsystems;

static volatile uint8_t *toc, *toc_item;

/* Shared memory is mapped as device memory: no access that is not aligned */
static void put32(volatile uint8_t *at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void put16(volatile uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void put64(volatile uint8_t *at, uint64_t value)
{
	put32(at, (uint32_t)value);
	put32(at + 4, (uint32_t)(value >> 32));
}

uint32_t get16(const volatile uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

uint32_t get32(const volatile uint8_t *at)
{
	return get16(at) | get16(at + 2) << 16;
}

void lay_entry(const struct processor *p, const struct entry *entry)
{
	volatile uint8_t *at = toc + TOC_SIZE + ENTRY_SIZE * p->id;

	put32(at + ENTRY_STATUS, entry->status);
	put32(at + ENTRY_ENABLED, entry->enabled);
	put32(at + ENTRY_ENCRYPTION, entry->encryption);
	put32(at + ENTRY_REQUIRED, NR);
	put32(at + ENTRY_COUNT, entry->count);
	put64(at + ENTRY_TABLE, entry->table);
}

void lay_region_at(volatile uint8_t *at, const char *name, uint32_t valid, uint64_t address,
		   uint64_t size)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < REGION_NAME_SIZE; i++)
		at[i] = i < length ? (uint8_t)name[i] : 0;
	put32(at + REGION_SEQ_NUM, 0);
	put32(at + REGION_VALID, valid);
	put64(at + REGION_ADDRESS, address);
	put64(at + REGION_BYTES, size);
}

void lay_region(const struct processor *p, unsigned int index, const char *name, uint32_t valid,
		uint64_t address, uint64_t size)
{
	lay_region_at(p->carveout.bytes + TABLE_OFFSET + REGION_SIZE * index, name, valid, address,
		      size);
}

uint64_t carveout_end(const struct processor *p)
{
	return p->carveout.address + p->carveout.size;
}

struct entry good_entry(const struct processor *p, uint32_t count)
{
	return (struct entry){
		.status = 1,
		.enabled = ENBL,
		.encryption = DONE,
		.count = count,
		.table = p->carveout.address + TABLE_OFFSET,
	};
}

void lay_good_table(const struct processor *p)
{
	uint64_t data = p->carveout.address + DATA_OFFSET;
	struct entry entry = good_entry(p, 3);

	if (p->id >= subsystems || p->id == LINUX_ID)
		return;
	lay_region(p, 0, "FIRST", VALI, data, 0x1004);
	lay_region(p, 1, "SECOND", VALI, data + 0x5000, 4);
	lay_region(p, 2, "LAST_BYTES", VALI, carveout_end(p) - 64, 64);
	lay_entry(p, &entry);
}

void fill(const struct processor *p, uint32_t seed)
{
	for (uint64_t i = 0; i < p->carveout.size; i += 4) {
		seed = seed * 1664525 + 1013904223;
		put32(p->carveout.bytes + i, seed);
	}
}

/* Changes words of the entry and of the table, without end */
_Noreturn void scribble(const struct processor *p)
{
	volatile uint8_t *entry = toc + TOC_SIZE + ENTRY_SIZE * p->id;
	uint64_t random = 602;

	for (;;) {
		volatile uint8_t *region;

		random = random * 6364136223846793005 + 1442695040888963407;
		region = p->carveout.bytes + TABLE_OFFSET + REGION_SIZE * ((random >> 33) % 200);
		region[(random >> 20) % REGION_NAME_SIZE] = (uint8_t)random;
		put32(region + REGION_VALID, random & 1 ? VALI : INVA);
		put64(region + REGION_ADDRESS, random & 2 ?
		      p->carveout.address + (random >> 44) : random);
		put64(region + REGION_BYTES, random >> (random >> 58));
		put32(entry + ENTRY_COUNT, random & 0xf000 ?
		      200 : (uint32_t)random >> (random >> 59));
		put64(entry + ENTRY_TABLE, random & 0xf00 ?
		      p->carveout.address + TABLE_OFFSET + (random >> 61) * REGION_SIZE : random);
	}
}

static void map(struct area *area)
{
	static int fd = -1;
	void *bytes;

	if (fd < 0)
		fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	bytes = mmap(NULL, area->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		     (off_t)area->address);
	if (bytes == MAP_FAILED)
		give_up("/dev/mem");
	area->bytes = bytes;
}

/* A reserved area's address and size, 64 bits each and big endian */
static void read_area(const char *node, struct area *area)
{
	char path[PATH_MAX];
	uint64_t reg[2];
	int fd;

	snprintf(path, sizeof(path), "/proc/device-tree/reserved-memory/%s/reg", node);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, reg, sizeof(reg)) != sizeof(reg))
		give_up(path);
	close(fd);
	area->address = __builtin_bswap64(reg[0]);
	area->size = __builtin_bswap64(reg[1]);
	map(area);
}

static int by_id(const void *a, const void *b)
{
	const struct processor *p = a, *q = b;

	return (p->id > q->id) - (p->id < q->id);
}

void find_areas(void)
{
	DIR *directory = opendir("/proc/device-tree/reserved-memory");
	struct dirent *node;
	unsigned int id;

	while (directory && (node = readdir(directory))) {
		if (!strncmp(node->d_name, "smem@", 5))
			read_area(node->d_name, &smem);
		if (sscanf(node->d_name, "rproc%u@", &id) == 1 && processor_count < PROCESSORS_MAX) {
			processors[processor_count].id = id;
			read_area(node->d_name, &processors[processor_count++].carveout);
		}
	}
	if (!directory || !smem.bytes || !processor_count)
		give_up("no SMEM or no processors in the device tree");
	closedir(directory);
	qsort(processors, processor_count, sizeof(processors[0]), by_id);
}

/* Walks the items of SMEM's global partition, which begins in its second page */
void find_toc(void)
{
	volatile uint8_t *partition = smem.bytes + 0x1000;
	uint32_t end = get32(partition + 12);

	for (uint32_t at = 32; at < end;) {
		volatile uint8_t *item = partition + at;
		uint32_t size = get32(item + ITEM_LENGTH);
		uint32_t data = at + ITEM_HEADER_SIZE + get16(item + ITEM_PADDING_HEADER);

		if (get16(item + ITEM_NUMBER) == TOC_ITEM) {
			toc_item = item;
			toc = partition + data;
			subsystems = (size - get16(item + ITEM_PADDING_DATA) - TOC_SIZE) /
				     ENTRY_SIZE;
			return;
		}
		at = data + size;
	}
	give_up("no G-ToC in SMEM");
}

/* Of Linux' own driver */
bool linux_has_table(void)
{
	return get32(toc + TOC_SIZE + ENTRY_SIZE * LINUX_ID + ENTRY_STATUS) == 1;
}

static uint32_t replace16(volatile uint8_t *at, uint32_t value)
{
	uint32_t was = get16(at);

	put16(at, value);
	return was;
}

uint32_t set_item_number(uint32_t number)
{
	return replace16(toc_item + ITEM_NUMBER, number);
}

uint32_t set_item_canary(uint32_t canary)
{
	return replace16(toc_item + ITEM_CANARY, canary);
}

uint32_t set_item_padding(uint32_t padding)
{
	return replace16(toc_item + ITEM_PADDING_DATA, padding);
}

uint32_t set_toc_status(uint32_t status)
{
	uint32_t was = get32(toc);

	put32(toc, status);
	return was;
}

/* With padding */
uint32_t item_length(void)
{
	return get32(toc_item + ITEM_LENGTH);
}
