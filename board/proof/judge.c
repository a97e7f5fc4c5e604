// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware, and the debugger behind it: reads what the G-ToC leads to and holds
 * it against the promise. It knows the contract and the ELF format, and nothing
 * of the driver.
 */
#include <elf.h>
#include <string.h>

#include "bytes.h"
#include "judge.h"
#include "layout.h"

#define PRSTATUS_SIZE	392
#define NOTE_SIZE	(20 + PRSTATUS_SIZE)
#define PRSTATUS_PID	32
#define PRSTATUS_REGS	112

struct promise promise;
uint8_t vmcoreinfo[VMCOREINFO_MAX];
unsigned int vmcoreinfo_size;
uint64_t readings;

/* What one look at the memory has found so far */
struct look {
	struct image *image;
	bool remember;
	uint64_t header, header_size;	/* KELF_HEADER */
	const uint8_t *table;
	unsigned int count;		/* by the table, KELF_HEADER not counted */
	const Elf64_Ehdr *ehdr;
	unsigned int segments;		/* by the ELF header, PT_NOTE not counted */
	unsigned int aliases;		/* of some of these */
	const uint8_t *names;
	uint64_t names_size;
	uint64_t prstatus;		/* where the first registers are, or 0 */
	unsigned int others;		/* notes with registers behind that one */
};

#define WANT(condition, ...) do {			\
	if (!(condition))				\
		fault(__VA_ARGS__);			\
} while (0)

static const void *read_at(const struct look *look, uint64_t phys, uint64_t size,
			   uint8_t mark, const char *what)
{
	struct image *image = look->image;
	uint64_t offset = phys - RAM_BASE;

	WANT(phys >= RAM_BASE && offset <= RAM_SIZE && size <= RAM_SIZE - offset,
	     "%s: %#lx bytes at %#lx are not in RAM", what, size, phys);
	if (look->remember) {
		WANT(image->range_count < sizeof(image->ranges) / sizeof(image->ranges[0]),
		     "%s: too much to read", what);
		image->ranges[image->range_count].offset = (uint32_t)offset;
		image->ranges[image->range_count++].size = (uint32_t)size;
		for (uint64_t i = offset; i < offset + size; i++)
			image->marks[i] |= mark;
	}
	return image->bytes + offset;
}

static const void *read_header(const struct look *look, uint64_t offset, uint64_t size,
			       uint8_t mark, const char *what)
{
	WANT(offset <= look->header_size && size <= look->header_size - offset,
	     "%s: %#lx bytes at %#lx are not in the ELF header's region", what, size, offset);
	return read_at(look, look->header + offset, size, mark, what);
}

static void read_table(struct look *look, const uint8_t *entry)
{
	uint32_t count = get_le32(entry + SUBSYSTEM_REGION_COUNT);
	static const char name[REGION_NAME_SIZE] = "KELF_HEADER";

	WANT(get_le32(entry + SUBSYSTEM_STATUS) == 1, "status is no 1");
	WANT(get_le32(entry + SUBSYSTEM_ENABLED) == WORD_ENBL, "enabled is not ENBL");
	WANT(get_le32(entry + SUBSYSTEM_ENCRYPTION) == WORD_DONE, "encryption is not DONE");
	WANT(get_le32(entry + SUBSYSTEM_ENCRYPTION_REQUIRED) == WORD_NR,
	     "encryption required is not NR");
	WANT(count >= 1 && count <= APSS_REGIONS_MAX, "%u regions", count);

	look->count = count - 1;
	look->table = read_at(look, get_le64(entry + SUBSYSTEM_REGIONS),
			      (uint64_t)count * REGION_SIZE, MARK_TABLES, "region table");
	WANT(!memcmp(look->table + REGION_NAME, name, sizeof(name)), "region 0 is not KELF_HEADER");
	WANT(get_le32(look->table + REGION_SEQ_NUM) == 0 &&
	     get_le32(look->table + REGION_VALID) == WORD_VALI, "KELF_HEADER is not valid");
	look->header = get_le64(look->table + REGION_ADDRESS);
	look->header_size = get_le64(look->table + REGION_LENGTH);
	WANT(look->header % 8 == 0 && look->header_size % 4 == 0, "KELF_HEADER is not aligned");
}

static void read_elf_header(struct look *look)
{
	static const uint8_t ident[EI_NIDENT] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };
	const Elf64_Ehdr *ehdr = read_header(look, 0, sizeof(*ehdr), MARK_TABLES, "ELF header");

	WANT(!memcmp(ehdr->e_ident, ident, sizeof(ident)), "not an ELF file");
	WANT(ehdr->e_type == ET_CORE && ehdr->e_machine == EM_AARCH64 &&
	     ehdr->e_version == EV_CURRENT, "not an arm64 core");
	WANT(ehdr->e_phoff == 64 && ehdr->e_phentsize == 56 && ehdr->e_ehsize == 64,
	     "program headers of %u bytes at %#lx", ehdr->e_phentsize, ehdr->e_phoff);
	WANT(ehdr->e_phnum >= 1, "no program headers");
	WANT(ehdr->e_shentsize == 64 && ehdr->e_shstrndx == 1 && ehdr->e_shnum >= 2 &&
	     ehdr->e_shnum <= ehdr->e_phnum + 1,
	     "%u sections of %u bytes, names in %u, with %u program headers", ehdr->e_shnum,
	     ehdr->e_shentsize, ehdr->e_shstrndx, ehdr->e_phnum);
	look->ehdr = ehdr;
	look->segments = ehdr->e_shnum - 2u;
	look->aliases = ehdr->e_phnum - 1u - look->segments;
	WANT(look->aliases == promise.aliases[0] || look->aliases == promise.aliases[1] ||
	     (promise.maybe_none && !look->aliases), "%u aliases, wanted %u or %u", look->aliases,
	     promise.aliases[0], promise.aliases[1]);
}

static const uint8_t *read_registers(const struct look *look, uint64_t at)
{
	const uint8_t *note = read_header(look, at, 20, MARK_TABLES, "registers");

	WANT(get_le32(note) == 5 && get_le32(note + 4) == PRSTATUS_SIZE &&
	     get_le32(note + 8) == NT_PRSTATUS && !memcmp(note + 12, "CORE", 5),
	     "the note at %#lx has no registers", at);
	return note;
}

/* A note with registers, VMCOREINFO, and then such notes of other CPUs to the end */
static void read_notes(struct look *look)
{
	const Elf64_Phdr *phdr = read_header(look, 64, sizeof(*phdr), MARK_TABLES, "PT_NOTE");
	uint64_t at = phdr->p_offset, end = at + phdr->p_filesz;
	const uint8_t *note;

	WANT(phdr->p_type == PT_NOTE, "program header 0 is no PT_NOTE");
	WANT(at >= 64 + (uint64_t)look->ehdr->e_phnum * 56 && !phdr->p_memsz, "notes at %#lx", at);
	WANT(phdr->p_filesz >= NOTE_SIZE + vmcoreinfo_size &&
	     (phdr->p_filesz - vmcoreinfo_size) % NOTE_SIZE == 0,
	     "notes of %#lx bytes", phdr->p_filesz);
	read_registers(look, at);
	look->prstatus = look->header + at + 20;
	at += NOTE_SIZE;
	note = read_header(look, at, vmcoreinfo_size, MARK_TABLES, "VMCOREINFO");
	WANT(!memcmp(note, vmcoreinfo, vmcoreinfo_size), "VMCOREINFO's note is damaged");
	for (at += vmcoreinfo_size; at < end; at += NOTE_SIZE) {
		read_registers(look, at);
		look->others++;
	}
	WANT(look->ehdr->e_shoff >= end && look->ehdr->e_shoff % 8 == 0,
	     "sections at %#lx", look->ehdr->e_shoff);
}

static const Elf64_Shdr *read_section(const struct look *look, unsigned int index)
{
	return read_header(look, look->ehdr->e_shoff + index * sizeof(Elf64_Shdr),
			   sizeof(Elf64_Shdr), MARK_TABLES, "section header");
}

static const char *read_name(const struct look *look, const Elf64_Shdr *section)
{
	const char *name;
	size_t length;

	WANT(section->sh_name < look->names_size, "a section's name at %u", section->sh_name);
	name = (const char *)look->names + section->sh_name;
	length = strnlen(name, look->names_size - section->sh_name);
	WANT(length < look->names_size - section->sh_name, "a section's name has no end");
	read_at(look, RAM_BASE + (uint64_t)((const uint8_t *)name - look->image->bytes),
		length + 1, MARK_TABLES, "a section's name");
	return name;
}

static void read_string_table(struct look *look)
{
	static const Elf64_Shdr none;
	const Elf64_Shdr *section;
	uint64_t end = look->ehdr->e_shoff + look->ehdr->e_shnum * sizeof(*section);

	WANT(!memcmp(read_section(look, 0), &none, sizeof(none)), "section 0 is one");
	section = read_section(look, 1);
	WANT(section->sh_type == SHT_STRTAB, "section 1 has no names");
	WANT(section->sh_offset >= end, "names at %#lx, sections end at %#lx",
	     section->sh_offset, end);
	look->names_size = section->sh_size;
	look->names = look->image->bytes + (look->header - RAM_BASE) + section->sh_offset;
	read_header(look, section->sh_offset, 1, MARK_TABLES, "section names");
	read_header(look, section->sh_offset + section->sh_size - 1, 1, MARK_TABLES, "section names");
	WANT(!*look->names, "the first name is not empty");
	WANT(!strcmp(read_name(look, section), "STR_TBL"), "section 1 is not STR_TBL");
}

/* Region @index + 1 of the ELF header; returns its id. @end is where the file ends before it */
static unsigned int read_segment(const struct look *look, unsigned int index, uint64_t end)
{
	const Elf64_Phdr *phdr = read_header(look, 64 + (index + 1) * sizeof(*phdr),
					     sizeof(*phdr), MARK_TABLES, "program header");
	const Elf64_Shdr *section = read_section(look, index + 2);
	const char *name = read_name(look, section);
	struct region region = { .virt = phdr->p_vaddr, .phys = phdr->p_paddr,
				 .size = phdr->p_filesz };
	unsigned int id;

	strncpy(region.name, name, sizeof(region.name) - 1);
	id = region_id(&region);
	WANT(id < IDS, "segment %u at %#lx is of no region", index, phdr->p_paddr);
	region = region_of(id);
	WANT(phdr->p_type == PT_LOAD && phdr->p_flags == (PF_R | PF_W) && phdr->p_align == 0,
	     "segment %u is not readable memory", index);
	WANT(phdr->p_paddr == region.phys && phdr->p_filesz == region.size &&
	     phdr->p_memsz == region.size, "segment %u is not %s", index, region.name);
	WANT(region_is_at(id, phdr->p_vaddr), "segment %u, %s: its address is %#lx", index,
	     region.name, phdr->p_vaddr);
	WANT(phdr->p_offset == end, "segment %u, %s: it is at %#lx of the file, wanted %#lx",
	     index, region.name, phdr->p_offset, end);

	WANT(section->sh_type == SHT_PROGBITS && section->sh_flags == (SHF_ALLOC | SHF_WRITE) &&
	     !section->sh_link && !section->sh_info && !section->sh_addralign &&
	     !section->sh_entsize, "section of %s is no memory", region.name);
	WANT(section->sh_offset == end && section->sh_size == region.size &&
	     region_is_at(id, section->sh_addr), "section of %s is elsewhere", region.name);
	WANT(!strcmp(name, region.name), "section of %s is called %s", region.name, name);
	return id;
}

static unsigned int read_region(const struct look *look, unsigned int index)
{
	const uint8_t *bytes = look->table + (index + 1) * REGION_SIZE;
	struct region region = { .phys = get_le64(bytes + REGION_ADDRESS),
				 .size = get_le64(bytes + REGION_LENGTH) };
	char name[REGION_NAME_SIZE] = "";
	unsigned int id;

	memcpy(region.name, bytes + REGION_NAME, sizeof(region.name) - 1);
	id = region_id(&region);
	WANT(id < IDS, "region %u at %#lx is none", index + 1, get_le64(bytes + REGION_ADDRESS));
	region = region_of(id);
	memcpy(name, region.name, sizeof(region.name));
	WANT(!memcmp(bytes + REGION_NAME, name, sizeof(name)), "region %u is not called %s",
	     index + 1, region.name);
	WANT(get_le32(bytes + REGION_SEQ_NUM) == 0 && get_le32(bytes + REGION_VALID) == WORD_VALI,
	     "%s is not valid", region.name);
	WANT(get_le64(bytes + REGION_ADDRESS) == region.phys &&
	     get_le64(bytes + REGION_LENGTH) == region.size, "%s is elsewhere", region.name);
	return id;
}

/* Alias @number is of one of these regions, with another address of each kind */
static void read_alias(const struct look *look, unsigned int number, const unsigned int *ids)
{
	const Elf64_Phdr *alias = read_header(look, 64 + (1 + look->segments + number) *
					      sizeof(*alias), sizeof(*alias), MARK_TABLES, "alias");
	uint64_t end = look->header_size;

	for (unsigned int i = 0; i < look->segments; i++) {
		unsigned int id = ids[i];
		struct region region = region_of(id);

		if (end == alias->p_offset) {
			WANT(alias->p_type == PT_LOAD && alias->p_flags == (PF_R | PF_W) &&
			     !alias->p_align && alias->p_filesz == region.size &&
			     alias->p_memsz == region.size && alias->p_vaddr == region.virt,
			     "alias %u is not %s", number, region.name);
			WANT(alias->p_paddr && (alias->p_paddr == promise.original[id][0] ||
						alias->p_paddr == promise.original[id][1]),
			     "alias %u: the physical address of %s is %#lx", number, region.name,
			     alias->p_paddr);
			return;
		}
		end += region.size;
	}
	fault("alias %u at %#lx of the file is of no segment", number, alias->p_offset);
}

/* Table and header agree, but for at most the last region, and have what is to be had */
static void compare(const struct look *look)
{
	unsigned int longer = look->count > look->segments ? look->count : look->segments;
	unsigned int shorter = look->count + look->segments - longer;
	uint64_t end = look->header_size;
	static uint64_t seen[IDS], looks;
	unsigned int ids[REGIONS_MAX];

	WANT(longer <= REGIONS_MAX, "%u regions", longer);
	WANT(longer - shorter <= !promise.whole, "%u regions and %u segments", look->count, look->segments);
	looks++;
	for (unsigned int i = 0; i < longer; i++) {
		unsigned int id = i < look->segments ? read_segment(look, i, end) : read_region(look, i);

		if (i < shorter)
			WANT(id == read_region(look, i), "region %u is not segment %u", i + 1, i);
		WANT(seen[id] != looks, "%s is there twice", region_of(id).name);
		seen[id] = looks;
		ids[i] = id;
		end += region_of(id).size;
	}
	judge_regions(ids, longer);
	for (unsigned int i = 0; i < look->aliases; i++)
		read_alias(look, i, ids);
}

static const uint8_t *read_status(const struct look *look, uint64_t at)
{
	const uint8_t *status = read_at(look, at, PRSTATUS_SIZE, MARK_CRASH, "registers");

	for (unsigned int i = 0; i < PRSTATUS_SIZE; i++)
		WANT((i >= PRSTATUS_PID && i < PRSTATUS_PID + 4) ||
		     (i >= PRSTATUS_REGS && i < PRSTATUS_REGS + sizeof(promise.crash[0].registers)) ||
		     !status[i], "byte %u of the registers' note is %#x", i, status[i]);
	return status;
}

/* All of the one crash, or of the other; only while one is written there may be none */
static void read_others(const struct look *look)
{
	uint64_t at = look->prstatus + PRSTATUS_SIZE + vmcoreinfo_size + 20;
	bool right[2];

	for (unsigned int i = 0; i < 2; i++)
		right[i] = promise.crash[i].other_count == look->others;
	for (unsigned int other = 0; other < look->others; other++, at += NOTE_SIZE) {
		const uint8_t *status = read_status(look, at);

		for (unsigned int i = 0; i < 2; i++)
			right[i] = right[i] && !memcmp(status + PRSTATUS_REGS,
						       promise.crash[i].others[other].registers,
						       sizeof(promise.crash[i].registers)) &&
				   get_le32(status + PRSTATUS_PID) == promise.crash[i].others[other].pid;
	}
	WANT(right[0] || right[1] || ((promise.describing || promise.goes_on) && !look->others),
	     "the registers of %u other CPUs are not those of %u or %u", look->others,
	     promise.crash[0].other_count, promise.crash[1].other_count);
}

static void read_crash(const struct look *look)
{
	const uint8_t *status = read_status(look, look->prstatus);
	uint32_t pid = get_le32(status + PRSTATUS_PID);

	read_others(look);
	if (promise.describing && !pid)
		return;
	for (unsigned int i = 0; i < 2; i++)
		if (pid == promise.crash[i].pid &&
		    !memcmp(status + PRSTATUS_REGS, promise.crash[i].registers,
			    sizeof(promise.crash[i].registers)))
			return;
	fault("the registers of %u are not those of %u or %u", pid, promise.crash[0].pid,
	      promise.crash[1].pid);
}

static void forget(struct image *image)
{
	for (unsigned int i = 0; i < image->range_count; i++)
		memset(image->marks + image->ranges[i].offset, 0, image->ranges[i].size);
	image->range_count = 0;
	image->prstatus = 0;
	image->others = 0;
}

static bool has_table(const uint8_t *entry)
{
	if (get_le32(entry + SUBSYSTEM_STATUS) && memcmp(entry, promise.entry, ENTRY_SIZE))
		return true;
	WANT(promise.absent, "there is no table");
	return false;
}

/* Tells whether there is a table */
static bool read_tables(struct look *look)
{
	const uint8_t *entry;

	read_at(look, RAM_BASE + look->image->toc, TOC_SIZE, MARK_TABLES, "G-ToC");
	entry = read_at(look, RAM_BASE + look->image->toc + TOC_SIZE, SUBSYSTEM_SIZE, MARK_TABLES,
			"entry");
	if (!has_table(entry))
		return false;
	read_table(look, entry);
	read_elf_header(look);
	read_notes(look);
	read_string_table(look);
	compare(look);
	return true;
}

static void look_at(struct look *look, uint8_t marks)
{
	readings++;
	look->prstatus = look->image->prstatus;
	look->others = look->image->others;
	if (marks & MARK_TABLES) {
		look->prstatus = 0;
		look->others = 0;
		if (look->remember)
			forget(look->image);
		if (!read_tables(look))
			return;
	}
	if (look->prstatus)
		read_crash(look);
	if (look->remember) {
		look->image->prstatus = look->prstatus;
		look->image->others = look->others;
	}
}

void judge(struct image *image, uint8_t marks)
{
	struct look look = { .image = image, .remember = marks & MARK_TABLES };

	look_at(&look, marks);
}

void judge_passing(struct image *image, uint8_t marks)
{
	struct look look = { .image = image };

	look_at(&look, marks);
}

bool table_is_absent(const struct image *image)
{
	return !get_le32(image->bytes + image->toc + TOC_SIZE + SUBSYSTEM_STATUS);
}
