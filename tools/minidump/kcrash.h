/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The region KCRASH: what the kernel itself wrote down of its crash, in lines
 * of key=value. A key that is missing is no error, nor is one that is new.
 */
#ifndef MINIDUMP_KCRASH_H
#define MINIDUMP_KCRASH_H

#include <stdbool.h>
#include <stdint.h>

#include "dump.h"

struct kcrash {
	bool there;		/* with a kind, at least */
	char kind[16];		/* all text is not to be trusted */
	char message[256];
	char comm[24];
	char missing[128];	/* CPUs that did not stop */
	char boot_id[40];
	bool has_time, has_cpu, has_pid, has_count;
	uint64_t nanoseconds;	/* since boot */
	uint64_t cpu, pid, count;
};

void kcrash_read(struct kcrash *kcrash, const struct dump *dump);
void kcrash_parse(struct kcrash *kcrash, const char *text);

#endif
