// SPDX-License-Identifier: GPL-2.0-only
/*
 * A folder as the host side of Sahara leaves it: a file md_NAME.BIN for each
 * region, some files of firmware's own, and perhaps a list of what lay where.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "listing.h"
#include "source.h"
#include "util.h"

#define LISTING_MAX (1 * MIB)

static bool is_piece_name(const char *name)
{
	size_t length = strlen(name);

	return length > 7 && !strncasecmp(name, "md_", 3) &&
	       !strcasecmp(name + length - 4, ".bin");
}

static int add_file(struct source *source, const char *name,
		    struct report *report)
{
	struct piece *piece;
	struct stat st;

	if (source->count == MAX_ENTRIES)
		return report_error(report, "%s: more than %d files",
				    source->path, MAX_ENTRIES);

	if (fstatat(source->fd, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(st.st_mode)) {
		report_problem(report, "%s: not a regular file, ignored", name);
		return 0;
	}

	piece = source_add_piece(source, name, strlen(name));
	piece->size = (uint64_t)st.st_size;
	piece->announced = piece->size;
	source->size += piece->size;

	return 0;
}

static struct piece *find_file(struct source *source, struct token name)
{
	size_t i;

	for (i = 0; i < source->count; i++)
		if (strlen(source->pieces[i].name) == name.length &&
		    !strncasecmp(source->pieces[i].name, name.text,
				 name.length))
			return &source->pieces[i];

	return NULL;
}

/* Firmware's lists tell the physical address that a file came from. */
static void read_listing(struct source *source, const char *name)
{
	struct piece listing = {
		.name = (char *)name, .size = LISTING_MAX,
	};
	char *text = allocate(LISTING_MAX);
	struct listing_entry entry;
	struct piece *piece;
	struct token rest;

	rest.text = text;
	rest.length = piece_read(source, &listing, text, LISTING_MAX, 0);
	while (listing_next(&rest, &entry)) {
		piece = find_file(source, entry.file);
		if (piece && !piece->phys)
			piece->phys = entry.address;
	}
	free(text);
}

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int read_entries(struct source *source, DIR *dir,
			struct report *report)
{
	struct dirent *entry;
	int ret = 0;

	while (!ret && (entry = readdir(dir)))
		if (is_piece_name(entry->d_name))
			ret = add_file(source, entry->d_name, report);

	return ret;
}

static void read_listings(struct source *source, DIR *dir)
{
	struct dirent *entry;

	rewinddir(dir);
	while ((entry = readdir(dir)))
		if (!strcasecmp(entry->d_name, "load.cmm") ||
		    !strcasecmp(entry->d_name, "dump_info.txt"))
			read_listing(source, entry->d_name);
}

int folder_read(struct source *source, struct report *report)
{
	int fd = fcntl(source->fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int ret;

	source->kind = SOURCE_FOLDER;
	if (!dir)
		return report_error(report, "%s: %s", source->path,
				    strerror(errno));

	ret = read_entries(source, dir, report);
	/* A folder has no order of its own; what is told of it should have. */
	if (source->count)
		qsort(source->pieces, source->count, sizeof(*source->pieces),
		      compare_pieces);
	read_listings(source, dir);
	closedir(dir);

	if (!ret && !source->count)
		ret = report_error(report, "%s: no md_*.BIN file in it",
				   source->path);

	return ret;
}
