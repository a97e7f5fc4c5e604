/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: a bank, that is a region table and the ELF header that agrees
 * with it, side by side in one piece of memory.
 */
#ifndef __QCOM_MINIDUMP_BANK_H__
#define __QCOM_MINIDUMP_BANK_H__

#include <linux/build_bug.h>
#include <linux/elf.h>
#include <linux/elfcore.h>
#include <linux/kconfig.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include <soc/qcom/qcom_minidump.h>

/**
 * struct minidump_slot - What a bank holds of one region
 * @name:	padded with NULs
 * @index:	its slot number, the bank's to set
 * @virt:	the virtual address under which debuggers find it
 * @home:	the address it was registered with, once it has been moved, or 0
 * @phys:	physical address
 * @size:	in bytes
 */
struct minidump_slot {
	char name[MINIDUMP_REGION_NAME_MAX + 1];
	unsigned int index;
	u64 virt;
	u64 home;
	u64 phys;
	u64 size;
};

/*
 * Room for program headers that a panic adds behind those of the regions, by which copies
 * are found at their originals' physical addresses: for tasks with what leads to their
 * PIDs, and for page tables
 */
#define MINIDUMP_ALIASES	(72 * IS_ENABLED(CONFIG_QCOM_MINIDUMP_STACK_TABLES))

/**
 * union minidump_elf_counts - The part of an ELF header that counts its tables
 * @phnum:	program headers
 * @shentsize:	size of a section header
 * @shnum:	sections
 * @shstrndx:	section that holds the sections' names
 * @word:	all four, so that one store sets them together
 */
union minidump_elf_counts {
	struct {
		u16 phnum;
		u16 shentsize;
		u16 shnum;
		u16 shstrndx;
	};
	u64 word;
};

static_assert(sizeof(union minidump_elf_counts) == sizeof(u64));
static_assert(offsetof(struct elf64_hdr, e_phnum) == 56);
static_assert(sizeof(struct elf64_hdr) == 64);

/**
 * struct minidump_prstatus_note - A note with the registers of a CPU
 * @header:	of the note
 * @name:	of the note
 * @status:	a struct elf_prstatus, zero until a CPU goes down; words, as notes
 *		are aligned to no more
 */
struct minidump_prstatus_note {
	struct elf64_note header;
	char name[8];
	u32 status[sizeof(struct elf_prstatus) / sizeof(u32)];
};

static_assert(offsetof(struct minidump_prstatus_note, status) == 20);

/**
 * struct minidump_bank - A region table and its ELF header
 * @phys:	physical address of the bank
 * @capacity:	how many table entries fit, the ELF header's own among them
 * @count:	table entries in use, at least 1
 * @placed:	so many of them have the right offset in the file
 * @header_size: size of the ELF header with all that belongs to it, in bytes
 * @notes_size:	size of the notes that it always has, in bytes
 * @end:	where the file ends that is the header and all regions in a row
 * @ehdr:	ELF header, at the start of the bank
 * @phdrs:	program headers; number 0 is the notes', number i is slot i's, and
 *		those behind the last slot's are aliases
 * @prstatus:	first of the notes, of the CPU that went down
 * @others:	last of them, of other CPUs and of what was interrupted: room for
 *		@max_others, outside of PT_NOTE until a crash fills them in
 * @max_others:	how many
 * @shdrs:	section headers; number i + 1 is slot i's
 * @names:	section names
 * @regions:	region table, as firmware reads it; entry 0 is the ELF header
 * @slots:	what the bank holds, in cached memory; entry 0 is not used
 *
 * Slot numbers start at 1: 0 stands for the ELF header. Everything from @ehdr to
 * @regions is in uncached memory, to be written and not to be read.
 */
struct minidump_bank {
	phys_addr_t phys;
	unsigned int capacity;
	unsigned int count;
	unsigned int placed;
	size_t header_size;
	size_t notes_size;
	u64 end;
	struct elf64_hdr *ehdr;
	struct elf64_phdr *phdrs;
	struct minidump_prstatus_note *prstatus;
	struct minidump_prstatus_note *others;
	unsigned int max_others;
	struct elf64_shdr *shdrs;
	char *names;
	struct minidump_region *regions;
	struct minidump_slot **slots;
};

size_t qcom_minidump_bank_size(unsigned int capacity, size_t vmcoreinfo_size,
			       unsigned int max_others);
void qcom_minidump_bank_init(struct minidump_bank *bank, void *memory,
			     phys_addr_t phys, unsigned int capacity,
			     const void *vmcoreinfo, size_t vmcoreinfo_size,
			     unsigned int max_others, struct minidump_slot **slots);
void qcom_minidump_bank_put(struct minidump_bank *bank, struct minidump_slot *slot);
void qcom_minidump_bank_remove(struct minidump_bank *bank, unsigned int index);
void qcom_minidump_bank_place(struct minidump_bank *bank);
u64 *qcom_minidump_bank_counts(struct minidump_bank *bank);
u64 qcom_minidump_bank_counts_for(unsigned int count, unsigned int aliases);
phys_addr_t qcom_minidump_bank_regions_phys(const struct minidump_bank *bank);

#endif /* __QCOM_MINIDUMP_BANK_H__ */
