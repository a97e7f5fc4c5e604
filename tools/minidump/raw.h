/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raw memory as a source: the regions are found as firmware finds them, and
 * each is a piece.
 */
#ifndef MINIDUMP_RAW_H
#define MINIDUMP_RAW_H

#include <stddef.h>

#include "piece.h"
#include "report.h"

/* @files are FILE@ADDRESS, the address in hexadecimal. 0, or -1 */
int raw_open_files(struct source *source, const char *const *files,
		   size_t count, struct report *report);

/*
 * Takes the pieces of @source that are files of memory, and puts the regions in
 * their place. 0, or -1
 */
int raw_from_pieces(struct source *source, struct report *report);

#endif
