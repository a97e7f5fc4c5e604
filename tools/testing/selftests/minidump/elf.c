// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks the ELF header that describes the regions. It goes by the bytes and by
 * what the readers of dumps need, and shares no code with the driver.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "minidump_test.h"

static bool check_ident(const Elf64_Ehdr *ehdr)
{
	static const uint8_t magic[] = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT };

	if (memcmp(ehdr->e_ident, magic, sizeof(magic)))
		return wrong("ELF header begins %02x %02x %02x %02x %02x %02x %02x",
			     ehdr->e_ident[0], ehdr->e_ident[1], ehdr->e_ident[2], ehdr->e_ident[3],
			     ehdr->e_ident[4], ehdr->e_ident[5], ehdr->e_ident[6]);
	if (ehdr->e_type != ET_CORE || ehdr->e_version != EV_CURRENT || !ehdr->e_machine)
		return wrong("e_type %u, e_version %u, e_machine %u", ehdr->e_type,
			     ehdr->e_version, ehdr->e_machine);
	return true;
}

static bool check_tables(const Elf64_Ehdr *ehdr, size_t size)
{
	uint64_t phdrs_end = ehdr->e_phoff + (uint64_t)ehdr->e_phnum * sizeof(Elf64_Phdr);
	uint64_t shdrs_end = ehdr->e_shoff + (uint64_t)ehdr->e_shnum * sizeof(Elf64_Shdr);

	if (ehdr->e_ehsize != 64 || ehdr->e_phentsize != 56 || ehdr->e_shentsize != 64)
		return wrong("e_ehsize %u, e_phentsize %u, e_shentsize %u; wanted 64, 56, 64",
			     ehdr->e_ehsize, ehdr->e_phentsize, ehdr->e_shentsize);
	if (ehdr->e_phoff != 64 || ehdr->e_shstrndx != 1)
		return wrong("e_phoff %" PRIu64 ", e_shstrndx %u; wanted 64, 1",
			     (uint64_t)ehdr->e_phoff, ehdr->e_shstrndx);
	if (!ehdr->e_phnum || ehdr->e_shnum != ehdr->e_phnum + 1)
		return wrong("e_phnum %u, e_shnum %u; wanted one more", ehdr->e_phnum,
			     ehdr->e_shnum);
	if (ehdr->e_shoff % 8 || ehdr->e_shoff < phdrs_end || ehdr->e_shoff > size ||
	    shdrs_end > size)
		return wrong("program headers end at %" PRIu64 ", section headers at %" PRIu64
			     "-%" PRIu64 " of %zu bytes", phdrs_end, (uint64_t)ehdr->e_shoff,
			     shdrs_end, size);
	return true;
}

/* gdb refuses a file whose notes do not end where the last of them does */
static bool check_notes(const uint8_t *bytes, const Elf64_Ehdr *ehdr, const Elf64_Phdr *notes)
{
	uint64_t at = notes->p_offset, end = notes->p_offset + notes->p_filesz;
	uint64_t phdrs_end = ehdr->e_phoff + (uint64_t)ehdr->e_phnum * sizeof(Elf64_Phdr);
	unsigned int count = 0;
	Elf64_Nhdr note;

	if (notes->p_type != PT_NOTE || !notes->p_filesz || notes->p_memsz)
		return wrong("program header 0 has type %u, %" PRIu64 " bytes in the file and %"
			     PRIu64 " in memory", notes->p_type, (uint64_t)notes->p_filesz,
			     (uint64_t)notes->p_memsz);
	if (at < phdrs_end || at > ehdr->e_shoff || end < at || end > ehdr->e_shoff)
		return wrong("notes at %" PRIu64 "-%" PRIu64 ", not between program headers (%"
			     PRIu64 ") and section headers (%" PRIu64 ")", at, end, phdrs_end,
			     (uint64_t)ehdr->e_shoff);

	for (; end - at >= sizeof(note); count++) {
		memcpy(&note, bytes + at, sizeof(note));
		if (!count && (note.n_type != NT_PRSTATUS || note.n_namesz != sizeof("CORE") ||
			       memcmp(bytes + at + sizeof(note), "CORE", sizeof("CORE"))))
			return wrong("first note has type %u and a name of %u bytes",
				     note.n_type, note.n_namesz);
		at += sizeof(note) + (((uint64_t)note.n_namesz + 3) & ~3ull) +
		      (((uint64_t)note.n_descsz + 3) & ~3ull);
		if (at > end)
			break;
	}
	if (!count || at != end)
		return wrong("note %u ends at %" PRIu64 ", the notes at %" PRIu64, count, at, end);
	return true;
}

static bool check_first_sections(const uint8_t *bytes, size_t size, const Elf64_Shdr *sections)
{
	static const Elf64_Shdr none;
	const Elf64_Shdr *names = &sections[1];

	if (memcmp(&sections[0], &none, sizeof(none)))
		return wrong("section 0 is not empty");
	if (names->sh_type != SHT_STRTAB || names->sh_offset > size || !names->sh_size ||
	    names->sh_size > size - names->sh_offset)
		return wrong("section names: type %u, at %" PRIu64 ", %" PRIu64 " of %zu bytes",
			     names->sh_type, (uint64_t)names->sh_offset,
			     (uint64_t)names->sh_size, size);
	if (bytes[names->sh_offset] || bytes[names->sh_offset + names->sh_size - 1])
		return wrong("section names begin with %#x and end with %#x, wanted 0",
			     bytes[names->sh_offset],
			     bytes[names->sh_offset + names->sh_size - 1]);
	return true;
}

/* Where a section's name is, or what says that it is nowhere */
static const char *section_name(const uint8_t *bytes, const Elf64_Shdr *names,
				const Elf64_Shdr *section)
{
	if (section->sh_name >= names->sh_size)
		return "(no name)";
	return (const char *)bytes + names->sh_offset + section->sh_name;
}

/* A region is a segment and a section, at the same place of the file */
static bool check_region(unsigned int i, const Elf64_Phdr *segment, const Elf64_Shdr *section,
			 uint64_t offset)
{
	if (segment->p_type != PT_LOAD || segment->p_align || !segment->p_filesz ||
	    segment->p_filesz != segment->p_memsz)
		return wrong("segment %u: type %u, align %" PRIu64 ", %" PRIu64
			     " bytes in the file and %" PRIu64 " in memory", i, segment->p_type,
			     (uint64_t)segment->p_align, (uint64_t)segment->p_filesz,
			     (uint64_t)segment->p_memsz);
	if (segment->p_offset != offset)
		return wrong("segment %u is at %" PRIu64 " of the file, the one before ends at %"
			     PRIu64, i, (uint64_t)segment->p_offset, offset);
	if (section->sh_type != SHT_PROGBITS || section->sh_addr != segment->p_vaddr ||
	    section->sh_offset != segment->p_offset || section->sh_size != segment->p_filesz)
		return wrong("section %u: type %u, %" PRIu64 " bytes at %" PRIu64
			     " of the file, for %#" PRIx64 "; its segment has %" PRIu64 " at %"
			     PRIu64 ", for %#" PRIx64, i + 1, section->sh_type,
			     (uint64_t)section->sh_size, (uint64_t)section->sh_offset,
			     (uint64_t)section->sh_addr, (uint64_t)segment->p_filesz,
			     (uint64_t)segment->p_offset, (uint64_t)segment->p_vaddr);
	return true;
}

static bool check_as_shown(unsigned int i, const Elf64_Phdr *segment, const char *name,
			   const struct region *shown)
{
	if (segment->p_paddr != shown->physical || segment->p_filesz != shown->size)
		return wrong("segment %u: %" PRIu64 " bytes at %#" PRIx64 "; shown %" PRIu64
			     " at %#" PRIx64 " (%s)", i, (uint64_t)segment->p_filesz,
			     (uint64_t)segment->p_paddr, shown->size, shown->physical,
			     shown->name);
	if (shown->virtual && segment->p_vaddr != shown->virtual)
		return wrong("segment %u (%s): p_vaddr %#" PRIx64 ", wanted %#" PRIx64, i,
			     shown->name, (uint64_t)segment->p_vaddr, shown->virtual);
	if (strcmp(name, shown->name))
		return wrong("section %u is called %s, shown is %s", i + 1, name, shown->name);
	return true;
}

static bool is_inside(uint64_t size, uint64_t at, uint64_t length)
{
	return at <= size && length <= size - at;
}

bool elf_region_moves(const struct bytes *file)
{
	const Elf64_Ehdr *ehdr = (const void *)file->at;
	const Elf64_Phdr *segments;
	const Elf64_Shdr *sections;

	/* What is wrong with the tables is elf_check()'s to say */
	if (file->size < sizeof(*ehdr) || ehdr->e_phoff % 8 || ehdr->e_shoff % 8 ||
	    !is_inside(file->size, ehdr->e_phoff, (ehdr->e_phnum + 0ull) * sizeof(*segments)) ||
	    !is_inside(file->size, ehdr->e_shoff, (ehdr->e_phnum + 1ull) * sizeof(*sections)))
		return false;

	segments = (const void *)(file->at + ehdr->e_phoff);
	sections = (const void *)(file->at + ehdr->e_shoff);
	for (unsigned int i = 1; i < ehdr->e_phnum; i++)
		if (sections[i + 1].sh_addr != segments[i].p_vaddr)
			return true;
	return false;
}

bool elf_check(const struct bytes *file, const struct regions *regions)
{
	const Elf64_Ehdr *ehdr = (const void *)file->at;
	uint64_t offset = file->size;
	const Elf64_Phdr *segments;
	const Elf64_Shdr *sections;
	const char *name;

	if (file->size < sizeof(*ehdr))
		return wrong("elf_header has %zu bytes", file->size);
	if (!check_ident(ehdr) || !check_tables(ehdr, file->size))
		return false;

	segments = (const void *)(file->at + ehdr->e_phoff);
	sections = (const void *)(file->at + ehdr->e_shoff);
	if (!check_notes(file->at, ehdr, &segments[0]) ||
	    !check_first_sections(file->at, file->size, sections))
		return false;
	name = section_name(file->at, &sections[1], &sections[1]);
	if (strcmp(name, "STR_TBL"))
		return wrong("section 1 is called %s, wanted STR_TBL", name);

	if (regions && regions->count != ehdr->e_phnum)
		return wrong("e_phnum %u, shown are %u regions", ehdr->e_phnum, regions->count);
	if (regions && regions->list[0].size != file->size)
		return wrong("elf_header has %zu bytes, its region %" PRIu64, file->size,
			     regions->list[0].size);
	for (unsigned int i = 1; i < ehdr->e_phnum; i++) {
		if (!check_region(i, &segments[i], &sections[i + 1], offset))
			return false;
		name = section_name(file->at, &sections[1], &sections[i + 1]);
		if (regions && !check_as_shown(i, &segments[i], name, &regions->list[i]))
			return false;
		offset += segments[i].p_filesz;
	}
	return true;
}
