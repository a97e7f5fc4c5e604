// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "listing.h"
#include "lists.h"
#include "util.h"

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
static void read_list(struct source *source, const struct piece *list,
		      struct piece **files, struct report *report)
{
	const char *name = list->name;
	char *text = allocate(LISTING_MAX);
	struct listing_entry entry;
	struct piece **piece;
	struct token rest;

	rest.text = text;
	rest.length = piece_read(source, list, text, LISTING_MAX, 0);
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

void lists_read(struct source *source, const struct piece *lists, size_t count,
		struct report *report)
{
	struct piece **files = files_by_name(source);
	size_t i;

	for (i = 0; i < count; i++)
		read_list(source, &lists[i], files, report);
	free(files);
}
