// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware may number all files in the order of its table, that of the ELF
 * header first. VMCOREINFO in a file of its own may stand between that and the
 * first region. A number that is missing shifts no other.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "util.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many digits does a number have? */
static size_t digits_of(uint64_t number)
{
	size_t digits = 1;

	for (; number > 9; number /= 10)
		digits++;

	return digits;
}

static bool ends_in(struct piece_key key, uint64_t number)
{
	size_t length = digits_of(number), i;

	if (key.length <= length)
		return false;

	for (i = 0; i < length; i++, number /= 10)
		if (key.text[key.length - 1 - i] != '0' + (char)(number % 10))
			return false;

	return true;
}

/* A piece where one is expected speaks for an arrangement; its size, too. */
static size_t score(const struct region *region, const struct piece *piece)
{
	if (!piece_is_free(piece) || region_contradicts(region, piece))
		return 0;

	return piece->announced == region->size ? 2 : 1;
}

size_t score_number(const struct candidates *candidates,
		    const struct region *region, uint64_t number)
{
	struct piece **pieces;
	size_t best = 0, count, i, other;

	if (region->why)
		return 0;

	pieces = pieces_of_number(candidates, region, number, &count);
	for (i = 0; i < count; i++) {
		other = score(region, pieces[i]);
		if (other > best)
			best = other;
	}

	return best;
}

/*
 * Nothing names the region: only the number can tell; if it is but the end of a
 * longer one, for the name itself may end in a digit, the size must, too.
 */
static bool is_of_number_only(const struct region *region,
			      const struct ending *ending, bool longer)
{
	size_t fits = score(region, ending->piece);

	return ending->longer == longer && fits >= (longer ? 2 : 1);
}

static struct piece **pieces_of_place(const struct candidates *candidates,
				      const struct region *region,
				      uint64_t number, struct piece **room,
				      size_t *count)
{
	const struct ending *endings;
	size_t all, i, found = 0;
	int longer;

	if (region->name[0])
		return pieces_of_number(candidates, region, number, count);

	endings = endings_of(candidates, number, &all);
	for (longer = 0; longer < 2 && !found; longer++)
		for (i = 0; i < all; i++)
			if (is_of_number_only(region, &endings[i], longer))
				room[found++] = endings[i].piece;
	/* Ends of longer numbers are many; more than one says nothing. */
	*count = longer == 2 && found > 1 ? 0 : found;

	return room;
}

static size_t score_place(struct candidates *candidates,
			  const struct region *region, uint64_t number,
			  struct piece **room)
{
	struct piece **pieces;
	size_t best = 0, count, i, other;

	pieces = pieces_of_place(candidates, region, number, room, &count);
	for (i = 0; i < count; i++) {
		other = score(region, pieces[i]);
		if (other > best)
			best = other;
	}

	return best;
}

/* How well do the pieces fit if the first region's number is @first? */
static size_t score_places(struct candidates *candidates, uint64_t first,
			   struct piece **room)
{
	struct dump *dump = candidates->dump;
	const struct region *region;
	size_t sum = 0, i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!region->why)
			sum += score_place(candidates, region, first + i, room);
		else if (region->piece &&
			 ends_in(piece_key(region->piece), first + i))
			sum += 2;
	}

	return sum;
}

/* Does something stand between the header and the first region? */
static bool notes_leave_header(const struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->note_segment_count; i++)
		if (dump->note_segments[i].offset +
		    dump->note_segments[i].size > dump->header->size)
			return true;

	return false;
}

static bool header_number(const struct dump *dump, uint32_t *number)
{
	struct piece_key key = piece_key(dump->header);

	return key_is_numbered(key, "KELF_HEADER", number) ||
	       key_is_numbered(key, "KELF_HDR", number) ||
	       key_is_numbered(key, "KELF", number);
}

static void take_places(struct candidates *candidates, uint64_t first,
			struct piece **room)
{
	struct dump *dump = candidates->dump;
	struct piece **pieces;
	struct region *region;
	size_t count, i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->why)
			continue;
		pieces = pieces_of_place(candidates, region, first + i, room,
					 &count);
		region_take_best(candidates, region, pieces, count,
				 "the number of its place");
	}
}

/*
 * A short file of KDMESG0, number 13, is md_KDMESG013.BIN: neither a number
 * that stands alone nor of the right size. The longest number at its end that
 * is of a region without a piece is it.
 */
static void take_remaining(struct dump *dump, struct piece *piece,
			   uint64_t first)
{
	struct piece_key key = piece_key(piece);
	struct region *region, *found = NULL;
	uint64_t number = 0, power = 1;
	size_t i;

	for (i = key.length; i > 1 && is_digit(key.text[i - 1]) &&
	     number < MAX_ENTRIES; i--, power *= 10) {
		number += power * (uint64_t)(key.text[i - 1] - '0');
		if (key.text[i - 1] == '0' || number < first ||
		    number - first >= dump->region_count)
			continue;
		region = &dump->regions[number - first];
		if (!region->why && !region->name[0] &&
		    piece->announced < region->size &&
		    !region_contradicts(region, piece))
			found = region;
	}
	if (found)
		region_take(found, piece, "the number of its place");
}

/* A region that nothing else names has its piece's name without the number. */
static void adopt_names(struct dump *dump, uint64_t first)
{
	struct region *region;
	struct piece_key key;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->name[0] || !region->piece)
			continue;
		key = piece_key(region->piece);
		if (!ends_in(key, first + i))
			continue;
		free(region->name);
		region->name = copy_string(key.text, key.length -
						     digits_of(first + i));
	}
}

static uint64_t first_number(struct candidates *candidates, uint32_t header,
			     struct piece **room)
{
	size_t straight, behind;

	straight = score_places(candidates, header + 1ull, room);
	behind = score_places(candidates, header + 2ull, room);
	if (behind > straight || (behind == straight &&
				  notes_leave_header(candidates->dump)))
		return header + 2ull;

	return header + 1ull;
}

void match_by_place(struct candidates *candidates)
{
	struct dump *dump = candidates->dump;
	struct piece **room;
	uint32_t number;
	uint64_t first;
	size_t i;

	if (!header_number(dump, &number))
		return;

	room = allocate(candidates->ending_count * sizeof(*room));
	first = first_number(candidates, number, room);
	take_places(candidates, first, room);
	for (i = 0; i < dump->source.count; i++)
		if (piece_is_free(&dump->source.pieces[i]))
			take_remaining(dump, &dump->source.pieces[i], first);
	adopt_names(dump, first);
	free(room);
}
