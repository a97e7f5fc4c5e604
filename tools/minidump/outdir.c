// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
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

void outdir_close(struct outdir *outdir)
{
	size_t i;

	for (i = 0; i < outdir->count; i++)
		free(outdir->names[i]);
	free(outdir->names);
	*outdir = (struct outdir){ 0 };
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

/* Upper and lower case are the same on some file systems, and in a dump. */
static bool is_used(const struct outdir *outdir, const char *name)
{
	size_t i;

	for (i = 0; i < outdir->count; i++)
		if (!strcasecmp(outdir->names[i], name))
			return true;

	return false;
}

static void make_harmless(char *name)
{
	for (; *name; name++)
		if (!is_alphanumeric(*name) && !strchr("_-.", *name))
			*name = '_';
}

/* Firmware numbers namesakes so: none, then 1, 2, ... */
static char *number_name(const struct outdir *outdir, const char *stem,
			 const char *start, const char *end)
{
	char *name = NULL;
	unsigned int i;

	for (i = 0; !name; i++) {
		if ((i ? asprintf(&name, "%s%s%u%s", start, stem, i, end) :
			 asprintf(&name, "%s%s%s", start, stem, end)) < 0)
			out_of_memory();
		make_harmless(name);
		if (!is_used(outdir, name))
			break;
		free(name);
		name = NULL;
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

	outdir->names = grow_array(outdir->names, outdir->count,
				   sizeof(*outdir->names));
	outdir->names[outdir->count++] = (char *)name;
	if (asprintf(&path, "%s/%s", outdir->path, name) < 0)
		out_of_memory();

	return path;
}
