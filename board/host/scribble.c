// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes a remote processor's minidump table in the RAM of a machine that
 * runs, as another processor could: at any moment, and with no regard to what
 * Linux is doing. It goes on until it is killed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"
#include "layout.h"
#include "smem.h"

#define REGIONS		200

static const char usage_text[] =
"usage: scribble RAM RAM-BASE SMEM-ADDRESS SMEM-SIZE SUBSYSTEM TABLE-ADDRESS\n"
"RAM is the file with the machine's RAM; the numbers are physical addresses.\n";

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		errx(2, "%s: wanted a number", text);
	return value;
}

static uint8_t *map(const struct memory *memory)
{
	int fd = open(memory->path, O_RDWR | O_CLOEXEC);
	void *bytes;

	if (fd < 0)
		err(EXIT_FAILURE, "%s", memory->path);
	bytes = mmap(NULL, memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		err(EXIT_FAILURE, "%s", memory->path);
	close(fd);
	return bytes;
}

_Noreturn static void scribble(uint8_t *entry, uint8_t *table, uint64_t table_address)
{
	uint64_t random = MINIDUMP_ITEM;

	for (;;) {
		uint8_t *region;

		random = random * 6364136223846793005 + 1442695040888963407;
		region = table + REGION_SIZE * ((random >> 33) % REGIONS);
		region[(random >> 20) % REGION_NAME_SIZE] = (uint8_t)random;
		put_le32(region + REGION_VALID, random & 1 ? WORD_VALI : 0);
		put_le64(region + REGION_ADDRESS,
			 random & 2 ? table_address + (random >> 44) : random);
		put_le64(region + REGION_LENGTH, random >> (random >> 58));

		put_le32(entry + SUBSYSTEM_STATUS, random & 0xf0000 ? 1 : (uint32_t)random);
		put_le32(entry + SUBSYSTEM_ENABLED, WORD_ENBL);
		put_le32(entry + SUBSYSTEM_ENCRYPTION,
			 random & 0xf00000 ? WORD_DONE : (uint32_t)random);
		put_le32(entry + SUBSYSTEM_REGION_COUNT,
			 random & 0xf000 ? REGIONS : (uint32_t)random >> (random >> 59));
		put_le64(entry + SUBSYSTEM_REGIONS, random & 0xf00 ?
			 table_address + (random >> 61) * REGION_SIZE : random);
		/* Else the compiler may leave out stores that others overwrite */
		__asm__ volatile("" ::: "memory");
	}
}

int main(int argc, char **argv)
{
	uint64_t smem_address, smem_size, subsystem, table_address, entry;
	struct memory memory;
	struct smem_item item;
	uint8_t *ram;

	if (argc != 7) {
		fputs(usage_text, stderr);
		return 2;
	}
	memory_open(&memory, argv[1], number(argv[2]));
	smem_address = number(argv[3]);
	smem_size = number(argv[4]);
	subsystem = number(argv[5]);
	table_address = number(argv[6]);

	if (!smem_find(&memory, smem_address, smem_size, MINIDUMP_ITEM, &item))
		errx(EXIT_FAILURE, "%s: no G-ToC", argv[1]);
	entry = item.address + TOC_SIZE + SUBSYSTEM_SIZE * subsystem;
	if (entry + SUBSYSTEM_SIZE > item.address + item.size)
		errx(EXIT_FAILURE, "subsystem %" PRIu64 " is not in the G-ToC", subsystem);
	if (!memory_holds(&memory, table_address, (REGIONS + 8) * REGION_SIZE))
		errx(EXIT_FAILURE, "table at %#" PRIx64 " is not in RAM", table_address);

	ram = map(&memory);
	scribble(ram + (entry - memory.base), ram + (table_address - memory.base), table_address);
}
