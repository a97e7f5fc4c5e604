// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk: SMEM -> item 602 -> G-ToC -> subsystem -> region table -> regions.
 *
 * All of it was written by machines that have just gone down, so each value is
 * checked before it is used, and each table is copied before it is checked.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "collect.h"
#include "layout.h"
#include "smem.h"

/* "md_", a name without its NUL, ten digits, ".BIN", NUL */
#define FILE_NAME_SIZE	(3 + REGION_NAME_SIZE - 1 + 10 + 4 + 1)

/* A G-ToC with more subsystems than this is none */
#define SUBSYSTEMS_MAX	64

struct subsystem {
	unsigned int number;
	uint32_t status;
	uint32_t enabled;
	uint32_t encryption;
	uint32_t encryption_required;
	uint32_t region_count;
	uint64_t regions;
};

struct region {
	char name[REGION_NAME_SIZE];
	uint32_t seq_num;
	uint32_t valid;
	uint64_t address;
	uint64_t size;
};

struct collection {
	const struct collect_job *job;
	int directory;
	FILE *listing;
	unsigned int regions;
	unsigned int faults;
	uint64_t bytes;
};

/* Large enough for "0x" and eight digits */
struct word_text {
	char text[11];
};

static struct word_text word_text(uint32_t word)
{
	static const struct {
		uint32_t word;
		const char *text;
	} known[] = {
		{ WORD_ENBL, "ENBL" },
		{ 0x4453424c, "DSBL" },
		{ 0x444f4e45, "DONE" },
		{ 0x4e4f4e45, "NONE" },
		{ 0x53545254, "STRT" },
		{ 0x00594553, "YES" },
		{ 0x00004e52, "NR" },
		{ WORD_VALI, "VALI" },
		{ 0x494e5641, "INVA" },
		{ 0x494e4954, "INIT" },
	};
	struct word_text result;

	snprintf(result.text, sizeof(result.text), "%#" PRIx32, word);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].word == word)
			strcpy(result.text, known[i].text);
	return result;
}

__attribute__((format(printf, 2, 3)))
static void fault(struct collection *collection, const char *format, ...)
{
	va_list args;

	collection->faults++;
	va_start(args, format);
	vwarnx(format, args);
	va_end(args);
}

static struct region parse_region(const uint8_t *bytes)
{
	struct region region;

	memcpy(region.name, bytes + REGION_NAME, sizeof(region.name));
	region.seq_num = get_le32(bytes + REGION_SEQ_NUM);
	region.valid = get_le32(bytes + REGION_VALID);
	region.address = get_le64(bytes + REGION_ADDRESS);
	region.size = get_le64(bytes + REGION_LENGTH);
	return region;
}

static struct subsystem parse_subsystem(const uint8_t *bytes, unsigned int number)
{
	return (struct subsystem) {
		.number = number,
		.status = get_le32(bytes + SUBSYSTEM_STATUS),
		.enabled = get_le32(bytes + SUBSYSTEM_ENABLED),
		.encryption = get_le32(bytes + SUBSYSTEM_ENCRYPTION),
		.encryption_required = get_le32(bytes + SUBSYSTEM_ENCRYPTION_REQUIRED),
		.region_count = get_le32(bytes + SUBSYSTEM_REGION_COUNT),
		.regions = get_le64(bytes + SUBSYSTEM_REGIONS),
	};
}

/* A name becomes part of a file's name, so it may not lead elsewhere */
static bool name_is_sane(const char *name)
{
	size_t length = strnlen(name, REGION_NAME_SIZE);

	if (length == 0 || length == REGION_NAME_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("_-.", name[i]))
			return false;
	return true;
}

/* Says what is wrong with a region, or returns NULL */
static const char *region_fault(const struct collection *collection, const struct region *region)
{
	const struct memory *memory = &collection->job->memory;

	if (!name_is_sane(region->name))
		return "its name is no name";
	if (region->size == 0 || region->size % 4)
		return "its size is 0 or no multiple of 4";
	if (!memory_holds(memory, region->address, region->size))
		return "it is not in RAM";
	if (region->size > memory->size - collection->bytes)
		return "the dump would be larger than RAM";
	return NULL;
}

/* Returns false, with errno set, if the file exists or cannot be written */
static bool save(const struct collection *collection, const struct region *region,
		 const char *file_name)
{
	int fd = openat(collection->directory, file_name,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	uint64_t address = region->address;
	uint64_t left = region->size;
	static uint8_t buffer[1 << 16];

	if (fd < 0)
		return false;

	while (left) {
		size_t chunk = left < sizeof(buffer) ? (size_t)left : sizeof(buffer);

		memory_copy(&collection->job->memory, address, buffer, chunk);
		if (write(fd, buffer, chunk) != (ssize_t)chunk)
			err(EXIT_FAILURE, "%s/%s", collection->job->directory, file_name);
		address += chunk;
		left -= chunk;
	}
	return close(fd) == 0;
}

static void collect_region(struct collection *collection, const struct subsystem *subsystem,
			   unsigned int index, const struct region *region)
{
	const char *wrong = region_fault(collection, region);
	char file_name[FILE_NAME_SIZE];

	if (wrong) {
		fault(collection,
		      "subsystem %u, region %u of %" PRIu64 " bytes at %#" PRIx64 ": %s",
		      subsystem->number, index, region->size, region->address, wrong);
		return;
	}
	if (collection->job->valid_only && region->valid != WORD_VALI)
		return;

	if (region->seq_num)
		snprintf(file_name, sizeof(file_name), "md_%s%" PRIu32 ".BIN",
			 region->name, region->seq_num);
	else
		snprintf(file_name, sizeof(file_name), "md_%s.BIN", region->name);

	if (!save(collection, region, file_name)) {
		fault(collection, "subsystem %u, region %u: %s: %s",
		      subsystem->number, index, file_name, strerror(errno));
		return;
	}

	collection->regions++;
	collection->bytes += region->size;
	fprintf(collection->listing,
		"%u\t%u\t%s\t%" PRIu32 "\t%s\t%#" PRIx64 "\t%" PRIu64 "\t%s\n",
		subsystem->number, index, region->name, region->seq_num,
		word_text(region->valid).text, region->address, region->size, file_name);
	printf("%9u  %5u  %-11s  %-4s  %#12" PRIx64 "  %10" PRIu64 "  %s\n",
	       subsystem->number, index, region->name, word_text(region->valid).text,
	       region->address, region->size, file_name);
}

static void collect_subsystem(struct collection *collection, const struct subsystem *subsystem)
{
	uint32_t limit = ALL_REGIONS_MAX - collection->regions;
	uint32_t count = subsystem->region_count;
	uint8_t *table;

	if (subsystem->number == APSS && limit > APSS_REGIONS_MAX)
		limit = APSS_REGIONS_MAX;
	if (count > limit) {
		fault(collection, "subsystem %u claims %" PRIu32 " regions, %" PRIu32 " are taken",
		      subsystem->number, count, limit);
		count = limit;
	}
	if (count == 0)
		return;
	if (!memory_holds(&collection->job->memory, subsystem->regions,
			  (uint64_t)count * REGION_SIZE)) {
		fault(collection, "subsystem %u: its table of %" PRIu32 " regions at %#" PRIx64
		      " is not in RAM", subsystem->number, count, subsystem->regions);
		return;
	}

	table = calloc(count, REGION_SIZE);
	if (!table)
		err(EXIT_FAILURE, "table of %" PRIu32 " regions", count);
	memory_copy(&collection->job->memory, subsystem->regions, table,
		    (size_t)count * REGION_SIZE);
	for (uint32_t i = 0; i < count; i++) {
		struct region region = parse_region(table + (size_t)i * REGION_SIZE);

		collect_region(collection, subsystem, i, &region);
	}
	free(table);
}

/* Subsystems that never spoke up are not worth a line, but Linux always is */
static void describe_subsystem(const struct collection *collection,
			       const struct subsystem *subsystem)
{
	if (subsystem->number != APSS && !subsystem->status)
		return;
	fprintf(collection->listing,
		"# subsystem %u: status %" PRIu32 ", enabled %s, encryption %s, required %s",
		subsystem->number, subsystem->status, word_text(subsystem->enabled).text,
		word_text(subsystem->encryption).text,
		word_text(subsystem->encryption_required).text);
	fprintf(collection->listing, ", regions %" PRIu32 ", table %#" PRIx64 "\n",
		subsystem->region_count, subsystem->regions);
}

static unsigned int collect_toc(struct collection *collection, uint64_t address, size_t size)
{
	uint8_t toc[TOC_SIZE + SUBSYSTEMS_MAX * SUBSYSTEM_SIZE];
	size_t count = (size - TOC_SIZE) / SUBSYSTEM_SIZE;
	unsigned int taken = 0;

	memory_copy(&collection->job->memory, address, toc, size);
	fprintf(collection->listing,
		"# G-ToC: address %#" PRIx64 ", status %" PRIu32 ", revision %" PRIu32
		", subsystems %zu\n", address, get_le32(toc + TOC_STATUS), get_le32(toc + TOC_REVISION), count);
	for (unsigned int i = 0; i < count; i++) {
		struct subsystem subsystem =
			parse_subsystem(toc + TOC_SIZE + i * SUBSYSTEM_SIZE, i);

		describe_subsystem(collection, &subsystem);
		if (!subsystem.status || subsystem.enabled != WORD_ENBL)
			continue;
		taken++;
		collect_subsystem(collection, &subsystem);
	}
	return taken;
}

/* A dump that is there already is not overwritten */
static void open_directory(struct collection *collection)
{
	const char *path = collection->job->directory;
	int fd;

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		err(EXIT_FAILURE, "%s", path);
	collection->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (collection->directory < 0)
		err(EXIT_FAILURE, "%s", path);

	fd = openat(collection->directory, "regions.txt",
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		err(EXIT_FAILURE, "%s/regions.txt", path);
	collection->listing = fdopen(fd, "w");
	if (!collection->listing)
		err(EXIT_FAILURE, "%s/regions.txt", path);
}

static void close_directory(struct collection *collection)
{
	if (fclose(collection->listing))
		err(EXIT_FAILURE, "%s/regions.txt", collection->job->directory);
	close(collection->directory);
}

enum collect_result collect(const struct collect_job *job)
{
	struct collection collection = { .job = job };
	struct smem_item item;
	unsigned int taken;

	if (!smem_find(&job->memory, job->smem_address, job->smem_size, MINIDUMP_ITEM, &item))
		return COLLECT_NOTHING;
	if (item.size < TOC_SIZE + SUBSYSTEM_SIZE ||
	    item.size > TOC_SIZE + SUBSYSTEMS_MAX * SUBSYSTEM_SIZE) {
		warnx("G-ToC: %" PRIu64 " bytes hold no table of subsystems", item.size);
		return COLLECT_NOTHING;
	}

	open_directory(&collection);
	fprintf(collection.listing,
		"# subsystem\tindex\tname\tseq_num\tvalid\taddress\tsize\tfile\n");
	printf("subsystem  index  name         valid      address        size  file\n");
	taken = collect_toc(&collection, item.address, item.size);
	close_directory(&collection);

	if (!taken && !collection.faults) {
		warnx("no subsystem asked for a dump");
		return COLLECT_NOTHING;
	}
	return collection.faults ? COLLECT_FAULTS : COLLECT_DONE;
}
