/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file that appears whole or not at all: it is written under another name in
 * the same folder, and renamed at the end.
 */
#ifndef MINIDUMP_OUTPUT_H
#define MINIDUMP_OUTPUT_H

#include <stdint.h>

#include "report.h"

struct output {
	const char *path;
	char *temporary;
	int fd;
};

int output_open(struct output *output, const char *path,
		struct report *report);
/* Gives the file its size and its name. */
int output_commit(struct output *output, uint64_t size,
		  struct report *report);
/* Leaves nothing behind; does nothing after a commit. */
void output_discard(struct output *output);

#endif
