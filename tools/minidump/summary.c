// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "symbols.h"
#include "util.h"
#include "vmlinux.h"

static void make_signature(struct summary *summary, struct symbols *symbols)
{
	const struct crash *crash = &summary->crash;
	const char *message = crash->cause[0] ? crash->cause : crash->message;
	struct frames *frames = allocate(sizeof(*frames));
	struct cpu_state state;
	size_t position = 0;

	if (!*message)
		message = summary->kcrash.message;
	/* The first CPU is the one that went down. */
	if (dump_next_cpu(summary->dump, &position, &state))
		frames_unwind(summary->dump, &state,
			      symbols ? symbols_in_link : NULL, symbols,
			      frames);
	signature_make(&summary->signature, message, frames, symbols,
		       &summary->modules, summary->dump);
	free(frames);
}

int summary_read(struct summary *summary, const struct dump *dump,
		 const char *vmlinux, const char *modules,
		 struct report *report)
{
	struct symbols *symbols = NULL;
	uint64_t kaslr_offset = 0;
	const char *by;

	*summary = (struct summary){ .dump = dump };
	log_open(&summary->log, dump);
	log_each(&summary->log, crash_line, &summary->crash);
	kcrash_read(&summary->kcrash, dump, report);
	boots_read(&summary->boots, dump, &summary->log);
	modules_read(&summary->modules, dump);

	dump_kaslr_offset(dump, &kaslr_offset);
	if (vmlinux) {
		if (vmlinux_check(dump, vmlinux, &by, report))
			return -1;
		symbols = symbols_open(vmlinux, kaslr_offset, modules,
				       &summary->modules, report);
		if (!symbols)
			return -1;
	}
	make_signature(summary, symbols);
	symbols_close(symbols);

	return 0;
}

void summary_free(struct summary *summary)
{
	log_close(&summary->log);
	boots_free(&summary->boots);
	modules_free(&summary->modules);
}

/* Without a log that it could be compared to, a record is of any boot. */
static const char *teller(const struct summary *summary)
{
	if (summary->crash.kind == CRASH_UNKNOWN)
		return "none";

	return summary->log.origin == LOG_RECORD ? "KDMESG" : "log";
}

static struct crash_facts facts_of_log(const struct summary *summary)
{
	const struct crash *crash = &summary->crash;

	return (struct crash_facts){
		.from = teller(summary),
		.kind = crash_kind_name(crash->kind),
		.message = crash->message,
		.has_time = crash->has_time,
		.nanoseconds = crash->nanoseconds,
		.has_cpu = crash->has_task,
		.cpu = crash->cpu,
		.has_pid = crash->has_task,
		.pid = crash->pid,
		.comm = crash->comm,
		.has_oopses = crash->oopses,
		.oopses = crash->oopses,
	};
}

struct crash_facts summary_facts(const struct summary *summary)
{
	const struct kcrash *kcrash = &summary->kcrash;

	if (!kcrash->there)
		return facts_of_log(summary);

	return (struct crash_facts){
		.from = "KCRASH",
		.kind = kcrash->kind,
		.message = kcrash->message,
		.has_time = kcrash->has_time,
		.nanoseconds = kcrash->nanoseconds,
		.has_cpu = kcrash->has_cpu,
		.cpu = kcrash->cpu,
		.has_pid = kcrash->has_pid,
		.pid = kcrash->pid,
		.comm = kcrash->comm,
		.has_oopses = kcrash->has_oopses,
		.oopses = kcrash->oopses + !strcmp(kcrash->kind, "oops"),
	};
}
