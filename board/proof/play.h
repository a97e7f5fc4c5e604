/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations on the tables, and crashes in their midst */
#ifndef PROOF_PLAY_H
#define PROOF_PLAY_H

#include <stdbool.h>
#include <stdint.h>

enum op_kind { OP_START, OP_APPEND, OP_REMOVE, OP_STOP };

/**
 * struct op - An operation of CPU A
 * @kind:	what it does
 * @id:		of the region that it appends or removes
 * @ids:	those of the regions that it starts with
 * @count:	how many
 * @entry:	the byte that our entry in the G-ToC consists of before it starts
 */
struct op {
	enum op_kind kind;
	unsigned int id;
	const unsigned int *ids;
	unsigned int count;
	uint8_t entry;
};

/* Returns what the driver does */
int play(const struct op *op);

/* A crash on CPU B when A is idle, of a new CPU; or of none, as it is hidden */
void play_crash(bool hide, bool alone);

/* The parts of both, for those who come in between */
void begin_operation(const struct op *op);
int run_operation(const struct op *op);
void end_operation(const struct op *op, int error);
bool crash_on_b(bool hide, bool alone);

/* The same operation, and at every @stride-th instant that differs, ... */
void play_with_crashes_alone(const struct op *op, unsigned int stride);

/* ... or at every @stride-th of all, again from its start each time */
void play_with_crashes_between(const struct op *op, unsigned int stride);

/* ... of a crash that it comes in between; then it is not done */
void play_between_crash(const struct op *op, unsigned int stride);

/* Chooses a region that the tables have, or one that they have not */
unsigned int some_member(void);
unsigned int some_stranger(void);

/* Likewise, but one at whose place a crash has put another, if there is one */
unsigned int some_newcomer(void);
unsigned int member_count(void);

/* Around every call of the driver; trap.c has more to do there */
void proof_enter(void);
void proof_leave(void);

extern char play_context[256];

#endif /* PROOF_PLAY_H */
