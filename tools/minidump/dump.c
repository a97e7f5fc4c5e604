// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "util.h"

/* 201 regions with notes take 30 KiB; vendor kernels' headers, 64. */
#define HEADER_MAX (16 * MIB)

/* Boot firmware's note of the KASLR offset, in a file of its own */
#define FIRMWARE_KASLR_PIECE	"SHRDIMEM"
#define FIRMWARE_KASLR_OFFSET	0x6d0
#define FIRMWARE_KASLR_MAGIC	0xdead4ead

static const char * const header_names[] = {
	"KELF_HEADER", "KELF_HDR", "KELF",
};

static struct piece *find_header(const struct source *source)
{
	uint32_t number;
	size_t i, j;

	if (source->kind == SOURCE_CORE)
		return source->pieces;

	for (i = 0; i < ARRAY_SIZE(header_names); i++)
		for (j = 0; j < source->count; j++)
			if (key_is(piece_key(&source->pieces[j]),
				   header_names[i]) ||
			    key_is_numbered(piece_key(&source->pieces[j]),
					    header_names[i], &number))
				return &source->pieces[j];

	return NULL;
}

/*
 * libelf refuses a table of which a part is missing. What is there of it is
 * worth having.
 */
static void forget_missing_phdrs(struct dump *dump, struct report *report)
{
	uint8_t *bytes = dump->header_bytes;
	uint64_t phoff, room;
	uint16_t count;

	if (dump->header->size < sizeof(Elf64_Ehdr) ||
	    bytes[EI_CLASS] != ELFCLASS64)
		return;

	phoff = get_le64(bytes + offsetof(Elf64_Ehdr, e_phoff));
	count = get_le16(bytes + offsetof(Elf64_Ehdr, e_phnum));
	if (phoff >= dump->header->size)
		return;

	room = (dump->header->size - phoff) / sizeof(Elf64_Phdr);
	if (room >= count)
		return;
	report_problem(report,
		       "the ELF header is cut: it has %" PRIu64 " of %u program headers",
		       room, count);
	put_le16(bytes + offsetof(Elf64_Ehdr, e_phnum), (uint16_t)room);
}

/* A core may be large and is read where needed; a header, as a whole. */
static Elf *open_elf(struct dump *dump, struct report *report)
{
	struct piece *header = dump->header;
	size_t size;

	if (dump->source.kind == SOURCE_CORE)
		return elf_begin(dump->source.fd, ELF_C_READ, NULL);

	if (header->size > HEADER_MAX)
		report_problem(report,
			       "%s: an ELF header of %" PRIu64 " bytes, the rest is ignored",
			       header->name, header->size);
	size = min_u64(header->size, HEADER_MAX);
	dump->header_bytes = allocate(size);
	header->size = piece_read(&dump->source, header, dump->header_bytes,
				  size, 0);
	forget_missing_phdrs(dump, report);

	return elf_memory((char *)dump->header_bytes, header->size);
}

static int read_header(struct dump *dump, struct report *report)
{
	int ret = -1;
	Elf *elf;

	dump->header->taken = true;
	elf = open_elf(dump, report);
	if (elf)
		ret = core_parse(dump, elf, report);
	else
		report_error(report, "%s: %s", dump->header->name,
			     elf_errmsg(-1));
	elf_end(elf);

	return ret;
}

int dump_open(struct dump *dump, const char *path, enum dump_need need,
	      struct report *report)
{
	*dump = (struct dump){ 0 };
	elf_version(EV_CURRENT);

	if (source_open(&dump->source, path, report))
		return -1;

	dump->header = find_header(&dump->source);
	if (!dump->header && need == NEED_HEADER)
		return report_error(report,
				    "%s: no ELF header (KELF_HEADER, KELF_HDR or KELF): nothing says what the rest is",
				    path);
	if (!dump->header) {
		report_problem(report,
			       "%s: no ELF header (KELF_HEADER, KELF_HDR or KELF)",
			       path);
		return 0;
	}

	if (read_header(dump, report))
		return -1;
	match_regions(dump);
	report_regions(dump, report);
	notes_collect(dump, report);

	return 0;
}

void dump_close(struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		free(dump->regions[i].name);
	free(dump->regions);
	free(dump->note_segments);
	free(dump->header_bytes);
	notes_free(&dump->notes);
	source_close(&dump->source);
}

size_t region_read(const struct dump *dump, const struct region *region,
		   void *buffer, size_t size, uint64_t offset)
{
	if (!region->piece || offset >= region->have)
		return 0;

	return piece_read(&dump->source, region->piece, buffer,
			  min_u64(size, region->have - offset),
			  region->skip + offset);
}

const struct region *dump_find(const struct dump *dump, const char *name)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (dump->regions[i].have &&
		    !strcmp(dump->regions[i].name, name))
			return &dump->regions[i];

	return NULL;
}

const char *region_label(const struct region *region)
{
	return region->name[0] ? region->name : "(unnamed)";
}

const char *region_state(const struct region *region)
{
	if (!region->have)
		return "missing";

	return region->have < region->size ? "cut" : "whole";
}

void report_regions(const struct dump *dump, struct report *report)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!region->have)
			report_problem(report,
				       "%s (0x%" PRIx64 ", %" PRIu64 " bytes) is missing",
				       region_label(region), region->phys,
				       region->size);
		else if (region->have < region->size)
			report_problem(report,
				       "%s (0x%" PRIx64 ") is cut: %" PRIu64 " of %" PRIu64,
				       region_label(region), region->phys,
				       region->have, region->size);
		else if (!region->skip && region->piece != dump->header &&
			 dump->source.kind == SOURCE_FOLDER &&
			 region->piece->size > region->size)
			report_problem(report,
				       "%s: %" PRIu64 " bytes, but its region has %" PRIu64,
				       region->piece->name,
				       region->piece->size, region->size);
	}
}

enum kaslr_source dump_kaslr_offset(const struct dump *dump, uint64_t *offset)
{
	const struct piece *piece;
	uint8_t bytes[12];

	if (dump->notes.vmcoreinfo &&
	    vmcoreinfo_get_hex(dump->notes.vmcoreinfo, "KERNELOFFSET", offset))
		return KASLR_VMCOREINFO;

	piece = source_find(&dump->source, FIRMWARE_KASLR_PIECE);
	if (!piece || piece_read(&dump->source, piece, bytes, sizeof(bytes),
				 FIRMWARE_KASLR_OFFSET) != sizeof(bytes) ||
	    get_le32(bytes) != FIRMWARE_KASLR_MAGIC)
		return KASLR_UNKNOWN;
	*offset = get_le64(bytes + 4);

	return KASLR_FIRMWARE;
}

bool dump_banner(const struct dump *dump, char *banner, size_t size)
{
	static const char start[] = "Linux version ";
	size_t i, got;

	for (i = 0; i < dump->region_count; i++) {
		got = region_read(dump, &dump->regions[i], banner, size - 1, 0);
		if (got < sizeof(start) ||
		    memcmp(banner, start, sizeof(start) - 1))
			continue;
		banner[got] = '\0';
		banner[strcspn(banner, "\n")] = '\0';
		return true;
	}

	return false;
}
