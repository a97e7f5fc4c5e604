// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "outdir.h"
#include "text.h"
#include "util.h"

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool empty = true;

	if (!dir)
		return false;
	while (empty && (entry = readdir(dir)))
		empty = !strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, "..");
	closedir(dir);

	return empty;
}

int outdir_open(struct outdir *outdir, const char *path, struct report *report)
{
	*outdir = (struct outdir){ .path = path };
	/* What was in a machine's memory is its owner's business. */
	if (!mkdir(path, 0700))
		return 0;
	if (errno != EEXIST)
		return report_error(report, "%s: %s", path, strerror(errno));
	if (!is_empty(path))
		return report_error(report, "%s: exists and is not an empty folder",
				    path);

	return 0;
}

/* A name in the folder, and the first number that may be free behind it */
struct used_name {
	char *name;
	unsigned int next;
};

static void free_name(void *node)
{
	struct used_name *used = node;

	free(used->name);
	free(used);
}

void outdir_close(struct outdir *outdir)
{
	tdestroy(outdir->names, free_name);
	*outdir = (struct outdir){ 0 };
}

/* Upper and lower case are the same on some file systems, and in a dump. */
static int compare_names(const void *a, const void *b)
{
	const struct used_name *left = a, *right = b;

	return strcasecmp(left->name, right->name);
}

/* The one that is there, or NULL and @name is from now on */
static struct used_name *use_name(struct outdir *outdir, char *name)
{
	struct used_name *used = allocate(sizeof(*used)), **node;

	*used = (struct used_name){ name, 1 };
	node = tsearch(used, &outdir->names, compare_names);
	if (!node)
		out_of_memory();
	if (*node == used)
		return NULL;
	free(used);

	return *node;
}

static bool starts_with(const char *name, const char *start)
{
	return !strncasecmp(name, start, strlen(start));
}

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length > strlen(end) &&
	       !strcasecmp(name + length - strlen(end), end);
}

static void make_harmless(char *name)
{
	for (; *name; name++)
		if (!is_alphanumeric(*name) && !strchr("_-.", *name))
			*name = '_';
}

static char *join_name(const char *start, const char *stem,
		       const char *number, const char *end)
{
	char *name;

	if (asprintf(&name, "%s%s%s%s", start, stem, number, end) < 0)
		out_of_memory();
	make_harmless(name);

	return name;
}

/* Firmware numbers namesakes so: none, then 1, 2, ... */
static char *number_name(struct outdir *outdir, const char *stem,
			 const char *start, const char *end)
{
	char *name = join_name(start, stem, "", end), number[16];
	struct used_name *first = use_name(outdir, name);

	while (first) {
		free(name);
		snprintf(number, sizeof(number), "%u", first->next++);
		name = join_name(start, stem, number, end);
		if (!use_name(outdir, name))
			break;
	}

	return name;
}

char *outdir_file(struct outdir *outdir, const char *name, const char *start,
		  const char *end)
{
	size_t length = strlen(name);
	char *stem, *path;

	if (ends_with(name, end)) {
		length -= strlen(end);
		end = name + length;
	}
	if (starts_with(name, start))
		start = "";
	stem = copy_string(name, length);
	name = number_name(outdir, stem, start, end);
	free(stem);

	if (asprintf(&path, "%s/%s", outdir->path, name) < 0)
		out_of_memory();

	return path;
}
