// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "candidates.h"
#include "util.h"

static int compare_keys(struct piece_key left, struct piece_key right)
{
	int order = strncasecmp(left.text, right.text,
				min_u64(left.length, right.length));

	if (order)
		return order;

	return (left.length > right.length) - (left.length < right.length);
}

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *const *left = a, *const *right = b;
	int order = compare_keys(piece_key(*left), piece_key(*right));

	return order ? order : (*left > *right) - (*left < *right);
}

static int compare_regions(const void *a, const void *b)
{
	const struct region *const *left = a, *const *right = b;
	int order = strcasecmp((*left)->name, (*right)->name);

	return order ? order : (*left > *right) - (*left < *right);
}

static int compare_endings(const void *a, const void *b)
{
	const struct ending *left = a, *right = b;

	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;

	return (left->piece > right->piece) - (left->piece < right->piece);
}

static size_t index_of_region(const struct candidates *candidates,
			      const struct region *region)
{
	return (size_t)(region - candidates->dump->regions);
}

static void group_regions(struct candidates *candidates)
{
	struct dump *dump = candidates->dump;
	size_t count = dump->region_count, first = 0, i, j;
	struct region **sorted = allocate(count * sizeof(*sorted));

	for (i = 0; i < count; i++)
		sorted[i] = &dump->regions[i];
	qsort(sorted, count, sizeof(*sorted), compare_regions);

	candidates->namesake = allocate(count * sizeof(struct region *));
	candidates->namesakes = allocate(count * sizeof(size_t));
	for (i = 1; i <= count; i++) {
		if (i < count &&
		    !strcasecmp(sorted[i]->name, sorted[first]->name))
			continue;
		for (j = first; j < i; j++) {
			size_t at = index_of_region(candidates, sorted[j]);

			candidates->namesake[at] = sorted[first];
			candidates->namesakes[at] = i - first;
		}
		first = i;
	}
	free(sorted);
}

/* The pieces of this key; they stand side by side. */
static struct piece **find_key(const struct candidates *candidates,
			       const char *text, size_t *count)
{
	struct piece_key key = { text, strlen(text) };
	size_t low = 0, high = candidates->dump->source.count, middle, end;

	while (low < high) {
		middle = (low + high) / 2;
		if (compare_keys(piece_key(candidates->by_key[middle]),
				 key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < candidates->dump->source.count; end++)
		if (compare_keys(piece_key(candidates->by_key[end]), key))
			break;
	*count = end - low;

	return candidates->by_key + low;
}

static void name_pieces(struct candidates *candidates)
{
	struct dump *dump = candidates->dump;
	struct region *region;
	struct piece **pieces;
	size_t count, i, j;

	candidates->named = allocate(dump->source.count *
				     sizeof(struct region *));
	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!region->name[0] ||
		    first_namesake(candidates, region) != region)
			continue;
		pieces = find_key(candidates, region->name, &count);
		for (j = 0; j < count; j++)
			candidates->named[pieces[j] - dump->source.pieces] =
				region;
	}
}

/* Firmware writes no zero in front, and nine digits cannot overflow. */
static void add_endings(struct candidates *candidates, struct piece *piece)
{
	struct piece_key key = piece_key(piece);
	uint32_t number = 0, power = 1;
	size_t i, digits;
	char digit;

	for (digits = 0; digits < 9 && digits + 1 < key.length; digits++) {
		i = key.length - 1 - digits;
		digit = key.text[i];
		if (digit < '0' || digit > '9')
			return;
		number += power * (uint32_t)(digit - '0');
		power *= 10;
		if (digit == '0')
			continue;
		candidates->endings = grow_array(candidates->endings,
						 candidates->ending_count,
						 sizeof(struct ending));
		candidates->endings[candidates->ending_count++] =
			(struct ending){
				.number = number,
				.longer = key.text[i - 1] >= '0' &&
					  key.text[i - 1] <= '9',
				.piece = piece,
			};
	}
}

void candidates_init(struct candidates *candidates, struct dump *dump,
		     struct report *report)
{
	struct source *source = &dump->source;
	size_t i;

	*candidates = (struct candidates){ .dump = dump, .report = report };
	candidates->by_key = allocate(source->count * sizeof(struct piece *));
	for (i = 0; i < source->count; i++) {
		candidates->by_key[i] = &source->pieces[i];
		add_endings(candidates, &source->pieces[i]);
	}
	qsort(candidates->by_key, source->count, sizeof(struct piece *),
	      compare_pieces);
	if (candidates->ending_count)
		qsort(candidates->endings, candidates->ending_count,
		      sizeof(struct ending), compare_endings);
	group_regions(candidates);
	name_pieces(candidates);
}

void candidates_free(struct candidates *candidates)
{
	free(candidates->by_key);
	free(candidates->endings);
	free(candidates->namesake);
	free(candidates->namesakes);
	free(candidates->named);
}

struct region *first_namesake(const struct candidates *candidates,
			      const struct region *region)
{
	return candidates->namesake[index_of_region(candidates, region)];
}

size_t count_namesakes(const struct candidates *candidates,
		       const struct region *region)
{
	return candidates->namesakes[index_of_region(candidates, region)];
}

struct region *region_named(const struct candidates *candidates,
			    const struct piece *piece)
{
	return candidates->named[piece - candidates->dump->source.pieces];
}

bool piece_is_free(const struct piece *piece)
{
	return !piece->taken && !piece->why;
}

bool region_contradicts(const struct region *region,
			const struct piece *piece)
{
	return piece->phys && piece->phys != region->phys;
}

struct piece **pieces_of_number(const struct candidates *candidates,
				const struct region *region, uint64_t number,
				size_t *count)
{
	char key[NAME_LENGTH_MAX + 24];

	snprintf(key, sizeof(key), number ? "%s%" PRIu64 : "%s", region->name,
		 number);

	return find_key(candidates, key, count);
}

const struct ending *endings_of(const struct candidates *candidates,
				uint64_t number, size_t *count)
{
	const struct ending *endings = candidates->endings;
	size_t low = 0, high = candidates->ending_count, middle, end;

	while (low < high) {
		middle = (low + high) / 2;
		if (endings[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < candidates->ending_count; end++)
		if (endings[end].number != number)
			break;
	*count = end - low;

	return endings ? endings + low : NULL;
}

void region_take(struct region *region, struct piece *piece, const char *why)
{
	region->piece = piece;
	region->have = min_u64(region->size, piece->size);
	region->why = why;
	piece->taken = true;
	piece->why = why;
}

/* 0: it cannot be the region's */
static int rank(const struct region *region, const struct piece *piece)
{
	bool fits = piece->announced == region->size;

	if (!piece_is_free(piece))
		return 0;
	/* What is told of where it came from may be wrong; size and name? */
	if (region_contradicts(region, piece))
		return fits ? 1 : 0;

	return (fits ? 3 : 2) + (piece->phys ? 2 : 0);
}

static void report_contradiction(const struct candidates *candidates,
				 const struct region *region,
				 const struct piece *piece)
{
	report_problem(candidates->report,
		       "%s: from 0x%" PRIx64 " by the %s, but the ELF header has %s at 0x%" PRIx64,
		       piece->name, piece->phys,
		       candidates->dump->source.kind == SOURCE_FOLDER ?
		       "list beside it" : "image", region_label(region),
		       region->phys);
}

static void tell_tie(const struct candidates *candidates,
		     struct region *region, struct piece **pieces,
		     size_t count, int best)
{
	const struct piece *first = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (rank(region, pieces[i]) != best)
			continue;
		if (first)
			report_problem(candidates->report,
				       "%s and %s fit %s equally well: neither is taken",
				       first->name, pieces[i]->name,
				       region_label(region));
		else
			first = pieces[i];
		pieces[i]->why = "another fits the region equally well";
	}
	region->why = "more than one fits equally well";
}

void region_take_best(const struct candidates *candidates,
		      struct region *region, struct piece **pieces,
		      size_t count, const char *why)
{
	struct piece *best = NULL;
	int best_rank = 0, other;
	bool tie = false;
	size_t i;

	for (i = 0; i < count; i++) {
		other = rank(region, pieces[i]);
		if (!other || other < best_rank)
			continue;
		tie = other == best_rank;
		if (!tie)
			best = pieces[i];
		best_rank = other;
	}
	if (tie) {
		tell_tie(candidates, region, pieces, count, best_rank);
		return;
	}
	if (!best)
		return;
	if (region_contradicts(region, best))
		report_contradiction(candidates, region, best);
	region_take(region, best, why);
}
