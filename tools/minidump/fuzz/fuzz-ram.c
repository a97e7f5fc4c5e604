// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../toc.h"
#include "../util.h"
#include "fuzz.h"

/* Low enough for SMEM's own note of where it is */
#define BASE 0x40000000

static void check_toc(const struct ram *ram, const struct toc *toc)
{
	const struct toc_region *region;
	uint64_t sum = 0;
	size_t i;

	assert(toc->count && toc->count <= TOC_REGIONS_MAX);
	for (i = 0; i < toc->count; i++) {
		region = &toc->regions[i];
		assert(memchr(region->name, '\0', sizeof(region->name)));
		assert(!strchr(region->name, '/'));
		assert(region->size && ram_holds(ram, region->address,
						 region->size));
		sum += region->size;
	}
	assert(sum <= ram->size);
}

/* One byte says where the memory is cut into two files. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);
	struct report report = { 0 };
	struct ram ram = { 0 };
	struct smem_item item;
	struct toc toc;
	uint64_t cut;

	assert(fd >= 0);
	if (size > 1) {
		cut = data[0] * (uint64_t)(size - 1) / 256 / 4 * 4;
		assert(!write_at(fd, data + 1, size - 1, 0));
		const struct ram_part low = { "low", fd, 0, BASE, cut };
		const struct ram_part high = { "high", fd, cut, BASE + cut, size - 1 - cut };

		ram_add(&ram, &low, &report);
		ram_add(&ram, &high, &report);
		assert(ram.size == size - 1);
		if (!smem_find(&ram, SMEM_ITEM_MINIDUMP, &item, &report)) {
			assert(ram_holds(&ram, item.address, item.size));
			if (!toc_read(&ram, &item, &toc, &report))
				check_toc(&ram, &toc);
		}
	}
	report_free(&report);
	close(fd);

	return 0;
}
