/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names and source lines of addresses, out of vmlinux and of modules' .ko
 * files, by elfutils: with debug sections that are compressed or in files of
 * their own. The files are the user's, and trusted as such.
 */
#ifndef MINIDUMP_SYMBOLS_H
#define MINIDUMP_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modules.h"
#include "report.h"

/* A function, or one that was inlined into the next of the list */
struct symbol {
	const char *name;	/* NULL: not known */
	uint64_t offset;	/* of the address, into a function */
	bool inlined;
	const char *file;	/* NULL: not known */
	int line;
};

#define SYMBOLS_INLINED_MAX	32

struct symbols;

/*
 * @vmlinux and @folder, where .ko files are, may each be NULL. NULL and a line
 * in @report if a file cannot be read.
 */
struct symbols *symbols_open(const char *vmlinux, uint64_t kaslr_offset,
			     const char *folder, const struct modules *modules,
			     struct report *report);
void symbols_close(struct symbols *symbols);

/*
 * What is at @address, innermost first, into @found of SYMBOLS_INLINED_MAX;
 * returns how many, 0 if nothing is known. Good until symbols_close().
 */
size_t symbols_find(struct symbols *symbols, uint64_t address,
		    struct symbol *found);

/* Is the return address of the function at @address still in its register? */
bool symbols_in_link(void *symbols, uint64_t address);

#endif
