// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>

#include "command.h"
#include "match.h"
#include "output.h"
#include "write.h"

static int make_core(const char *path, const char *to, struct report *report)
{
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_VMCOREINFO, report);
	if (!ret) {
		report_overlaps(&dump, report);
		ret = output_make(to, core_write, &dump, report);
	}
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *to = "minidump.elf";
	const struct command_option options[] = {
		{ .letter = 'o', .name = "output", .argument = &to },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);

	return command_end(&report, make_core(path, to, &report));
}

const struct command elf_command = {
	.name = "elf",
	.synopsis = "[-o FILE] SRC",
	.summary = "Make an ELF core that gdb, drgn, crash and vmcore-dmesg open",
	.options =
		"  -o, --output=FILE  write FILE instead of minidump.elf\n"
		"  -h, --help         this\n",
	.run = run,
};
