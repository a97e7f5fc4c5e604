// SPDX-License-Identifier: GPL-2.0-only
/*
 * A folder as the host side of Sahara leaves it: a file md_NAME.BIN for each
 * region, some files of firmware's own, and perhaps a list of what lay where.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "listing.h"
#include "util.h"

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

	if (fstatat(source->fd, name, &st, AT_SYMLINK_NOFOLLOW)) {
		report_problem(report, "%s: %s", name, strerror(errno));
		return 0;
	}
	if (!S_ISREG(st.st_mode)) {
		report_problem(report, "%s: not a regular file, ignored", name);
		return 0;
	}

	piece = source_add_piece(source, name, strlen(name));
	piece->size = (uint64_t)st.st_size;
	piece->announced = piece->size;
	source->size += piece->size;

	return 0;
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

/* The files by name, whatever its case, for what lists them in a text */
static int compare_case(const void *a, const void *b)
{
	const struct piece *const *left = a, *const *right = b;
	int order = strcasecmp((*left)->name, (*right)->name);

	return order ? order : (*left > *right) - (*left < *right);
}

static struct piece **files_by_name(const struct source *source)
{
	struct piece **files = allocate(source->count * sizeof(*files));
	size_t i;

	for (i = 0; i < source->count; i++)
		files[i] = &source->pieces[i];
	if (source->count)
		qsort(files, source->count, sizeof(*files), compare_case);

	return files;
}

static int compare_token(const void *a, const void *b)
{
	const struct token *token = a;
	const struct piece *const *piece = b;
	int order = strncasecmp(token->text, (*piece)->name, token->length);

	if (order)
		return order;

	return (*piece)->name[token->length] ? -1 : 0;
}

static void place_file(struct piece *piece, uint64_t address, const char *list,
		       struct report *report)
{
	if (!piece->phys)
		piece->phys = address;
	else if (piece->phys != address)
		report_problem(report,
			       "%s: 0x%" PRIx64 " for %s, which was 0x%" PRIx64 " before: ignored",
			       list, address, piece->name, piece->phys);
}

/* Firmware's lists tell the physical address that a file came from. */
static void read_listing(struct source *source, const char *name,
			 struct piece **files, struct report *report)
{
	struct piece listing = {
		.name = (char *)name, .size = LISTING_MAX,
	};
	char *text = allocate(LISTING_MAX);
	struct listing_entry entry;
	struct piece **piece;
	struct token rest;

	rest.text = text;
	rest.length = piece_read(source, &listing, text, LISTING_MAX, 0);
	if (rest.length < LISTING_MAX && errno)
		report_problem(report, "%s: %s", name, strerror(errno));
	else if (rest.length == LISTING_MAX)
		report_problem(report, "%s: only its first MiB is read", name);
	while (listing_next(&rest, &entry)) {
		piece = bsearch(&entry.file, files, source->count,
				sizeof(*files), compare_token);
		if (piece)
			place_file(*piece, entry.address, name, report);
	}
	free(text);
}

static bool is_listing(const char *name)
{
	return !strcasecmp(name, "load.cmm") ||
	       !strcasecmp(name, "dump_info.txt");
}

static void read_listings(struct source *source, DIR *dir,
			  struct report *report)
{
	struct piece **files = files_by_name(source);
	struct dirent *entry;
	size_t count = 0;

	rewinddir(dir);
	while ((entry = readdir(dir))) {
		if (!is_listing(entry->d_name))
			continue;
		if (count++ < LISTINGS_MAX)
			read_listing(source, entry->d_name, files, report);
		else
			report_problem(report, "%s: one list too many, ignored",
				       entry->d_name);
	}
	free(files);
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
	read_listings(source, dir, report);
	closedir(dir);

	if (!ret && !source->count)
		ret = report_error(report, "%s: no md_*.BIN file in it",
				   source->path);

	return ret;
}
