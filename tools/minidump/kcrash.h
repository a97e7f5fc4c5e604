/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The region KCRASH: what the kernel itself wrote down of its crash, in lines
 * of key=value, as Documentation/admin-guide/qcom-minidump.rst has it. It is
 * zeros until there is a crash; the first line tells the version, the last one
 * that all of it reached memory. A key that is missing is no error, nor is one
 * that is new.
 */
#ifndef MINIDUMP_KCRASH_H
#define MINIDUMP_KCRASH_H

#include <stdbool.h>
#include <stdint.h>

#include "dump.h"

struct kcrash {
	bool there;		/* whole, and with a kind at least */
	char kind[16];		/* all text is not to be trusted */
	char message[512];
	char comm[24];
	char missing[512];	/* CPUs that did not stop */
	char unknown[512];	/* CPUs that did, but have no registers */
	char boot_id[40];
	bool has_time, has_cpu, has_pid, has_oopses;
	uint64_t nanoseconds;	/* since boot */
	uint64_t cpu, pid;
	uint64_t oopses;	/* before */
};

/* What cannot be right goes into @report, and the rest is as if not there. */
void kcrash_read(struct kcrash *kcrash, const struct dump *dump,
		 struct report *report);

/* Returns false for a text that is there but not whole. */
bool kcrash_parse(struct kcrash *kcrash, const char *text);

#endif
