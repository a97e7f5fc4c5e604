// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "claims.h"
#include "util.h"

/* Where the two classes keep what matters here */
struct ehdr_fields {
	size_t phoff;
	size_t shoff;
	size_t phnum;
	size_t shnum;
	size_t offset_size;	/* bytes of phoff and shoff */
	size_t phdr;		/* bytes of one */
};

static const struct ehdr_fields narrow_fields = {
	offsetof(Elf32_Ehdr, e_phoff), offsetof(Elf32_Ehdr, e_shoff),
	offsetof(Elf32_Ehdr, e_phnum), offsetof(Elf32_Ehdr, e_shnum),
	4, sizeof(Elf32_Phdr),
};

static const struct ehdr_fields wide_fields = {
	offsetof(Elf64_Ehdr, e_phoff), offsetof(Elf64_Ehdr, e_shoff),
	offsetof(Elf64_Ehdr, e_phnum), offsetof(Elf64_Ehdr, e_shnum),
	8, sizeof(Elf64_Phdr),
};

static uint64_t get_offset(const uint8_t *field, size_t size)
{
	return size == 4 ? get_le32(field) : get_le64(field);
}

/*
 * libelf refuses a table of which a part is missing. What is there of it is
 * worth having.
 */
static void forget_missing_phdrs(uint8_t *bytes, size_t size,
				 const struct ehdr_fields *fields,
				 struct report *report)
{
	uint64_t phoff = get_offset(bytes + fields->phoff,
				    fields->offset_size), room;
	uint8_t *phnum = bytes + fields->phnum;

	if (phoff >= size)
		return;

	room = (size - phoff) / fields->phdr;
	if (room >= get_le16(phnum))
		return;
	report_problem(report,
		       "the ELF header is cut: it has %" PRIu64 " of %u program headers",
		       room, get_le16(phnum));
	put_le16(phnum, (uint16_t)room);
}

/*
 * libelf allocates for every entry that is claimed, so it may see no claim that
 * is not believed. More sections than e_shnum can tell are one of these.
 */
static int check_counts(uint8_t *bytes, size_t size,
			const struct ehdr_fields *fields,
			struct report *report)
{
	uint16_t segments = get_le16(bytes + fields->phnum);
	uint16_t sections = get_le16(bytes + fields->shnum);

	if (segments > MAX_ENTRIES || sections > MAX_ENTRIES)
		return report_problem(report,
				      "the ELF header claims %u program headers and %u sections",
				      segments, sections);
	if (!sections)
		memset(bytes + fields->shoff, 0, fields->offset_size);
	forget_missing_phdrs(bytes, size, fields, report);

	return 0;
}

int claims_check(uint8_t *bytes, size_t size, struct report *report)
{
	if (size < EI_NIDENT || memcmp(bytes, ELFMAG, SELFMAG))
		return report_problem(report,
				      "the ELF header does not begin as one");
	if (bytes[EI_CLASS] == ELFCLASS64 && size >= sizeof(Elf64_Ehdr))
		return check_counts(bytes, size, &wide_fields, report);
	if (bytes[EI_CLASS] == ELFCLASS32 && size >= sizeof(Elf32_Ehdr))
		return check_counts(bytes, size, &narrow_fields, report);

	return report_problem(report,
			      "the ELF header is cut or of class %u: %zu bytes",
			      bytes[EI_CLASS], size);
}
