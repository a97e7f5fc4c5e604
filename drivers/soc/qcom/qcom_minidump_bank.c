// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: a bank
 *
 *	+------------------------------+ <- bank->ehdr, the region KELF_HEADER
 *	| ELF header                   |
 *	| program headers              |    PT_NOTE, then one of each region
 *	| notes                        |    NT_PRSTATUS, VMCOREINFO
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
 * Nothing here is visible to firmware by itself: that is qcom_minidump_table.c's
 * part. A bank that is visible may only be added to, and only what lies beyond
 * its counts is written.
 */

#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/elf.h>
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

static size_t minidump_bank_phdrs_end(unsigned int capacity)
{
	return sizeof(struct elf64_hdr) + capacity * sizeof(struct elf64_phdr);
}

static size_t minidump_bank_shdrs_start(unsigned int capacity, size_t notes_size)
{
	return ALIGN(minidump_bank_phdrs_end(capacity) + notes_size, sizeof(u64));
}

static size_t minidump_bank_names_start(unsigned int capacity, size_t notes_size)
{
	return minidump_bank_shdrs_start(capacity, notes_size) +
	       minidump_bank_sections(capacity) * sizeof(struct elf64_shdr);
}

static size_t minidump_bank_header_size(unsigned int capacity, size_t notes_size)
{
	return minidump_bank_names_start(capacity, notes_size) +
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
 *
 * Return: the size in bytes.
 */
size_t qcom_minidump_bank_size(unsigned int capacity, size_t vmcoreinfo_size)
{
	size_t notes_size = minidump_notes_size(vmcoreinfo_size);

	return ALIGN(minidump_bank_header_size(capacity, notes_size), sizeof(u64)) +
	       capacity * sizeof(struct minidump_region);
}

/**
 * qcom_minidump_bank_counts_for() - Make the word that counts an ELF header's tables
 * @count: table entries, the ELF header's own among them
 *
 * Return: what to store where qcom_minidump_bank_counts() says.
 */
u64 qcom_minidump_bank_counts_for(unsigned int count)
{
	union minidump_elf_counts counts = {
		.phnum = count,
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

static void minidump_bank_init_notes(struct minidump_bank *bank,
				     const void *vmcoreinfo, size_t vmcoreinfo_size)
{
	struct minidump_prstatus_note *note = bank->prstatus;

	/*
	 * Debuggers take the first register note for their current thread, so
	 * there is one from the start, of a CPU that has nothing to say.
	 */
	note->header = (struct elf64_note) {
		.n_namesz = sizeof("CORE"),
		.n_descsz = sizeof(note->status),
		.n_type = NT_PRSTATUS,
	};
	memcpy(note->name, "CORE", sizeof("CORE"));
	memcpy(note + 1, vmcoreinfo, vmcoreinfo_size);

	bank->phdrs[0] = (struct elf64_phdr) {
		.p_type = PT_NOTE,
		.p_offset = minidump_bank_phdrs_end(bank->capacity),
		.p_filesz = bank->notes_size,
		.p_memsz = bank->notes_size,
	};
}

static void minidump_bank_init_sections(struct minidump_bank *bank)
{
	memcpy(bank->names + 1, MINIDUMP_STRING_TABLE, sizeof(MINIDUMP_STRING_TABLE));
	bank->shdrs[1] = (struct elf64_shdr) {
		.sh_name = 1,
		.sh_type = SHT_STRTAB,
		.sh_offset = minidump_bank_names_start(bank->capacity, bank->notes_size),
		.sh_size = bank->capacity * MINIDUMP_NAME_STRIDE,
		.sh_addralign = 1,
	};
}

static void minidump_bank_init_ehdr(struct minidump_bank *bank)
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
		.e_shoff = minidump_bank_shdrs_start(bank->capacity, bank->notes_size),
		.e_ehsize = sizeof(struct elf64_hdr),
		.e_phentsize = sizeof(struct elf64_phdr),
	};
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count);
}

/**
 * qcom_minidump_bank_init() - Make an empty bank
 * @bank: the bank
 * @memory: zeroed memory of qcom_minidump_bank_size() bytes, aligned to 8
 * @phys: its physical address
 * @capacity: table entries that fit, the ELF header's own among them
 * @vmcoreinfo: VMCOREINFO note to put into the ELF header
 * @vmcoreinfo_size: its size in bytes, a multiple of 4, or 0 for none
 *
 * The bank has one table entry then, that of its ELF header. The memory stays
 * the caller's and must live as long as the bank.
 */
void qcom_minidump_bank_init(struct minidump_bank *bank, void *memory,
			     phys_addr_t phys, unsigned int capacity,
			     const void *vmcoreinfo, size_t vmcoreinfo_size)
{
	size_t notes_size = minidump_notes_size(vmcoreinfo_size);

	*bank = (struct minidump_bank) {
		.phys = phys,
		.capacity = capacity,
		.count = 1,
		.header_size = minidump_bank_header_size(capacity, notes_size),
		.notes_size = notes_size,
		.ehdr = memory,
		.phdrs = memory + sizeof(struct elf64_hdr),
		.prstatus = memory + minidump_bank_phdrs_end(capacity),
		.shdrs = memory + minidump_bank_shdrs_start(capacity, notes_size),
		.names = memory + minidump_bank_names_start(capacity, notes_size),
	};
	bank->regions = memory + minidump_bank_regions_start(bank);
	bank->end = bank->header_size;

	minidump_bank_init_notes(bank, vmcoreinfo, vmcoreinfo_size);
	minidump_bank_init_sections(bank);
	minidump_bank_init_ehdr(bank);
	minidump_bank_set_region(bank, 0, MINIDUMP_ELF_HEADER_NAME, phys,
				 bank->header_size);
}

/* The slot may have been used before, so every field is set */
static void minidump_bank_set_shdr(struct minidump_bank *bank, unsigned int index,
				   const struct minidump_slot *slot)
{
	struct elf64_shdr *shdr = &bank->shdrs[index + 1];

	shdr->sh_name = index * MINIDUMP_NAME_STRIDE;
	shdr->sh_type = SHT_PROGBITS;
	shdr->sh_flags = SHF_ALLOC | SHF_WRITE;
	shdr->sh_addr = slot->virt;
	shdr->sh_offset = bank->end;
	shdr->sh_size = slot->size;
	shdr->sh_link = 0;
	shdr->sh_info = 0;
	shdr->sh_addralign = 0;
	shdr->sh_entsize = 0;
}

static void minidump_bank_set_phdr(struct minidump_bank *bank, unsigned int index,
				   const struct minidump_slot *slot)
{
	struct elf64_phdr *phdr = &bank->phdrs[index];

	phdr->p_type = PT_LOAD;
	phdr->p_flags = PF_R | PF_W;
	phdr->p_offset = bank->end;
	phdr->p_vaddr = slot->virt;
	phdr->p_paddr = slot->phys;
	phdr->p_filesz = slot->size;
	phdr->p_memsz = slot->size;
	phdr->p_align = 0;
}

/**
 * qcom_minidump_bank_put() - Write a region behind the last one
 * @bank: the bank; its count must be below its capacity
 * @slot: the region
 *
 * Neither the ELF header nor firmware counts the region yet, so a bank that is
 * visible to firmware stays what it was: storing qcom_minidump_bank_counts_for() and
 * then the table's count is the caller's part. The next call writes the slot
 * after this one.
 */
void qcom_minidump_bank_put(struct minidump_bank *bank, const struct minidump_slot *slot)
{
	unsigned int index = bank->count;

	memcpy(bank->names + index * MINIDUMP_NAME_STRIDE, slot->name, sizeof(slot->name));
	minidump_bank_set_shdr(bank, index, slot);
	minidump_bank_set_phdr(bank, index, slot);
	bank->end += slot->size;

	minidump_bank_set_region(bank, index, slot->name, slot->phys, slot->size);

	/* A crash may be described on another CPU: it must not find half a slot */
	smp_store_release(&bank->count, index + 1);
}

/* Give slots that were copied their own names, and the place in the file they have now */
static void minidump_bank_renumber(struct minidump_bank *bank, unsigned int index,
				   unsigned int n, u64 shift)
{
	struct elf64_phdr *phdr = bank->phdrs + index;
	struct elf64_shdr *shdr = bank->shdrs + index + 1;
	struct elf64_phdr *end = phdr + n;
	u32 name = index * MINIDUMP_NAME_STRIDE;

	for (; phdr < end; phdr++, shdr++, name += MINIDUMP_NAME_STRIDE) {
		phdr->p_offset += shift;
		shdr->sh_offset = phdr->p_offset;
		shdr->sh_name = name;
	}
}

/* Copy @n slots; @shift is what their place in the file changes by */
static void minidump_bank_copy_slots(struct minidump_bank *bank, unsigned int to,
				     const struct minidump_bank *source, unsigned int from,
				     unsigned int n, u64 shift)
{
	memcpy(bank->names + to * MINIDUMP_NAME_STRIDE,
	       source->names + from * MINIDUMP_NAME_STRIDE, n * MINIDUMP_NAME_STRIDE);
	memcpy(bank->shdrs + to + 1, source->shdrs + from + 1, n * sizeof(*bank->shdrs));
	memcpy(bank->phdrs + to, source->phdrs + from, n * sizeof(*bank->phdrs));
	memcpy(bank->regions + to, source->regions + from, n * sizeof(*bank->regions));

	if (shift || to != from)
		minidump_bank_renumber(bank, to, n, shift);
}

/**
 * qcom_minidump_bank_copy() - Rebuild a bank from another one, less one region
 * @bank: the bank to rebuild; not visible to firmware
 * @from: the bank to copy; it must fit, and hold the same VMCOREINFO note
 * @skip: slot to leave out, or 0 to leave out none
 *
 * The registers that @from holds come along: a CPU may have gone down already.
 */
void qcom_minidump_bank_copy(struct minidump_bank *bank, const struct minidump_bank *from,
			     unsigned int skip)
{
	unsigned int head = (skip ?: from->count) - 1;
	u64 shift = bank->header_size - from->header_size;

	*bank->prstatus = *from->prstatus;
	minidump_bank_copy_slots(bank, 1, from, 1, head, shift);

	bank->count = from->count;
	if (skip) {
		shift -= from->phdrs[skip].p_filesz;
		minidump_bank_copy_slots(bank, skip, from, skip + 1,
					 from->count - skip - 1, shift);
		bank->count--;
	}
	bank->end = from->end + shift;
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count);
}

static bool minidump_bank_has(const struct minidump_bank *bank, unsigned int index,
			      u64 virt, u64 size)
{
	const struct elf64_phdr *phdr = &bank->phdrs[index];

	return virt < phdr->p_vaddr + phdr->p_memsz && phdr->p_vaddr < virt + size;
}

/*
 * Debuggers take the first segment that has an address, so a region that would
 * come to lie on another one stays where it is.
 */
static void minidump_bank_move(struct minidump_bank *bank,
			       const struct qcom_minidump_move *move)
{
	unsigned int count, moved, i;

	/* Pairs with qcom_minidump_bank_put(): the slots that count are whole */
	count = smp_load_acquire(&bank->count);
	for (moved = 1; moved < count; moved++)
		if (bank->phdrs[moved].p_paddr == move->phys)
			break;
	if (moved >= count)
		return;

	for (i = 1; i < count; i++)
		if (i != moved && minidump_bank_has(bank, i, move->virt,
						    bank->phdrs[moved].p_memsz))
			return;

	WRITE_ONCE(bank->phdrs[moved].p_vaddr, move->virt);
	WRITE_ONCE(bank->shdrs[moved + 1].sh_addr, move->virt);
}

static u32 *minidump_bank_status(struct minidump_bank *bank, size_t offset)
{
	return &bank->prstatus->status[offset / sizeof(u32)];
}

/**
 * qcom_minidump_bank_describe_crash() - Write down the state of a CPU that went down
 * @bank: the bank, visible to firmware or not
 * @crash: the CPU's state
 *
 * The machine may stop in the midst of this. The registers have their CPU's id
 * only while they are whole.
 */
void qcom_minidump_bank_describe_crash(struct minidump_bank *bank,
				       const struct qcom_minidump_crash *crash)
{
	u32 *registers = minidump_bank_status(bank, offsetof(struct elf_prstatus, pr_reg));
	u32 *pid = minidump_bank_status(bank, offsetof(struct elf_prstatus, common.pr_pid));
	unsigned int i;

	WRITE_ONCE(*pid, 0);
	wmb();	/* no CPU's registers any more from here */

	for (i = 0; i < crash->move_count; i++)
		minidump_bank_move(bank, &crash->moves[i]);

	if (!crash->registers) {
		memset(registers, 0, sizeof(elf_gregset_t));
		return;
	}

	memcpy(registers, crash->registers, sizeof(elf_gregset_t));
	wmb();	/* the CPU's registers again from here */
	WRITE_ONCE(*pid, crash->pid);
}
