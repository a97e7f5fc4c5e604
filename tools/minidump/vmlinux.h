/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_VMLINUX_H
#define MINIDUMP_VMLINUX_H

#include "dump.h"

/*
 * Is the file @path the kernel of the dump? Prints by what it matched, or tells
 * what speaks against it. 0, or -1 with the reason why it could not be read.
 */
int vmlinux_check(const struct dump *dump, const char *path,
		  struct report *report);

#endif
