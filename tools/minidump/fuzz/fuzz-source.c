// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../match.h"
#include "../open.h"
#include "../util.h"
#include "../write.h"
#include "fuzz.h"

static void path_of(int fd, char *path, size_t size)
{
	snprintf(path, size, "/proc/self/fd/%d", fd);
}

/* A core that was made must be whole, and the same again when made of itself. */
static void check_output(int fd, uint64_t size)
{
	struct report report = { 0 };
	struct dump dump;
	char path[64];
	size_t i;

	path_of(fd, path, sizeof(path));
	assert(!ftruncate(fd, (off_t)size));
	assert(!dump_open(&dump, path, NEED_HEADER, &report));
	assert(dump.phoff == 64);
	for (i = 0; i < dump.region_count; i++)
		assert(dump.regions[i].have == dump.regions[i].size);
	dump_close(&dump);
	report_free(&report);
}

static void check_regions(const struct dump *dump)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		assert(region->name);
		assert(region->have <= region->size);
		assert(!region->have || region->piece);
		assert(!region->have ||
		       (region->skip <= region->piece->size &&
			region->have <= region->piece->size - region->skip));
	}
}

void fuzz_source(const uint8_t *head, size_t head_size, const uint8_t *data,
		 size_t size)
{
	int from = memfd_create("from", MFD_CLOEXEC);
	int to = memfd_create("to", MFD_CLOEXEC);
	struct report report = { 0 };
	struct dump dump;
	uint64_t made;
	char path[64];

	assert(from >= 0 && to >= 0);
	assert(!write_at(from, head, head_size, 0));
	assert(!write_at(from, data, size, head_size));
	path_of(from, path, sizeof(path));

	if (!dump_open(&dump, path, NEED_PIECES, &report)) {
		check_regions(&dump);
		report_overlaps(&dump, &report);
		if (dump.header && !core_write(&dump, to, &made, &report))
			check_output(to, made);
	}
	dump_close(&dump);
	report_free(&report);
	close(from);
	close(to);
}
