// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "command.h"
#include "match.h"
#include "text.h"
#include "util.h"
#include "vmlinux.h"

/* What "minidump elf" puts right is worth a remark; the rest was told before. */
static void check_structure(const struct dump *dump, struct report *report)
{
	if (dump->phoff != sizeof(Elf64_Ehdr) || !dump->note_first)
		report_remark(report,
			      "crash wants program headers at 64 and PT_NOTE first: make a core by minidump elf");
	if (!dump->filesz_is_memsz)
		report_problem(report,
			       "program headers claim memory that was not saved: crash and drgn would read it as zeros");
	if (dump->notes.origin == VMCOREINFO_ABSENT)
		report_remark(report,
			      "no VMCOREINFO: drgn and vmcore-dmesg will not know the kernel");
	else if (dump->notes.origin != VMCOREINFO_NOTE)
		report_remark(report,
			      "VMCOREINFO is not in the header: make a core by minidump elf");
	if (!dump->notes.cpu_states)
		report_remark(report, "no NT_PRSTATUS: no backtrace by registers");
}

/* Linux's own regions begin with K. One that the header forgot shifts others. */
static void check_pieces(const struct dump *dump, struct report *report)
{
	const struct piece *piece;
	size_t i;

	for (i = 0; i < dump->source.count; i++) {
		piece = &dump->source.pieces[i];
		if (!piece->taken && piece_key(piece).length &&
		    !strncasecmp(piece_key(piece).text, "K", 1))
			report_problem(report,
				       "%s: no program header is of it",
				       piece->name);
	}
}

static bool is_covered(const struct dump *dump, uint64_t virt)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (virt >= region->virt && virt - region->virt < region->have)
			return true;
	}

	return false;
}

/* What the tools look up first, by the addresses that VMCOREINFO tells */
static void check_coverage(const struct dump *dump, struct report *report)
{
	static const struct {
		const char *key;
		const char *what;
	} wanted[] = {
		{ "SYMBOL(prb)", "the kernel log: vmcore-dmesg will fail" },
		{ "SYMBOL(swapper_pg_dir)",
		  "the kernel's page table: drgn will not find what no region covers" },
	};
	uint64_t address;
	size_t i;

	if (!dump->notes.vmcoreinfo)
		return;

	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		if (vmcoreinfo_get_hex(dump->notes.vmcoreinfo, wanted[i].key,
				       &address) &&
		    !is_covered(dump, address))
			report_remark(report,
				      "no region has %s (%s)", wanted[i].what,
				      wanted[i].key);
}

static void check_build_id(const char *expected, const char *path, Elf *elf,
			   struct report *report)
{
	char found[2 * BUILD_ID_MAX + 1];

	if (!vmlinux_build_id(elf, found))
		report_problem(report, "%s has no build id", path);
	else if (strcasecmp(expected, found))
		report_problem(report,
			       "%s is of another build: its build id is %s, the dump's is %s",
			       path, found, expected);
}

static void check_banner(const struct dump *dump, const char *path, Elf *elf,
			 struct report *report)
{
	char banner[512], line[513];

	if (!dump_banner(dump, banner, sizeof(banner))) {
		report_problem(report,
			       "the dump has neither build id nor banner: nothing says if %s is of it",
			       path);
		return;
	}

	snprintf(line, sizeof(line), "%s\n", banner);
	if (!vmlinux_contains(elf, line))
		report_problem(report, "%s is of another build: it lacks \"%s\"",
			       path, banner);
}

static int check_vmlinux(const struct dump *dump, const char *path,
			 struct report *report)
{
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	char expected[2 * BUILD_ID_MAX + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf;

	if (fd < 0)
		return report_error(report, "%s: %s", path, strerror(errno));

	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		close(fd);
		return report_error(report, "%s: not an ELF file", path);
	}

	if (vmcoreinfo && vmcoreinfo_get(vmcoreinfo, "BUILD-ID", expected,
					 sizeof(expected)))
		check_build_id(expected, path, elf, report);
	else
		check_banner(dump, path, elf, report);
	elf_end(elf);
	close(fd);

	return 0;
}

static int verify(const char *path, const char *vmlinux, struct report *report)
{
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_VMCOREINFO, report);
	if (!ret) {
		report_overlaps(&dump, report);
		check_pieces(&dump, report);
		if (!dump.by_sections) {
			check_structure(&dump, report);
			check_coverage(&dump, report);
		}
		if (vmlinux)
			ret = check_vmlinux(&dump, vmlinux, report);
	}
	if (!ret && !report->problems) {
		print_printable(stdout, path);
		printf(": %zu regions, all whole\n", dump.region_count);
	}
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *vmlinux = NULL;
	const struct command_option options[] = {
		{ .letter = 'k', .name = "vmlinux", .argument = &vmlinux },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);

	return command_end(&report, verify(path, vmlinux, &report));
}

const struct command verify_command = {
	.name = "verify",
	.synopsis = "[--vmlinux FILE] SRC",
	.summary = "Check that a dump is whole, consistent, and of a given vmlinux",
	.options =
		"  -k, --vmlinux=FILE  the kernel that should have crashed\n"
		"  -h, --help          this\n",
	.run = run,
};
