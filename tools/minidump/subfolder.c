// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "subfolder.h"
#include "util.h"

static DIR *open_dir(int folder, const char *name)
{
	int fd = openat(folder, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);

	return dir;
}

/* What is no folder is passed over; one that may not be read is told, if at all. */
static void report_unread(const struct source *source, const char *name,
			  struct report *report)
{
	if (report && errno != ENOTDIR && errno != ELOOP)
		report_remark(report, "%s/%s: %s", source->path, name,
			      strerror(errno));
}

/* Does it hold files that may be regions? */
static bool has_pieces(const struct source *source, const char *name,
		       unsigned int *looked, struct report *report)
{
	DIR *dir = open_dir(source->fd, name);
	struct dirent *entry;
	bool found = false;

	if (!dir) {
		report_unread(source, name, report);
		return false;
	}
	while (!found && *looked < ENTRIES_MAX && (entry = readdir(dir))) {
		++*looked;
		found = entry->d_type != DT_DIR &&
			name_rank(entry->d_name) >= NAME_BIN;
	}
	closedir(dir);

	return found;
}

/*
 * The names of two that do; NULL for what there is not. @report: those that may
 * not be read; NULL: they are not told
 */
static void find_folders(const struct source *source, char *found[2],
			 unsigned int *looked, struct report *report)
{
	DIR *dir = open_dir(source->fd, ".");
	struct dirent *entry;
	size_t count = 0;

	if (!dir)
		return;
	while (count < 2 && *looked < ENTRIES_MAX && (entry = readdir(dir))) {
		++*looked;
		if (entry->d_name[0] == '.' || entry->d_type == DT_REG ||
		    !has_pieces(source, entry->d_name, looked, report))
			continue;
		found[count++] = copy_string(entry->d_name,
					     strlen(entry->d_name));
	}
	closedir(dir);
}

static int enter(struct source *source, const char *name,
		 struct report *report)
{
	int fd = openat(source->fd, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return report_error(report, "%s/%s: %s", source->path, name,
				    strerror(errno));
	report_remark(report, "%s: the dump is in its folder %s",
		      source->path, name);
	close(source->fd);
	source->fd = fd;

	return 0;
}

int subfolder_enter(struct source *source, struct report *report)
{
	char *found[2] = { NULL, NULL };
	unsigned int looked = 0;
	int ret;

	if (has_pieces(source, ".", &looked, report))
		return 0;

	find_folders(source, found, &looked, NULL);
	if (!found[0]) {
		looked = 0;
		find_folders(source, found, &looked, report);
	}
	if (found[1])
		ret = report_error(report,
				   "%s: several dumps in it: give one of its folders, like %s/%s",
				   source->path, source->path, found[0]);
	else if (found[0])
		ret = enter(source, found[0], report);
	else
		ret = report_error(report, "%s: no md_*.BIN file in it",
				   source->path);
	free(found[0]);
	free(found[1]);

	return ret;
}
