/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The call chain of a CPU of arm64, by the frame records on its stacks: the
 * caller's frame pointer, and the address to return to.
 *
 * An exception leaves a record at the end of the registers that it saved. Up to
 * Linux 6.12 the record is {fp, pc} of who was interrupted; since 6.13 it is
 * {0, 0}, and a word behind it tells what it is.
 */
#ifndef MINIDUMP_FRAMES_H
#define MINIDUMP_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"

#define FRAMES_MAX	200	/* deeper than any chain on stacks of the kernel */
#define FRAMES_OF_ALL	16384	/* CPUs together */

enum frame_kind {
	FRAME_REGISTERS,	/* the program counter of a CPU */
	FRAME_INTERRUPTED,	/* the same, as an exception saved it */
	FRAME_LINK,		/* out of the link register: no record yet */
	FRAME_RETURN,		/* out of a frame record */
};

struct frame {
	enum frame_kind kind;
	uint64_t pc;
	uint64_t link;		/* the link register, if that is no frame; or 0 */
};

enum frames_end {
	FRAMES_COMPLETE,
	FRAMES_NOT_THERE,	/* a record is not in the dump */
	FRAMES_DAMAGED,		/* a record cannot be right */
	FRAMES_TOO_MANY,
};

struct frames {
	struct frame list[FRAMES_MAX];
	size_t count;
	enum frames_end end;
	uint64_t record;	/* the last one that was looked at */
};

/* Has the function at @pc not yet made its frame record? */
typedef bool (*frames_link_test)(void *context, uint64_t pc);

/* @is_link may be NULL: then only a jump to nowhere is known to have none. */
void frames_unwind(const struct dump *dump, const struct cpu_state *state,
		   frames_link_test is_link, void *context,
		   struct frames *frames);

/* Where a lookup finds what called, not what follows the call */
static inline uint64_t frame_lookup(const struct frame *frame)
{
	return frame->pc - (frame->kind == FRAME_LINK ||
			    frame->kind == FRAME_RETURN ? 1 : 0);
}

/* An address of the kernel without the signature of pointer authentication */
uint64_t frames_strip(const struct dump *dump, uint64_t address);

#define REG_FP	29
#define REG_LR	30
#define REG_SP	31
#define REG_PC	32

#endif
