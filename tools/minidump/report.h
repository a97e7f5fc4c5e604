/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with a dump, gathered while it is read and told at the end.
 *
 * Readers never exit and never print: they are fed hostile bytes by the fuzz
 * targets, and "list --json" wants the same lines as data.
 */
#ifndef MINIDUMP_REPORT_H
#define MINIDUMP_REPORT_H

#include <stddef.h>
#include <stdio.h>

#define __printf(a, b) __attribute((format(printf, a, b)))

enum report_level {
	REPORT_REMARK,		/* worth knowing; nothing is lost */
	REPORT_PROBLEM,		/* something of the dump is lost or wrong */
	REPORT_ERROR,		/* the command cannot go on */
};

struct report_line {
	enum report_level level;
	const char *code;	/* for programs; minidump(1) lists them */
	char *region;		/* that it is of, or NULL; not to be trusted */
	char *text;
};

struct report {
	struct report_line *lines;
	size_t count;
	size_t problems;
	size_t dropped;		/* lines beyond what is worth keeping */
	const char *stage;	/* the code of lines that have none of their own */
	const char *code;	/* of the next line, or NULL */
	const char *region;	/* the same */
};

__printf(2, 3)
void report_remark(struct report *report, const char *format, ...);

/* These always return -1, so that "return report_error(...)" reads well. */
__printf(2, 3)
int report_problem(struct report *report, const char *format, ...);
__printf(2, 3)
int report_error(struct report *report, const char *format, ...);

/*
 * The code of all lines from here on, and that of the next line only, with the
 * region it is of, or NULL. Codes must outlive the report, @region the line.
 */
void report_stage(struct report *report, const char *code);
void report_about(struct report *report, const char *code, const char *region);

void report_print(const struct report *report, FILE *to);
void report_free(struct report *report);

#endif
