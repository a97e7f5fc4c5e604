/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load.cmm (a debugger script) and dump_info.txt (a table), which firmware may
 * put beside the files. They differ in form from one firmware to the next, but
 * a line that places a file names it and has the address as its first number
 * in hexadecimal.
 */
#ifndef MINIDUMP_LISTING_H
#define MINIDUMP_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct token {
	const char *text;
	size_t length;
};

struct listing_entry {
	struct token file;
	uint64_t address;
};

/* The next line of @rest that places a file; moves @rest behind it. */
bool listing_next(struct token *rest, struct listing_entry *entry);

#endif
