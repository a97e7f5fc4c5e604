// SPDX-License-Identifier: GPL-2.0-only
/*
 * A folder as the host side of Sahara leaves it: a file md_NAME.BIN for each
 * region, some files of firmware's own, and perhaps a list of what lay where.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "lists.h"
#include "names.h"
#include "raw.h"
#include "util.h"

static bool is_regular(const struct source *source, const char *name,
		       struct stat *st, struct report *report)
{
	if (fstatat(source->fd, name, st, AT_SYMLINK_NOFOLLOW))
		report_problem(report, "%s: %s", name, strerror(errno));
	else if (!S_ISREG(st->st_mode))
		report_problem(report, "%s: not a regular file, ignored", name);
	else
		return true;

	return false;
}

static int add_file(struct source *source, const char *name,
		    struct report *report)
{
	struct piece *piece;
	struct stat st;

	if (source->count == MAX_ENTRIES)
		return report_error(report, "%s: more than %d files",
				    source->path, MAX_ENTRIES);
	if (!is_regular(source, name, &st, report))
		return 0;

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

static int read_entries(struct source *source, DIR *dir, enum name_rank rank,
			struct report *report)
{
	struct dirent *entry;
	int ret = 0;

	rewinddir(dir);
	while (!ret && (entry = readdir(dir)))
		if (name_rank(entry->d_name) == rank)
			ret = add_file(source, entry->d_name, report);

	return ret;
}

static void read_lists(struct source *source, DIR *dir, struct report *report)
{
	struct piece lists[LISTINGS_MAX];
	struct dirent *entry;
	size_t count = 0;
	struct stat st;

	rewinddir(dir);
	while ((entry = readdir(dir))) {
		if (name_rank(entry->d_name) != NAME_LISTING ||
		    !is_regular(source, entry->d_name, &st, report))
			continue;
		if (count == LISTINGS_MAX) {
			report_problem(report, "%s: one list too many, ignored",
				       entry->d_name);
			continue;
		}
		lists[count++] = (struct piece){
			.name = copy_string(entry->d_name,
					    strlen(entry->d_name)),
			.fd = -1,
			.size = LISTING_MAX,
		};
	}
	lists_read(source, lists, count, report);
	while (count)
		free(lists[--count].name);
}

int folder_settle(struct source *source, struct report *report)
{
	size_t i;

	if (!source->count)
		return report_error(report, "%s: no md_*.BIN file in it",
				    source->path);

	/* A folder has no order of its own; what is told of it should have. */
	qsort(source->pieces, source->count, sizeof(*source->pieces),
	      compare_pieces);
	for (i = 0; i < source->count; i++)
		if (name_is_memory(source->pieces[i].name))
			return raw_from_pieces(source, report);

	return names_find_machine(source, report);
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

	ret = read_entries(source, dir, NAME_MD, report);
	/* Some host programs leave "md_" away. */
	if (!ret && !source->count)
		ret = read_entries(source, dir, NAME_BIN, report);
	read_lists(source, dir, report);
	closedir(dir);

	return ret ? ret : folder_settle(source, report);
}
