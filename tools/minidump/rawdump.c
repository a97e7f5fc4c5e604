// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rawdump.h"
#include "util.h"

void rawdump_decode_header(const uint8_t *bytes,
			   struct rawdump_header *header)
{
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
	if (!(header->flags & RAWDUMP_VALID))
		report_problem(report,
			       "%s: firmware did not mark the image as valid",
			       source->path);
	if (header->flags & RAWDUMP_TOO_SMALL)
		report_problem(report,
			       "%s: storage was too small: %" PRIu64 " of %" PRIu64 " bytes",
			       source->path, header->dump_size,
			       header->size_required);
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

static void add_section(struct source *source, const uint8_t *bytes,
			uint64_t usable, struct report *report)
{
	struct rawdump_section section;
	struct piece *piece;

	rawdump_decode_section(bytes, &section);
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

int rawdump_read(struct source *source, struct report *report)
{
	uint8_t bytes[RAWDUMP_HEADER_SIZE];
	struct rawdump_header header;
	size_t i, size, got;
	uint8_t *table;

	source->kind = SOURCE_RAWDUMP;
	if (read_at(source->fd, bytes, sizeof(bytes), 0) != sizeof(bytes))
		return report_error(report, "%s: ends within the header",
				    source->path);

	rawdump_decode_header(bytes, &header);
	report_header(source, &header, report);
	if (header.section_count > MAX_ENTRIES)
		return report_error(report, "%s: claims %" PRIu32 " sections",
				    source->path, header.section_count);

	size = header.section_count * (size_t)RAWDUMP_SECTION_SIZE;
	table = allocate(size);
	got = read_at(source->fd, table, size, RAWDUMP_HEADER_SIZE);
	if (got < size)
		report_problem(report, "%s: ends within the section headers",
			       source->path);

	for (i = 0; i < got / RAWDUMP_SECTION_SIZE; i++)
		add_section(source, table + i * RAWDUMP_SECTION_SIZE,
			    usable_size(source, &header), report);
	free(table);

	return 0;
}
