/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_VMLINUX_H
#define MINIDUMP_VMLINUX_H

#include "dump.h"

/*
 * Is the file @path the kernel of the dump? @by is by what it matched, or NULL
 * with a line that says what speaks against it. -1 if it could not be read.
 */
int vmlinux_check(const struct dump *dump, const char *path, const char **by,
		  struct report *report);

#endif
