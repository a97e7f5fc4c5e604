// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>

#include "command.h"
#include "output.h"
#include "write.h"

static int make_core(const char *path, const char *to, struct report *report)
{
	struct output output;
	struct dump dump;
	uint64_t size;
	int ret;

	ret = dump_open(&dump, path, NEED_HEADER, report);
	if (!ret)
		ret = output_open(&output, to, report);
	if (!ret) {
		report_overlaps(&dump, report);
		ret = core_write(&dump, output.fd, &size, report);
		if (!ret)
			ret = output_commit(&output, size, report);
		output_discard(&output);
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
