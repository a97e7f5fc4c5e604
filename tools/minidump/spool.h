/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Temporary files without a name, so that nothing is left of them whatever ends
 * the program. They are in TMPDIR, else in /var/tmp: /tmp is often in memory.
 */
#ifndef MINIDUMP_SPOOL_H
#define MINIDUMP_SPOOL_H

#include "report.h"

/* A descriptor, or -1 with the reason in @report */
int spool_open(struct report *report);

#endif
