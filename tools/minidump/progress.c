// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"
#include "util.h"

#define PATIENCE	1000	/* milliseconds before the bar appears */
#define INTERVAL	100	/* between two drawings */
#define WIDTH		50

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool progress_due(const struct progress *progress, uint64_t now)
{
	if (!progress->on_terminal || now < progress->started + PATIENCE)
		return false;

	return !progress->drawn || now >= progress->drawn + INTERVAL;
}

void progress_line(const struct progress *progress, char *line, size_t size)
{
	double part = progress->total ?
		(double)progress->done / (double)progress->total : 1;
	char bar[WIDTH + 1];
	size_t filled;

	if (part > 1)
		part = 1;
	filled = (size_t)(part * WIDTH);
	memset(bar, '#', filled);
	memset(bar + filled, '.', WIDTH - filled);
	bar[WIDTH] = '\0';
	snprintf(line, size, "[%s] %3d%% of %" PRIu64 " MiB", bar,
		 (int)(part * 100), progress->total / MIB);
}

void progress_start(struct progress *progress, uint64_t total)
{
	*progress = (struct progress){
		.total = total,
		.started = milliseconds(),
		.on_terminal = isatty(STDERR_FILENO),
	};
}

void progress_add(struct progress *progress, uint64_t bytes)
{
	uint64_t now = milliseconds();
	char line[WIDTH + 40];

	progress->done += bytes;
	if (!progress_due(progress, now))
		return;

	progress_line(progress, line, sizeof(line));
	fprintf(stderr, "\r%s", line);
	progress->drawn = now;
}

void progress_end(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = 0;
}
