// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the ELF header of a dump. Three kinds have been seen:
 *
 *  - of this kernel: program headers at 64, PT_NOTE first, a section for each
 *    region that names it
 *  - of vendor kernels: program headers behind room for 201 sections, no notes,
 *    program header 0 is the kernel's banner, kept in the header itself
 *  - of a remote processor's coredump: sections only, or program headers only
 */
#include <gelf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "layout.h"
#include "util.h"

/* More than Linux makes */
#define ALIASES_MAX 128

struct section {
	GElf_Shdr header;
	char *name;
};

struct sections {
	struct section *list;
	size_t count;
};

static struct region *add_region(struct dump *dump)
{
	struct region *region;

	dump->regions = grow_array(dump->regions, dump->region_count,
				   sizeof(*dump->regions));
	region = &dump->regions[dump->region_count++];
	*region = (struct region){ 0 };

	return region;
}

static void add_note_segment(struct dump *dump, const GElf_Phdr *phdr,
			     struct report *report)
{
	if (dump->note_segment_count == NOTE_SEGMENTS_MAX) {
		report_problem(report,
			       "more than %d PT_NOTE program headers, the rest is ignored",
			       NOTE_SEGMENTS_MAX);
		return;
	}

	dump->note_segments = grow_array(dump->note_segments,
					 dump->note_segment_count,
					 sizeof(*dump->note_segments));
	dump->note_segments[dump->note_segment_count++] =
		(struct note_segment){ phdr->p_offset, phdr->p_filesz };
}

static bool phdr_is_sane(const GElf_Phdr *phdr)
{
	return range_is_sane(phdr->p_offset, phdr->p_filesz) &&
	       range_is_sane(phdr->p_vaddr, phdr->p_memsz) &&
	       range_is_sane(phdr->p_vaddr, phdr->p_filesz) &&
	       range_is_sane(phdr->p_paddr, phdr->p_filesz);
}

static void add_load(struct dump *dump, const GElf_Phdr *phdr, size_t index,
		     struct report *report)
{
	struct region *region;

	if (phdr->p_filesz != phdr->p_memsz)
		dump->filesz_is_memsz = false;
	if (!phdr->p_filesz) {
		dump->takes_every_phdr = false;
		if (phdr->p_memsz)
			report_problem(report,
				       "program header %zu: no byte of %" PRIu64 " was saved",
				       index, phdr->p_memsz);
		return;
	}

	region = add_region(dump);
	region->offset = phdr->p_offset;
	region->virt = phdr->p_vaddr;
	region->phys = phdr->p_paddr;
	region->size = phdr->p_filesz;
	region->flags = phdr->p_flags;
}

static void add_phdr(struct dump *dump, const GElf_Phdr *phdr, size_t index,
		     struct report *report)
{
	if (phdr->p_type != PT_LOAD && phdr->p_type != PT_NOTE) {
		dump->takes_every_phdr = false;
		return;
	}
	if (!phdr_is_sane(phdr)) {
		dump->takes_every_phdr = false;
		report_problem(report,
			       "program header %zu: its range wraps, ignored",
			       index);
		return;
	}

	if (phdr->p_type == PT_LOAD) {
		add_load(dump, phdr, index, report);
		return;
	}
	if (index == 0)
		dump->note_first = true;
	add_note_segment(dump, phdr, report);
}

static int read_phdrs(struct dump *dump, Elf *elf, size_t count,
		      struct report *report)
{
	GElf_Phdr phdr;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &phdr))
			return report_problem(report,
					      "program header %zu: %s", i,
					      elf_errmsg(-1));
		add_phdr(dump, &phdr, i, report);
	}

	return 0;
}

static size_t string_table(Elf *elf)
{
	size_t index;
	GElf_Shdr header;

	if (elf_getshdrstrndx(elf, &index) || index == SHN_UNDEF)
		return SHN_UNDEF;
	if (!gelf_getshdr(elf_getscn(elf, index), &header) ||
	    header.sh_type != SHT_STRTAB)
		return SHN_UNDEF;

	return index;
}

/* Sections with contents of their own: regions, and in our cores the notes */
static void read_sections(Elf *elf, size_t count, struct sections *sections)
{
	size_t strings = string_table(elf), i;
	struct section *section;
	const char *name;
	GElf_Shdr header;

	for (i = 1; i < count; i++) {
		if (!gelf_getshdr(elf_getscn(elf, i), &header) ||
		    header.sh_type != SHT_PROGBITS || !header.sh_size)
			continue;

		name = strings == SHN_UNDEF ? NULL :
		       elf_strptr(elf, strings, header.sh_name);
		if (!name)
			name = "";
		sections->list = grow_array(sections->list, sections->count,
					    sizeof(*sections->list));
		section = &sections->list[sections->count++];
		section->header = header;
		section->name = copy_string(name, NAME_LENGTH_MAX);
	}
}

static void free_sections(struct sections *sections)
{
	size_t i;

	for (i = 0; i < sections->count; i++)
		free(sections->list[i].name);
	free(sections->list);
}

static void regions_from_sections(struct dump *dump,
				  const struct sections *sections,
				  struct report *report)
{
	const GElf_Shdr *header;
	struct region *region;
	size_t i;

	dump->by_sections = true;
	for (i = 0; i < sections->count; i++) {
		header = &sections->list[i].header;
		if (!range_is_sane(header->sh_offset, header->sh_size) ||
		    !range_is_sane(header->sh_addr, header->sh_size)) {
			report_problem(report,
				       "section %s: its range wraps, ignored",
				       sections->list[i].name);
			continue;
		}
		region = add_region(dump);
		region->name = copy_string(sections->list[i].name,
					   strlen(sections->list[i].name));
		region->offset = header->sh_offset;
		region->phys = header->sh_addr;
		region->size = header->sh_size;
	}
}

/*
 * The section of a region. The offset decides: a segment's address may have
 * been changed at the crash, and two regions may have the same address.
 */
static const struct section *section_of(const struct sections *sections,
					const struct region *region)
{
	const struct section *by_address = NULL, *by_offset = NULL, *section;
	size_t i;

	for (i = 0; i < sections->count; i++) {
		section = &sections->list[i];
		if (section->header.sh_offset == region->offset) {
			if (section->header.sh_size == region->size)
				return section;
			by_offset = section;
		}
		if (section->header.sh_addr == region->virt &&
		    section->header.sh_size == region->size)
			by_address = section;
	}

	return by_address ? by_address : by_offset;
}

/*
 * A panic of Linux puts more program headers behind those of regions: of copies, for
 * tools that look for the originals' physical addresses. Each has the place of a
 * region in the file, and no section. What a region cannot keep stays one of its own.
 */
static bool fold_alias(struct dump *dump, const struct sections *sections)
{
	struct region *last = &dump->regions[dump->region_count - 1], *region;
	size_t i;

	for (i = 0; i < sections->count; i++)
		if (sections->list[i].header.sh_addr == last->virt)
			return false;
	for (region = dump->regions; region < last; region++) {
		if (region->offset != last->offset || region->size != last->size ||
		    region->alias_phys || !last->phys)
			continue;
		region->alias_virt = last->virt;
		region->alias_phys = last->phys;
		dump->region_count--;
		return true;
	}

	return false;
}

static void fold_aliases(struct dump *dump, const struct sections *sections)
{
	size_t i;

	for (i = 0; i < ALIASES_MAX && dump->region_count; i++)
		if (!fold_alias(dump, sections))
			return;
}

static void name_regions(struct dump *dump, const struct sections *sections)
{
	const struct section *section;
	const char *name;
	size_t i;

	dump->names_regions = true;
	for (i = 0; i < dump->region_count; i++) {
		section = section_of(sections, &dump->regions[i]);
		name = section ? section->name : "";
		if (!*name)
			dump->names_regions = false;
		dump->regions[i].name = copy_string(name, strlen(name));
	}
}

static int check_ident(struct dump *dump, Elf *elf, const GElf_Ehdr *ehdr,
		       struct report *report)
{
	if (ehdr->e_ident[EI_DATA] != ELFDATA2LSB)
		return report_problem(report,
				      "the ELF header is not little endian");
	if (ehdr->e_type != ET_CORE)
		return report_problem(report,
				      "the ELF header is not that of a core (e_type %u)",
				      ehdr->e_type);

	dump->elf_class = gelf_getclass(elf);
	dump->machine = ehdr->e_machine;
	dump->machine_flags = ehdr->e_flags;
	dump->phoff = ehdr->e_phoff;
	dump->filesz_is_memsz = true;
	dump->takes_every_phdr = true;

	return 0;
}

static int count_entries(Elf *elf, const GElf_Ehdr *ehdr, size_t *segments,
			 size_t *sections, struct report *report)
{
	*segments = 0;
	*sections = 0;
	if (elf_getphdrnum(elf, segments) || elf_getshdrnum(elf, sections))
		return report_problem(report, "the ELF header: %s",
				      elf_errmsg(-1));
	/* libelf counts only what fits into the bytes that are there. */
	if (ehdr->e_phnum && !*segments)
		return report_problem(report,
				      "the program headers lie outside of the ELF header's bytes");

	return 0;
}

static int read_elf(struct dump *dump, Elf *elf, struct report *report)
{
	struct sections sections = { 0 };
	size_t segment_count, section_count;
	GElf_Ehdr ehdr;
	int ret;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &ehdr))
		return report_problem(report, "not an ELF header: %s",
				      elf_errmsg(-1));
	if (check_ident(dump, elf, &ehdr, report) ||
	    count_entries(elf, &ehdr, &segment_count, &section_count, report))
		return -1;

	ret = read_phdrs(dump, elf, segment_count, report);
	read_sections(elf, section_count, &sections);
	if (!ret && !segment_count) {
		regions_from_sections(dump, &sections, report);
	} else {
		fold_aliases(dump, &sections);
		name_regions(dump, &sections);
	}
	free_sections(&sections);

	if (!ret && !dump->region_count)
		ret = report_problem(report,
				     "the ELF header describes no memory");

	return ret;
}

int layout_read(struct dump *dump, struct report *report)
{
	Elf *elf;
	int ret;

	elf_version(EV_CURRENT);
	ret = claims_check(dump->header_bytes, dump->header_size, report);
	if (!ret) {
		elf = elf_memory((char *)dump->header_bytes,
				 dump->header_size);
		ret = read_elf(dump, elf, report);
		elf_end(elf);
	}
	if (ret)
		layout_forget(dump);

	return ret;
}

void layout_forget(struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		free(dump->regions[i].name);
	free(dump->regions);
	free(dump->note_segments);
	dump->regions = NULL;
	dump->region_count = 0;
	dump->note_segments = NULL;
	dump->note_segment_count = 0;
}
