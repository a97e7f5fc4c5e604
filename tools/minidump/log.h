/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel log of a dump, line by line: out of printk's ring; else as the
 * console showed it, out of ramoops' console zone; else the newest record of a
 * panic or oops in ramoops' other zones.
 */
#ifndef MINIDUMP_LOG_H
#define MINIDUMP_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"
#include "ring.h"

enum log_origin {
	LOG_NONE,
	LOG_RING,
	LOG_CONSOLE,
	LOG_RECORD,
};

struct log_line {
	bool has_time;
	uint64_t nanoseconds;
	int level;		/* 0 to 7, or -1: not known */
	const char *text;	/* no NUL or newline at its end */
	size_t length;
};

struct log {
	const struct dump *dump;
	enum log_origin origin;
	const char *ring_problem;	/* why it is not out of the ring */
	uint64_t lost;		/* records of the ring without their text */
	char *text;		/* of zones */
	size_t length;
};

/* Never fails: there may be no log, and then log_each() calls nobody. */
void log_open(struct log *log, const struct dump *dump);
void log_close(struct log *log);
/* "the kernel's ring buffer" and the like */
const char *log_origin_name(enum log_origin origin);

/* Calls @sink for each line, from the oldest on; it may be done again. */
typedef void (*log_sink)(void *context, const struct log_line *line);
void log_each(struct log *log, log_sink sink, void *context);

/* Lines of text, with "<LEVEL>" and "[TIME] " in front where there is one */
void log_each_of_text(const char *text, size_t length, log_sink sink,
		      void *context);

#endif
