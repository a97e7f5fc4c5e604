/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command line says of where in SRC the dump is, or of memory in its
 * place. It is one for the program, as its command line is: options of every
 * command, which only those look at that open a source.
 */
#ifndef MINIDUMP_INPUT_H
#define MINIDUMP_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"

struct input {
	uint64_t offset;		/* in SRC */
	const char *ram[RAM_PARTS_MAX];	/* FILE@ADDRESS each */
	size_t ram_count;
};

const struct input *input_given(void);

/* From the command line; false: it is not one */
bool input_set_offset(const char *number);
bool input_add_ram(const char *file);

#endif
