// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>

#include "match.h"
#include "util.h"

typedef uint64_t (*region_address)(const struct region *region);

static uint64_t virt_of(const struct region *region)
{
	return region->virt;
}

static uint64_t phys_of(const struct region *region)
{
	return region->phys;
}

static int compare_virt(const void *a, const void *b)
{
	const struct region *const *left = a, *const *right = b;

	if ((*left)->virt != (*right)->virt)
		return (*left)->virt < (*right)->virt ? -1 : 1;

	return *left < *right ? -1 : 1;
}

static int compare_phys(const void *a, const void *b)
{
	const struct region *const *left = a, *const *right = b;

	if ((*left)->phys != (*right)->phys)
		return (*left)->phys < (*right)->phys ? -1 : 1;

	return *left < *right ? -1 : 1;
}

/* @regions are sorted by @address: each is compared to the furthest so far. */
static size_t report_sorted(const struct region *const *regions, size_t count,
			    region_address address, const char *kind,
			    struct report *report)
{
	const struct region *furthest = NULL, *region;
	uint64_t end = 0;
	size_t found = 0, i;

	for (i = 0; i < count; i++) {
		region = regions[i];
		if (furthest && address(region) < end) {
			report_problem(report,
				       "%s and %s share %s addresses from 0x%" PRIx64 " on",
				       region_label(furthest),
				       region_label(region), kind,
				       address(region));
			found++;
		}
		if (!furthest || address(region) + region->have > end) {
			furthest = region;
			end = address(region) + region->have;
		}
	}

	return found;
}

size_t report_overlaps(const struct dump *dump, struct report *report)
{
	const struct region **regions;
	size_t count = 0, found = 0, i;

	regions = allocate(dump->region_count * sizeof(*regions));
	for (i = 0; i < dump->region_count; i++)
		if (dump->regions[i].have)
			regions[count++] = &dump->regions[i];

	if (count && !dump->by_sections) {
		qsort(regions, count, sizeof(*regions), compare_virt);
		found += report_sorted(regions, count, virt_of, "virtual",
				       report);
	}
	if (count) {
		qsort(regions, count, sizeof(*regions), compare_phys);
		found += report_sorted(regions, count, phys_of, "physical",
				       report);
	}
	free(regions);

	return found;
}
