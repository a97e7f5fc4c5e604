/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happened, as the lines of a log tell it: the panic, and the oops or
 * other trouble that it came of.
 */
#ifndef MINIDUMP_CRASH_H
#define MINIDUMP_CRASH_H

#include <stdbool.h>
#include <stdint.h>

#include "log.h"

#define CRASH_TEXT_MAX	256

enum crash_kind {
	CRASH_UNKNOWN,		/* a hang, or a reset by hand: no last words */
	CRASH_OOPS,
	CRASH_PANIC,
};

/* All text is as the dump has it: not to be trusted */
struct crash {
	enum crash_kind kind;
	char message[CRASH_TEXT_MAX];	/* of the panic, or else of the oops */
	char cause[CRASH_TEXT_MAX];	/* the trouble before the panic, or "" */
	bool has_time;
	uint64_t nanoseconds;		/* since boot */
	bool has_task;
	uint32_t cpu;
	uint32_t pid;
	char comm[24];
	uint32_t oopses;		/* in this boot, as far as told */

	/* Of the log as a whole */
	uint64_t lines;
	bool has_times;
	uint64_t first, last;
	bool has_wall_clock;
	int64_t boot_seconds;		/* when it booted, by the wall clock */

	/* While it reads */
	bool in_trouble;
	uint64_t trouble_time;
};

/* Takes in a line; the lines come in order, @context is a struct crash. */
void crash_line(void *context, const struct log_line *line);

const char *crash_kind_name(enum crash_kind kind);

#endif
