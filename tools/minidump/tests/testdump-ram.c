// SPDX-License-Identifier: GPL-2.0-only
/*
 * All memory of the machine, as it is where firmware saves all of it: SMEM with
 * the global table of contents, the regions, and what leads from one to the
 * other.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testdump.h"

#define SMEM_SIZE	0x4000
#define PARTITION	0x1000
#define ENBL		0x454e424c
#define VALI		0x56414c49

static void put(uint8_t *to, uint64_t value, size_t size)
{
	memcpy(to, &value, size);
}

static void put_at(int fd, const struct ram_layout *layout, uint64_t address,
		   const void *bytes, size_t size)
{
	if (pwrite(fd, bytes, size, (off_t)(address - layout->base)) !=
	    (ssize_t)size)
		err(2, "memory at 0x%llx", (unsigned long long)address);
}

/* An item behind those that are there; returns where its data are */
static uint8_t *add_item(uint8_t *partition, uint16_t number, uint32_t size,
			 uint16_t before)
{
	uint32_t padded = (uint32_t)round_up(size, 8), end;
	uint8_t *item;

	memcpy(&end, partition + 12, 4);
	item = partition + end;
	put(item, 0xa5a5, 2);
	put(item + 2, number, 2);
	put(item + 4, padded, 4);
	put(item + 8, padded - size, 2);
	put(item + 10, before, 2);
	put(partition + 12, end + 16 + before + padded, 4);

	return item + 16 + before;
}

static void fill_smem(uint8_t *smem, const struct ram_layout *layout,
		      uint32_t regions)
{
	uint8_t *table = smem + SMEM_SIZE - 0x1000;
	uint8_t *partition = smem + PARTITION, *toc;
	uint32_t length = SMEM_SIZE - 0x2000;

	put(smem + 92, 12u << 16, 4);
	put(smem + 192, 1, 4);

	memcpy(table, "$TOC", 4);
	put(table + 4, 1, 4);
	put(table + 8, 2, 4);
	/* Another two processors' before everybody's */
	put(table + 32, 0x3000, 4);
	put(table + 32 + 12, 0x00010000, 4);
	put(table + 80, PARTITION, 4);
	put(table + 84, length, 4);
	put(table + 92, 0xfffefffe, 4);
	memcpy(table + 128, "SIII", 4);
	put(table + 132, SMEM_SIZE, 4);
	put(table + 136, layout->smem, 4);
	put(table + 144, 1024, 2);

	memcpy(partition, "$PRT", 4);
	put(partition + 4, 0xfffefffe, 4);
	put(partition + 8, length, 4);
	put(partition + 12, 32, 4);
	put(partition + 16, length, 4);
	add_item(partition, 8, 60, 0);
	add_item(partition, 137, 92, 24);
	toc = add_item(partition, 602, 16 + 10 * 32, 0);
	put(toc, 1, 4);
	put(toc + 4, 1, 4);
	put(toc + 16, 1, 4);
	put(toc + 20, ENBL, 4);
	put(toc + 32, regions, 4);
	put(toc + 40, layout->table, 8);
	/* The modem's, which is not enabled */
	put(toc + 16 + 3 * 32, 1, 4);
	put(toc + 16 + 3 * 32 + 16, 0xffffffff, 4);
	add_item(partition, 700, 8, 0);
}

static void put_region(int fd, const struct ram_layout *layout, uint32_t index,
		       const struct memory *memory)
{
	uint8_t entry[40] = { 0 };

	memcpy(entry, memory->name, strlen(memory->name));
	put(entry + 16, memory->seq, 4);
	put(entry + 20, VALI, 4);
	put(entry + 24, memory->phys, 8);
	put(entry + 32, memory->size, 8);
	put_at(fd, layout, layout->table + 40ull * index, entry, sizeof(entry));
	put_at(fd, layout, memory->phys, memory->bytes, memory->size);
}

void write_ram(const struct machine *machine, const char *folder,
	       const char *path, const struct ram_layout *layout)
{
	struct memory header = { .name = "KELF_HEADER",
				 .phys = layout->header };
	uint8_t *smem = get_memory(SMEM_SIZE);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	char from[4096];
	uint32_t i;

	if (fd < 0 || ftruncate(fd, (off_t)layout->size))
		err(2, "%s", path);
	snprintf(from, sizeof(from), "%s/md_KELF_HEADER.BIN", folder);
	header.bytes = read_file(from, &header.size);
	put_region(fd, layout, 0, &header);
	for (i = 0; i < machine->count; i++)
		put_region(fd, layout, i + 1, &machine->regions[i]);
	fill_smem(smem, layout, i + 1);
	put_at(fd, layout, layout->smem, smem, SMEM_SIZE);
	close(fd);
	free(header.bytes);
	free(smem);
}

/* Around the regions of the machine that is made up */
void write_usual_ram(const struct machine *machine, const char *folder,
		     const char *path)
{
	static const struct ram_layout layout = {
		.base = 0x80000000,
		.size = 0x10010000,
		.table = 0x8e000000,
		.header = 0x8d000000,
		.smem = 0x80900000,
	};

	write_ram(machine, folder, path, &layout);
}
