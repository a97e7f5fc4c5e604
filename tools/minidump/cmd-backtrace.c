// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "frames.h"
#include "modules.h"
#include "symbols.h"
#include "text.h"
#include "vmlinux.h"

struct backtrace {
	const struct dump *dump;
	struct modules modules;
	struct symbols *symbols;	/* NULL: no names */
	uint64_t kaslr_offset;
	struct report *report;
};

/* What addr2line takes, with the vmlinux or .ko file */
static void print_bare(const struct backtrace *backtrace, uint64_t pc)
{
	char place[MODULES_PLACE_SIZE];
	uint64_t offset;

	if (modules_place(&backtrace->modules, pc, place, sizeof(place)))
		printf("%s", place);
	else if (modules_is_kernel(backtrace->dump, pc, &offset))
		printf("vmlinux 0x%" PRIx64, pc - backtrace->kaslr_offset);
	else
		printf("?");
}

static void print_symbol(const struct symbol *symbol)
{
	print_printable(stdout, symbol->name ? symbol->name : "?");
	if (!symbol->inlined)
		printf("+0x%" PRIx64, symbol->offset);
	if (symbol->file) {
		printf(" at ");
		print_printable(stdout, symbol->file);
		printf(":%d", symbol->line);
	}
}

/* The caller's, or left behind by a call: without names nothing tells. */
static void print_link(const struct backtrace *backtrace,
		       const struct frame *frame)
{
	if (!frame->link)
		return;
	printf("    link register: 0x%016" PRIx64 " ", frame->link);
	print_bare(backtrace, frame->link);
	putchar('\n');
}

static void print_frame(const struct backtrace *backtrace,
			const struct frame *frame, size_t *number)
{
	struct symbol found[SYMBOLS_INLINED_MAX];
	size_t count = 0, i;

	if (backtrace->symbols)
		count = symbols_find(backtrace->symbols, frame_lookup(frame),
				     found);
	if (frame->kind == FRAME_INTERRUPTED)
		puts("    -- interrupted:");
	if (!count) {
		printf("#%-3zu0x%016" PRIx64 " ", (*number)++, frame->pc);
		print_bare(backtrace, frame->pc);
		putchar('\n');
		print_link(backtrace, frame);
		return;
	}

	found[count - 1].offset += frame->pc - frame_lookup(frame);
	for (i = 0; i < count; i++) {
		printf("#%-3zu0x%016" PRIx64 " ", (*number)++, frame->pc);
		print_symbol(&found[i]);
		puts(found[i].inlined ? " (inlined)" : "");
	}
}

static void tell_end(const struct frames *frames, struct report *report)
{
	switch (frames->end) {
	case FRAMES_COMPLETE:
		break;
	case FRAMES_NOT_THERE:
		report_remark(report,
			      "the stack at 0x%" PRIx64 " is not in the dump",
			      frames->record);
		break;
	case FRAMES_DAMAGED:
		report_remark(report, "the frame record at 0x%" PRIx64
			      " does not lead on", frames->record);
		break;
	case FRAMES_TOO_MANY:
		report_remark(report, "more than %d frames", FRAMES_MAX);
		break;
	}
}

/* Returns how many frames it has. */
static size_t print_cpu(const struct backtrace *backtrace,
			const struct cpu_state *state)
{
	static struct frames frames;
	size_t number = 0, i;

	if (state->pid)
		printf("CPU %" PRIu32 ":\n", state->pid - 1);
	frames_unwind(backtrace->dump, state,
		      backtrace->symbols ? symbols_in_link : NULL,
		      backtrace->symbols, &frames);
	for (i = 0; i < frames.count; i++)
		print_frame(backtrace, &frames.list[i], &number);
	tell_end(&frames, backtrace->report);

	return frames.count;
}

static int print_cpus(const struct backtrace *backtrace)
{
	struct cpu_state state;
	size_t position = 0, count = 0, frames = 0;

	while (dump_next_cpu(backtrace->dump, &position, &state)) {
		if (frames > FRAMES_OF_ALL) {
			report_problem(backtrace->report,
				       "more than %d frames: the CPUs from the %zuth on are left out",
				       FRAMES_OF_ALL, count + 1);
			break;
		}
		if (count++)
			putchar('\n');
		frames += print_cpu(backtrace, &state);
	}
	if (!count)
		return report_error(backtrace->report,
				    "no registers were saved: nothing says where a CPU was");

	return 0;
}

static int print(struct backtrace *backtrace, const char *vmlinux,
		 const char *folder)
{
	int ret;

	modules_read(&backtrace->modules, backtrace->dump);
	dump_kaslr_offset(backtrace->dump, &backtrace->kaslr_offset);
	if (vmlinux || folder) {
		backtrace->symbols = symbols_open(vmlinux,
						  backtrace->kaslr_offset,
						  folder, &backtrace->modules,
						  backtrace->report);
		if (!backtrace->symbols) {
			modules_free(&backtrace->modules);
			return -1;
		}
	}
	ret = print_cpus(backtrace);
	symbols_close(backtrace->symbols);
	modules_free(&backtrace->modules);

	return ret;
}

static int show(const char *path, const char *vmlinux, const char *folder,
		struct report *report)
{
	struct backtrace backtrace = { .report = report };
	struct dump dump;
	const char *by;
	int ret;

	ret = dump_open(&dump, path, NEED_VMCOREINFO, report);
	backtrace.dump = &dump;
	if (!ret && vmlinux)
		ret = vmlinux_check(&dump, vmlinux, &by, report);
	if (!ret)
		ret = print(&backtrace, vmlinux, folder);
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *vmlinux = NULL, *folder = NULL;
	const struct command_option options[] = {
		{ .letter = 'k', .name = "vmlinux", .argument = &vmlinux },
		{ .letter = 'm', .name = "modules", .argument = &folder },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);

	return command_end(&report, show(path, vmlinux, folder, &report));
}

const struct command backtrace_command = {
	.name = "backtrace",
	.synopsis = "[--vmlinux FILE] [--modules DIR] SRC",
	.summary = "Print where each CPU was, and how it came there",
	.options =
		"  -k, --vmlinux=FILE  the kernel that crashed, for names and lines\n"
		"  -m, --modules=DIR   where its modules' .ko files are\n"
		"  -h, --help          this\n",
	.run = run,
};
