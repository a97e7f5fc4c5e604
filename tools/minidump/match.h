/* SPDX-License-Identifier: GPL-2.0-only */
/* What match.c and place.c share */
#ifndef MINIDUMP_MATCH_H
#define MINIDUMP_MATCH_H

#include "dump.h"

void region_take(struct region *region, struct piece *piece);

/* Was the piece read from another address than the region's? */
bool region_contradicts(const struct region *region,
			const struct piece *piece);

/* A piece where one is expected speaks for an arrangement; its size, too. */
size_t piece_score(const struct region *region, const struct piece *piece);

/* Of the region's name and this number, 0 for none; NULL: there is none left */
struct piece *piece_of_number(struct dump *dump, const struct region *region,
			      uint64_t number);

/* place.c: by numbers that firmware gave all pieces in the table's order */
void match_by_place(struct dump *dump);

#endif
