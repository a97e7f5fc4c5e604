// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "command.h"
#include "text.h"

/* One line of the list: a region, or a piece that no region is of */
struct row {
	const char *name;
	bool has_phys;
	uint64_t phys;
	bool has_virt;
	uint64_t virt;
	uint64_t size;
	const struct piece *piece;
	uint64_t offset;	/* in the file, or in the image */
	uint64_t have;
	const char *state;
	const char *why;	/* it is this piece, or none */
	bool is_region;
};

static struct row region_row(const struct dump *dump,
			     const struct region *region)
{
	return (struct row){
		.name = region->name,
		.has_phys = true,
		.phys = region->phys,
		.has_virt = !dump->by_sections,
		.virt = region->virt,
		.size = region->size,
		.piece = region->piece,
		.offset = region->piece ?
			  region->piece->offset + region->skip : 0,
		.have = region->have,
		.state = region_state(region),
		.why = region->why ? region->why : "nothing fits it",
		.is_region = true,
	};
}

static struct row piece_row(const struct piece *piece)
{
	return (struct row){
		.name = piece->name,
		.has_phys = piece->phys,
		.phys = piece->phys,
		.size = piece->announced,
		.piece = piece,
		.offset = piece->offset,
		.have = piece->size,
		.state = piece->size == piece->announced ? "whole" :
			 piece->size ? "cut" : "missing",
		.why = piece->why ? piece->why : "no region is of it",
	};
}

static void print_number(bool known, uint64_t number)
{
	if (known)
		printf(" 0x%016" PRIx64, number);
	else
		printf(" %-18s", "-");
}

static void print_row(const struct dump *dump, const struct row *row)
{
	int width = 0;
	const char *c;

	for (c = row->name; *c; c++)
		width++;
	if (!width)
		width = printf("-");
	else
		print_printable(stdout, row->name);
	printf("%*s", width < 20 ? 20 - width : 0, "");
	print_number(row->has_phys, row->phys);
	print_number(row->has_virt, row->virt);
	printf(" %10" PRIu64 " %-7s", row->size, row->state);
	if (row->piece)
		printf(" 0x%08" PRIx64, row->offset);
	if (row->piece && dump->source.kind != SOURCE_CORE) {
		putchar(' ');
		print_printable(stdout, row->piece->name);
	}
}

static void print_short_row(const struct dump *dump, const struct row *row)
{
	print_row(dump, row);
	putchar('\n');
}

static void print_verbose_row(const struct dump *dump, const struct row *row)
{
	print_row(dump, row);
	printf(" (%s)\n", row->why);
}

static void print_json_row(const struct dump *dump, const struct row *row)
{
	printf("{\"name\": ");
	print_json_string(stdout, row->name);
	/* As text: a number of JSON keeps 53 bits at best. */
	if (row->has_phys)
		printf(", \"physical\": \"0x%" PRIx64 "\"", row->phys);
	if (row->has_virt)
		printf(", \"virtual\": \"0x%" PRIx64 "\"", row->virt);
	printf(", \"size\": %" PRIu64 ", \"available\": %" PRIu64
	       ", \"state\": \"%s\", \"region\": %s", row->size, row->have,
	       row->state, row->is_region ? "true" : "false");
	printf(", \"why\": \"%s\"", row->why);
	if (row->piece) {
		if (dump->source.kind != SOURCE_CORE) {
			printf(", \"in\": ");
			print_json_string(stdout, row->piece->name);
		}
		printf(", \"offset\": %" PRIu64, row->offset);
	}
	putchar('}');
}

typedef void (*row_printer)(const struct dump *dump, const struct row *row);

/* The header first, regions in table order, then what no region is of. */
static void print_rows(const struct dump *dump, row_printer print,
		       const char *between)
{
	const struct source *source = &dump->source;
	const char *separator = "";
	struct row row;
	size_t i;

	if (dump->header && source->kind != SOURCE_CORE) {
		row = piece_row(dump->header);
		print(dump, &row);
		separator = between;
	}
	for (i = 0; i < dump->region_count; i++) {
		fputs(separator, stdout);
		row = region_row(dump, &dump->regions[i]);
		print(dump, &row);
		separator = between;
	}
	for (i = 0; i < source->count; i++) {
		if (source->pieces[i].taken)
			continue;
		fputs(separator, stdout);
		row = piece_row(&source->pieces[i]);
		print(dump, &row);
		separator = between;
	}
}

static void print_json(const struct dump *dump, const struct report *report)
{
	static const char * const kinds[] = {
		[SOURCE_FOLDER] = "folder",
		[SOURCE_RAWDUMP] = "rawdump",
		[SOURCE_CORE] = "core",
		[SOURCE_RAM] = "ram",
	};
	size_t i;

	printf("{\n  \"source\": ");
	print_json_string(stdout, dump->source.path);
	printf(",\n  \"kind\": \"%s\",\n  \"regions\": [\n    ",
	       dump->by_sections ? "coredump" : kinds[dump->source.kind]);
	print_rows(dump, print_json_row, ",\n    ");
	printf("\n  ],\n  \"problems\": [");
	for (i = 0; i < report->count; i++) {
		printf(i ? ",\n    " : "\n    ");
		print_json_string(stdout, report->lines[i].text);
	}
	printf("%s]\n}\n", report->count ? "\n  " : "");
}

static void print_table(const struct dump *dump, bool verbose)
{
	printf("%-20s %-18s %-18s %10s %-7s %-10s %s\n", "NAME", "PHYSICAL",
	       "VIRTUAL", "SIZE", "STATE", "OFFSET",
	       dump->source.kind == SOURCE_CORE ? "" : "IN");
	print_rows(dump, verbose ? print_verbose_row : print_short_row, "");
}

static int list(const char *path, bool json, bool verbose,
		struct report *report)
{
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_PIECES, report);
	if (!ret && json)
		print_json(&dump, report);
	else if (!ret)
		print_table(&dump, verbose);
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	bool json = false, verbose = false;
	const struct command_option options[] = {
		{ .letter = 'j', .name = "json", .given = &json },
		{ .letter = 'v', .name = "verbose", .given = &verbose },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);

	return command_end(&report, list(path, json, verbose, &report));
}

const struct command list_command = {
	.name = "list",
	.synopsis = "[--json | --verbose] SRC",
	.summary = "List the regions: addresses, size, where they lie, if they are whole",
	.options =
		"  -j, --json     for programs\n"
		"  -v, --verbose  with why each file or section was taken, or was not\n"
		"  -h, --help     this\n",
	.run = run,
};
