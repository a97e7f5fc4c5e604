/* SPDX-License-Identifier: GPL-2.0-only */
/* The pieces that may hold a region, quickly found and put in order */
#ifndef MINIDUMP_CANDIDATES_H
#define MINIDUMP_CANDIDATES_H

#include "dump.h"

/* A number that a key ends in: "KA12" ends in 12, and in a longer one in 2 */
struct ending {
	uint32_t number;
	bool longer;
	struct piece *piece;
};

/* Regions and pieces by name, so that no search compares all to all */
struct candidates {
	struct dump *dump;
	struct report *report;
	struct piece **by_key;
	struct ending *endings;
	size_t ending_count;
	/* Of each region: the first of its name, how many have it */
	struct region **namesake;
	size_t *namesakes;
	/* Of each piece: the first region that has its key for a name, or NULL */
	struct region **named;
};

void candidates_init(struct candidates *candidates, struct dump *dump,
		     struct report *report);
void candidates_free(struct candidates *candidates);

struct region *first_namesake(const struct candidates *candidates,
			      const struct region *region);
size_t count_namesakes(const struct candidates *candidates,
		       const struct region *region);
/* The first region that has the piece's key for its name, or NULL */
struct region *region_named(const struct candidates *candidates,
			    const struct piece *piece);

/* Neither taken nor known to be of no region */
bool piece_is_free(const struct piece *piece);

/* Was the piece read from another address than the region's? */
bool region_contradicts(const struct region *region,
			const struct piece *piece);

/* Free pieces whose key is the region's name and this number, 0 for none */
struct piece **pieces_of_number(const struct candidates *candidates,
				const struct region *region, uint64_t number,
				size_t *count);
/* Those whose key ends in the number */
const struct ending *endings_of(const struct candidates *candidates,
				uint64_t number, size_t *count);

void region_take(struct region *region, struct piece *piece, const char *why);

/*
 * Takes the best of @count pieces, if one is best: one of the right size, from
 * an address that does not contradict. Tells of a tie.
 */
void region_take_best(const struct candidates *candidates,
		      struct region *region, struct piece **pieces,
		      size_t count, const char *why);

#endif
