// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "info-json.h"
#include "json.h"
#include "util.h"

static void print_kernel(const struct dump *dump)
{
	static const char * const origins[] = {
		[VMCOREINFO_ABSENT] = "none",
		[VMCOREINFO_NOTE] = "header",
		[VMCOREINFO_PIECE] = "file",
		[VMCOREINFO_MEMORY] = "memory",
	};
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	uint64_t offset;
	char value[512];

	json_open("kernel", '{');
	if (dump_banner(dump, value, sizeof(value)))
		json_string("banner", value);
	if (vmcoreinfo &&
	    vmcoreinfo_get(vmcoreinfo, "OSRELEASE", value, sizeof(value)))
		json_string("release", value);
	if (vmcoreinfo &&
	    vmcoreinfo_get(vmcoreinfo, "BUILD-ID", value, sizeof(value)))
		json_string("build_id", value);
	json_string("vmcoreinfo", origins[dump->notes.origin]);
	if (dump_kaslr_offset(dump, &offset) != KASLR_UNKNOWN)
		json_address("kaslr_offset", offset);
	json_close('}');
}

static void print_crash(const struct summary *summary)
{
	const struct crash *crash = &summary->crash;
	struct crash_facts facts = summary_facts(summary);

	json_open("crash", '{');
	json_string("from", facts.from);
	json_string("kind", facts.kind);
	if (*facts.message)
		json_string("message", facts.message);
	if (crash->cause[0])
		json_string("cause", crash->cause);
	if (facts.has_time)
		json_seconds("time", facts.nanoseconds);
	if (facts.has_time && crash->has_wall_clock)
		json_number("unix_time",
			    (uint64_t)crash->boot_seconds +
			    facts.nanoseconds / 1000000000);
	if (facts.has_cpu)
		json_number("cpu", facts.cpu);
	if (facts.has_pid)
		json_number("pid", facts.pid);
	if (*facts.comm)
		json_string("comm", facts.comm);
	if (facts.has_oopses)
		json_number("oopses", facts.oopses);
	if (summary->kcrash.missing[0])
		json_string("missing_cpus", summary->kcrash.missing);
	if (summary->kcrash.unknown[0])
		json_string("unknown_cpus", summary->kcrash.unknown);
	if (summary->kcrash.boot_id[0])
		json_string("boot_id", summary->kcrash.boot_id);
	json_close('}');
}

static void print_log(const struct summary *summary)
{
	static const char * const origins[] = {
		[LOG_NONE] = "none",
		[LOG_RING] = "ring",
		[LOG_CONSOLE] = "KCONSOLE",
		[LOG_RECORD] = "KDMESG",
	};

	json_open("log", '{');
	json_string("from", origins[summary->log.origin]);
	json_number("lines", summary->crash.lines);
	if (summary->crash.has_times) {
		json_seconds("first", summary->crash.first);
		json_seconds("last", summary->crash.last);
	}
	json_close('}');
}

static void print_cpus(const struct dump *dump)
{
	struct cpu_state state;
	size_t position = 0;

	json_open("cpus", '[');
	while (dump_next_cpu(dump, &position, &state)) {
		json_open(NULL, '{');
		if (state.pid)
			json_number("cpu", state.pid - 1);
		json_address("pc", state.regs[REG_PC]);
		json_address("sp", state.regs[REG_SP]);
		json_address("fp", state.regs[REG_FP]);
		json_close('}');
	}
	json_close(']');
}

static void print_record(const char *zone, const char *title, enum boot boot)
{
	json_open(NULL, '{');
	json_string("region", zone);
	if (*title)
		json_string("title", title);
	json_string("boot", boot_name(boot));
	json_close('}');
}

static void print_records(const struct summary *summary)
{
	size_t i;

	json_open("records", '[');
	if (summary->boots.has_console)
		print_record("KCONSOLE", "", summary->boots.console);
	for (i = 0; i < summary->boots.records.count; i++)
		print_record(summary->boots.records.list[i].zone,
			     summary->boots.records.list[i].title,
			     summary->boots.of[i]);
	json_close(']');
}

static void print_regions(const struct dump *dump)
{
	uint64_t whole = 0, bytes = 0;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		bytes += dump->regions[i].have;
		whole += dump->regions[i].have == dump->regions[i].size;
	}
	json_open("regions", '{');
	json_number("count", dump->region_count);
	json_number("whole", whole);
	json_number("bytes", bytes);
	json_close('}');
}

static void print_signature(const struct signature *signature)
{
	size_t i;

	if (!signature->text[0])
		return;
	json_string("signature", signature->text);
	json_open("signature_frames", '[');
	for (i = 0; i < signature->count; i++)
		json_string(NULL, signature->frames[i]);
	json_close(']');
}

void info_print_json(const struct summary *summary,
		     const struct report *report)
{
	const struct dump *dump = summary->dump;

	json_open(NULL, '{');
	json_number("schema", 1);
	json_string("source", dump->source.path);
	print_crash(summary);
	print_kernel(dump);
	print_log(summary);
	print_cpus(dump);
	print_records(summary);
	print_regions(dump);
	print_signature(&summary->signature);
	json_report(report);
	json_close('}');
}
