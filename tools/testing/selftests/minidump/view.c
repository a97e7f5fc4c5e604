// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads what debugfs shows, and checks what must hold at any instant: within
 * one reading of a file, and between files while nobody registers anything.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "minidump_test.h"

#define DIRECTORY	"/sys/kernel/debug/qcom_minidump/"
/* Of an ELF header in which a region moves, until it has */
#define READINGS_MAX	100

static void regions_print(const struct regions *regions)
{
	for (unsigned int i = 0; i < regions->count; i++)
		printf("#   %u %s %#" PRIx64 " %" PRIu64 " %s\n", i, regions->list[i].name,
		       regions->list[i].physical, regions->list[i].size,
		       regions->list[i].client);
}

/* In one piece, for threads */
bool wrong(const char *format, ...)
{
	char text[500];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printf("# %s\n", text);
	return false;
}

/* All of a file, of one opening, with a NUL behind it */
bool file_read(const char *path, struct bytes *bytes)
{
	size_t room = 1 << 16;
	ssize_t got;
	int fd;

	bytes->size = 0;
	bytes->at = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return wrong("%s: %s", path, strerror(errno));
	do {
		uint8_t *larger = realloc(bytes->at, room + 1);

		if (!larger) {
			got = -1;
			break;
		}
		bytes->at = larger;
		got = read(fd, bytes->at + bytes->size, room - bytes->size);
		if (got > 0)
			bytes->size += (size_t)got;
		if (bytes->size == room)
			room *= 2;
	} while (got > 0);
	close(fd);
	if (got < 0) {
		free(bytes->at);
		return wrong("%s: %s", path, strerror(errno));
	}
	bytes->at[bytes->size] = '\0';
	return true;
}

static bool read_shown(const char *name, struct bytes *bytes)
{
	char path[100];

	snprintf(path, sizeof(path), DIRECTORY "%s", name);
	return file_read(path, bytes);
}

/* The header tells where the kernel is, which nobody is to know then */
static bool is_locked_down(void)
{
	int fd = open(DIRECTORY "elf_header", O_RDONLY | O_CLOEXEC);
	bool locked;
	char byte;

	if (fd < 0)
		return false;
	locked = read(fd, &byte, 1) < 0 && errno == EPERM;
	close(fd);
	return locked;
}

/* NULL, or why there is no minidump to test */
const char *minidump_missing(void)
{
	struct bytes file;
	bool none;

	if (geteuid())
		return "only root may look at the minidump";
	if (access(DIRECTORY "toc", F_OK))
		return "there is no " DIRECTORY;
	if (!read_shown("toc", &file))
		return "the minidump cannot be looked at";
	none = !strcmp((char *)file.at, "no device\n");
	free(file.at);
	if (none)
		return "the machine has no minidump device";
	return is_locked_down() ? "the kernel is locked down for confidentiality" : NULL;
}

/* Addresses of the kernel are nobody else's business */
bool files_are_for_root(void)
{
	static const char *const names[] = { "regions", "limits", "toc", "elf_header" };
	bool good = true;
	struct stat seen;
	char path[100];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), DIRECTORY "%s", names[i]);
		if (stat(path, &seen))
			good = wrong("%s: %s", path, strerror(errno));
		else if ((seen.st_mode & 07777) != 0400 || seen.st_uid)
			good = wrong("%s: mode %o, owner %u; wanted 400, 0", path,
				     (unsigned int)seen.st_mode & 07777,
				     (unsigned int)seen.st_uid);
	}
	return good;
}

/* The next line, without its end, or NULL */
static char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line;
}

static bool parse_region(const char *line, unsigned int slot, struct region *region)
{
	unsigned long long physical, size;
	unsigned int seen;
	int end = -1;

	if (sscanf(line, "%u %15s 0x%16llx %llu %63s%n", &seen, region->name, &physical, &size,
		   region->client, &end) != 5 || line[end])
		return wrong("regions: \"%s\"", line);
	region->physical = physical;
	region->size = size;
	region->virtual = 0;
	if (seen != slot)
		return wrong("regions: \"%s\", wanted slot %u", line, slot);
	if (!region->size || region->size % 4)
		return wrong("regions: \"%s\", wanted a multiple of 4", line);
	return true;
}

static bool check_twins(const struct regions *regions)
{
	for (unsigned int i = 0; i < regions->count; i++)
		for (unsigned int j = 0; j < i; j++)
			if (!strcmp(regions->list[i].name, regions->list[j].name) ||
			    regions->list[i].physical == regions->list[j].physical)
				return wrong("slots %u and %u: %s at %#" PRIx64 ", %s at %#" PRIx64,
					     j, i, regions->list[j].name, regions->list[j].physical,
					     regions->list[i].name, regions->list[i].physical);
	return true;
}

static bool parse_regions(char *text, struct regions *regions)
{
	char *line = next_line(&text);

	if (!line || strcmp(line, "slot name physical size client"))
		return wrong("regions begins \"%s\"", line ? line : "");
	for (regions->count = 0; (line = next_line(&text)); regions->count++) {
		if (regions->count == REGIONS_MAX)
			return wrong("regions: more than %d", REGIONS_MAX);
		if (!parse_region(line, regions->count, &regions->list[regions->count]))
			return false;
	}
	if (*text)
		return wrong("regions ends \"%s\", wanted a whole line", text);
	if (!regions->count || strcmp(regions->list[0].name, HEADER_NAME) ||
	    strcmp(regions->list[0].client, "qcom_minidump"))
		return wrong("regions: %u, the first is %s of %s", regions->count,
			     regions->count ? regions->list[0].name : "none",
			     regions->count ? regions->list[0].client : "nobody");
	return check_twins(regions);
}

bool regions_read(struct regions *regions)
{
	struct bytes file;
	bool good;

	if (!read_shown("regions", &file))
		return false;
	good = parse_regions((char *)file.at, regions);
	free(file.at);
	return good;
}

static bool parse_number(char **text, const char *name, unsigned int *number)
{
	char *line = next_line(text);
	size_t length = strlen(name);
	int end = -1;

	if (!line || strncmp(line, name, length) ||
	    sscanf(line + length, " %u%n", number, &end) != 1 || line[length + (size_t)end])
		return wrong("seen \"%s\", wanted %s and a number", line ? line : "", name);
	return true;
}

static bool parse_limits(char *text, struct limits *limits)
{
	static const char *const reasons[REFUSALS] = {
		[NAME_EMPTY] = "refused_name_empty",
		[NAME_TOO_LONG] = "refused_name_too_long",
		[NAME_CHARACTERS] = "refused_name_characters",
		[SIZE_ODD] = "refused_size_odd",
		[RANGE_WRAPS] = "refused_range_wraps",
		[ADDRESSES_DIFFER] = "refused_addresses_differ",
		[NAME_TAKEN] = "refused_name_taken",
		[PHYS_TAKEN] = "refused_phys_taken",
		[TABLE_FULL] = "refused_table_full",
	};
	unsigned int sum = 0;

	if (!parse_number(&text, "used", &limits->used) ||
	    !parse_number(&text, "capacity", &limits->capacity) ||
	    !parse_number(&text, "maximum", &limits->maximum) ||
	    !parse_number(&text, "waiting", &limits->waiting) ||
	    !parse_number(&text, "refused", &limits->refused))
		return false;
	for (unsigned int i = 0; i < REFUSALS; i++) {
		if (!parse_number(&text, reasons[i], &limits->refused_for[i]))
			return false;
		sum += limits->refused_for[i];
	}
	if (*text || limits->refused != sum)
		return wrong("limits: refused %u, the reasons make %u; then \"%s\"",
			     limits->refused, sum, text);
	if (limits->maximum != TABLE_MAXIMUM || limits->capacity > limits->maximum ||
	    limits->used > limits->capacity || limits->waiting)
		return wrong("limits: used %u, capacity %u, maximum %u, waiting %u",
			     limits->used, limits->capacity, limits->maximum, limits->waiting);
	return true;
}

bool limits_read(struct limits *limits)
{
	struct bytes file;
	bool good;

	if (!read_shown("limits", &file))
		return false;
	good = parse_limits((char *)file.at, limits);
	free(file.at);
	return good;
}

const struct region *region_find(const struct regions *regions, const char *name)
{
	for (unsigned int i = 0; i < regions->count; i++)
		if (!strcmp(regions->list[i].name, name))
			return &regions->list[i];
	return NULL;
}

static bool skip_line(char **text, const char *begin)
{
	char *line = next_line(text);

	if (!line || strncmp(line, begin, strlen(begin)))
		return wrong("toc: seen \"%s\", wanted \"%s...\"", line ? line : "", begin);
	return true;
}

/* Linux is subsystem 0, and firmware takes what it lists */
static bool parse_toc(char *text, unsigned int *count)
{
	static const char linux_entry[] =
		"0 0x00000001/valid 0x454e424c/ENBL 0x444f4e45/DONE 0x00004e52/NR ";
	unsigned int subsystems, rows;
	unsigned long long table;
	char *line;
	int end = -1;

	if (!skip_line(&text, "status 0x") || !skip_line(&text, "revision 0x") ||
	    !skip_line(&text, "enabled 0x") ||
	    !parse_number(&text, "subsystems", &subsystems) ||
	    !skip_line(&text, "index status enabled encryption_status encryption_required"))
		return false;
	line = next_line(&text);
	if (!line || strncmp(line, linux_entry, strlen(linux_entry)) ||
	    sscanf(line + strlen(linux_entry), "%u 0x%16llx%n", count, &table, &end) != 2 ||
	    line[strlen(linux_entry) + (size_t)end])
		return wrong("toc: seen \"%s\", wanted \"%s...\"", line ? line : "", linux_entry);
	if (!*count || *count > TABLE_MAXIMUM || !table)
		return wrong("toc: %u regions, table at %#llx", *count, table);
	for (rows = 1; (line = next_line(&text)); rows++)
		if (strtoul(line, NULL, 10) != rows)
			return wrong("toc: seen \"%s\", wanted subsystem %u", line, rows);
	if (rows != subsystems)
		return wrong("toc: subsystems %u, lines %u", subsystems, rows);
	return true;
}

/* How many regions the table of contents says that there are */
bool toc_read(unsigned int *count)
{
	struct bytes file;
	bool good;

	if (!read_shown("toc", &file))
		return false;
	good = parse_toc((char *)file.at, count);
	free(file.at);
	return good;
}

/*
 * A thread that dies meanwhile has regions moved: first a segment, and then its
 * section. If they still differ after some readings, they do so for good.
 */
static bool read_header(struct bytes *header)
{
	unsigned int readings = 0;

	for (;;) {
		if (!read_shown("elf_header", header))
			return false;
		if (++readings == READINGS_MAX || !elf_region_moves(header))
			return true;
		free(header->at);
	}
}

bool elf_read(const struct regions *regions)
{
	struct bytes file;
	bool good;

	if (!read_header(&file))
		return false;
	good = elf_check(&file, regions);
	free(file.at);
	return good;
}

/* The table and its header have other places after each change */
static bool regions_same(const struct regions *one, const struct regions *other)
{
	if (one->count != other->count)
		return false;
	for (unsigned int i = 1; i < one->count; i++)
		if (strcmp(one->list[i].name, other->list[i].name) ||
		    strcmp(one->list[i].client, other->list[i].client) ||
		    one->list[i].physical != other->list[i].physical ||
		    one->list[i].size != other->list[i].size)
			return false;
	return true;
}

/* Drivers of the machine may register something between two of the readings */
static bool read_agreeing(struct view *view, unsigned int *toc_count, struct bytes *header)
{
	static struct regions again;
	bool good;

	for (;;) {
		if (!regions_read(&view->regions) || !limits_read(&view->limits) ||
		    !toc_read(toc_count) || !read_header(header))
			return false;
		good = regions_read(&again);
		if (good && regions_same(&view->regions, &again))
			return true;
		free(header->at);
		if (!good)
			return false;
	}
}

bool view_take(struct view *view)
{
	unsigned int toc_count;
	struct bytes header;
	bool good;

	if (!read_agreeing(view, &toc_count, &header))
		return false;
	good = elf_check(&header, &view->regions);
	free(header.at);
	if (view->limits.used != view->regions.count || toc_count != view->regions.count)
		return wrong("%u regions; limits: used %u, toc: region_count %u",
			     view->regions.count, view->limits.used, toc_count);
	return good;
}

/* As far as it can be: banks grow, and refusals are counted for good */
bool view_same(const struct view *wanted, const struct view *seen)
{
	if (regions_same(&wanted->regions, &seen->regions))
		return true;
	printf("# wanted:\n");
	regions_print(&wanted->regions);
	printf("# seen:\n");
	regions_print(&seen->regions);
	return false;
}
