// SPDX-License-Identifier: GPL-2.0-only
/*
 * A piece that is missing must never make another stand in for it, so a region
 * gets a piece only for a reason, the strongest first:
 *
 *  1. the piece was read from the region's physical address, and has its name,
 *     or its size and the name of no other region;
 *  2. it has the region's name, and no other region has;
 *  3. firmware numbered all pieces in the order of its table, and this is the
 *     number of the region's place in the program headers;
 *  4. it has the name and the number of one of several regions of that name;
 *  5. it is a range of memory that covers the region;
 *  6. the region lies within the ELF header.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "candidates.h"
#include "match.h"
#include "place.h"
#include "util.h"

static const char covers[] = "it covers the region";

static void match_by_address(struct candidates *candidates,
			     struct region *region)
{
	struct source *source = &candidates->dump->source;
	struct piece **named = allocate(source->count * sizeof(*named));
	struct piece **others = allocate(source->count * sizeof(*others));
	size_t named_count = 0, other_count = 0, i;
	const struct region *of_name;
	struct piece *piece;

	for (i = 0; i < source->count; i++) {
		piece = &source->pieces[i];
		if (!piece->phys || piece->phys != region->phys)
			continue;
		of_name = region_named(candidates, piece);
		if (of_name == first_namesake(candidates, region))
			named[named_count++] = piece;
		else if (!of_name && piece->announced == region->size)
			others[other_count++] = piece;
	}
	region_take_best(candidates, region, named, named_count,
			 "its name and address");
	if (!region->why)
		region_take_best(candidates, region, others, other_count,
				 "its address and size");
	free(named);
	free(others);
}

static void match_by_name(struct candidates *candidates,
			  struct region *region)
{
	struct piece **pieces;
	size_t count;

	if (!region->name[0] || count_namesakes(candidates, region) > 1)
		return;

	pieces = pieces_of_number(candidates, region, 0, &count);
	region_take_best(candidates, region, pieces, count, "its name");
}

static bool are_namesakes(const struct candidates *candidates,
			  const struct region *a, const struct region *b)
{
	return first_namesake(candidates, a) == first_namesake(candidates, b);
}

/* How well do the pieces fit if the first region of @like's name is @number? */
static size_t score_namesakes(struct candidates *candidates,
			      const struct region *like, uint64_t number)
{
	struct dump *dump = candidates->dump;
	size_t sum = 0, i;

	for (i = 0; i < dump->region_count; i++) {
		if (!are_namesakes(candidates, &dump->regions[i], like))
			continue;
		sum += score_number(candidates, &dump->regions[i], number);
		number++;
	}

	return sum;
}

static void take_namesakes(struct candidates *candidates,
			   const struct region *like, uint64_t number)
{
	struct dump *dump = candidates->dump;
	struct piece **pieces;
	struct region *region;
	size_t count, i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!are_namesakes(candidates, region, like))
			continue;
		pieces = pieces_of_number(candidates, region, number, &count);
		if (!region->why)
			region_take_best(candidates, region, pieces, count,
					 "its name and number");
		number++;
	}
}

static bool has_plain_piece(struct candidates *candidates,
			    const struct region *region)
{
	struct piece **pieces;
	size_t count, i;

	pieces = pieces_of_number(candidates, region, 0, &count);
	for (i = 0; i < count; i++)
		if (piece_is_free(pieces[i]))
			return true;

	return false;
}

/* Regions of one name: numbers start at none, then 1; or else at 1. */
static void match_namesakes(struct candidates *candidates,
			    struct region *region)
{
	size_t from_none, from_one;

	if (!region->name[0] || count_namesakes(candidates, region) < 2 ||
	    first_namesake(candidates, region) != region)
		return;

	from_none = score_namesakes(candidates, region, 0);
	from_one = score_namesakes(candidates, region, 1);
	if (from_none != from_one)
		take_namesakes(candidates, region, from_none < from_one);
	else if (has_plain_piece(candidates, region))
		take_namesakes(candidates, region, 0);
	else if (from_none)
		report_problem(candidates->report,
			       "%s: the numbers of its files fit in two ways: none is taken",
			       region->name);
}

static void match_by_cover(struct candidates *candidates,
			   struct region *region)
{
	struct source *source = &candidates->dump->source;
	struct piece *piece;
	size_t i;

	for (i = 0; i < source->count; i++) {
		piece = &source->pieces[i];
		if (piece->type != PIECE_MEMORY || !piece->phys ||
		    region->phys < piece->phys ||
		    region->phys - piece->phys >= piece->size)
			continue;
		region_take(region, piece, covers);
		region->skip = region->phys - piece->phys;
		region->have = min_u64(region->size,
				       piece->size - region->skip);
		return;
	}
}

static void take_from_header(struct dump *dump, struct region *region,
			     uint64_t end)
{
	region->piece = dump->header;
	region->why = "the region lies in it";
	region->skip = region->offset;
	region->have = min_u64(region->size, end - region->offset);
}

typedef void (*matcher)(struct candidates *candidates,
			struct region *region);

static void match_missing(struct candidates *candidates, matcher match)
{
	struct dump *dump = candidates->dump;
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (!dump->regions[i].why)
			match(candidates, &dump->regions[i]);
}

/* Other regions follow the header, however large it claims to be. */
static uint64_t end_of_header(const struct dump *dump)
{
	uint64_t end = dump->header->size;
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->piece && region->piece != dump->header)
			end = min_u64(end, region->offset);
	}

	return end;
}

static void match_in_header(struct candidates *candidates,
			    struct region *region)
{
	uint64_t end = end_of_header(candidates->dump);

	if (region->offset < end && region->size <= end - region->offset)
		take_from_header(candidates->dump, region, end);
}

static void match_in_core(struct dump *dump)
{
	uint64_t end = dump->header->size;
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (dump->regions[i].offset < end)
			take_from_header(dump, &dump->regions[i], end);
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

/* What has a region's name and is not that region is not passed over. */
static void report_spare(struct candidates *candidates)
{
	struct source *source = &candidates->dump->source;
	const struct region *region;
	struct piece *piece;
	size_t i;

	for (i = 0; i < source->count; i++) {
		piece = &source->pieces[i];
		region = region_named(candidates, piece);
		if (!region || !piece_is_free(piece))
			continue;
		piece->why = region->piece ? "the region has another" :
			     "another address and size than the region's";
		report_problem(candidates->report,
			       "%s: not taken for %s: %s", piece->name,
			       region_label(region), piece->why);
	}
}

void match_regions(struct dump *dump, struct report *report)
{
	struct candidates candidates;

	if (dump->source.kind == SOURCE_CORE) {
		match_in_core(dump);
		return;
	}

	candidates_init(&candidates, dump, report);
	match_missing(&candidates, match_by_address);
	match_missing(&candidates, match_by_name);
	match_by_place(&candidates);
	match_missing(&candidates, match_namesakes);
	match_missing(&candidates, match_by_cover);
	match_missing(&candidates, match_in_header);
	adopt_names(dump);
	report_spare(&candidates);
	candidates_free(&candidates);
}

/* Bytes behind a region's end were never its own. */
static void report_excess(const struct dump *dump, const struct region *region,
			  struct report *report)
{
	if (region->piece == dump->header || region->why == covers ||
	    region->piece->announced <= region->size)
		return;

	report_about(report, "region-long", region_label(region));
	report_problem(report,
		       "%s: %" PRIu64 " bytes, but its region has %" PRIu64,
		       region->piece->name, region->piece->announced,
		       region->size);
}

void report_regions(const struct dump *dump, struct report *report)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!region->have) {
			report_about(report, "region-missing",
				     region_label(region));
			report_problem(report,
				       "%s (0x%" PRIx64 ", %" PRIu64 " bytes) is missing",
				       region_label(region), region->phys,
				       region->size);
		} else if (region->have < region->size) {
			report_about(report, "region-cut",
				     region_label(region));
			report_problem(report,
				       "%s (0x%" PRIx64 ") is cut: %" PRIu64 " of %" PRIu64,
				       region_label(region), region->phys,
				       region->have, region->size);
		} else {
			report_excess(dump, region, report);
		}
	}
}
