/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_PLACE_H
#define MINIDUMP_PLACE_H

#include "candidates.h"

/* Matches by numbers that firmware gave all pieces in the table's order. */
void match_by_place(struct candidates *candidates);

/* How well fits the piece of the region's name and this number? 0: no piece */
size_t score_number(const struct candidates *candidates,
		    const struct region *region, uint64_t number);

#endif
