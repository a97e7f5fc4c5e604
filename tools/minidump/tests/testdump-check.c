// SPDX-License-Identifier: GPL-2.0-only
/* Reads a core by the rules of the tools, and compares it byte by byte. */
#include <ctype.h>
#include <elf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "testdump.h"

struct core {
	const uint8_t *bytes;
	size_t size;
	const Elf64_Ehdr *ehdr;
	const Elf64_Phdr *phdr;
};

static const struct memory *find_memory(const struct machine *machine,
					uint64_t phys)
{
	size_t i;

	for (i = 0; i < machine->count; i++)
		if (machine->regions[i].phys == phys)
			return &machine->regions[i];

	return NULL;
}

/* The section of a segment has the name of the region, or that of its file. */
static void check_name(const struct core *core, const Elf64_Phdr *phdr,
		       const struct memory *memory)
{
	const Elf64_Shdr *shdr = (const void *)(core->bytes +
						core->ehdr->e_shoff);
	const char *strings = (const char *)core->bytes +
			      shdr[core->ehdr->e_shstrndx].sh_offset;
	const char *name;
	char file[128];
	size_t i;

	snprintf(file, sizeof(file), "%s%u", memory->name, memory->seq);
	for (i = 1; i < core->ehdr->e_shnum; i++) {
		if (shdr[i].sh_type != SHT_PROGBITS ||
		    shdr[i].sh_offset != phdr->p_offset)
			continue;
		name = strings + shdr[i].sh_name;
		if (strcasecmp(name, memory->name) && strcasecmp(name, file) &&
		    strcmp(name, "linux_banner"))
			errx(1, "%s is called %s", memory->name, name);
		return;
	}
	errx(1, "%s has no section", memory->name);
}

static void check_segment(const struct machine *machine,
			  const struct core *core, const Elf64_Phdr *phdr)
{
	const struct memory *memory = find_memory(machine, phdr->p_paddr);
	size_t i;

	if (!memory)
		errx(1, "no region has physical address 0x%llx",
		     (unsigned long long)phdr->p_paddr);
	if (phdr->p_vaddr != memory->virt)
		errx(1, "%s: virtual 0x%llx, want 0x%llx", memory->name,
		     (unsigned long long)phdr->p_vaddr,
		     (unsigned long long)memory->virt);
	if (phdr->p_filesz != phdr->p_memsz || !phdr->p_filesz)
		errx(1, "%s: p_filesz %llu, p_memsz %llu", memory->name,
		     (unsigned long long)phdr->p_filesz,
		     (unsigned long long)phdr->p_memsz);
	if (phdr->p_filesz > memory->size)
		errx(1, "%s: %llu bytes, want at most %zu", memory->name,
		     (unsigned long long)phdr->p_filesz, memory->size);
	if (phdr->p_offset + phdr->p_filesz > core->size)
		errx(1, "%s: ends at %llu, the file at %zu", memory->name,
		     (unsigned long long)(phdr->p_offset + phdr->p_filesz),
		     core->size);
	for (i = 0; i < phdr->p_filesz; i++)
		if (core->bytes[phdr->p_offset + i] != memory->bytes[i])
			errx(1, "%s: byte %zu is 0x%02x, want 0x%02x",
			     memory->name, i, core->bytes[phdr->p_offset + i],
			     memory->bytes[i]);

	check_name(core, phdr, memory);

	printf("%s 0x%llx %llu%s\n", memory->name,
	       (unsigned long long)memory->phys,
	       (unsigned long long)phdr->p_filesz,
	       phdr->p_filesz == memory->size ? "" : " cut");
}

/* The first one may have been made up. */
static void check_state(const struct machine *machine, const uint8_t *desc,
			size_t number)
{
	if (number && number <= machine->other_count &&
	    memcmp(desc, machine->others[number - 1],
		   sizeof(machine->others[0])))
		errx(1, "NT_PRSTATUS %zu is not the machine's", number);
}

static void check_notes(const struct machine *machine, const struct core *core)
{
	const uint8_t *note = core->bytes + core->phdr[0].p_offset;
	size_t left = core->phdr[0].p_filesz, states = 0, infos = 0, length;
	uint32_t head[3];
	const uint8_t *desc;

	for (; left; note += length, left -= length) {
		if (left < sizeof(head))
			errx(1, "%zu bytes follow the last note", left);
		memcpy(head, note, sizeof(head));
		length = sizeof(head) + round_up(head[0], 4) +
			 round_up(head[1], 4);
		if (length > left || !head[0])
			errx(1, "a note of %zu bytes, %zu are left", length,
			     left);
		desc = note + sizeof(head) + round_up(head[0], 4);
		if (!strcmp((const char *)note + sizeof(head), "CORE"))
			check_state(machine, desc, states++);
		if (strcmp((const char *)note + sizeof(head), "VMCOREINFO"))
			continue;
		infos++;
		if (head[1] < strlen(machine->vmcoreinfo) ||
		    memcmp(desc, machine->vmcoreinfo,
			   strlen(machine->vmcoreinfo)))
			errx(1, "VMCOREINFO is not the machine's");
	}
	/* Only the current style has other CPUs'. */
	if ((states != 1 && states != 1 + machine->other_count) || infos > 1)
		errx(1, "%zu NT_PRSTATUS, %zu VMCOREINFO", states, infos);
	printf("notes:%s%s\n", states ? " NT_PRSTATUS" : "",
	       infos ? " VMCOREINFO" : "");
}

/* crash reads only the first bytes and wants PT_NOTE first, before all data. */
static void check_order(const struct core *core)
{
	const Elf64_Phdr *phdr = core->phdr;
	size_t i, j;

	if (core->ehdr->e_phoff != 64 || core->ehdr->e_phentsize != 56)
		errx(1, "program headers at %llu, of %u bytes",
		     (unsigned long long)core->ehdr->e_phoff,
		     core->ehdr->e_phentsize);
	if (phdr[0].p_type != PT_NOTE)
		errx(1, "program header 0 is of type %u", phdr[0].p_type);
	if (phdr[0].p_memsz)
		errx(1, "the notes take memory");

	for (i = 1; i < core->ehdr->e_phnum; i++) {
		if (phdr[i].p_type != PT_LOAD)
			errx(1, "program header %zu is of type %u", i,
			     phdr[i].p_type);
		if (phdr[i].p_offset < phdr[0].p_offset + phdr[0].p_filesz)
			errx(1, "segment %zu lies before the notes", i);
		for (j = 1; j < i; j++)
			if (phdr[i].p_offset < phdr[j].p_offset +
					       phdr[j].p_filesz &&
			    phdr[j].p_offset < phdr[i].p_offset +
					       phdr[i].p_filesz)
				errx(1, "segments %zu and %zu share bytes", j,
				     i);
	}
}

static void check_sections(const struct core *core)
{
	const Elf64_Shdr *shdr = (const void *)(core->bytes +
						core->ehdr->e_shoff);
	const Elf64_Shdr *strings = &shdr[core->ehdr->e_shstrndx];
	const char *name;
	size_t i, c;

	name = (const char *)core->bytes + strings->sh_offset +
	       strings->sh_name;
	if (strcmp(name, "STR_TBL"))
		errx(1, "the string table is called %s", name);
	for (i = 2; i < core->ehdr->e_shnum; i++) {
		if (shdr[i].sh_type != SHT_PROGBITS)
			continue;
		name = (const char *)core->bytes + strings->sh_offset +
		       shdr[i].sh_name;
		for (c = 0; name[c]; c++)
			if (!isalnum((unsigned char)name[c]) &&
			    !strchr("_.", name[c]))
				errx(1, "section %zu has a name with 0x%02x",
				     i, (unsigned char)name[c]);
	}
}

void check_core(const struct machine *machine, const char *path)
{
	struct core core;
	size_t i;

	core.bytes = read_file(path, &core.size);
	core.ehdr = (const void *)core.bytes;
	core.phdr = (const void *)(core.bytes + 64);
	if (core.size < sizeof(*core.ehdr) ||
	    memcmp(core.bytes, ELFMAG, SELFMAG) ||
	    core.ehdr->e_type != ET_CORE)
		errx(1, "%s: not a core", path);

	check_order(&core);
	check_notes(machine, &core);
	check_sections(&core);
	for (i = 1; i < core.ehdr->e_phnum; i++)
		check_segment(machine, &core, &core.phdr[i]);
}
