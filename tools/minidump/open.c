// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gather.h"
#include "layout.h"
#include "match.h"
#include "names.h"
#include "open.h"
#include "source.h"
#include "util.h"

static const char * const header_names[] = {
	"KELF_HEADER", "KELF_HDR", "KELF",
};

static bool is_header_name(struct piece_key key, const char *name)
{
	return key_is_counted(key, name);
}

static void report_unread(const struct piece *piece, size_t got, int error,
			  struct report *report)
{
	if (error)
		report_problem(report, "%s: %s after %zu bytes of the ELF header",
			       piece->name, strerror(error), got);
	else if (piece->size > HEADER_MAX)
		report_problem(report,
			       "%s: an ELF header of %" PRIu64 " bytes, the rest is ignored",
			       piece->name, piece->size);
}

/* The header is read this once: whatever the file becomes, this is used. */
static int read_header(struct dump *dump, struct piece *piece,
		       struct report *report)
{
	size_t size = min_u64(piece->size, HEADER_MAX), got;
	uint8_t *bytes = allocate(size);

	got = piece_read(&dump->source, piece, bytes, size, 0);
	if (dump->source.kind != SOURCE_CORE || got < size)
		report_unread(piece, got, errno, report);
	dump->header = piece;
	dump->header_bytes = bytes;
	dump->header_size = got;
	if (!layout_read(dump, report)) {
		piece->taken = true;
		return 0;
	}

	free(bytes);
	dump->header = NULL;
	dump->header_bytes = NULL;
	dump->header_size = 0;

	return -1;
}

/* The first that can be used, of the names that stand first */
static void find_header(struct dump *dump, struct report *report)
{
	struct source *source = &dump->source;
	struct piece *piece;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(header_names); i++)
		for (j = 0; j < source->count; j++) {
			piece = &source->pieces[j];
			if (piece->why || !is_header_name(piece_key(piece),
							  header_names[i]))
				continue;
			if (dump->header) {
				piece->why = "another ELF header is used";
				report_problem(report,
					       "%s: a second ELF header, %s is used",
					       piece->name,
					       dump->header->name);
			} else if (read_header(dump, piece, report)) {
				piece->why = "not an ELF header";
			} else {
				piece->why = "the ELF header";
			}
		}
}

static int no_header(const struct dump *dump, enum dump_need need,
		     struct report *report)
{
	static const char what[] =
		"no ELF header that can be used (KELF_HEADER, KELF_HDR or KELF)";

	if (need != NEED_PIECES && need != NEED_LOG)
		return report_error(report,
				    "%s: %s: nothing says what the rest is",
				    dump->source.path, what);
	report_problem(report, "%s: %s", dump->source.path, what);

	return 0;
}

int dump_open(struct dump *dump, const char *path, enum dump_need need,
	      struct report *report)
{
	*dump = (struct dump){ 0 };

	report_stage(report, "source");
	if (source_open(&dump->source, path, report))
		return -1;

	report_stage(report, "header");
	if (dump->source.kind == SOURCE_CORE) {
		if (read_header(dump, dump->source.pieces, report))
			return report_error(report, "%s: cannot be used",
					    path);
	} else {
		find_header(dump, report);
	}
	if (!dump->header)
		return no_header(dump, need, report);

	report_stage(report, "file");
	match_regions(dump, report);
	report_regions(dump, report);
	report_stage(report, "notes");
	notes_gather(dump, need == NEED_VMCOREINFO || need == NEED_LOG, report);
	report_stage(report, "other");

	return 0;
}

void dump_close(struct dump *dump)
{
	layout_forget(dump);
	free(dump->header_bytes);
	notes_free(&dump->notes);
	source_close(&dump->source);
}
