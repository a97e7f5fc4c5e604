/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder of files, one a region, as firmware's host programs leave it */
#ifndef MINIDUMP_OUTDIR_H
#define MINIDUMP_OUTDIR_H

#include <stdint.h>

#include "piece.h"
#include "report.h"

struct outdir {
	const char *path;
	void *names;		/* of the files in it, a tree of tsearch() */
};

/* The folder is made if it is not there; one that is must be empty. */
int outdir_open(struct outdir *outdir, const char *path,
		struct report *report);
void outdir_close(struct outdir *outdir);

/*
 * A path in the folder for what the dump calls @name, to be freed: nothing of
 * it leads elsewhere, and no two are the same. With @start and @end around it,
 * unless it has them.
 */
char *outdir_file(struct outdir *outdir, const char *name, const char *start,
		  const char *end);

#endif
