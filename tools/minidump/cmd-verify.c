// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "command.h"
#include "copy.h"
#include "json.h"
#include "landmarks.h"
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
	uint8_t byte;
	size_t i;

	if (!dump->notes.vmcoreinfo)
		return;

	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		if (vmcoreinfo_get_hex(dump->notes.vmcoreinfo, wanted[i].key,
				       &address) &&
		    !dump_read_virt(dump, address, &byte, sizeof(byte)))
			report_remark(report,
				      "no region has %s (%s)", wanted[i].what,
				      wanted[i].key);
}

/* In a core, what a stitcher put in shifts what is behind it. */
static void check_core_ends(const struct dump *dump, struct report *report)
{
	uint64_t end = 0, first = UINT64_MAX;
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->offset < first)
			first = region->offset;
		if (region->offset + region->size > end)
			end = region->offset + region->size;
	}
	for (i = 0; i < dump->note_segment_count; i++)
		if (dump->note_segments[i].offset +
		    dump->note_segments[i].size > first)
			report_problem(report,
				       "segments begin at 0x%" PRIx64 ", within the notes",
				       first);
	if (dump->source.size > end)
		report_problem(report,
			       "%" PRIu64 " bytes lie behind the last segment",
			       dump->source.size - end);
}

struct reading {
	const struct dump *dump;
	struct progress progress;
	uint64_t left;		/* of the source; more would be read twice */
	uint64_t done;
	struct report *report;
};

static void read_bytes(struct reading *reading, const char *name,
		       const struct piece *piece, uint64_t skip, uint64_t size)
{
	struct gaps gaps = { 0 };
	uint64_t done;
	int fd;

	if (size > reading->left) {
		report_problem(reading->report,
			       "%s: not read, since all claim more than %" PRIu64 " bytes",
			       name, reading->dump->source.size);
		return;
	}
	fd = piece_open(&reading->dump->source, piece);
	if (fd < 0) {
		report_problem(reading->report, "%s: %s", name,
			       strerror(errno));
		return;
	}

	done = read_range(fd, piece->offset + skip, size, &reading->progress,
			  &gaps);
	report_copy(name, 0, size, done, &gaps, reading->report);
	reading->left -= size;
	reading->done += done;
	close(fd);
	free(gaps.list);
}

/* Each byte once: all pieces or, of a core, all regions; returns how many */
static uint64_t read_all(const struct dump *dump, struct report *report)
{
	const struct source *source = &dump->source;
	struct reading reading = {
		.dump = dump, .left = source->size, .report = report,
	};
	const struct region *region;
	size_t i;

	progress_start(&reading.progress, source->size);
	for (i = 0; source->kind != SOURCE_CORE && i < source->count; i++)
		read_bytes(&reading, source->pieces[i].name,
			   &source->pieces[i], 0, source->pieces[i].size);
	for (i = 0; source->kind == SOURCE_CORE && i < dump->region_count;
	     i++) {
		region = &dump->regions[i];
		if (region->have)
			read_bytes(&reading, region_label(region),
				   region->piece, region->skip, region->have);
	}
	progress_end(&reading.progress);

	return reading.done;
}

static void print_found(size_t count, const char *what)
{
	if (count > 1)
		printf(", %zu %ss", count, what);
	else if (count)
		printf(", %s", what);
}

/* Each check's lines have a code of their own, for programs. */
static uint64_t verify_dump(const struct dump *dump, struct landmarks *found,
			    struct report *report)
{
	report_stage(report, "overlap");
	report_overlaps(dump, report);
	report_stage(report, "file-stray");
	check_pieces(dump, report);
	if (!dump->by_sections) {
		report_stage(report, "tools");
		check_structure(dump, report);
		check_coverage(dump, report);
		report_stage(report, "landmark");
		landmarks_check(dump, found, report);
	}
	report_stage(report, "shifted");
	if (dump->source.kind == SOURCE_CORE)
		check_core_ends(dump, report);
	report_stage(report, "unreadable");

	return read_all(dump, report);
}

static void print_text(uint64_t bytes, const struct landmarks *found)
{
	printf("checked: %" PRIu64 " bytes", bytes);
	print_found(found->banners, "banner");
	print_found(found->uts, "uts name");
	print_found(found->zones, "ramoops zone");
	print_found(found->logs, "kernel log");
	putchar('\n');
}

static void print_json(const struct dump *dump, uint64_t bytes,
		       const struct landmarks *found, const char *by,
		       const struct report *report)
{
	json_open(NULL, '{');
	json_number("schema", 1);
	json_string("source", dump->source.path);
	json_bool("whole", !report->problems);
	json_number("regions", dump->region_count);
	json_number("bytes", bytes);
	json_open("found", '{');
	json_number("banners", found->banners);
	json_number("uts", found->uts);
	json_number("zones", found->zones);
	json_number("logs", found->logs);
	json_close('}');
	if (by)
		json_string("vmlinux_matched_by", by);
	json_report(report);
	json_close('}');
}

static int verify(const char *path, const char *vmlinux, bool json,
		  struct report *report)
{
	struct landmarks found = { 0 };
	const char *by = NULL;
	uint64_t bytes = 0;
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_VMCOREINFO, report);
	if (!ret) {
		bytes = verify_dump(&dump, &found, report);
		if (!json)
			print_text(bytes, &found);
		report_stage(report, "vmlinux");
		if (vmlinux)
			ret = vmlinux_check(&dump, vmlinux, &by, report);
	}
	if (by && !json) {
		print_printable(stdout, vmlinux);
		printf(": is that kernel by its %s\n", by);
	}
	if (!ret && json) {
		print_json(&dump, bytes, &found, by, report);
	} else if (!ret && !report->problems) {
		print_printable(stdout, path);
		printf(": %zu regions, all whole\n", dump.region_count);
	}
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *vmlinux = NULL;
	bool json = false;
	const struct command_option options[] = {
		{ .letter = 'j', .name = "json", .given = &json },
		{ .letter = 'k', .name = "vmlinux", .argument = &vmlinux },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);

	return command_end(&report, verify(path, vmlinux, json, &report));
}

const struct command verify_command = {
	.name = "verify",
	.synopsis = "[--json] [--vmlinux FILE] SRC",
	.summary = "Check that a dump is whole, consistent, and of a given vmlinux",
	.options =
		"  -j, --json          for programs\n"
		"  -k, --vmlinux=FILE  the kernel that should have crashed\n"
		"  -h, --help          this\n",
	.run = run,
};
