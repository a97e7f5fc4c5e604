/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of the log for people: as dmesg prints them */
#ifndef MINIDUMP_LOG_PRINT_H
#define MINIDUMP_LOG_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "log.h"

struct log_style {
	FILE *to;
	unsigned int levels;	/* a bit for each that is wanted */
	bool color;
	bool wall_clock;
	int64_t boot_seconds;	/* when the machine booted */
};

/* "err,warn", "notice+" (and worse); false: that is no list of levels */
bool log_levels(const char *list, unsigned int *levels);

/* Prints a line; @context is a struct log_style. */
void log_print_line(void *context, const struct log_line *line);

/* The time of day, in UTC; @text has room for WALL_CLOCK_SIZE bytes */
#define WALL_CLOCK_SIZE	40
void format_wall_clock(int64_t seconds, char *text);

#endif
