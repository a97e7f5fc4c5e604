/* SPDX-License-Identifier: GPL-2.0-only */
/* Which piece holds which region */
#ifndef MINIDUMP_MATCH_H
#define MINIDUMP_MATCH_H

#include "dump.h"

/*
 * Finds the bytes of every region. Where two pieces fit one region equally
 * well, neither is taken, and that is told.
 */
void match_regions(struct dump *dump, struct report *report);

/* Tells of regions that are not whole. */
void report_regions(const struct dump *dump, struct report *report);

/* overlap.c: do two regions that are there share addresses? One line each */
size_t report_overlaps(const struct dump *dump, struct report *report);

#endif
