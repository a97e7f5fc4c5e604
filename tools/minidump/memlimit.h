/* SPDX-License-Identifier: GPL-2.0-only */
/* For code of others that takes as much memory as its input asks for */
#ifndef MINIDUMP_MEMLIMIT_H
#define MINIDUMP_MEMLIMIT_H

#include <stdint.h>
#include <sys/resource.h>

struct memory_limit {
	struct rlimit before;
};

/* From here on the process can have @size bytes more than it has. */
void memory_limit_set(struct memory_limit *limit, uint64_t size);
void memory_limit_end(const struct memory_limit *limit);

#endif
