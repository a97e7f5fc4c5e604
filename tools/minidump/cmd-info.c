// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"
#include "util.h"

#define REG_FP 29
#define REG_LR 30
#define REG_SP 31
#define REG_PC 32

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

static void print_tool_lines(const struct dump *dump, const char *core)
{
	char *core_file;
	uint64_t offset;

	puts("\nTo open it, with the vmlinux of that kernel:");
	printf("  vmcore-dmesg ");
	print_shell_word(stdout, core);
	printf("\n  drgn -c ");
	print_shell_word(stdout, core);
	printf(" -s vmlinux\n  crash --minimal vmlinux ");
	print_shell_word(stdout, core);
	if (dump_kaslr_offset(dump, &offset) == KASLR_FIRMWARE)
		printf(" --kaslr=0x%" PRIx64, offset);

	/* gdb unwinds through code, which only vmlinux has. */
	if (dump_kaslr_offset(dump, &offset) == KASLR_UNKNOWN)
		offset = 0;
	if (asprintf(&core_file, "core-file %s", core) < 0)
		out_of_memory();
	printf("\n  gdb-multiarch -ex 'exec-file vmlinux'");
	printf(" -ex 'symbol-file -o 0x%" PRIx64 " vmlinux' -ex ", offset);
	print_shell_word(stdout, core_file);
	putchar('\n');
	free(core_file);
}

/*
 * drgn finds the task of a CPU in tables that are too large for a minidump, but
 * it unwinds from registers, too. Debuggers take the first CPU for the one that
 * went down.
 */
static void print_drgn_backtrace(const struct dump *dump)
{
	struct cpu_state state;
	size_t position = 0;

	if (!dump_next_cpu(dump, &position, &state))
		return;
	printf("\nFor the backtrace, at drgn's prompt:\n"
	       "  print(prog.stack_trace(Object(prog, \"struct pt_regs\", {"
	       "\"pc\": 0x%" PRIx64 ", \"sp\": 0x%" PRIx64
	       ", \"regs\": [0] * 29 + [0x%" PRIx64 ", 0x%" PRIx64 "]})))\n",
	       state.regs[REG_PC], state.regs[REG_SP], state.regs[REG_FP],
	       state.regs[REG_LR]);
}

static int show(const char *path, struct report *report)
{
	const char *core = "minidump.elf";
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_VMCOREINFO, report);
	if (!ret) {
		print_kernel(&dump);
		print_vmcoreinfo(&dump);
		print_kaslr(&dump);
		print_cpus(&dump);
		print_regions(&dump);
		if (dump.source.kind == SOURCE_CORE) {
			core = path;
		} else {
			printf("\nTo make a core of it:\n  minidump elf -o %s ",
			       core);
			print_shell_word(stdout, path);
			putchar('\n');
		}
		if (!dump.by_sections) {
			print_tool_lines(&dump, core);
			print_drgn_backtrace(&dump);
		}
	}
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const struct command_option none = { 0 };
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, &none);
	path = command_operand(command, argc, argv);

	return command_end(&report, show(path, &report));
}

const struct command info_command = {
	.name = "info",
	.synopsis = "SRC",
	.summary = "Tell which kernel it was, its CPU state, and how to open the dump",
	.options = "  -h, --help  this\n",
	.run = run,
};
