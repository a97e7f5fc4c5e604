// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "names.h"
#include "packed.h"
#include "rawdump.h"
#include "sniff.h"
#include "util.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* An ELF file is its own and only piece. */
static int read_core(struct source *source)
{
	struct piece *piece;

	source->kind = SOURCE_CORE;
	piece = source_add_piece(source, "", 0);
	piece->offset = source->start;
	piece->size = source->size;
	piece->announced = piece->size;

	return 0;
}

static int read_rawdump(struct source *source, struct report *report)
{
	int ret = rawdump_read(source, report);
	size_t i;

	/* The image counts from where it begins itself. */
	for (i = 0; i < source->count; i++)
		source->pieces[i].offset += source->start;

	return ret;
}

/* Somebody took a wrong part of a partition, or more than the partition. */
static int tell_offset(const struct source *source, struct report *report)
{
	enum form form;
	uint64_t at;

	form = form_search(source->fd, &at);
	if (form == FORM_UNKNOWN)
		return report_error(report,
				    "%s: neither a folder nor a rawdump image nor an ELF core, nor is one found further on in it",
				    source->path);

	return report_error(report,
			    "%s: %s begins at byte %llu, not at 0: give --offset=%llu",
			    source->path, form_name(form), (unsigned long long)at,
			    (unsigned long long)at);
}

static int tell_unknown(const struct source *source, enum form form,
			struct report *report)
{
	const char *name = base_name(source->path);

	if (name_rank(name) == NAME_MD)
		return report_error(report,
				    "%s: one file of a dump: give the folder that it is in",
				    source->path);
	if (name_is_memory(name))
		return report_error(report,
				    "%s: raw memory: give --ram=FILE@ADDRESS, or the folder that has load.cmm, too",
				    source->path);
	if (form != FORM_UNKNOWN)
		return report_error(report, "%s: %s: unpack it first",
				    source->path, form_name(form));
	if (source->start)
		return report_error(report,
				    "%s: neither a rawdump image nor an ELF core at byte %" PRIu64,
				    source->path, source->start);

	return tell_offset(source, report);
}

static int find_size(struct source *source, struct report *report)
{
	off_t end = lseek(source->fd, 0, SEEK_END);

	if (end < 0)
		return report_error(report, "%s: %s", source->path,
				    strerror(errno));
	if (source->start && source->start >= (uint64_t)end)
		return report_error(report, "%s: has only %jd bytes",
				    source->path, (intmax_t)end);
	source->size = (uint64_t)end - source->start;

	return 0;
}

static enum form form_at(const struct source *source, uint64_t offset)
{
	uint8_t bytes[SNIFF_SIZE];

	return form_of(bytes, read_at(source->fd, bytes, sizeof(bytes),
				      offset));
}

static int read_unpacked(struct source *source, struct report *report)
{
	enum form form;

	if (find_size(source, report))
		return -1;
	form = form_at(source, source->start);
	if (form == FORM_RAWDUMP)
		return read_rawdump(source, report);
	if (form == FORM_CORE && name_rank(base_name(source->path)) != NAME_MD)
		return read_core(source);

	return tell_unknown(source, form, report);
}

int image_read(struct source *source, bool is_pipe, struct report *report)
{
	bool is_image;

	if (!is_pipe && !form_is_packed(form_at(source, 0)))
		return read_unpacked(source, report);

	/* A descriptor that was given to us may stand anywhere. */
	if (!is_pipe && lseek(source->fd, 0, SEEK_SET) < 0)
		return report_error(report, "%s: %s", source->path,
				    strerror(errno));
	source->packed = true;
	if (packed_read(source, &is_image, report))
		return -1;

	return is_image ? read_unpacked(source, report) : 0;
}
