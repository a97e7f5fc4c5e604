/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Temporary files without a name, so that nothing is left of them whatever ends
 * the program. They are in TMPDIR, else in /var/tmp: /tmp is often in memory.
 */
#ifndef MINIDUMP_SPOOL_H
#define MINIDUMP_SPOOL_H

#include <stdint.h>

#include "report.h"

/* No phone has more memory, and so no dump of one is larger. */
#define SPOOL_MAX	(32ull << 30)
#define SPOOL_MAX_TEXT	"32 GiB"

/* A descriptor, or -1 with the reason in @report */
int spool_open(struct report *report);

#endif
