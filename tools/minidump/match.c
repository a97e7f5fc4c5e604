// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which piece holds which region. A piece that is missing must never make
 * another stand in for it, so a region gets a piece only for a reason, the
 * strongest first:
 *
 *  1. the piece was read from the region's physical address;
 *  2. it has the region's name, and no other region has;
 *  3. firmware numbered all pieces in the order of its table, and this is the
 *     number of the region's place in the program headers;
 *  4. it has the name and the number of one of several regions of that name;
 *  5. it is a range of memory that covers the region;
 *  6. the region lies within the ELF header.
 *
 * Where the reasons fit two arrangements equally well, none is taken.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dump.h"
#include "match.h"
#include "util.h"

void region_take(struct region *region, struct piece *piece)
{
	region->piece = piece;
	region->have = min_u64(region->size, piece->size);
	piece->taken = true;
}

static bool has_name(const struct region *region, const struct piece *piece)
{
	return region->name[0] && key_is(piece_key(piece), region->name);
}

bool region_contradicts(const struct region *region,
			const struct piece *piece)
{
	return piece->phys && piece->phys != region->phys;
}

static void match_by_address(struct dump *dump, struct region *region)
{
	struct piece *best = NULL, *piece;
	size_t i;

	for (i = 0; i < dump->source.count; i++) {
		piece = &dump->source.pieces[i];
		if (piece->taken || !piece->phys ||
		    piece->phys != region->phys)
			continue;
		if (piece->announced != region->size &&
		    !has_name(region, piece))
			continue;
		if (!best || has_name(region, piece))
			best = piece;
	}
	if (best)
		region_take(region, best);
}

static size_t count_of_name(const struct dump *dump, const char *name)
{
	size_t count = 0, i;

	for (i = 0; i < dump->region_count; i++)
		if (!strcasecmp(dump->regions[i].name, name))
			count++;

	return count;
}

static void match_by_name(struct dump *dump, struct region *region)
{
	struct piece *best = NULL, *piece;
	size_t i;

	if (!region->name[0] || count_of_name(dump, region->name) > 1)
		return;

	for (i = 0; i < dump->source.count; i++) {
		piece = &dump->source.pieces[i];
		if (piece->taken || !has_name(region, piece) ||
		    region_contradicts(region, piece))
			continue;
		/* md_X.BIN beside MD_X.bin: the right size tells them apart. */
		if (!best || piece->size == region->size)
			best = piece;
	}
	if (best)
		region_take(region, best);
}

struct piece *piece_of_number(struct dump *dump, const struct region *region,
			      uint64_t number)
{
	struct piece *piece;
	uint32_t found;
	size_t i;

	for (i = 0; i < dump->source.count; i++) {
		piece = &dump->source.pieces[i];
		if (piece->taken || region_contradicts(region, piece))
			continue;
		if (!number ? has_name(region, piece) :
		    key_is_numbered(piece_key(piece), region->name, &found) &&
		    found == number)
			return piece;
	}

	return NULL;
}

size_t piece_score(const struct region *region, const struct piece *piece)
{
	if (!piece)
		return 0;

	return piece->announced == region->size ? 2 : 1;
}

/*
 * Walks the regions of @like's name as if the first had number @first: takes
 * their pieces, or only says how well they fit.
 */
static size_t walk_namesakes(struct dump *dump, const struct region *like,
			     uint64_t first, bool taking)
{
	struct region *region;
	struct piece *piece;
	size_t sum = 0, i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (strcasecmp(region->name, like->name))
			continue;
		piece = region->piece ? NULL :
			piece_of_number(dump, region, first);
		first++;
		sum += piece_score(region, piece);
		if (piece && taking)
			region_take(region, piece);
	}

	return sum;
}

static bool is_first_of_several(const struct dump *dump,
				const struct region *region)
{
	size_t i;

	for (i = 0; &dump->regions[i] != region; i++)
		if (!strcasecmp(dump->regions[i].name, region->name))
			return false;

	return count_of_name(dump, region->name) > 1;
}

/* Regions of one name: numbers start at none, then 1; or else at 1. */
static void match_namesakes(struct dump *dump, struct region *region)
{
	size_t from_none, from_one;

	if (!region->name[0] || !is_first_of_several(dump, region))
		return;

	from_none = walk_namesakes(dump, region, 0, false);
	from_one = walk_namesakes(dump, region, 1, false);
	if (from_none != from_one)
		walk_namesakes(dump, region, from_none < from_one, true);
	else if (piece_of_number(dump, region, 0))
		walk_namesakes(dump, region, 0, true);
}

static void match_by_cover(struct dump *dump, struct region *region)
{
	struct piece *piece;
	size_t i;

	if (dump->source.kind != SOURCE_RAWDUMP)
		return;

	for (i = 0; i < dump->source.count; i++) {
		piece = &dump->source.pieces[i];
		if (piece->type != PIECE_MEMORY || !piece->phys ||
		    region->phys < piece->phys ||
		    region->phys - piece->phys >= piece->size)
			continue;
		region_take(region, piece);
		region->skip = region->phys - piece->phys;
		region->have = min_u64(region->size,
				       piece->size - region->skip);
		return;
	}
}

static void match_by_offset(struct dump *dump, struct region *region,
			    bool whole)
{
	uint64_t end = dump->header->size;

	if (region->offset >= end)
		return;
	if (whole && region->size > end - region->offset)
		return;

	region->piece = dump->header;
	region->skip = region->offset;
	region->have = min_u64(region->size, end - region->offset);
}

typedef void (*matcher)(struct dump *dump, struct region *region);

static void match_missing(struct dump *dump, matcher match)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (!dump->regions[i].piece)
			match(dump, &dump->regions[i]);
}

static void match_in_header(struct dump *dump, struct region *region)
{
	match_by_offset(dump, region, true);
}

static void match_in_core(struct dump *dump, struct region *region)
{
	match_by_offset(dump, region, false);
}

/* A region that the header does not name has the name of its piece. */
static void adopt_names(struct dump *dump)
{
	struct region *region;
	struct piece_key key;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->name[0] || !region->piece || region->skip ||
		    region->piece == dump->header)
			continue;
		key = piece_key(region->piece);
		free(region->name);
		region->name = copy_string(key.text, key.length);
	}
}

void match_regions(struct dump *dump)
{
	if (dump->source.kind == SOURCE_CORE) {
		match_missing(dump, match_in_core);
		return;
	}

	match_missing(dump, match_by_address);
	match_missing(dump, match_by_name);
	match_by_place(dump);
	match_missing(dump, match_namesakes);
	match_missing(dump, match_by_cover);
	match_missing(dump, match_in_header);
	adopt_names(dump);
}
