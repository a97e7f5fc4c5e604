// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rawdump.h"
#include "util.h"

void rawdump_decode_header(const uint8_t *bytes,
			   struct rawdump_header *header)
{
	header->major = get_le16(bytes + 8);
	header->minor = get_le16(bytes + 10);
	header->flags = get_le32(bytes + 12);
	header->dump_size = get_le64(bytes + 36);
	header->size_required = get_le64(bytes + 44);
	header->section_count = get_le32(bytes + 52);
}

void rawdump_encode_header(uint8_t *bytes,
			   const struct rawdump_header *header)
{
	memset(bytes, 0, RAWDUMP_HEADER_SIZE);
	put_le64(bytes, RAWDUMP_SIGNATURE);
	put_le16(bytes + 10, RAWDUMP_VERSION_MINOR);
	put_le32(bytes + 12, header->flags);
	put_le64(bytes + 36, header->dump_size);
	put_le64(bytes + 44, header->size_required);
	put_le32(bytes + 52, header->section_count);
}

void rawdump_decode_section(const uint8_t *bytes,
			    struct rawdump_section *section)
{
	section->flags = get_le32(bytes);
	section->major = get_le16(bytes + 4);
	section->minor = get_le16(bytes + 6);
	section->type = get_le32(bytes + 8);
	section->offset = get_le64(bytes + 12);
	section->size = get_le64(bytes + 20);
	section->phys = section->type == RAWDUMP_DDR ? get_le64(bytes + 28) : 0;
	/* A name that fills its field has no NUL. */
	memcpy(section->name, bytes + 44, RAWDUMP_NAME_SIZE);
	section->name[RAWDUMP_NAME_SIZE] = '\0';
}

void rawdump_encode_section(uint8_t *bytes,
			    const struct rawdump_section *section)
{
	memset(bytes, 0, RAWDUMP_SECTION_SIZE);
	put_le32(bytes, RAWDUMP_VALID);
	put_le16(bytes + 6, RAWDUMP_VERSION_MINOR);
	put_le32(bytes + 8, section->type);
	put_le64(bytes + 12, section->offset);
	put_le64(bytes + 20, section->size);
	put_le64(bytes + 28, section->phys);
	memcpy(bytes + 44, section->name,
	       strnlen(section->name, RAWDUMP_NAME_SIZE));
}

/*
 * How far the image can be believed. A partition keeps what an earlier dump
 * left in it, so behind the end of an unfinished dump lie another dump's bytes.
 */
static uint64_t usable_size(const struct source *source,
			    const struct rawdump_header *header)
{
	bool finished = (header->flags & RAWDUMP_VALID) &&
			!(header->flags & RAWDUMP_TOO_SMALL);

	if (finished || header->dump_size < RAWDUMP_HEADER_SIZE)
		return source->size;

	return min_u64(source->size, header->dump_size);
}

static void report_header(const struct source *source,
			  const struct rawdump_header *header,
			  struct report *report)
{
	if (header->major || header->minor != RAWDUMP_VERSION_MINOR)
		report_problem(report,
			       "%s: version 0x%x.0x%x of the image is not known",
			       source->path, header->major, header->minor);
	if (!(header->flags & RAWDUMP_VALID))
		report_problem(report,
			       "%s: firmware did not mark the image as valid",
			       source->path);
	if (header->flags & RAWDUMP_TOO_SMALL)
		report_problem(report,
			       "%s: storage was too small: %" PRIu64 " of %" PRIu64 " bytes",
			       source->path, header->dump_size,
			       header->size_required);
	else if (header->dump_size != header->size_required)
		report_problem(report,
			       "%s: ends at %" PRIu64 " of %" PRIu64 ", but has no flag for that",
			       source->path, header->dump_size,
			       header->size_required);
	if (header->flags & ~(RAWDUMP_VALID | RAWDUMP_TOO_SMALL))
		report_problem(report,
			       "%s: flags 0x%x of the image are not known",
			       source->path, header->flags);
}

static enum piece_type piece_type(uint32_t section_type)
{
	switch (section_type) {
	case RAWDUMP_DDR:
		return PIECE_MEMORY;
	case RAWDUMP_CPU_CONTEXT:
		return PIECE_CPU_CONTEXT;
	default:
		return PIECE_OTHER;
	}
}

static void report_section(const struct rawdump_section *section,
			   struct report *report)
{
	if (section->major || section->minor != RAWDUMP_VERSION_MINOR)
		report_problem(report,
			       "section %s: version 0x%x.0x%x is not known",
			       section->name, section->major, section->minor);
	if (section->flags != RAWDUMP_VALID)
		report_problem(report,
			       "section %s: firmware did not mark it as valid (flags 0x%x)",
			       section->name, section->flags);
	if (section->type < RAWDUMP_DDR || section->type > RAWDUMP_SOC_SPECIFIC)
		report_problem(report, "section %s: type %u is not known",
			       section->name, section->type);
}

static void add_section(struct source *source, const uint8_t *bytes,
			uint64_t usable, struct report *report)
{
	struct rawdump_section section;
	struct piece *piece;

	rawdump_decode_section(bytes, &section);
	report_section(&section, report);
	piece = source_add_piece(source, section.name, strlen(section.name));
	piece->type = piece_type(section.type);
	piece->phys = section.phys;
	piece->offset = section.offset;
	piece->announced = section.size;

	if (!range_is_sane(section.offset, section.size) ||
	    !range_is_sane(section.phys, section.size)) {
		report_problem(report,
			       "section %s: its 0x%" PRIx64 " bytes reach beyond all",
			       section.name, section.size);
		piece->announced = 0;
	}

	if (piece->offset < usable)
		piece->size = min_u64(piece->announced, usable - piece->offset);
	if (piece->size < piece->announced)
		report_problem(report,
			       "section %s: %" PRIu64 " of %" PRIu64 " bytes are in the image",
			       section.name, piece->size, piece->announced);
}

static int compare_offsets(const void *a, const void *b)
{
	const struct piece *const *left = a, *const *right = b;

	if ((*left)->offset != (*right)->offset)
		return (*left)->offset < (*right)->offset ? -1 : 1;

	return (*left > *right) - (*left < *right);
}

/* Bytes of two sections at once are not those of one of them. */
static void report_shared(struct piece **pieces, size_t count,
			  struct report *report)
{
	const struct piece *furthest = pieces[0], *piece;
	size_t i;

	for (i = 1; i < count; i++) {
		piece = pieces[i];
		if (piece->offset < furthest->offset + furthest->size)
			report_problem(report,
				       "sections %s and %s share the image's bytes at 0x%" PRIx64,
				       furthest->name, piece->name,
				       piece->offset);
		if (piece->offset + piece->size >
		    furthest->offset + furthest->size)
			furthest = piece;
	}
}

/* A section within the headers has none of the bytes that it tells of. */
static void drop_from_headers(struct source *source, uint64_t headers,
			      struct report *report)
{
	struct piece *piece;
	size_t i;

	for (i = 0; i < source->count; i++) {
		piece = &source->pieces[i];
		if (!piece->size || piece->offset >= headers)
			continue;
		report_problem(report,
			       "section %s: at 0x%" PRIx64 ", within the image's headers",
			       piece->name, piece->offset);
		piece->size = 0;
		piece->why = "it lies within the image's headers";
	}
}

static void check_places(struct source *source, uint64_t headers,
			 const struct rawdump_header *header,
			 struct report *report)
{
	struct piece **pieces = allocate(source->count * sizeof(*pieces));
	uint64_t end = headers;
	size_t count = 0, i;

	drop_from_headers(source, headers, report);
	for (i = 0; i < source->count; i++) {
		if (!source->pieces[i].size)
			continue;
		pieces[count++] = &source->pieces[i];
		if (pieces[count - 1]->offset + pieces[count - 1]->size > end)
			end = pieces[count - 1]->offset +
			      pieces[count - 1]->size;
	}
	if (count) {
		qsort(pieces, count, sizeof(*pieces), compare_offsets);
		report_shared(pieces, count, report);
	}
	free(pieces);
	if (end > header->dump_size)
		report_problem(report,
			       "%s: sections end at %" PRIu64 ", the image at %" PRIu64,
			       source->path, end, header->dump_size);
}

int rawdump_read(struct source *source, struct report *report)
{
	uint8_t bytes[RAWDUMP_HEADER_SIZE];
	struct rawdump_header header;
	size_t i, size, got;
	uint8_t *table;

	source->kind = SOURCE_RAWDUMP;
	if (read_at(source->fd, bytes, sizeof(bytes), source->start) !=
	    sizeof(bytes))
		return report_error(report, "%s: %s", source->path,
				    errno ? strerror(errno) :
				    "ends within the header");

	rawdump_decode_header(bytes, &header);
	report_header(source, &header, report);
	if (header.section_count > MAX_ENTRIES)
		return report_error(report, "%s: claims %" PRIu32 " sections",
				    source->path, header.section_count);

	size = header.section_count * (size_t)RAWDUMP_SECTION_SIZE;
	table = allocate(size);
	got = read_at(source->fd, table, size,
		      source->start + RAWDUMP_HEADER_SIZE);
	if (got < size)
		report_problem(report, "%s: %s", source->path,
			       errno ? strerror(errno) :
			       "ends within the section headers");

	for (i = 0; i < got / RAWDUMP_SECTION_SIZE; i++)
		add_section(source, table + i * RAWDUMP_SECTION_SIZE,
			    usable_size(source, &header), report);
	free(table);
	check_places(source, RAWDUMP_HEADER_SIZE + size, &header, report);

	return 0;
}
