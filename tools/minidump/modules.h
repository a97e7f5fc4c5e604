/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where modules were, as the region KMODULES tells: a line of text for each,
 * its name first, then address and size of its code, those of the code that it
 * ran at its start, and its build id; what is behind size may be missing. A line
 * that begins with a blank is of a module that is gone.
 */
#ifndef MINIDUMP_MODULES_H
#define MINIDUMP_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"

struct module {
	char name[64];
	uint64_t address;
	uint64_t size;
	uint64_t init_address;	/* 0 and 0: gone, or never told */
	uint64_t init_size;
	char build_id[41];	/* "": not told */
};

struct modules {
	struct module *list;
	size_t count;
};

void modules_read(struct modules *modules, const struct dump *dump);
void modules_parse(struct modules *modules, const char *text, size_t length);
void modules_free(struct modules *modules);

/* Is @address in the kernel's image, as far as that can be long? */
bool modules_is_kernel(const struct dump *dump, uint64_t address,
		       uint64_t *offset);

/* The module whose code is at @address, or NULL */
const struct module *modules_find(const struct modules *modules,
				  uint64_t address);

#define MODULES_PLACE_SIZE	(64 + sizeof(".init+0x0123456789abcdef"))

/* "demo+0x234", or "demo.init+0x10" in code of its start; false: in none */
bool modules_place(const struct modules *modules, uint64_t address,
		   char *text, size_t size);

#endif
