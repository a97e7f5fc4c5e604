// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board's boot firmware: what runs before Linux and after its crash.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect.h"
#include "layout.h"
#include "smem.h"

static const char usage_text[] =
"usage: firmware lay --output FILE --address ADDRESS --size BYTES [option...]\n"
"       firmware collect --ram FILE --ram-base ADDRESS --smem-address ADDRESS\n"
"                        --smem-size BYTES --output DIRECTORY [--valid-only]\n"
"\n"
"lay writes the SMEM image that a machine boots with:\n"
"  --subsystems N   G-ToC with N subsystems (10)\n"
"  --no-item        no G-ToC at all, as on old firmware\n"
"  --item-count N   SMEM admits item numbers below N (1024)\n"
"  --item-size N    the G-ToC's item has N bytes\n"
"  --item-too-long  the G-ToC's item claims to be as large as its partition\n"
"  --toc-status N   first word of the G-ToC (1)\n"
"  --dram KHZ       an item on memory chips that run at that frequency\n"
"  --subsystem INDEX,STATUS,ENABLED,ENCRYPTION,REQUIRED,COUNT,TABLE\n"
"                   what another processor has written to its entry\n"
"\n"
"collect reads the tables of a machine that went down, writes each region to\n"
"DIRECTORY/md_NAME.BIN and lists them in DIRECTORY/regions.txt. It ends with 0,\n"
"with 1 if something in the tables was wrong, with 3 if nothing was to collect.\n";

_Noreturn static void usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

static uint64_t number(const char *name, const char *text, uint64_t max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || text[0] == '-' || value > max)
		errx(2, "--%s %s: wanted a number up to %#" PRIx64, name, text, max);
	return value;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		err(EXIT_FAILURE, "%s", path);
}

/* The words of an entry, with commas between them */
static void take_subsystem(struct smem_plan *plan, const char *name, char *text)
{
	struct smem_subsystem *subsystem = &plan->subsystems[plan->subsystem_count];
	uint64_t words[7];

	if (plan->subsystem_count++ == SMEM_SUBSYSTEMS_MAX)
		errx(2, "--%s: more than %d", name, SMEM_SUBSYSTEMS_MAX);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *word = strsep(&text, ",");

		words[i] = number(name, word ? word : "", i == 6 ? UINT64_MAX : UINT32_MAX);
	}
	*subsystem = (struct smem_subsystem){
		.index = (uint32_t)words[0],
		.status = (uint32_t)words[1],
		.enabled = (uint32_t)words[2],
		.encryption_status = (uint32_t)words[3],
		.encryption_required = (uint32_t)words[4],
		.region_count = (uint32_t)words[5],
		.regions = words[6],
	};
}

static int lay(int argc, char **argv)
{
	enum { OUTPUT, ADDRESS, SIZE, SUBSYSTEMS, NO_ITEM, ITEM_COUNT, ITEM_SIZE, TOC_STATUS_WORD,
	       ITEM_TOO_LONG, DRAM, SUBSYSTEM };
	static const struct option options[] = {
		{ "output", required_argument, NULL, OUTPUT },
		{ "address", required_argument, NULL, ADDRESS },
		{ "size", required_argument, NULL, SIZE },
		{ "subsystems", required_argument, NULL, SUBSYSTEMS },
		{ "no-item", no_argument, NULL, NO_ITEM },
		{ "item-count", required_argument, NULL, ITEM_COUNT },
		{ "item-size", required_argument, NULL, ITEM_SIZE },
		{ "toc-status", required_argument, NULL, TOC_STATUS_WORD },
		{ "item-too-long", no_argument, NULL, ITEM_TOO_LONG },
		{ "dram", required_argument, NULL, DRAM },
		{ "subsystem", required_argument, NULL, SUBSYSTEM },
		{ NULL }
	};
	struct smem_plan plan = {
		.item_count = 1024,
		.toc_item = true,
		.toc_size = TOC_SIZE + 10 * SUBSYSTEM_SIZE,
		.toc_status = 1,
	};
	const char *output = NULL;
	uint8_t *image;
	int index = 0, option;

	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		const char *name = option == '?' ? NULL : options[index].name;

		switch (option) {
		case OUTPUT:
			output = optarg;
			break;
		case ADDRESS:
			plan.address = number(name, optarg, UINT32_MAX);
			break;
		case SIZE:
			plan.size = (uint32_t)number(name, optarg, UINT32_MAX);
			break;
		case SUBSYSTEMS:
			plan.toc_size = (uint32_t)(TOC_SIZE + SUBSYSTEM_SIZE *
						   number(name, optarg, UINT16_MAX));
			break;
		case NO_ITEM:
			plan.toc_item = false;
			break;
		case ITEM_COUNT:
			plan.item_count = (uint16_t)number(name, optarg, UINT16_MAX);
			break;
		case ITEM_SIZE:
			plan.toc_size = (uint32_t)number(name, optarg, UINT32_MAX);
			break;
		case TOC_STATUS_WORD:
			plan.toc_status = (uint32_t)number(name, optarg, UINT32_MAX);
			break;
		case ITEM_TOO_LONG:
			plan.toc_too_long = true;
			break;
		case DRAM:
			plan.dram_khz = (uint32_t)number(name, optarg, UINT32_MAX);
			break;
		case SUBSYSTEM:
			take_subsystem(&plan, name, optarg);
			break;
		default:
			usage();
		}
	}
	if (!output || !plan.address || !plan.size || optind != argc)
		usage();

	image = smem_lay(&plan);
	write_file(output, image, plan.size);
	free(image);
	return EXIT_SUCCESS;
}

static int collect_dump(int argc, char **argv)
{
	enum { RAM, RAM_BASE, SMEM_ADDRESS, SMEM_BYTES, OUTPUT, VALID_ONLY };
	static const struct option options[] = {
		{ "ram", required_argument, NULL, RAM },
		{ "ram-base", required_argument, NULL, RAM_BASE },
		{ "smem-address", required_argument, NULL, SMEM_ADDRESS },
		{ "smem-size", required_argument, NULL, SMEM_BYTES },
		{ "output", required_argument, NULL, OUTPUT },
		{ "valid-only", no_argument, NULL, VALID_ONLY },
		{ NULL }
	};
	struct collect_job job = { 0 };
	const char *ram = NULL;
	enum collect_result result;
	uint64_t ram_base = 0;
	int index = 0, option;

	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		const char *name = option == '?' ? NULL : options[index].name;

		switch (option) {
		case RAM:
			ram = optarg;
			break;
		case RAM_BASE:
			ram_base = number(name, optarg, UINT64_MAX);
			break;
		case SMEM_ADDRESS:
			job.smem_address = number(name, optarg, UINT64_MAX);
			break;
		case SMEM_BYTES:
			job.smem_size = number(name, optarg, UINT64_MAX);
			break;
		case OUTPUT:
			job.directory = optarg;
			break;
		case VALID_ONLY:
			job.valid_only = true;
			break;
		default:
			usage();
		}
	}
	if (!ram || !job.smem_address || !job.smem_size || !job.directory || optind != argc)
		usage();

	memory_open(&job.memory, ram, ram_base);
	result = collect(&job);
	memory_close(&job.memory);
	switch (result) {
	case COLLECT_DONE:
		return 0;
	case COLLECT_FAULTS:
		return 1;
	case COLLECT_NOTHING:
		break;
	}
	return 3;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage();
	if (!strcmp(argv[1], "lay"))
		return lay(argc - 1, argv + 1);
	if (!strcmp(argv[1], "collect"))
		return collect_dump(argc - 1, argv + 1);
	usage();
}
