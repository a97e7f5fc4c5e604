// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: a bank
 *
 *	+------------------------------+ <- bank->ehdr, the region KELF_HEADER
 *	| ELF header                   |
 *	| program headers              |    PT_NOTE, then one of each region, then
 *	|                              |    aliases, which a panic may put there
 *	| notes                        |    NT_PRSTATUS, VMCOREINFO, then those of
 *	|                              |    other CPUs, which a panic fills in
 *	| section headers              |    none, STR_TBL, then one of each region
 *	| section names                |
 *	+------------------------------+
 *	| region table                 |    KELF_HEADER, then the regions
 *	+------------------------------+
 *
 * The dump of the regions, one behind the other in the table's order, is an ELF
 * core. Some tools find a region through its program header, some by the name
 * of its section, and some never seek, so both name every region, in the order
 * and at the place in which it lies in the file. Debuggers read only the first
 * bytes of a file before they decide what it is, so the program headers come
 * straight after the ELF header and the notes before all memory.
 *
 * Room for every table is set aside by the bank's capacity, so nothing moves
 * when a region is added at the end, and KELF_HEADER keeps its size.
 *
 * Nothing here becomes visible to firmware by itself: that is the part of
 * qcom_minidump_table.c. A bank that is visible may only be added to, and only
 * what lies beyond its counts is written.
 *
 * The memory of a bank is uncached, so it is written and never read here. What
 * a bank holds is known from the slots it was made of.
 */

#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/elf.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#include <asm/barrier.h>

#include "qcom_minidump_bank.h"

/* Names lie at multiples of this; the first one is the string table's own */
#define MINIDUMP_NAME_STRIDE	(MINIDUMP_REGION_NAME_MAX + 1)

#define MINIDUMP_STRING_TABLE	"STR_TBL"

static_assert(sizeof(((struct minidump_slot *)NULL)->name) == MINIDUMP_NAME_STRIDE);
static_assert(1 + sizeof(MINIDUMP_STRING_TABLE) <= MINIDUMP_NAME_STRIDE);
static_assert(sizeof(MINIDUMP_ELF_HEADER_NAME) == MINIDUMP_NAME_STRIDE);

/* Sections of a bank with @count entries: one each, none and STR_TBL, less KELF_HEADER */
static unsigned int minidump_bank_sections(unsigned int count)
{
	return count + 1;
}

static size_t minidump_notes_size(size_t vmcoreinfo_size)
{
	return sizeof(struct minidump_prstatus_note) + vmcoreinfo_size;
}

/* With those of other CPUs */
static size_t minidump_notes_room(size_t vmcoreinfo_size, unsigned int max_others)
{
	return minidump_notes_size(vmcoreinfo_size) +
	       max_others * sizeof(struct minidump_prstatus_note);
}

static size_t minidump_bank_phdrs_end(unsigned int capacity)
{
	return sizeof(struct elf64_hdr) +
	       (capacity + MINIDUMP_ALIASES) * sizeof(struct elf64_phdr);
}

static size_t minidump_bank_shdrs_start(unsigned int capacity, size_t notes_room)
{
	return ALIGN(minidump_bank_phdrs_end(capacity) + notes_room, sizeof(u64));
}

static size_t minidump_bank_names_start(unsigned int capacity, size_t notes_room)
{
	return minidump_bank_shdrs_start(capacity, notes_room) +
	       minidump_bank_sections(capacity) * sizeof(struct elf64_shdr);
}

static size_t minidump_bank_header_size(unsigned int capacity, size_t notes_room)
{
	return minidump_bank_names_start(capacity, notes_room) +
	       capacity * MINIDUMP_NAME_STRIDE;
}

static size_t minidump_bank_regions_start(const struct minidump_bank *bank)
{
	return ALIGN(bank->header_size, sizeof(u64));
}

/**
 * qcom_minidump_bank_size() - Tell how much memory a bank takes
 * @capacity: table entries that shall fit, the ELF header's own among them
 * @vmcoreinfo_size: size of the VMCOREINFO note in bytes, a multiple of 4, or 0
 * @max_others: how many registers there may be beside those of the CPU that goes down
 *
 * Return: the size in bytes.
 */
size_t qcom_minidump_bank_size(unsigned int capacity, size_t vmcoreinfo_size,
			       unsigned int max_others)
{
	size_t notes_room = minidump_notes_room(vmcoreinfo_size, max_others);

	return ALIGN(minidump_bank_header_size(capacity, notes_room), sizeof(u64)) +
	       capacity * sizeof(struct minidump_region);
}

/**
 * qcom_minidump_bank_counts_for() - Make the word that counts an ELF header's tables
 * @count: table entries, the ELF header's own among them
 * @aliases: program headers behind those of the regions
 *
 * Return: what to store where qcom_minidump_bank_counts() says.
 */
u64 qcom_minidump_bank_counts_for(unsigned int count, unsigned int aliases)
{
	union minidump_elf_counts counts = {
		.phnum = count + aliases,
		.shentsize = sizeof(struct elf64_shdr),
		.shnum = minidump_bank_sections(count),
		.shstrndx = 1,
	};

	return counts.word;
}

/**
 * qcom_minidump_bank_counts() - Find the word that counts an ELF header's tables
 * @bank: the bank
 *
 * One aligned store there is all it takes for the ELF header to have a region
 * more.
 *
 * Return: its address, a multiple of 8.
 */
u64 *qcom_minidump_bank_counts(struct minidump_bank *bank)
{
	return (u64 *)&bank->ehdr->e_phnum;
}

/**
 * qcom_minidump_bank_regions_phys() - Tell where firmware finds the region table
 * @bank: the bank
 *
 * Return: the physical address.
 */
phys_addr_t qcom_minidump_bank_regions_phys(const struct minidump_bank *bank)
{
	return bank->phys + minidump_bank_regions_start(bank);
}

/* @name is padded with NULs to MINIDUMP_NAME_STRIDE, as the field is to its end */
static void minidump_bank_set_region(struct minidump_bank *bank, unsigned int index,
				     const char *name, u64 phys, u64 size)
{
	struct minidump_region *region = &bank->regions[index];

	memcpy(region->name, name, MINIDUMP_NAME_STRIDE);
	memset(region->name + MINIDUMP_NAME_STRIDE, 0,
	       sizeof(region->name) - MINIDUMP_NAME_STRIDE);
	region->seq_num = 0;
	region->valid = cpu_to_le32(MINIDUMP_REGION_VALID);
	region->address = cpu_to_le64(phys);
	region->size = cpu_to_le64(size);
}

static void minidump_note_init(struct minidump_prstatus_note *note)
{
	note->header = (struct elf64_note) {
		.n_namesz = sizeof("CORE"),
		.n_descsz = sizeof(note->status),
		.n_type = NT_PRSTATUS,
	};
	memcpy(note->name, "CORE", sizeof("CORE"));
}

static void minidump_bank_init_notes(struct minidump_bank *bank,
				     const void *vmcoreinfo, size_t vmcoreinfo_size)
{
	unsigned int i;

	/*
	 * Debuggers take the first register note for their current thread, so
	 * there is one from the start, of a CPU that has nothing to say.
	 */
	minidump_note_init(bank->prstatus);
	memcpy(bank->prstatus + 1, vmcoreinfo, vmcoreinfo_size);
	for (i = 0; i < bank->max_others; i++)
		minidump_note_init(&bank->others[i]);

	/* As it is not loaded, it has no p_memsz, and one store changes its size */
	bank->phdrs[0] = (struct elf64_phdr) {
		.p_type = PT_NOTE,
		.p_offset = minidump_bank_phdrs_end(bank->capacity),
		.p_filesz = bank->notes_size,
	};
}

static void minidump_bank_init_sections(struct minidump_bank *bank, size_t notes_room)
{
	memcpy(bank->names + 1, MINIDUMP_STRING_TABLE, sizeof(MINIDUMP_STRING_TABLE));
	bank->shdrs[1] = (struct elf64_shdr) {
		.sh_name = 1,
		.sh_type = SHT_STRTAB,
		.sh_offset = minidump_bank_names_start(bank->capacity, notes_room),
		.sh_size = bank->capacity * MINIDUMP_NAME_STRIDE,
		.sh_addralign = 1,
	};
}

static void minidump_bank_init_ehdr(struct minidump_bank *bank, size_t notes_room)
{
	*bank->ehdr = (struct elf64_hdr) {
		.e_ident = {
			[EI_MAG0] = ELFMAG0,
			[EI_MAG1] = ELFMAG1,
			[EI_MAG2] = ELFMAG2,
			[EI_MAG3] = ELFMAG3,
			[EI_CLASS] = ELFCLASS64,
			[EI_DATA] = ELF_DATA,
			[EI_VERSION] = EV_CURRENT,
			[EI_OSABI] = ELF_OSABI,
		},
		.e_type = ET_CORE,
		.e_machine = ELF_ARCH,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(struct elf64_hdr),
		.e_shoff = minidump_bank_shdrs_start(bank->capacity, notes_room),
		.e_ehsize = sizeof(struct elf64_hdr),
		.e_phentsize = sizeof(struct elf64_phdr),
	};
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count, 0);
}

/**
 * qcom_minidump_bank_init() - Make an empty bank
 * @bank: the bank
 * @memory: zeroed memory of qcom_minidump_bank_size() bytes, aligned to 8
 * @phys: its physical address
 * @capacity: table entries that fit, the ELF header's own among them
 * @vmcoreinfo: VMCOREINFO note to put into the ELF header
 * @vmcoreinfo_size: its size in bytes, a multiple of 4, or 0 for none
 * @max_others: how many registers there may be beside those of the CPU that goes down
 * @slots: room for @capacity pointers
 *
 * The bank has one table entry then, that of its ELF header. The memory and
 * @slots stay the caller's and must live as long as the bank.
 */
void qcom_minidump_bank_init(struct minidump_bank *bank, void *memory,
			     phys_addr_t phys, unsigned int capacity,
			     const void *vmcoreinfo, size_t vmcoreinfo_size,
			     unsigned int max_others, struct minidump_slot **slots)
{
	size_t notes_room = minidump_notes_room(vmcoreinfo_size, max_others);

	*bank = (struct minidump_bank) {
		.phys = phys,
		.capacity = capacity,
		.count = 1,
		.placed = 1,
		.header_size = minidump_bank_header_size(capacity, notes_room),
		.notes_size = minidump_notes_size(vmcoreinfo_size),
		.max_others = max_others,
		.ehdr = memory,
		.phdrs = memory + sizeof(struct elf64_hdr),
		.prstatus = memory + minidump_bank_phdrs_end(capacity),
		.others = memory + minidump_bank_phdrs_end(capacity) +
			  minidump_notes_size(vmcoreinfo_size),
		.shdrs = memory + minidump_bank_shdrs_start(capacity, notes_room),
		.names = memory + minidump_bank_names_start(capacity, notes_room),
		.slots = slots,
	};
	bank->regions = memory + minidump_bank_regions_start(bank);
	bank->end = bank->header_size;

	minidump_bank_init_notes(bank, vmcoreinfo, vmcoreinfo_size);
	minidump_bank_init_sections(bank, notes_room);
	minidump_bank_init_ehdr(bank, notes_room);
	minidump_bank_set_region(bank, 0, MINIDUMP_ELF_HEADER_NAME, phys,
				 bank->header_size);
}

/* The slot may have been used before, so every field is set but sh_offset */
static void minidump_bank_set_shdr(struct minidump_bank *bank, unsigned int index,
				   const struct minidump_slot *slot, u64 virt)
{
	struct elf64_shdr *shdr = &bank->shdrs[index + 1];

	shdr->sh_name = index * MINIDUMP_NAME_STRIDE;
	shdr->sh_type = SHT_PROGBITS;
	shdr->sh_flags = SHF_ALLOC | SHF_WRITE;
	shdr->sh_addr = virt;
	shdr->sh_size = slot->size;
	shdr->sh_link = 0;
	shdr->sh_info = 0;
	shdr->sh_addralign = 0;
	shdr->sh_entsize = 0;
}

/* Likewise, but p_offset */
static void minidump_bank_set_phdr(struct minidump_bank *bank, unsigned int index,
				   const struct minidump_slot *slot, u64 virt)
{
	struct elf64_phdr *phdr = &bank->phdrs[index];

	phdr->p_type = PT_LOAD;
	phdr->p_flags = PF_R | PF_W;
	phdr->p_vaddr = virt;
	phdr->p_paddr = slot->phys;
	phdr->p_filesz = slot->size;
	phdr->p_memsz = slot->size;
	phdr->p_align = 0;
}

static void minidump_bank_set(struct minidump_bank *bank, unsigned int index,
			      struct minidump_slot *slot)
{
	u64 virt = READ_ONCE(slot->virt);

	memcpy(bank->names + index * MINIDUMP_NAME_STRIDE, slot->name, sizeof(slot->name));
	minidump_bank_set_shdr(bank, index, slot, virt);
	minidump_bank_set_phdr(bank, index, slot, virt);
	minidump_bank_set_region(bank, index, slot->name, slot->phys, slot->size);
	bank->slots[index] = slot;
	slot->index = index;
}

/**
 * qcom_minidump_bank_put() - Write a region behind the last one
 * @bank: the bank; its count must be below its capacity
 * @slot: the region; it must stay until it is removed, or the bank is gone
 *
 * Neither the ELF header nor firmware counts the region yet, so a bank that is
 * visible to firmware stays what it was: storing qcom_minidump_bank_counts_for()
 * and then the table's count is the caller's part.
 */
void qcom_minidump_bank_put(struct minidump_bank *bank, struct minidump_slot *slot)
{
	unsigned int index = bank->count;

	minidump_bank_set(bank, index, slot);
	bank->phdrs[index].p_offset = bank->end;
	bank->shdrs[index + 1].sh_offset = bank->end;
	bank->end += slot->size;
	if (bank->placed == index)
		bank->placed++;

	/* A crash may be described on another CPU: it must not find half a slot */
	smp_store_release(&bank->count, index + 1);
}

/**
 * qcom_minidump_bank_remove() - Put the last region in the place of another one
 * @bank: the bank; not visible to firmware
 * @index: slot of the region that goes; the last region's slot from now on
 *
 * The offsets in the file, which this leaves to qcom_minidump_bank_place(), are
 * not right from here on for that slot and those behind it.
 */
void qcom_minidump_bank_remove(struct minidump_bank *bank, unsigned int index)
{
	const struct minidump_slot *removed = bank->slots[index];
	unsigned int last = bank->count - 1;
	struct minidump_slot *moved = bank->slots[last];

	bank->count = last;
	bank->end -= removed->size;
	if (moved != removed)
		minidump_bank_set(bank, index, moved);

	/* Regions of one size leave all others where they are in the file */
	bank->placed = min(bank->placed, moved->size == removed->size ? last : index);
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(last, 0);
}

/**
 * qcom_minidump_bank_place() - Set the offsets in the file that are not right
 * @bank: the bank; not visible to firmware
 */
void qcom_minidump_bank_place(struct minidump_bank *bank)
{
	struct minidump_slot *const *first = bank->slots + bank->placed;
	struct minidump_slot *const *slot = bank->slots + bank->count;
	struct elf64_shdr *shdr = bank->shdrs + bank->count;
	struct elf64_phdr *phdr = bank->phdrs + bank->count - 1;
	u64 offset = bank->end;

	while (slot > first) {
		offset -= (*--slot)->size;
		(shdr--)->sh_offset = offset;
		(phdr--)->p_offset = offset;
	}
	bank->placed = bank->count;
}
