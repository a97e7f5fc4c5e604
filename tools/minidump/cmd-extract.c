// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boots.h"
#include "command.h"
#include "extent.h"
#include "log.h"
#include "outdir.h"
#include "output.h"
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
	bool is_lost;		/* nothing of the last could be read */
	size_t lost;		/* so many of them, each of which was told */
	size_t found;		/* the others */
	struct outdir *outdir;	/* a file for each in there, or NULL */
	struct boots boots;	/* with --text */
	struct report *report;
};

static int emit_bytes(struct extraction *to, const struct extent *extent)
{
	struct progress progress;
	int64_t done;

	if (to->to_file) {
		progress_start(&progress, extent->have);
		done = extent_copy(to->dump, extent, to->fd, to->written,
				   &progress, to->report);
		progress_end(&progress);
	} else {
		done = extent_send(to->dump, extent, to->fd, to->report);
	}
	if (done < 0)
		return -1;
	to->is_lost = !done;
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
			return report_error(to->report, "writing: %s",
					    strerror(errno));
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
static int emit_text(struct extraction *to, const struct extent *extent)
{
	struct ramoops_text text;
	const char *problem;
	int ret = 0;

	problem = zone_text(to->dump, extent, &text);
	to->is_lost = problem && !text.length;
	if (problem)
		report_problem(to->report, "%s: %s", extent->name, problem);
	if (!to->is_lost) {
		if (boots_of_zone(&to->boots, extent) == BOOT_EARLIER)
			report_remark(to->report,
				      "%s is of an earlier boot: the log has none of its lines",
				      extent->name);
		ret = emit_chars(to, text.text, text.length);
	}
	free(text.text);

	return ret;
}

/* With what goes into a file of its own: an output_writer()'s context */
struct job {
	struct extraction *to;
	const struct extent *extent;
};

static int write_job(void *context, int fd, uint64_t *size,
		     struct report *report)
{
	struct job *job = context;
	int ret;

	(void)report;
	job->to->fd = fd;
	job->to->to_file = true;
	job->to->written = 0;
	ret = job->to->as_text ? emit_text(job->to, job->extent) :
				 emit_bytes(job->to, job->extent);
	*size = job->to->written;

	return job->to->is_lost ? -1 : ret;
}

static int emit_to_folder(struct extraction *to, const struct extent *extent)
{
	struct job job = { to, extent };
	char *path = to->as_text ?
		     outdir_file(to->outdir, extent->name, "", ".txt") :
		     outdir_file(to->outdir, extent->name, "md_", ".BIN");
	int ret = output_make(path, write_job, &job, to->report);

	free(path);

	return to->is_lost ? 0 : ret;
}

/* What cannot be read is no reason to go without the rest. */
static int emit_extent(struct extraction *to, const struct extent *extent)
{
	int ret;

	if (!extent->have)
		return report_error(to->report, "%s is missing", extent->name);
	to->is_lost = false;
	if (to->outdir)
		ret = emit_to_folder(to, extent);
	else
		ret = to->as_text ? emit_text(to, extent) :
				    emit_bytes(to, extent);
	if (to->is_lost)
		to->lost++;
	else
		to->found++;

	return ret;
}

/* A pattern means whatever can be had, and what cannot be read is told. */
static bool is_worth_it(const struct extraction *to,
			const struct extent *extent)
{
	struct ramoops_text text;

	if (!extent->have)
		return false;
	if (!to->as_text)
		return true;
	zone_text(to->dump, extent, &text);
	free(text.text);

	return text.length || text.is_unread;
}

/* All regions of the name, in table order; they may be several. */
static int extract_name(struct extraction *to, const char *name)
{
	bool is_pattern = extent_is_pattern(name), found = false;
	struct extent extent;
	uint64_t total = 0;
	size_t index = 0;
	int ret = 0;

	while (!ret && extent_next(to->dump, name, &index, &extent)) {
		if (is_pattern && !is_worth_it(to, &extent))
			continue;
		found = true;
		total += extent.have;
		if (total > to->dump->source.size)
			return report_error(to->report,
					    "the regions %s claim more than all %" PRIu64 " bytes",
					    name, to->dump->source.size);
		if (!*extent.name)
			extent.name = name;
		ret = emit_extent(to, &extent);
	}
	if (!ret && !found)
		ret = report_error(to->report, "no region %s", name);

	return ret;
}

static int emit_head(struct extraction *to, const char *name, bool is_first)
{
	char head[80];

	snprintf(head, sizeof(head), "==> %.60s <==", name);
	make_printable(head);
	strcat(head, "\n");
	if (!is_first && emit_chars(to, "\n", 1))
		return -1;

	return emit_chars(to, head, strlen(head));
}

/* Whatever has text, each under its name */
static int extract_all_text(struct extraction *to)
{
	struct extent zone;
	size_t index = 0, count = 0;
	int ret = 0;

	while (!ret && zone_next(to->dump, &index, &zone)) {
		if (!is_worth_it(to, &zone))
			continue;
		if (!to->outdir)
			ret = emit_head(to, zone.name, !count);
		count++;
		if (!ret)
			ret = emit_extent(to, &zone);
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

	return to->lost && !to->found ? -1 : ret;
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

	log_open(&log, to->dump);
	boots_read(&to->boots, to->dump, &log);
	log_close(&log);
}

static int extract_to_folder(struct extraction *to, const char *path)
{
	struct outdir outdir;
	int ret = outdir_open(&outdir, path, to->report);

	if (ret)
		return ret;
	to->outdir = &outdir;
	ret = extract_names(to);
	outdir_close(&outdir);

	return ret;
}

static int extract(struct extraction *to, const char *path, const char *output,
		   const char *folder)
{
	struct dump dump;
	int ret;

	to->on_terminal = !output && !folder && isatty(STDOUT_FILENO);
	if (to->on_terminal && !to->as_text)
		return report_error(to->report,
				    "memory is nothing for a terminal: give -o FILE");

	ret = dump_open(&dump, path, NEED_PIECES, to->report);
	to->dump = &dump;
	if (!ret && to->as_text)
		compare_boots(to);
	if (!ret && folder)
		ret = extract_to_folder(to, folder);
	else if (!ret)
		ret = output ? output_make(output, extract_to_file, to,
					   to->report) : extract_names(to);
	boots_free(&to->boots);
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	const char *output = NULL, *folder = NULL, *path;
	struct report report = { 0 };
	struct extraction to = { .fd = STDOUT_FILENO, .report = &report };
	const struct command_option options[] = {
		{ .letter = 'd', .name = "directory", .argument = &folder },
		{ .letter = 'o', .name = "output", .argument = &output },
		{ .letter = 't', .name = "text", .given = &to.as_text },
		{ 0 },
	};

	command_options(command, argc, argv, options);
	path = command_source(command, argc, argv);
	to.names = argv + optind;
	if (!*to.names && !to.as_text)
		command_usage(command, "REGION is missing");
	if (output && folder)
		command_usage(command, "either -o FILE or -d DIR");

	return command_end(&report, extract(&to, path, output, folder));
}

const struct command extract_command = {
	.name = "extract",
	.synopsis = "[--text] [-o FILE | -d DIR] SRC [REGION...]",
	.summary = "Write the bytes of regions, one after another",
	.options =
		"REGION is a name as list shows it, a pattern of such names ('KDMESG*'), or\n"
		"@ADDRESS: physical, hexadecimal.\n"
		"\n"
		"  -t, --text         the text of zones of ramoops, oldest line first, and\n"
		"                     of regions that are text; of all without a REGION\n"
		"  -o, --output=FILE  write FILE instead of standard output\n"
		"  -d, --directory=DIR\n"
		"                     write a file for each region into DIR\n"
		"  -h, --help         this\n",
	.run = run,
};
