// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "boots.h"
#include "command.h"
#include "copy.h"
#include "log.h"
#include "output.h"
#include "records.h"
#include "text.h"
#include "util.h"
#include "zones.h"

struct extraction {
	const struct dump *dump;
	bool as_text;
	char **names;		/* NULL behind the last */
	int fd;
	uint64_t written;	/* where the next bytes go, in a file */
	bool to_file;
	bool on_terminal;
	struct records records;	/* with --text */
	enum boot *boots;	/* of each of them */
	struct report *report;
};

/* The bytes of a region, or of a piece that no region is of */
struct extent {
	const char *name;
	const struct piece *piece;
	uint64_t skip;
	uint64_t size;
	uint64_t have;
};

static int write_failed(struct extraction *to)
{
	return report_error(to->report, "writing: %s", strerror(errno));
}

static int emit_bytes(struct extraction *to, const struct extent *extent)
{
	uint64_t offset = extent->piece->offset + extent->skip;
	int fd = piece_open(&to->dump->source, extent->piece);
	struct progress progress;
	struct gaps gaps = { 0 };
	int64_t done;

	if (fd < 0)
		return report_error(to->report, "%s: %s", extent->piece->name,
				    strerror(errno));

	if (to->to_file) {
		progress_start(&progress, extent->have);
		done = copy_range(fd, offset, to->fd, to->written,
				  extent->have, &progress, &gaps);
		progress_end(&progress);
	} else {
		done = copy_to_stream(fd, offset, to->fd, extent->have, &gaps);
	}
	if (done < 0)
		write_failed(to);
	else
		report_copy(extent->name, 0, extent->have, (uint64_t)done,
			    &gaps, to->report);
	close(fd);
	free(gaps.list);
	if (done < 0)
		return -1;
	to->written += (uint64_t)done;

	return 0;
}

static int emit(struct extraction *to, const char *bytes, size_t size)
{
	ssize_t put;

	while (size) {
		put = write(to->fd, bytes, size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return write_failed(to);
		bytes += put;
		size -= (size_t)put;
		to->written += (uint64_t)put;
	}

	return 0;
}

static int emit_chars(struct extraction *to, const char *text, size_t length)
{
	if (!to->on_terminal)
		return emit(to, text, length);
	print_escaped(stdout, text, length);

	return 0;
}

/* pstore's records stay until another crash needs their zones. */
static void tell_boot(const struct extraction *to, const char *name)
{
	size_t i;

	for (i = 0; i < to->records.count; i++)
		if (to->boots[i] == BOOT_EARLIER &&
		    !strcmp(to->records.list[i].zone, name)) {
			report_remark(to->report,
				      "%s is of an earlier boot: the log has none of its lines",
				      name);
			return;
		}
}

static int emit_text(struct extraction *to, const struct extent *extent)
{
	const struct zone zone = { extent->name, extent->piece, extent->skip,
				   extent->size, extent->have };
	struct ramoops_text text;
	const char *problem;
	int ret = 0;

	problem = zone_text(to->dump, &zone, &text);
	if (problem && !text.length)
		ret = report_error(to->report, "%s: %s", extent->name,
				   problem);
	else if (problem)
		report_problem(to->report, "%s: %s", extent->name, problem);
	if (!ret) {
		tell_boot(to, extent->name);
		ret = emit_chars(to, text.text, text.length);
	}
	free(text.text);

	return ret;
}

static int emit_extent(struct extraction *to, const struct extent *extent)
{
	if (!extent->have)
		return report_error(to->report, "%s is missing", extent->name);
	if (to->as_text)
		return emit_text(to, extent);

	return emit_bytes(to, extent);
}

/* The header is the one piece that is taken and yet no region's. */
static bool stands_alone(const struct dump *dump, const struct piece *piece)
{
	if (dump->source.kind == SOURCE_CORE)
		return false;

	return !piece->taken || piece == dump->header;
}

static bool piece_is(const struct piece *piece, const char *name)
{
	return key_is(piece_key(piece), name) || !strcasecmp(piece->name, name);
}

static bool region_is(const struct region *region, const char *name)
{
	char *end;

	if (name[0] == '@')
		return strtoull(name + 1, &end, 16) == region->phys && !*end &&
		       name[1];

	return !strcasecmp(region->name, name) ||
	       (region->piece && region->piece->name[0] && !region->skip &&
		piece_is(region->piece, name));
}

static int extract_regions(struct extraction *to, const char *name,
			   bool *found)
{
	const struct dump *dump = to->dump;
	const struct region *region;
	struct extent extent;
	uint64_t total = 0;
	int ret = 0;
	size_t i;

	for (i = 0; i < dump->region_count && !ret; i++) {
		region = &dump->regions[i];
		if (!region_is(region, name))
			continue;
		*found = true;
		total += region->have;
		if (total > dump->source.size)
			return report_error(to->report,
					    "the regions %s claim more than all %" PRIu64 " bytes",
					    name, dump->source.size);
		extent = (struct extent){ name, region->piece, region->skip,
					  region->size, region->have };
		ret = emit_extent(to, &extent);
	}

	return ret;
}

static int extract_pieces(struct extraction *to, const char *name,
			  bool *found)
{
	const struct dump *dump = to->dump;
	const struct piece *piece;
	struct extent extent;
	int ret = 0;
	size_t i;

	for (i = 0; i < dump->source.count && !ret; i++) {
		piece = &dump->source.pieces[i];
		if (!stands_alone(dump, piece) || !piece_is(piece, name))
			continue;
		*found = true;
		extent = (struct extent){ name, piece, 0, piece->announced,
					  piece->size };
		ret = emit_extent(to, &extent);
	}

	return ret;
}

/*
 * All regions of the name, in table order; they may be several. What is left
 * over under the name of a region is not of the region.
 */
static int extract_name(struct extraction *to, const char *name)
{
	bool found = false;
	int ret;

	ret = extract_regions(to, name, &found);
	if (!ret && !found)
		ret = extract_pieces(to, name, &found);
	if (!ret && !found)
		ret = report_error(to->report, "no region %s", name);

	return ret;
}

/* Whatever has text, each under its name */
static int extract_all_text(struct extraction *to)
{
	struct zone zone;
	struct extent extent;
	size_t index = 0, count = 0;
	struct ramoops_text text;
	char head[80];
	int ret = 0;

	while (!ret && zone_next(to->dump, &index, &zone)) {
		zone_text(to->dump, &zone, &text);
		free(text.text);
		if (!text.length)
			continue;
		snprintf(head, sizeof(head), "==> %.60s <==", zone.name);
		make_printable(head);
		strcat(head, "\n");
		if (count++)
			ret = emit_chars(to, "\n", 1);
		if (!ret)
			ret = emit_chars(to, head, strlen(head));
		extent = (struct extent){ zone.name, zone.piece, zone.skip,
					  zone.size, zone.have };
		if (!ret)
			ret = emit_text(to, &extent);
	}
	if (!ret && !count)
		ret = report_error(to->report, "no zone has any text");

	return ret;
}

static int extract_names(struct extraction *to)
{
	char **name;
	int ret = 0;

	if (!*to->names)
		return extract_all_text(to);

	for (name = to->names; *name && !ret; name++)
		ret = extract_name(to, *name);

	return ret;
}

/* An output_writer() whose context is an extraction */
static int extract_to_file(void *context, int fd, uint64_t *size,
			   struct report *report)
{
	struct extraction *to = context;
	int ret;

	(void)report;
	to->fd = fd;
	to->to_file = true;
	ret = extract_names(to);
	*size = to->written;

	return ret;
}

static void compare_boots(struct extraction *to)
{
	struct log log;

	records_read(&to->records, to->dump);
	to->boots = allocate(to->records.count * sizeof(*to->boots));
	log_open(&log, to->dump);
	boots_of_records(&to->records, &log, to->boots);
	log_close(&log);
}

static int extract(const char *path, bool as_text, const char *output,
		   char **names, struct report *report)
{
	struct extraction to = {
		.as_text = as_text, .names = names, .fd = STDOUT_FILENO,
		.on_terminal = !output && isatty(STDOUT_FILENO),
		.report = report,
	};
	struct dump dump;
	int ret;

	if (to.on_terminal && !as_text)
		return report_error(report,
				    "memory is nothing for a terminal: give -o FILE");

	ret = dump_open(&dump, path, NEED_PIECES, report);
	to.dump = &dump;
	if (!ret && as_text)
		compare_boots(&to);
	if (!ret)
		ret = output ? output_make(output, extract_to_file, &to,
					   report) : extract_names(&to);
	records_free(&to.records);
	free(to.boots);
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *output = NULL;
	bool as_text = false;
	const struct command_option options[] = {
		{ .letter = 'o', .name = "output", .argument = &output },
		{ .letter = 't', .name = "text", .given = &as_text },
		{ 0 },
	};
	struct report report = { 0 };

	command_options(command, argc, argv, options);
	if (argc - optind < (as_text ? 1 : 2))
		command_usage(command, "SRC or REGION is missing");

	return command_end(&report, extract(argv[optind], as_text, output,
					    argv + optind + 1, &report));
}

const struct command extract_command = {
	.name = "extract",
	.synopsis = "[--text] [-o FILE] SRC [REGION...]",
	.summary = "Write the bytes of regions, one after another",
	.options =
		"REGION is a name as list shows it, or @ADDRESS: physical, hexadecimal.\n"
		"\n"
		"  -t, --text         the text of zones of ramoops, oldest line first, and\n"
		"                     of regions that are text; of all without a REGION\n"
		"  -o, --output=FILE  write FILE instead of standard output\n"
		"  -h, --help         this\n",
	.run = run,
};
