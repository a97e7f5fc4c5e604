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

#define OTHER_CPUS	3
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

static struct minidump_slot slot = {
	.name = "KTEST_name1",
	.virt = 0xffff800012345678ull,
	.phys = 0x80001000ull,
	.size = 0x1234,
};

/* The bytes behind the bank tell whether it is written beyond its end */
#define GUARD	64

static void make_bank(struct kunit *test, struct minidump_bank *bank, unsigned int capacity)
{
	size_t size = qcom_minidump_bank_size(capacity, sizeof(vmcoreinfo), OTHER_CPUS);
	void *memory = kunit_kzalloc(test, size + GUARD, GFP_KERNEL);

	struct minidump_slot **slots = kunit_kcalloc(test, capacity, sizeof(*slots), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_ASSERT_NOT_NULL(test, slots);
	memset(memory + size, 0xa5, GUARD);
	qcom_minidump_bank_init(bank, memory, BANK_PHYS, capacity, &vmcoreinfo,
				sizeof(vmcoreinfo), OTHER_CPUS, slots);
}

static void expect_guard(struct kunit *test, const struct minidump_bank *bank)
{
	size_t size = qcom_minidump_bank_size(bank->capacity, sizeof(vmcoreinfo),
					      OTHER_CPUS);

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
	KUNIT_EXPECT_EQ(test, bank.phdrs[0].p_memsz, 0);
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)bank.others, notes + bank.phdrs[0].p_filesz);
	KUNIT_EXPECT_LE(test, (unsigned long)&bank.others[OTHER_CPUS], (unsigned long)bank.shdrs);
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

	*qcom_minidump_bank_counts(&bank) = qcom_minidump_bank_counts_for(17, 0);
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
				qcom_minidump_bank_size(capacities[i], sizeof(vmcoreinfo),
							OTHER_CPUS));
		KUNIT_EXPECT_EQ(test, 0, memcmp((u8 *)bank.prstatus + sizeof(*bank.prstatus),
						&vmcoreinfo, sizeof(vmcoreinfo)));
		KUNIT_EXPECT_EQ(test, bank.shdrs[1].sh_type, SHT_STRTAB);
		expect_guard(test, &bank);
	}
}

static void names_of_any_allowed_length_end_in_a_nul(struct kunit *test)
{
	static const char * const names[] = { "A", "AB", "ABCDEFGHIJ", "ABCDEFGHIJK" };
	struct minidump_slot named[ARRAY_SIZE(names)] = { };
	struct minidump_bank bank;
	unsigned int i;

	make_bank(test, &bank, ARRAY_SIZE(names) + 1);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		memcpy(named[i].name, names[i], strlen(names[i]));
		qcom_minidump_bank_put(&bank, &named[i]);
	}

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		KUNIT_EXPECT_STREQ(test, bank.regions[i + 1].name, names[i]);
		KUNIT_EXPECT_STREQ(test, bank.names + bank.shdrs[i + 2].sh_name, names[i]);
	}
}

static void expect_bytes(struct kunit *test, const void *bytes, const void *want, size_t size)
{
	KUNIT_EXPECT_EQ(test, 0, memcmp(bytes, want, size));
}

/* A bank is the same, whichever way it came to hold the same regions */
static void expect_same(struct kunit *test, const struct minidump_bank *bank,
			const struct minidump_bank *want)
{
	unsigned int count = want->count;

	KUNIT_ASSERT_EQ(test, bank->count, count);
	KUNIT_EXPECT_EQ(test, bank->end, want->end);
	KUNIT_EXPECT_EQ(test, bank->placed, count);
	expect_bytes(test, bank->ehdr, want->ehdr, sizeof(*want->ehdr));
	expect_bytes(test, bank->phdrs, want->phdrs, count * sizeof(*want->phdrs));
	expect_bytes(test, bank->shdrs, want->shdrs, (count + 1) * sizeof(*want->shdrs));
	expect_bytes(test, bank->names, want->names, count * sizeof(slot.name));
	expect_bytes(test, bank->regions, want->regions, count * sizeof(*want->regions));
}

/* Regions whose sizes are given as digits, one by one */
static void put_sizes(struct kunit *test, struct minidump_bank *bank,
		      struct minidump_slot *slots, const char *sizes)
{
	unsigned int i;

	for (i = 0; sizes[i]; i++) {
		slots[i] = slot;
		slots[i].size = 4 * (sizes[i] - '0');
		slots[i].phys = slot.phys + i * 0x1000;
		qcom_minidump_bank_put(bank, &slots[i]);
	}
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count, 0);
}

static void the_last_region_takes_the_place_of_one_removed(struct kunit *test)
{
	static const char sizes[] = "123451";
	struct minidump_slot slots[sizeof(sizes) - 1], wanted[sizeof(sizes) - 1];
	struct minidump_bank bank, want;
	unsigned int i, j;

	for (i = 1; i < sizeof(sizes); i++) {
		make_bank(test, &bank, 32);
		put_sizes(test, &bank, slots, sizes);
		qcom_minidump_bank_remove(&bank, i);
		qcom_minidump_bank_place(&bank);

		slots[i - 1] = slots[ARRAY_SIZE(slots) - 1];
		make_bank(test, &want, 32);
		for (j = 0; j < ARRAY_SIZE(slots) - 1; j++) {
			wanted[j] = slots[j];
			qcom_minidump_bank_put(&want, &wanted[j]);
			KUNIT_EXPECT_EQ(test, bank.slots[j + 1]->index, j + 1);
		}
		*qcom_minidump_bank_counts(&want) = qcom_minidump_bank_counts_for(want.count, 0);
		expect_same(test, &bank, &want);
		expect_guard(test, &bank);
	}
}

static void offsets_are_right_after_any_number_of_removals(struct kunit *test)
{
	static const char sizes[] = "1234512345";
	struct minidump_slot slots[sizeof(sizes) - 1], added = slot;
	struct minidump_bank bank;
	u64 end;
	unsigned int i;

	make_bank(test, &bank, 32);
	put_sizes(test, &bank, slots, sizes);
	qcom_minidump_bank_remove(&bank, 7);
	qcom_minidump_bank_remove(&bank, 9);
	qcom_minidump_bank_put(&bank, &added);
	qcom_minidump_bank_remove(&bank, 3);
	qcom_minidump_bank_remove(&bank, 5);
	qcom_minidump_bank_place(&bank);

	end = bank.header_size;
	for (i = 1; i < bank.count; i++) {
		KUNIT_EXPECT_EQ(test, bank.phdrs[i].p_offset, end);
		KUNIT_EXPECT_EQ(test, bank.shdrs[i + 1].sh_offset, end);
		end += bank.phdrs[i].p_filesz;
	}
	KUNIT_EXPECT_EQ(test, bank.count, 8);
	KUNIT_EXPECT_EQ(test, bank.end, end);
}

static struct kunit_case bank_test_cases[] = {
	KUNIT_CASE(an_empty_bank_is_an_elf_core_with_notes_only),
	KUNIT_CASE(its_first_table_entry_is_the_elf_header),
	KUNIT_CASE(the_notes_are_registers_of_zero_and_vmcoreinfo),
	KUNIT_CASE(a_region_is_in_every_table_but_counted_in_none),
	KUNIT_CASE(the_counts_are_one_aligned_word),
	KUNIT_CASE(a_full_bank_has_no_parts_on_each_other),
	KUNIT_CASE(names_of_any_allowed_length_end_in_a_nul),
	KUNIT_CASE(the_last_region_takes_the_place_of_one_removed),
	KUNIT_CASE(offsets_are_right_after_any_number_of_removals),
	{}
};

static struct kunit_suite bank_test_suite = {
	.name = "qcom_minidump_bank",
	.test_cases = bank_test_cases,
};

kunit_test_suite(bank_test_suite);
