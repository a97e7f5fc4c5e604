// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "howto.h"
#include "info-json.h"
#include "log-print.h"
#include "summary.h"
#include "text.h"
#include "util.h"

#define NANOSECONDS	UINT64_C(1000000000)

static void print_label(const char *label)
{
	printf("%-16s", label);
}

static void print_value(const char *label, const char *value)
{
	print_label(label);
	print_printable(stdout, value);
	putchar('\n');
}

/* The third word of "Linux version 6.12.0 (...) ..." */
static void cut_release(char *banner)
{
	char *word = banner + strlen("Linux version ");
	size_t length = strcspn(word, " ");

	memmove(banner, word, length);
	banner[length] = '\0';
}

static void print_kernel(const struct dump *dump)
{
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	char value[512];
	bool has_banner = !!dump_banner(dump, value, sizeof(value));
	bool has_build_id;

	if (has_banner) {
		print_value("banner:", value);
		cut_release(value);
	}
	if (vmcoreinfo && vmcoreinfo_get(vmcoreinfo, "OSRELEASE", value,
					 sizeof(value)))
		has_banner = true;
	print_value("release:", has_banner ? value : "unknown");

	has_build_id = vmcoreinfo && vmcoreinfo_get(vmcoreinfo, "BUILD-ID",
						    value, sizeof(value));
	print_value("build id:", has_build_id ? value : "unknown");
}

static void print_kaslr(const struct dump *dump)
{
	static const char * const from[] = {
		[KASLR_VMCOREINFO] = "VMCOREINFO",
		[KASLR_FIRMWARE] = "MD_SHRDIMEM",
	};
	enum kaslr_source source;
	uint64_t offset;

	source = dump_kaslr_offset(dump, &offset);
	print_label("KASLR offset:");
	if (source == KASLR_UNKNOWN)
		puts("unknown");
	else
		printf("0x%" PRIx64 " (from %s)\n", offset, from[source]);
}

static void print_vmcoreinfo(const struct dump *dump)
{
	static const char * const origins[] = {
		[VMCOREINFO_ABSENT] = "none",
		[VMCOREINFO_NOTE] = "in the header",
		[VMCOREINFO_PIECE] = "in a file of its own",
		[VMCOREINFO_MEMORY] = "found elsewhere in the dump",
	};

	print_value("VMCOREINFO:", origins[dump->notes.origin]);
}

static void print_cpu(const struct cpu_state *state)
{
	print_label("CPU state:");
	/* Linux puts the CPU's number + 1 where a core has a process id. */
	if (state->pid)
		printf("CPU %" PRIu32 ": ", state->pid - 1);
	printf("pc 0x%" PRIx64 " sp 0x%" PRIx64 " fp 0x%" PRIx64 "\n",
	       state->regs[REG_PC], state->regs[REG_SP], state->regs[REG_FP]);
}

static void print_cpus(const struct dump *dump)
{
	const struct source *source = &dump->source;
	struct cpu_state state;
	bool found = false;
	size_t position = 0, i;

	while (dump_next_cpu(dump, &position, &state)) {
		print_cpu(&state);
		found = true;
	}
	for (i = 0; i < source->count; i++) {
		if (source->pieces[i].type != PIECE_CPU_CONTEXT)
			continue;
		print_label("CPU state:");
		printf("%" PRIu64 " bytes in firmware's format in section ",
		       source->pieces[i].size);
		print_printable(stdout, source->pieces[i].name);
		putchar('\n');
		found = true;
	}
	if (!found)
		print_value("CPU state:", "none saved");
}

static void print_regions(const struct dump *dump)
{
	size_t whole = 0, i;
	uint64_t bytes = 0;

	for (i = 0; i < dump->region_count; i++) {
		bytes += dump->regions[i].have;
		if (dump->regions[i].have == dump->regions[i].size)
			whole++;
	}
	print_label("regions:");
	printf("%zu, %zu of them whole, %" PRIu64 " bytes\n",
	       dump->region_count, whole, bytes);
}

static void print_seconds(uint64_t nanoseconds)
{
	printf("%" PRIu64 ".%06" PRIu64 " s", nanoseconds / NANOSECONDS,
	       nanoseconds % NANOSECONDS / 1000);
}

static void print_task(const struct crash_facts *facts)
{
	print_label("where:");
	if (facts->has_cpu)
		printf("CPU %" PRIu64 "%s", facts->cpu,
		       facts->has_pid ? ", " : "");
	if (facts->has_pid)
		printf("task %" PRIu64, facts->pid);
	if (*facts->comm) {
		printf(" (");
		print_printable(stdout, facts->comm);
		putchar(')');
	}
	putchar('\n');
}

static void print_when(const struct summary *summary,
		       const struct crash_facts *facts)
{
	char text[WALL_CLOCK_SIZE];

	print_label("when:");
	print_seconds(facts->nanoseconds);
	printf(" after boot");
	if (summary->crash.has_wall_clock) {
		format_wall_clock(summary->crash.boot_seconds +
				  (int64_t)(facts->nanoseconds / NANOSECONDS),
				  text);
		printf(", %s UTC", text);
	}
	putchar('\n');
}

static void print_crash(const struct summary *summary,
			const struct crash_facts *facts)
{
	print_label("crash:");
	print_printable(stdout, facts->kind);
	if (*facts->message)
		printf(": ");
	print_printable(stdout, facts->message);
	printf(" (from %s%s)\n", facts->from,
	       strcmp(facts->from, "KDMESG") ? "" :
	       ", perhaps of an earlier boot");
	if (summary->crash.cause[0] &&
	    strcmp(summary->crash.cause, facts->message))
		print_value("came of:", summary->crash.cause);
	if (facts->has_time)
		print_when(summary, facts);
	if (facts->has_cpu || facts->has_pid)
		print_task(facts);
	if (facts->has_oopses) {
		print_label("oopses:");
		printf("%" PRIu64 "\n", facts->oopses);
	}
	if (summary->kcrash.missing[0])
		print_value("CPUs missing:", summary->kcrash.missing);
	if (summary->kcrash.unknown[0])
		print_value("CPUs unknown:", summary->kcrash.unknown);
}

static void print_log(const struct summary *summary)
{
	const struct crash *crash = &summary->crash;

	print_label("log:");
	if (summary->log.origin == LOG_NONE) {
		puts("none");
		return;
	}
	printf("%s, %" PRIu64 " lines", log_origin_name(summary->log.origin),
	       crash->lines);
	if (crash->has_times) {
		printf(", the last at ");
		print_seconds(crash->last);
	}
	putchar('\n');
}

/* After a hang they may be those of an oops long before. */
static void print_age(const struct summary *summary,
		      const struct crash_facts *facts)
{
	struct cpu_state state;
	size_t position = 0;

	if (!dump_next_cpu(summary->dump, &position, &state))
		return;
	print_label("registers:");
	if (!facts->has_time) {
		puts("nothing tells when they were saved");
		return;
	}
	printf("saved at ");
	print_seconds(facts->nanoseconds);
	if (summary->crash.has_times &&
	    summary->crash.last > facts->nanoseconds) {
		printf(", ");
		print_seconds(summary->crash.last - facts->nanoseconds);
		printf(" before the last line of the log");
	}
	putchar('\n');
}

static void print_boot(const char *zone, const char *title, enum boot boot)
{
	static const char * const words[] = {
		[BOOT_UNKNOWN] = "of which boot is not known",
		[BOOT_THIS] = "of this boot",
		[BOOT_EARLIER] = "of an earlier boot",
	};

	print_label("record:");
	print_printable(stdout, zone);
	putchar(' ');
	if (*title) {
		print_printable(stdout, title);
		putchar(' ');
	}
	puts(words[boot]);
}

static void print_records(const struct summary *summary)
{
	const struct record *record;
	size_t i;

	if (summary->boots.has_console && summary->boots.console == BOOT_EARLIER)
		print_boot("KCONSOLE", "", summary->boots.console);
	for (i = 0; i < summary->boots.records.count; i++) {
		record = &summary->boots.records.list[i];
		print_boot(record->zone, record->title, summary->boots.of[i]);
	}
}

static void print_signature(const struct signature *signature)
{
	print_label("signature:");
	if (!signature->text[0])
		puts("none");
	else
		printf("%s (by %s)\n", signature->text,
		       signature->by_names ? "names" : "places");
}

static void print_text(const struct summary *summary, const char *path)
{
	const struct dump *dump = summary->dump;
	struct crash_facts facts = summary_facts(summary);

	print_crash(summary, &facts);
	print_kernel(dump);
	print_vmcoreinfo(dump);
	print_kaslr(dump);
	print_log(summary);
	print_cpus(dump);
	print_age(summary, &facts);
	print_records(summary);
	print_regions(dump);
	print_signature(&summary->signature);
	howto_print(dump, &summary->modules, path);
}

struct wishes {
	bool json;
	const char *vmlinux;
	const char *modules;
};

static int show(const char *path, const struct wishes *wishes,
		struct report *report)
{
	struct summary summary;
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_VMCOREINFO, report);
	if (!ret) {
		ret = summary_read(&summary, &dump, wishes->vmlinux,
				   wishes->modules, report);
		if (!ret && wishes->json)
			info_print_json(&summary, report);
		else if (!ret)
			print_text(&summary, path);
		summary_free(&summary);
	}
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct wishes wishes = { 0 };
	const struct command_option options[] = {
		{ .letter = 'j', .name = "json", .given = &wishes.json },
		{ .letter = 'k', .name = "vmlinux",
		  .argument = &wishes.vmlinux },
		{ .letter = 'm', .name = "modules",
		  .argument = &wishes.modules },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);

	return command_end(&report, show(path, &wishes, &report));
}

const struct command info_command = {
	.name = "info",
	.synopsis = "[--json] [--vmlinux FILE] [--modules DIR] SRC",
	.summary = "Tell what happened, to which kernel, and how to open the dump",
	.options =
		"  -j, --json          for programs\n"
		"  -k, --vmlinux=FILE  the kernel that crashed, for a signature by names\n"
		"  -m, --modules=DIR   where its modules' .ko files are\n"
		"  -h, --help          this\n",
	.run = run,
};
