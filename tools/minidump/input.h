/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line says of where the dump is */
#ifndef MINIDUMP_INPUT_H
#define MINIDUMP_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
	const char *path;	/* "-": standard input */
	uint64_t offset;	/* where in it the dump begins */
	const char *const *ram;	/* files of memory instead, FILE@ADDRESS */
	size_t ram_count;
};

#endif
