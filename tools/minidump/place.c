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

#include "match.h"
#include "util.h"

enum ending {
	ENDS_OTHERWISE,
	ENDS_IN_LONGER_NUMBER,	/* the name itself may end in a digit */
	ENDS_IN_NUMBER,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many digits does a number have? */
static size_t digits_of(uint64_t number)
{
	return (size_t)snprintf(NULL, 0, "%" PRIu64, number);
}

static enum ending key_ending(struct piece_key key, uint64_t number)
{
	size_t length = digits_of(number), i;

	if (key.length <= length)
		return ENDS_OTHERWISE;

	for (i = 0; i < length; i++, number /= 10)
		if (key.text[key.length - 1 - i] != '0' + (char)(number % 10))
			return ENDS_OTHERWISE;

	return is_digit(key.text[key.length - 1 - length]) ?
	       ENDS_IN_LONGER_NUMBER : ENDS_IN_NUMBER;
}

/* Nothing names the region: only the number, and in doubt the size, can tell */
static struct piece *piece_of_number_only(struct dump *dump,
					  const struct region *region,
					  uint64_t number)
{
	struct piece *likely = NULL, *piece;
	size_t i;

	for (i = 0; i < dump->source.count; i++) {
		piece = &dump->source.pieces[i];
		if (piece->taken || region_contradicts(region, piece))
			continue;
		switch (key_ending(piece_key(piece), number)) {
		case ENDS_IN_NUMBER:
			return piece;
		case ENDS_IN_LONGER_NUMBER:
			if (piece->announced == region->size)
				likely = piece;
			break;
		case ENDS_OTHERWISE:
			break;
		}
	}

	return likely;
}

static struct piece *piece_of_place(struct dump *dump,
				    const struct region *region,
				    uint64_t number)
{
	if (region->name[0])
		return piece_of_number(dump, region, number);

	return piece_of_number_only(dump, region, number);
}

/* How well do the pieces fit if the first region's number is @first? */
static size_t score_places(struct dump *dump, uint64_t first)
{
	const struct region *region;
	size_t sum = 0, i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!region->piece)
			sum += piece_score(region,
					   piece_of_place(dump, region,
							  first + i));
		else if (key_ending(piece_key(region->piece), first + i) !=
			 ENDS_OTHERWISE)
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

static void take_places(struct dump *dump, uint64_t first)
{
	struct region *region;
	struct piece *piece;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->piece)
			continue;
		piece = piece_of_place(dump, region, first + i);
		if (piece)
			region_take(region, piece);
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
		if (!region->piece && !region->name[0] &&
		    piece->announced < region->size &&
		    !region_contradicts(region, piece))
			found = region;
	}
	if (found)
		region_take(found, piece);
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
		if (key_ending(key, first + i) == ENDS_OTHERWISE)
			continue;
		free(region->name);
		region->name = copy_string(key.text, key.length -
						     digits_of(first + i));
	}
}

void match_by_place(struct dump *dump)
{
	size_t straight, behind, i;
	uint32_t number;
	uint64_t first;

	if (!header_number(dump, &number))
		return;

	straight = score_places(dump, number + 1ull);
	behind = score_places(dump, number + 2ull);
	first = number + 1ull;
	if (behind > straight ||
	    (behind == straight && notes_leave_header(dump)))
		first++;

	take_places(dump, first);
	for (i = 0; i < dump->source.count; i++)
		if (!dump->source.pieces[i].taken)
			take_remaining(dump, &dump->source.pieces[i], first);
	adopt_names(dump, first);
}
