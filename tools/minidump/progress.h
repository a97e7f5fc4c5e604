/* SPDX-License-Identifier: GPL-2.0-only */
/* A bar on a terminal, for work that takes longer than a second. */
#ifndef MINIDUMP_PROGRESS_H
#define MINIDUMP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	uint64_t total;
	uint64_t done;
	uint64_t started;	/* in milliseconds, as below */
	uint64_t drawn;		/* 0: not yet */
	bool on_terminal;
};

void progress_start(struct progress *progress, uint64_t total);
void progress_add(struct progress *progress, uint64_t bytes);
/* Wipes the bar away. */
void progress_end(struct progress *progress);

/* Is it time to draw? @now is in milliseconds of any clock that only rises. */
bool progress_due(const struct progress *progress, uint64_t now);
void progress_line(const struct progress *progress, char *line, size_t size);

#endif
