/* SPDX-License-Identifier: GPL-2.0-only */
/* All that "minidump info" tells of a dump, before it is put into words */
#ifndef MINIDUMP_SUMMARY_H
#define MINIDUMP_SUMMARY_H

#include "boots.h"
#include "crash.h"
#include "frames.h"
#include "kcrash.h"
#include "modules.h"
#include "signature.h"

struct summary {
	const struct dump *dump;
	struct log log;
	struct crash crash;		/* as the log tells it */
	struct kcrash kcrash;		/* as the kernel noted it down */
	struct boots boots;
	struct modules modules;
	struct signature signature;
};

/* Of a crash, from the better of the two that tell of it */
struct crash_facts {
	const char *from;		/* "KCRASH", "log" or "none" */
	const char *kind;
	const char *message;
	bool has_time, has_cpu, has_pid;
	uint64_t nanoseconds, cpu, pid;
	const char *comm;		/* "" if not known */
	bool has_oopses;
	uint64_t oopses;		/* in this boot */
};

/*
 * 0, or -1 with the reason in @report. @vmlinux and @modules, a folder, may be
 * NULL: they only serve the signature.
 */
int summary_read(struct summary *summary, const struct dump *dump,
		 const char *vmlinux, const char *modules,
		 struct report *report);
void summary_free(struct summary *summary);

struct crash_facts summary_facts(const struct summary *summary);

#endif
