// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three styles of headers that have been seen in folders:
 *
 *  current: program headers at 64 with PT_NOTE first; room for more regions
 *  vendor:  section headers at 64, program headers at 12928, no notes; the
 *           banner, kept in the header, is program header 0
 *  newer:   no sections; files are numbered in table order; the text of
 *           VMCOREINFO is not in the header but in the file behind it
 */
#include <elf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "testdump.h"

#define ROOM		64	/* regions, of the current style at least */
#define VENDOR_ROOM	201
#define VENDOR_PHDRS	(64 + VENDOR_ROOM * 64)

struct elf {
	uint8_t *bytes;
	size_t size;
	Elf64_Ehdr *ehdr;
	Elf64_Phdr *phdr;
	Elf64_Shdr *shdr;
	char *strings;
	size_t strings_used;
	size_t next;		/* where the next payload goes */
};

static void start(struct elf *elf, size_t size, size_t phoff)
{
	elf->bytes = get_memory(size);
	elf->size = size;
	elf->next = size;
	elf->ehdr = (void *)elf->bytes;
	elf->phdr = (void *)(elf->bytes + phoff);

	memcpy(elf->ehdr->e_ident, ELFMAG, SELFMAG);
	elf->ehdr->e_ident[EI_CLASS] = ELFCLASS64;
	elf->ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
	elf->ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	elf->ehdr->e_type = ET_CORE;
	elf->ehdr->e_machine = EM_AARCH64;
	elf->ehdr->e_version = EV_CURRENT;
	elf->ehdr->e_ehsize = sizeof(*elf->ehdr);
	elf->ehdr->e_phoff = phoff;
	elf->ehdr->e_phentsize = sizeof(*elf->phdr);
}

static uint32_t add_string(struct elf *elf, const char *string)
{
	size_t at = elf->strings_used;

	memcpy(elf->strings + at, string, strlen(string));
	elf->strings_used += strlen(string) + 1;

	return (uint32_t)at;
}

static void start_sections(struct elf *elf, size_t shoff, size_t strings,
			   size_t strings_size)
{
	elf->shdr = (void *)(elf->bytes + shoff);
	elf->strings = (char *)elf->bytes + strings;
	elf->strings_used = 1;
	elf->ehdr->e_shoff = shoff;
	elf->ehdr->e_shentsize = sizeof(*elf->shdr);
	elf->ehdr->e_shnum = 2;
	elf->ehdr->e_shstrndx = 1;
	elf->shdr[1] = (Elf64_Shdr){
		.sh_name = add_string(elf, "STR_TBL"),
		.sh_type = SHT_STRTAB,
		.sh_offset = strings,
		.sh_size = strings_size,
	};
}

static void add_segment(struct elf *elf, const char *name, uint64_t phys,
			uint64_t virt, uint32_t flags, size_t offset,
			size_t size)
{
	elf->phdr[elf->ehdr->e_phnum++] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_flags = flags, .p_offset = offset,
		.p_vaddr = virt, .p_paddr = phys, .p_filesz = size,
		.p_memsz = size,
	};
	if (elf->shdr)
		elf->shdr[elf->ehdr->e_shnum++] = (Elf64_Shdr){
			.sh_name = add_string(elf, name),
			.sh_type = SHT_PROGBITS,
			.sh_flags = SHF_WRITE,
			.sh_addr = virt,
			.sh_offset = offset,
			.sh_size = size,
		};
}

static void add_region(struct elf *elf, const struct memory *memory)
{
	add_segment(elf, memory->name, memory->phys, memory->virt,
		    memory->flags, elf->next, memory->size);
	elf->next += memory->size;
}

static size_t put_note(uint8_t *to, const char *name, uint32_t type,
		       const void *desc, size_t size)
{
	uint32_t head[3] = { (uint32_t)strlen(name) + 1, (uint32_t)size, type };

	memcpy(to, head, sizeof(head));
	memcpy(to + sizeof(head), name, strlen(name));
	memcpy(to + sizeof(head) + round_up(head[0], 4), desc, size);

	return sizeof(head) + round_up(head[0], 4) + round_up(size, 4);
}

static void write_region(const char *folder, const struct memory *memory,
			 unsigned int number)
{
	char name[128];

	if (number)
		snprintf(name, sizeof(name), "md_%s%u.BIN", memory->name,
			 number);
	else
		snprintf(name, sizeof(name), "md_%s.BIN", memory->name);
	write_file(folder, name, memory->bytes, memory->size);
}

/* Boot firmware's own files, the KASLR offset in one of them */
static void write_firmware_files(const struct machine *machine,
				 const char *folder)
{
	static const uint8_t meminfo[64] = "not of Linux";
	uint8_t shared[0x800] = { 0 };
	uint32_t magic = 0xdead4ead;

	memcpy(shared + 0x6d0, &magic, 4);
	memcpy(shared + 0x6d4, &machine->kaslr_offset, 8);
	write_file(folder, "MD_SHRDIMEM.BIN", shared, sizeof(shared));
	write_file(folder, "MD_SMEMINFO.BIN", meminfo, sizeof(meminfo));
}

void write_current(const struct machine *machine, const char *folder)
{
	size_t room = machine->count + 2 > ROOM ? machine->count + 2 : ROOM;
	size_t notes = 64 + room * sizeof(Elf64_Phdr), at = notes, i;
	size_t info = strlen(machine->vmcoreinfo);
	size_t prstatus = 20 + sizeof(machine->prstatus) + 8;
	size_t shdrs = round_up(notes + 24 + info +
				(1 + machine->other_count) * prstatus, 8);
	size_t strings = shdrs + room * sizeof(Elf64_Shdr);
	struct elf elf = { 0 };

	start(&elf, strings + room * 16, 64);
	start_sections(&elf, shdrs, strings, room * 16);

	at += put_note(elf.bytes + at, "CORE", NT_PRSTATUS,
		       machine->prstatus, sizeof(machine->prstatus));
	at += put_note(elf.bytes + at, "VMCOREINFO", 0, machine->vmcoreinfo,
		       info);
	for (i = 0; i < machine->other_count; i++)
		at += put_note(elf.bytes + at, "CORE", NT_PRSTATUS,
			       machine->others[i], sizeof(machine->others[i]));
	elf.phdr[elf.ehdr->e_phnum++] = (Elf64_Phdr){
		.p_type = PT_NOTE, .p_offset = notes, .p_filesz = at - notes,
	};

	for (i = 0; i < machine->count; i++) {
		add_region(&elf, &machine->regions[i]);
		write_region(folder, &machine->regions[i],
			     machine->regions[i].seq);
	}
	write_file(folder, "md_KELF_HEADER.BIN", elf.bytes, elf.size);
	write_firmware_files(machine, folder);
	free(elf.bytes);
}

void write_vendor(const struct machine *machine, const char *folder)
{
	size_t strings = VENDOR_PHDRS + VENDOR_ROOM * sizeof(Elf64_Phdr), i;
	size_t banner = strings + VENDOR_ROOM * 16;
	size_t banner_size = strlen(machine->banner) + 1;
	struct elf elf = { 0 };

	start(&elf, round_up(banner + banner_size, 4096), VENDOR_PHDRS);
	start_sections(&elf, 64, strings, VENDOR_ROOM * 16);
	memcpy(elf.bytes + banner, machine->banner, banner_size);
	add_segment(&elf, "linux_banner", machine->banner_phys,
		    machine->banner_virt, PF_R | PF_W, banner, banner_size);

	for (i = 0; i < machine->count; i++) {
		/* The header has it already. */
		if (machine->regions[i].phys == machine->banner_phys)
			continue;
		add_region(&elf, &machine->regions[i]);
		write_region(folder, &machine->regions[i],
			     machine->regions[i].seq);
	}
	write_file(folder, "md_KELF_HDR.BIN", elf.bytes, elf.size);
	write_firmware_files(machine, folder);
	free(elf.bytes);
}

void write_newer(const struct machine *machine, const char *folder)
{
	size_t notes = 64 + (machine->count + 1) * sizeof(Elf64_Phdr), i;
	size_t info = round_up(strlen(machine->vmcoreinfo), 4);
	uint8_t *note = get_memory(24 + info);
	size_t at = notes;
	struct elf elf = { 0 };

	put_note(note, "VMCOREINFO", 0, machine->vmcoreinfo,
		 strlen(machine->vmcoreinfo));
	memcpy(note + 4, &(uint32_t){ (uint32_t)info }, 4);

	start(&elf, notes + 412 + 24, 64);
	at += put_note(elf.bytes + at, "CORE", NT_PRSTATUS,
		       machine->prstatus, sizeof(machine->prstatus));
	if (at + 24 != elf.size)
		errx(2, "the note of VMCOREINFO should end the header");
	memcpy(elf.bytes + at, note, 24);
	elf.phdr[elf.ehdr->e_phnum++] = (Elf64_Phdr){
		.p_type = PT_NOTE, .p_offset = notes,
		.p_filesz = elf.size + info - notes,
	};
	elf.next = elf.size + info;

	for (i = 0; i < machine->count; i++) {
		add_region(&elf, &machine->regions[i]);
		write_region(folder, &machine->regions[i],
			     (unsigned int)i + 3);
	}
	write_file(folder, "md_KELF1.BIN", elf.bytes, elf.size);
	write_file(folder, "md_Kvmcorein2.BIN", note + 24, info);
	free(elf.bytes);
	free(note);
}
