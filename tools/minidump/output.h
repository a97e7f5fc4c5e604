/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file that appears whole or not at all. It has no name while it is written,
 * so that nothing is left behind whatever ends the program; where the file
 * system cannot do that, it has a hidden one that is removed on the way out.
 */
#ifndef MINIDUMP_OUTPUT_H
#define MINIDUMP_OUTPUT_H

#include <stdint.h>

#include "report.h"

/* Writes into @fd, a new file, and tells its @size. 0, or -1 with the reason */
typedef int (*output_writer)(void *context, int fd, uint64_t *size,
			     struct report *report);

/*
 * Makes the file @path of what @write writes, in place of a regular file of
 * that name if there is one. 0, or -1 with the reason.
 */
int output_make(const char *path, output_writer write, void *context,
		struct report *report);

#endif
