// SPDX-License-Identifier: GPL-2.0-only
/*
 * rawdump FOLDER IMAGE - the other way in which firmware hands out a dump
 *
 * Writes what "firmware collect" left in FOLDER as the image that firmware writes
 * to a storage partition: a header, a section for each region, then their bytes.
 * Knows the format on its own, and nothing of the tool that reads it.
 */

#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define SIGNATURE	0x21706D445F776152ull	/* "Raw_Dmp!" */
#define VERSION_MINOR	0x1000
#define VALID		1
#define DDR		1
#define HEADER_SIZE	56
#define SECTION_SIZE	64
#define NAME_SIZE	20
#define SECTIONS_MAX	300

struct region {
	char name[32];
	char file[64];
	uint64_t address;
	uint64_t size;
};

static struct region regions[SECTIONS_MAX];
static unsigned int region_count;

static void read_listing(const char *folder)
{
	char path[4096], line[512];
	FILE *listing;

	if ((size_t)snprintf(path, sizeof(path), "%s/regions.txt", folder) >= sizeof(path))
		errx(EXIT_FAILURE, "%s: name too long", folder);
	listing = fopen(path, "r");
	if (!listing)
		err(EXIT_FAILURE, "%s", path);

	while (fgets(line, sizeof(line), listing)) {
		struct region *region = &regions[region_count];

		if (line[0] == '#')
			continue;
		if (region_count == SECTIONS_MAX)
			errx(EXIT_FAILURE, "%s: more than %d regions", path, SECTIONS_MAX);
		if (sscanf(line, "%*u %*u %31s %*u %*s %" SCNx64 " %" SCNu64 " %63s",
			   region->name, &region->address, &region->size, region->file) != 4)
			errx(EXIT_FAILURE, "%s: odd line: %s", path, line);
		region_count++;
	}
	fclose(listing);
}

static void put(FILE *image, const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, image) != size)
		err(EXIT_FAILURE, "image");
}

static void put_header(FILE *image, uint64_t total)
{
	uint8_t header[HEADER_SIZE] = { 0 };

	put_le64(header, SIGNATURE);
	put_le16(header + 10, VERSION_MINOR);
	put_le32(header + 12, VALID);
	put_le64(header + 36, total);
	put_le64(header + 44, total);
	put_le32(header + 52, region_count);
	put(image, header, sizeof(header));
}

static void put_section(FILE *image, const struct region *region, uint64_t offset)
{
	uint8_t section[SECTION_SIZE] = { 0 };

	put_le32(section, VALID);
	put_le16(section + 6, VERSION_MINOR);
	put_le32(section + 8, DDR);
	put_le64(section + 12, offset);
	put_le64(section + 20, region->size);
	put_le64(section + 28, region->address);
	memcpy(section + 44, region->name, strnlen(region->name, NAME_SIZE - 1));
	put(image, section, sizeof(section));
}

static void put_region(FILE *image, const char *folder, const struct region *region)
{
	char path[4096], buffer[4096];
	uint64_t size = 0;
	size_t length;
	FILE *file;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, region->file) >= sizeof(path))
		errx(EXIT_FAILURE, "%s: name too long", folder);
	file = fopen(path, "r");
	if (!file)
		err(EXIT_FAILURE, "%s", path);
	while ((length = fread(buffer, 1, sizeof(buffer), file)) > 0) {
		put(image, buffer, length);
		size += length;
	}
	fclose(file);
	if (size != region->size)
		errx(EXIT_FAILURE, "%s has %" PRIu64 " bytes, and the table says %" PRIu64,
		     path, size, region->size);
}

int main(int argc, char **argv)
{
	uint64_t offset, total;
	FILE *image;

	if (argc != 3)
		errx(EXIT_FAILURE, "usage: rawdump FOLDER IMAGE");
	read_listing(argv[1]);

	offset = HEADER_SIZE + (uint64_t)region_count * SECTION_SIZE;
	total = offset;
	for (unsigned int i = 0; i < region_count; i++)
		total += regions[i].size;

	image = fopen(argv[2], "w");
	if (!image)
		err(EXIT_FAILURE, "%s", argv[2]);
	put_header(image, total);
	for (unsigned int i = 0; i < region_count; i++) {
		put_section(image, &regions[i], offset);
		offset += regions[i].size;
	}
	for (unsigned int i = 0; i < region_count; i++)
		put_region(image, argv[1], &regions[i]);
	if (fclose(image))
		err(EXIT_FAILURE, "%s", argv[2]);

	return EXIT_SUCCESS;
}
