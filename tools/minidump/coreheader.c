// SPDX-License-Identifier: GPL-2.0-only
/* Builds the ELF header of a core from its segments. */
#include <elf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#include "coreheader.h"
#include "text.h"
#include "util.h"

/* linux-ramdump-parser looks for a string table of this name. */
static const char strings_name[] = "STR_TBL";
static const char notes_name[] = ".note";

/* Null, string table and notes come before the sections of regions. */
#define FIRST_SECTIONS 3

struct core_header {
	uint8_t *bytes;
	size_t count;		/* segments that are there */
	size_t aliases;		/* of some of them */
	uint64_t notes;		/* offsets from here on */
	uint64_t sections;
	uint64_t strings;
	uint64_t size;
};

static bool has_alias(const struct segment *segment)
{
	return segment->size && segment->region->alias_phys;
}

static void lay_out(const struct core *core, struct core_header *header)
{
	size_t i;

	header->count = 0;
	header->aliases = 0;
	header->size = 1 + sizeof(strings_name) + sizeof(notes_name);
	for (i = 0; i < core->count; i++) {
		if (!core->segments[i].size)
			continue;
		header->count++;
		header->aliases += has_alias(&core->segments[i]);
		header->size += strlen(core->segments[i].region->name) + 1;
	}

	header->notes = sizeof(Elf64_Ehdr) +
			(header->count + header->aliases + 1) *
			sizeof(Elf64_Phdr);
	header->sections = align_up(header->notes + core->dump->notes.size, 8);
	header->strings = header->sections + (header->count + FIRST_SECTIONS) *
			  sizeof(Elf64_Shdr);
	header->size = align_up(header->strings + header->size, 8);
}

uint64_t core_header_size(const struct core *core)
{
	struct core_header header;

	lay_out(core, &header);

	return header.size;
}

/* The parser of names wants 0-9, A-Z, a-z and _ only; so do makers of files. */
static void put_name(struct core_header *header, uint64_t *position,
		     const char *name)
{
	char *to = (char *)header->bytes + *position;

	*position += strlen(name) + 1;
	for (; *name; name++)
		*to++ = is_alphanumeric(*name) || *name == '.' ? *name : '_';
}

static void fill_ehdr(const struct core *core, const struct core_header *header,
		      Elf64_Ehdr *ehdr)
{
	memcpy(ehdr->e_ident, ELFMAG, SELFMAG);
	ehdr->e_ident[EI_CLASS] = ELFCLASS64;
	ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
	ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	ehdr->e_type = ET_CORE;
	ehdr->e_machine = core->dump->machine;
	ehdr->e_version = EV_CURRENT;
	ehdr->e_flags = core->dump->machine_flags;
	ehdr->e_ehsize = sizeof(Elf64_Ehdr);
	ehdr->e_phoff = sizeof(Elf64_Ehdr);
	ehdr->e_phentsize = sizeof(Elf64_Phdr);
	ehdr->e_phnum = (uint16_t)(header->count + header->aliases + 1);
	ehdr->e_shoff = header->sections;
	ehdr->e_shentsize = sizeof(Elf64_Shdr);
	ehdr->e_shnum = (uint16_t)(header->count + FIRST_SECTIONS);
	ehdr->e_shstrndx = 1;
}

static Elf64_Phdr load_header(const struct segment *segment, uint64_t virt,
			      uint64_t phys)
{
	return (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = segment->region->flags,
		.p_offset = segment->offset,
		.p_vaddr = virt + segment->start,
		.p_paddr = phys + segment->start,
		.p_filesz = segment->size,
		.p_memsz = segment->size,
	};
}

static void fill_phdrs(const struct core *core, const struct core_header *header,
		       Elf64_Phdr *phdr)
{
	const struct segment *segment;
	size_t i;

	/* As notes are not loaded, they have no p_memsz. */
	*phdr++ = (Elf64_Phdr){
		.p_type = PT_NOTE,
		.p_offset = header->notes,
		.p_filesz = core->dump->notes.size,
	};

	/*
	 * Memory that was not saved gets no p_memsz either: crash and drgn
	 * would read it as zeros and say nothing.
	 */
	for (i = 0; i < core->count; i++) {
		segment = &core->segments[i];
		if (!segment->size)
			continue;
		*phdr++ = load_header(segment, segment->region->virt,
				      segment->region->phys);
	}

	for (i = 0; i < core->count; i++) {
		segment = &core->segments[i];
		if (!has_alias(segment))
			continue;
		*phdr++ = load_header(segment, segment->region->alias_virt,
				      segment->region->alias_phys);
	}
}

static void fill_shdrs(const struct core *core, struct core_header *header,
		       Elf64_Shdr *shdr)
{
	uint64_t string = header->strings + 1;
	const struct segment *segment;
	size_t i;

	shdr[1] = (Elf64_Shdr){
		.sh_name = 1,
		.sh_type = SHT_STRTAB,
		.sh_offset = header->strings,
		.sh_size = header->size - header->strings,
		.sh_addralign = 1,
	};
	put_name(header, &string, strings_name);
	shdr[2] = (Elf64_Shdr){
		.sh_name = (uint32_t)(string - header->strings),
		.sh_type = SHT_NOTE,
		.sh_offset = header->notes,
		.sh_size = core->dump->notes.size,
		.sh_addralign = 4,
	};
	put_name(header, &string, notes_name);

	shdr += FIRST_SECTIONS;
	for (i = 0; i < core->count; i++) {
		segment = &core->segments[i];
		if (!segment->size)
			continue;
		*shdr++ = (Elf64_Shdr){
			.sh_name = (uint32_t)(string - header->strings),
			.sh_type = SHT_PROGBITS,
			.sh_flags = SHF_ALLOC | SHF_WRITE,
			.sh_addr = segment->region->virt + segment->start,
			.sh_offset = segment->offset,
			.sh_size = segment->size,
			.sh_addralign = 1,
		};
		put_name(header, &string, segment->region->name);
	}
}

/* From this machine's byte order into the file's */
static int put(uint8_t *to, void *from, size_t size, Elf_Type type)
{
	Elf_Data source = { .d_buf = from, .d_type = type, .d_size = size,
			    .d_version = EV_CURRENT };
	Elf_Data target = { .d_buf = to, .d_size = size,
			    .d_version = EV_CURRENT };

	return elf64_xlatetof(&target, &source, ELFDATA2LSB) ? 0 : -1;
}

uint8_t *core_header_build(const struct core *core, struct report *report)
{
	struct core_header header;
	Elf64_Ehdr ehdr = { 0 };
	Elf64_Phdr *phdrs;
	Elf64_Shdr *shdrs;
	size_t segments, sections;
	int ret;

	lay_out(core, &header);
	segments = (header.count + header.aliases + 1) * sizeof(*phdrs);
	sections = (header.count + FIRST_SECTIONS) * sizeof(*shdrs);
	header.bytes = allocate(header.size);
	phdrs = allocate(segments);
	shdrs = allocate(sections);

	fill_ehdr(core, &header, &ehdr);
	fill_phdrs(core, &header, phdrs);
	fill_shdrs(core, &header, shdrs);
	if (core->dump->notes.size)
		memcpy(header.bytes + header.notes, core->dump->notes.bytes,
		       core->dump->notes.size);

	ret = put(header.bytes, &ehdr, sizeof(ehdr), ELF_T_EHDR);
	ret |= put(header.bytes + ehdr.e_phoff, phdrs, segments, ELF_T_PHDR);
	ret |= put(header.bytes + ehdr.e_shoff, shdrs, sections, ELF_T_SHDR);
	free(phdrs);
	free(shdrs);
	if (ret) {
		report_error(report, "the core's header: %s", elf_errmsg(-1));
		free(header.bytes);
		return NULL;
	}

	return header.bytes;
}
