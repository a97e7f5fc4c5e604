/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds out what a path is, and describes it as pieces. */
#ifndef MINIDUMP_SOURCE_H
#define MINIDUMP_SOURCE_H

#include "piece.h"
#include "report.h"

/* 0, or -1 with the reason in @report; either way source_close() it. */
int source_open(struct source *source, const char *path,
		struct report *report);
void source_close(struct source *source);

#endif
