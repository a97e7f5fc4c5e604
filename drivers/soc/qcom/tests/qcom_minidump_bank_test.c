// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for a bank: that its parts lie where firmware and debuggers look
 * for them, and never on each other.
 */

#include <kunit/test.h>

#include <linux/elf.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../qcom_minidump_bank.h"

#define BANK_PHYS	((phys_addr_t)0x123450000ull)

static const struct {
	struct elf64_note header;
	char name[12];
	char text[8];
} vmcoreinfo = {
	.header = { .n_namesz = 11, .n_descsz = 7 },
	.name = "VMCOREINFO",
	.text = "A=1\nB=2",
};

static const struct minidump_slot slot = {
	.name = "KTEST_name1",
	.virt = 0xffff800012345678ull,
	.phys = 0x80001000ull,
	.size = 0x1234,
};

/* The bytes behind the bank tell whether it is written beyond its end */
#define GUARD	64

static void make_bank(struct kunit *test, struct minidump_bank *bank, unsigned int capacity)
{
	size_t size = qcom_minidump_bank_size(capacity, sizeof(vmcoreinfo));
	void *memory = kunit_kzalloc(test, size + GUARD, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	memset(memory + size, 0xa5, GUARD);
	qcom_minidump_bank_init(bank, memory, BANK_PHYS, capacity, &vmcoreinfo, sizeof(vmcoreinfo));
}

static void expect_guard(struct kunit *test, const struct minidump_bank *bank)
{
	size_t size = qcom_minidump_bank_size(bank->capacity, sizeof(vmcoreinfo));

	KUNIT_EXPECT_PTR_EQ(test, memchr_inv((u8 *)bank->ehdr + size, 0xa5, GUARD), NULL);
}

static void an_empty_bank_is_an_elf_core_with_notes_only(struct kunit *test)
{
	struct minidump_bank bank;
	struct elf64_hdr *ehdr;

	make_bank(test, &bank, 32);
	ehdr = bank.ehdr;

	KUNIT_EXPECT_EQ(test, 0, memcmp(ehdr->e_ident, ELFMAG, SELFMAG));
	KUNIT_EXPECT_EQ(test, ehdr->e_ident[EI_CLASS], ELFCLASS64);
	KUNIT_EXPECT_EQ(test, ehdr->e_type, ET_CORE);
	KUNIT_EXPECT_EQ(test, ehdr->e_machine, ELF_ARCH);
	KUNIT_EXPECT_EQ(test, ehdr->e_phoff, 64);
	KUNIT_EXPECT_EQ(test, ehdr->e_phentsize, 56);
	KUNIT_EXPECT_EQ(test, ehdr->e_phnum, 1);
	KUNIT_EXPECT_EQ(test, ehdr->e_shentsize, 64);
	KUNIT_EXPECT_EQ(test, ehdr->e_shnum, 2);
	KUNIT_EXPECT_EQ(test, ehdr->e_shstrndx, 1);
	KUNIT_EXPECT_EQ(test, bank.phdrs[0].p_type, PT_NOTE);
	KUNIT_EXPECT_EQ(test, bank.phdrs[0].p_align, 0);
	expect_guard(test, &bank);
}

static void its_first_table_entry_is_the_elf_header(struct kunit *test)
{
	struct minidump_bank bank;

	make_bank(test, &bank, 32);
	KUNIT_EXPECT_STREQ(test, bank.regions[0].name, "KELF_HEADER");
	KUNIT_EXPECT_EQ(test, le32_to_cpu(bank.regions[0].valid), 0x56414c49);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(bank.regions[0].seq_num), 0);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(bank.regions[0].address), BANK_PHYS);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(bank.regions[0].size), bank.header_size);
	KUNIT_EXPECT_EQ(test, bank.header_size % 4, 0);
	KUNIT_EXPECT_EQ(test, qcom_minidump_bank_regions_phys(&bank) - BANK_PHYS,
			(u8 *)bank.regions - (u8 *)bank.ehdr);
	KUNIT_EXPECT_EQ(test, qcom_minidump_bank_regions_phys(&bank) % 8, 0);
}

static void the_notes_are_registers_of_zero_and_vmcoreinfo(struct kunit *test)
{
	struct minidump_bank bank;
	const u8 *notes;

	make_bank(test, &bank, 32);
	notes = (u8 *)bank.ehdr + bank.phdrs[0].p_offset;

	KUNIT_EXPECT_PTR_EQ(test, (void *)notes, (void *)bank.prstatus);
	KUNIT_EXPECT_EQ(test, bank.prstatus->header.n_type, NT_PRSTATUS);
	KUNIT_EXPECT_STREQ(test, bank.prstatus->name, "CORE");
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(&bank.prstatus->status, 0,
					     sizeof(bank.prstatus->status)), NULL);
	KUNIT_EXPECT_EQ(test, 0, memcmp(notes + sizeof(*bank.prstatus), &vmcoreinfo,
					sizeof(vmcoreinfo)));
	KUNIT_EXPECT_EQ(test, bank.phdrs[0].p_filesz,
			sizeof(*bank.prstatus) + sizeof(vmcoreinfo));
}

static void a_region_is_in_every_table_but_counted_in_none(struct kunit *test)
{
	struct minidump_bank bank;

	make_bank(test, &bank, 32);
	qcom_minidump_bank_put(&bank, &slot);

	KUNIT_EXPECT_EQ(test, bank.ehdr->e_phnum, 1);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_shnum, 2);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_type, PT_LOAD);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_offset, bank.header_size);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_vaddr, slot.virt);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_paddr, slot.phys);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_filesz, slot.size);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_memsz, slot.size);
	KUNIT_EXPECT_EQ(test, bank.phdrs[1].p_align, 0);
	KUNIT_EXPECT_EQ(test, bank.shdrs[2].sh_offset, bank.header_size);
	KUNIT_EXPECT_STREQ(test, bank.names + bank.shdrs[2].sh_name, slot.name);
	KUNIT_EXPECT_STREQ(test, bank.names + bank.shdrs[1].sh_name, "STR_TBL");
	KUNIT_EXPECT_STREQ(test, bank.regions[1].name, slot.name);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(bank.regions[1].address), slot.phys);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(bank.regions[1].size), slot.size);
	KUNIT_EXPECT_EQ(test, bank.end, bank.header_size + slot.size);
}

static void the_counts_are_one_aligned_word(struct kunit *test)
{
	struct minidump_bank bank;

	make_bank(test, &bank, 32);
	KUNIT_EXPECT_EQ(test, (unsigned long)qcom_minidump_bank_counts(&bank) % 8, 0);

	*qcom_minidump_bank_counts(&bank) = qcom_minidump_bank_counts_for(17);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_phentsize, 56);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_phnum, 17);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_shentsize, 64);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_shnum, 18);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_shstrndx, 1);
}

/* An area for fewer entries than another one is what made earlier headers overlap */
static void a_full_bank_has_no_parts_on_each_other(struct kunit *test)
{
	static const unsigned int capacities[] = { 1, 2, 32, 33, 64, 128, 197, 200, 201 };
	struct minidump_bank bank;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(capacities); i++) {
		make_bank(test, &bank, capacities[i]);
		for (j = 1; j < capacities[i]; j++)
			qcom_minidump_bank_put(&bank, &slot);

		KUNIT_EXPECT_LE(test, (unsigned long)&bank.phdrs[capacities[i]],
				(unsigned long)bank.prstatus);
		KUNIT_EXPECT_LE(test, (unsigned long)bank.prstatus + bank.notes_size,
				(unsigned long)bank.shdrs);
		KUNIT_EXPECT_LE(test, (unsigned long)&bank.shdrs[capacities[i] + 1],
				(unsigned long)bank.names);
		KUNIT_EXPECT_LE(test, (unsigned long)bank.names + bank.shdrs[1].sh_size,
				(unsigned long)bank.ehdr + bank.header_size);
		KUNIT_EXPECT_LE(test, (unsigned long)bank.ehdr + bank.header_size,
				(unsigned long)bank.regions);
		KUNIT_EXPECT_LE(test, (unsigned long)&bank.regions[capacities[i]],
				(unsigned long)bank.ehdr +
				qcom_minidump_bank_size(capacities[i], sizeof(vmcoreinfo)));
		KUNIT_EXPECT_EQ(test, 0, memcmp((u8 *)bank.prstatus + sizeof(*bank.prstatus),
						&vmcoreinfo, sizeof(vmcoreinfo)));
		KUNIT_EXPECT_EQ(test, bank.shdrs[1].sh_type, SHT_STRTAB);
		expect_guard(test, &bank);
	}
}

static void names_of_any_allowed_length_end_in_a_nul(struct kunit *test)
{
	static const char * const names[] = { "A", "AB", "ABCDEFGHIJ", "ABCDEFGHIJK" };
	struct minidump_slot named = slot;
	struct minidump_bank bank;
	unsigned int i;

	make_bank(test, &bank, ARRAY_SIZE(names) + 1);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		memset(named.name, 0, sizeof(named.name));
		memcpy(named.name, names[i], strlen(names[i]));
		qcom_minidump_bank_put(&bank, &named);
	}

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_STREQ(test, bank.regions[i + 1].name, names[i]);
		KUNIT_EXPECT_STREQ(test, bank.names + bank.shdrs[i + 2].sh_name, names[i]);
	}
}

/* Three regions of 0x100 bytes, side by side in virtual memory */
static void make_bank_of_three(struct kunit *test, struct minidump_bank *bank)
{
	unsigned int i;

	make_bank(test, bank, 32);
	for (i = 0; i < 3; i++) {
		struct minidump_slot side_by_side = {
			.virt = 0x40000000 + i * 0x100,
			.phys = 0x80000000 + i * 0x1000,
			.size = 0x100,
		};

		snprintf(side_by_side.name, sizeof(side_by_side.name), "REGION%u", i);
		qcom_minidump_bank_put(bank, &side_by_side);
	}
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count);
}

/* Move the second one; its address is then @want, and nothing else has changed */
static void expect_move(struct kunit *test, u64 phys, u64 virt, u64 want)
{
	struct qcom_minidump_move move = { .phys = phys, .virt = virt };
	struct qcom_minidump_crash crash = { .moves = &move, .move_count = 1 };
	size_t size = qcom_minidump_bank_size(32, sizeof(vmcoreinfo));
	struct minidump_bank bank, still;

	make_bank_of_three(test, &bank);
	make_bank_of_three(test, &still);
	qcom_minidump_bank_describe_crash(&bank, &crash);
	KUNIT_EXPECT_EQ(test, bank.phdrs[2].p_vaddr, want);
	KUNIT_EXPECT_EQ(test, bank.shdrs[3].sh_addr, want);

	still.phdrs[2].p_vaddr = want;
	still.shdrs[3].sh_addr = want;
	KUNIT_EXPECT_EQ(test, memcmp(bank.ehdr, still.ehdr, size), 0);
}

static void a_region_moves_to_where_no_other_one_is(struct kunit *test)
{
	expect_move(test, 0x80001000, 0xffff800012340000, 0xffff800012340000);
	expect_move(test, 0x80001000, 0x3fffff00, 0x3fffff00);
	expect_move(test, 0x80001000, 0x3fffff01, 0x40000100);
	expect_move(test, 0x80001000, 0x40000000, 0x40000100);
	expect_move(test, 0x80001000, 0x40000100, 0x40000100);
	expect_move(test, 0x80001000, 0x40000101, 0x40000100);
	expect_move(test, 0x80001000, 0x400002ff, 0x40000100);
	expect_move(test, 0x80001000, 0x40000300, 0x40000300);
}

static void a_region_that_is_not_there_moves_nothing(struct kunit *test)
{
	expect_move(test, 0x80003000, 0x50000000, 0x40000100);
	expect_move(test, 0x80001004, 0x50000000, 0x40000100);
	expect_move(test, 0, 0x50000000, 0x40000100);
}

static void registers_have_an_id_only_while_they_are_there(struct kunit *test)
{
	elf_gregset_t registers;
	struct qcom_minidump_crash crash = { .registers = &registers, .pid = 7 };
	struct elf_prstatus status;
	struct minidump_bank bank;
	const u8 *note;

	memset(&registers, 0x5c, sizeof(registers));
	make_bank_of_three(test, &bank);
	note = (u8 *)bank.ehdr + bank.phdrs[0].p_offset;
	qcom_minidump_bank_describe_crash(&bank, &crash);
	memcpy(&status, note + 12 + 8, sizeof(status));
	KUNIT_EXPECT_EQ(test, status.common.pr_pid, 7);
	KUNIT_EXPECT_EQ(test, memcmp(&status.pr_reg, &registers, sizeof(registers)), 0);

	crash.registers = NULL;
	qcom_minidump_bank_describe_crash(&bank, &crash);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(&bank.prstatus->status, 0,
					     sizeof(bank.prstatus->status)), NULL);
	expect_guard(test, &bank);
}

static struct kunit_case bank_test_cases[] = {
	KUNIT_CASE(an_empty_bank_is_an_elf_core_with_notes_only),
	KUNIT_CASE(its_first_table_entry_is_the_elf_header),
	KUNIT_CASE(the_notes_are_registers_of_zero_and_vmcoreinfo),
	KUNIT_CASE(a_region_is_in_every_table_but_counted_in_none),
	KUNIT_CASE(the_counts_are_one_aligned_word),
	KUNIT_CASE(a_full_bank_has_no_parts_on_each_other),
	KUNIT_CASE(names_of_any_allowed_length_end_in_a_nul),
	KUNIT_CASE(a_region_moves_to_where_no_other_one_is),
	KUNIT_CASE(a_region_that_is_not_there_moves_nothing),
	KUNIT_CASE(registers_have_an_id_only_while_they_are_there),
	{}
};

static struct kunit_suite bank_test_suite = {
	.name = "qcom_minidump_bank",
	.test_cases = bank_test_cases,
};

kunit_test_suite(bank_test_suite);
