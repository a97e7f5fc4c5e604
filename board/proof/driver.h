/* SPDX-License-Identifier: GPL-2.0-only */
/* The driver's tables, for those who know none of its types */
#ifndef PROOF_DRIVER_H
#define PROOF_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "judge.h"

#define MOVES_MAX	3

struct move {
	uint64_t phys, virt, original;
};

/* All that the driver keeps, and the words of it that CPUs share */
struct span {
	void *start;
	size_t size;
};

struct span driver_state(void);
struct span driver_words(void);

int driver_start(const unsigned int *ids, unsigned int count);
int driver_append(unsigned int id);
void driver_remove(unsigned int id);
void driver_stop(void);
bool driver_describe(const struct crash *crash, const struct move *moves,
		     unsigned int move_count, bool alone);

#endif /* PROOF_DRIVER_H */
