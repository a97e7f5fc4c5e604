// SPDX-License-Identifier: GPL-2.0-only
/*
 * The regions that Linux has on this machine, and what is promised of them.
 */
#include <string.h>

#include "judge.h"
#include "regions.h"

struct region region_of(unsigned int id)
{
	static const char letters[] = "KEYBOARDMIN";
	struct region region = {
		.virt = 0xffff800080000000u + id * 0x10000ull,
		.phys = 0x100000000u + id * 0x10000ull,
		.size = 4 + 4 * (id * 37 % 4000),
	};
	unsigned int length = 3 + id % 9;

	/* Of 3 to 11 characters, and each another one */
	memcpy(region.name, letters, length - 3);
	for (unsigned int i = 0; i < 3; i++)
		region.name[length - 1 - i] = "0123456789abcdef"[id >> 4 * i & 15];
	return region;
}

/* By its address */
unsigned int region_id(const struct region *found)
{
	uint64_t id = (found->phys - 0x100000000u) / 0x10000;

	return found->phys >= 0x100000000u && id < IDS ? (unsigned int)id : IDS;
}

bool region_is_at(unsigned int id, uint64_t virt)
{
	return virt == promise.virt[id][0] || virt == promise.virt[id][1] ||
	       (promise.homing[id] && virt == region_of(id).virt);
}

void judge_regions(const unsigned int *ids, unsigned int count)
{
	bool before = count == promise.before_count, after = count == promise.after_count;

	for (unsigned int i = 0; i < count; i++) {
		before &= promise.before[ids[i]];
		after &= promise.after[ids[i]];
	}
	if (!before && !after)
		fault("%u regions, which are neither the %u before nor the %u after",
		      count, promise.before_count, promise.after_count);
}

void regions_init(void)
{
	static const uint8_t header[] = { 11, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0,
					  'V', 'M', 'C', 'O', 'R', 'E', 'I', 'N', 'F', 'O', 0, 0 };

	readings = 0;
	memset(&promise, 0, sizeof(promise));
	memcpy(vmcoreinfo, header, sizeof(header));
	vmcoreinfo_size = 88;
	for (size_t i = sizeof(header); i < vmcoreinfo_size; i++)
		vmcoreinfo[i] = (uint8_t)('a' + i % 26);
	for (unsigned int id = 0; id < IDS; id++)
		promise.virt[id][0] = promise.virt[id][1] = region_of(id).virt;
}
