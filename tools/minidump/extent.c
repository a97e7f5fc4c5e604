// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "extent.h"
#include "util.h"

struct extent extent_of_region(const struct region *region)
{
	return (struct extent){
		region->name, region->piece, region->skip, region->size,
		region->have,
	};
}

struct extent extent_of_piece(const struct piece *piece)
{
	return (struct extent){
		piece->name, piece, 0, piece->announced, piece->size,
	};
}

bool extent_is_pattern(const char *name)
{
	return strpbrk(name, "*?[");
}

static bool name_matches(const char *text, const char *name)
{
	return !strcasecmp(text, name) || !fnmatch(name, text, FNM_CASEFOLD);
}

static bool piece_is(const struct piece *piece, const char *name)
{
	struct piece_key key = piece_key(piece);
	char *text = copy_string(key.text, key.length);
	bool is = name_matches(text, name) || name_matches(piece->name, name);

	free(text);

	return is;
}

static bool region_is(const struct region *region, const char *name)
{
	char *end;

	if (name[0] == '@')
		return strtoull(name + 1, &end, 16) == region->phys && !*end &&
		       name[1];

	return name_matches(region->name, name) ||
	       (region->piece && region->piece->name[0] && !region->skip &&
		piece_is(region->piece, name));
}

/* What is left over under the name of a region is not of the region. */
static bool is_leftover(const struct dump *dump, const struct piece *piece)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (key_is(piece_key(piece), dump->regions[i].name))
			return true;

	return false;
}

/* The header is the one piece that is taken and yet no region's. */
static bool stands_alone(const struct dump *dump, const struct piece *piece)
{
	if (dump->source.kind == SOURCE_CORE)
		return false;

	return !piece->taken || piece == dump->header;
}

bool extent_next(const struct dump *dump, const char *name, size_t *index,
		 struct extent *extent)
{
	size_t all = dump->region_count + dump->source.count, i;
	const struct region *region;
	const struct piece *piece;

	while (*index < all) {
		i = (*index)++;
		if (i < dump->region_count) {
			region = &dump->regions[i];
			if (!region_is(region, name))
				continue;
			*extent = extent_of_region(region);
			return true;
		}
		piece = &dump->source.pieces[i - dump->region_count];
		if (!stands_alone(dump, piece) || !piece_is(piece, name) ||
		    is_leftover(dump, piece))
			continue;
		*extent = extent_of_piece(piece);
		return true;
	}

	return false;
}

/* To @*offset of a file, or to a stream without one */
static int64_t copy_extent(const struct dump *dump,
			   const struct extent *extent, int fd,
			   const uint64_t *offset, struct progress *progress,
			   struct report *report)
{
	uint64_t start = extent->piece->offset + extent->skip;
	int from = piece_open(&dump->source, extent->piece);
	struct gaps gaps = { 0 };
	int64_t done;

	if (from < 0) {
		report_problem(report, "%s: %s", extent->piece->name,
			       strerror(errno));
		return 0;
	}
	if (offset)
		done = copy_range(from, start, fd, *offset, extent->have,
				  progress, &gaps);
	else
		done = copy_to_stream(from, start, fd, extent->have, &gaps);
	if (done < 0)
		report_error(report, "writing: %s", strerror(errno));
	else
		report_copy(extent->name, 0, extent->have, (uint64_t)done,
			    &gaps, report);
	close(from);
	free(gaps.list);

	return done;
}

int64_t extent_copy(const struct dump *dump, const struct extent *extent,
		    int fd, uint64_t offset, struct progress *progress,
		    struct report *report)
{
	return copy_extent(dump, extent, fd, &offset, progress, report);
}

int64_t extent_send(const struct dump *dump, const struct extent *extent,
		    int fd, struct report *report)
{
	return copy_extent(dump, extent, fd, NULL, NULL, report);
}
