// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the text that a ramoops zone holds, the oldest first.
 *
 * A zone begins with three words: a signature, where the next byte goes and how
 * many bytes were written; a ring of bytes follows.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"

#define ZONE_SIGNATURE	0x43474244u	/* DBGC */
#define ZONE_HEADER	12
#define ZONE_MAX	(64u << 20)

static uint8_t *read_zone(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *zone = malloc(ZONE_MAX);

	if (!file || !zone)
		err(EXIT_FAILURE, "%s", path);
	*size = fread(zone, 1, ZONE_MAX, file);
	if (ferror(file))
		err(EXIT_FAILURE, "%s", path);
	if (*size == ZONE_MAX)
		errx(EXIT_FAILURE, "%s: larger than any zone", path);
	fclose(file);
	return zone;
}

int main(int argc, char **argv)
{
	uint32_t start, written;
	size_t size, capacity;
	const uint8_t *ring;
	uint8_t *zone;

	if (argc != 2) {
		fputs("usage: zone-text md_KCONSOLE.BIN\n", stderr);
		return 2;
	}

	zone = read_zone(argv[1], &size);
	if (size < ZONE_HEADER || get_le32(zone) != ZONE_SIGNATURE)
		errx(EXIT_FAILURE, "%s: no ramoops zone, or one that nothing was written to",
		     argv[1]);

	ring = zone + ZONE_HEADER;
	capacity = size - ZONE_HEADER;
	start = get_le32(zone + 4);
	written = get_le32(zone + 8);
	if (written > capacity || start > written)
		errx(EXIT_FAILURE, "%s: claims %" PRIu32 " bytes, next at %" PRIu32 ", of a ring of %zu",
		     argv[1], written, start, capacity);

	/* Before it is full nothing lies behind the place of the next byte */
	fwrite(ring + start, 1, written - start, stdout);
	fwrite(ring, 1, start, stdout);
	free(zone);
	if (fflush(stdout))
		err(EXIT_FAILURE, "standard output");
	return EXIT_SUCCESS;
}
