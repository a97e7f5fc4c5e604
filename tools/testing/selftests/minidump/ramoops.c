// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares the zones of ramoops in the minidump with what ramoops was told to
 * make of its memory.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "minidump_test.h"

#define CLIENT	"qcom_minidump_ramoops"

struct configuration {
	uint64_t mem_address;
	uint64_t mem_size;
	uint64_t record_size;
	uint64_t console_size;
	uint64_t ftrace_size;
	uint64_t pmsg_size;
	uint64_t max_dmesg_zones;
	uint64_t max_ftrace_zones;
};

static bool read_parameter(const char *module, const char *name, uint64_t *value)
{
	struct bytes file;
	char path[200];
	char *end;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, name);
	if (!file_read(path, &file))
		return false;
	*value = strtoull((char *)file.at, &end, 0);
	if (end == (char *)file.at || *end != '\n')
		return wrong("%s: \"%s\"", path, (char *)file.at);
	free(file.at);
	return true;
}

static bool read_configuration(struct configuration *c)
{
	return read_parameter("ramoops", "mem_address", &c->mem_address) &&
	       read_parameter("ramoops", "mem_size", &c->mem_size) &&
	       read_parameter("ramoops", "record_size", &c->record_size) &&
	       read_parameter("ramoops", "console_size", &c->console_size) &&
	       read_parameter("ramoops", "ftrace_size", &c->ftrace_size) &&
	       read_parameter("ramoops", "pmsg_size", &c->pmsg_size) &&
	       read_parameter(CLIENT, "max_dmesg_zones", &c->max_dmesg_zones) &&
	       read_parameter(CLIENT, "max_ftrace_zones", &c->max_ftrace_zones);
}

/* A zone is there with that size, in ramoops' memory; or is not, if size is 0 */
static bool check_zone(const struct regions *regions, const struct configuration *c,
		       const char *name, uint64_t size)
{
	const struct region *zone = region_find(regions, name);

	if (!zone)
		return !size || wrong("%s is missing, wanted %" PRIu64 " bytes", name, size);
	if (zone->size != size / 4 * 4 || strcmp(zone->client, CLIENT))
		return wrong("%s has %" PRIu64 " bytes, of %s; wanted %" PRIu64, name,
			     zone->size, zone->client, size / 4 * 4);
	if (zone->physical < c->mem_address ||
	    zone->physical + zone->size > c->mem_address + c->mem_size)
		return wrong("%s at %#" PRIx64 ", ramoops has %#" PRIx64 " to %#" PRIx64, name,
			     zone->physical, c->mem_address, c->mem_address + c->mem_size);
	return true;
}

/* ramoops deals what the other zones leave out evenly; minidump takes the first */
static bool check_dmesg_zones(const struct regions *regions, const struct configuration *c)
{
	uint64_t room = c->mem_size - c->console_size - c->ftrace_size - c->pmsg_size;
	uint64_t zones = c->record_size ? room / c->record_size : 0;
	uint64_t size = zones ? room / zones / 2 * 2 : 0;
	char name[32];

	if (zones > c->max_dmesg_zones)
		zones = c->max_dmesg_zones;
	for (uint64_t i = 0; i <= zones; i++) {
		snprintf(name, sizeof(name), "KDMESG%" PRIu64, i);
		if (!check_zone(regions, c, name, i < zones ? size : 0))
			return false;
	}
	printf("# console %" PRIu64 ", pmsg %" PRIu64 ", ftrace %" PRIu64 ", %" PRIu64
	       " dmesg zones of %" PRIu64 " bytes\n", c->console_size, c->pmsg_size,
	       c->ftrace_size, zones, size);
	return true;
}

/* One for all CPUs or one each, which no parameter tells */
static bool check_ftrace_zones(const struct regions *regions, const struct configuration *c)
{
	bool wanted = c->ftrace_size && c->max_ftrace_zones;

	if (wanted == !!region_find(regions, "KFTRACE0"))
		return true;
	return wrong("KFTRACE0 is %s, with ftrace_size %" PRIu64 " and max_ftrace_zones %" PRIu64,
		     wanted ? "missing" : "there", c->ftrace_size, c->max_ftrace_zones);
}

static bool ramoops_is_used(void)
{
	struct bytes file;
	bool used;

	if (access("/sys/module/ramoops", F_OK) ||
	    !file_read("/sys/module/pstore/parameters/backend", &file))
		return false;
	used = !strcmp((char *)file.at, "ramoops\n");
	free(file.at);
	return used;
}

bool test_ramoops(const char **skip)
{
	static struct regions regions;
	struct configuration c;

	if (!ramoops_is_used())
		*skip = "pstore does not use ramoops";
	else if (access("/sys/module/" CLIENT, F_OK))
		*skip = CLIENT " is not there";
	if (*skip)
		return true;

	return read_configuration(&c) && regions_read(&regions) &&
	       check_zone(&regions, &c, "KCONSOLE", c.console_size) &&
	       check_zone(&regions, &c, "KPMSG", c.pmsg_size) &&
	       check_ftrace_zones(&regions, &c) && check_dmesg_zones(&regions, &c);
}
