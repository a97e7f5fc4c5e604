/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What pstore recorded of oopses and panics, out of ramoops' zones. A record
 * has a part of the log each, the newest lines in part 1, and it stays until
 * another crash needs its zone: it may well be of an earlier boot.
 */
#ifndef MINIDUMP_RECORDS_H
#define MINIDUMP_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"

struct record {
	char zone[64];		/* the region or piece: not to be trusted */
	char title[32];		/* "Panic#1", and the part apart */
	uint32_t part;
	uint64_t seconds;	/* of the wall clock, when it was made; or 0 */
	char *text;		/* what the log had, and its length */
	size_t length;
	char *bytes;		/* that text is in */
};

struct records {
	struct record *list;
	size_t count;
};

/* In the order of their zones */
void records_read(struct records *records, const struct dump *dump);
void records_free(struct records *records);

/* The lines of the newest record, all its parts; to be freed, or NULL */
char *records_newest(const struct dump *dump, size_t *length);
/* The text of the console's zone, likewise */
char *records_console(const struct dump *dump, size_t *length);

/* Takes its head, if it has one, off a text */
void record_parse(struct record *record, char *text, size_t length);

#endif
