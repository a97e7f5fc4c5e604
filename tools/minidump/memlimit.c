// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "memlimit.h"
#include "util.h"

/* AddressSanitizer's own memory is far beyond any limit. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

/* What counts against RLIMIT_DATA; false: it cannot be known */
static bool data_size(uint64_t *size)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages;
	bool known;

	if (!file)
		return false;
	known = fscanf(file, "%*s %*s %*s %*s %*s %lu", &pages) == 1;
	fclose(file);
	*size = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);

	return known;
}

void memory_limit_set(struct memory_limit *limit, uint64_t size)
{
	struct rlimit wanted;
	uint64_t has;

	getrlimit(RLIMIT_DATA, &limit->before);
	wanted = limit->before;
	if (HAS_SANITIZER || !data_size(&has) ||
	    has + size >= limit->before.rlim_cur)
		return;
	wanted.rlim_cur = has + size;
	setrlimit(RLIMIT_DATA, &wanted);
}

void memory_limit_end(const struct memory_limit *limit)
{
	setrlimit(RLIMIT_DATA, &limit->before);
}
