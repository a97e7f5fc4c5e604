// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for a crash in a bank: whose registers it holds, and where debuggers
 * find the regions that have copies. qcom_minidump_table_test.c has what becomes
 * of that when the table changes.
 */

#include <kunit/test.h>

#include <linux/elf.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../qcom_minidump_crash.h"
#include "../qcom_minidump_table.h"

#define CAPACITY	8
#define OTHER_CPUS	3

/* Three regions of 0x100 bytes, side by side in virtual memory */
static void make_bank_of_three(struct kunit *test, struct minidump_bank *bank)
{
	size_t size = qcom_minidump_bank_size(CAPACITY, 0, OTHER_CPUS);
	struct minidump_slot *slots = kunit_kcalloc(test, 3, sizeof(*slots), GFP_KERNEL);
	struct minidump_slot **pointers = kunit_kcalloc(test, CAPACITY, sizeof(*pointers),
							GFP_KERNEL);
	void *memory = kunit_kzalloc(test, size, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, slots && pointers && memory);
	qcom_minidump_bank_init(bank, memory, (phys_addr_t)0x123450000ull, CAPACITY, NULL, 0,
				OTHER_CPUS, pointers);
	for (i = 0; i < 3; i++) {
		snprintf(slots[i].name, sizeof(slots[i].name), "REGION%u", i);
		slots[i].virt = 0x40000000 + i * 0x100;
		slots[i].phys = 0x80000000 + i * 0x1000;
		slots[i].size = 0x100;
		qcom_minidump_bank_put(bank, &slots[i]);
	}
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count, 0);
}

/* Move the second one; its address is then @want, and nothing else has changed */
static void expect_move(struct kunit *test, u64 phys, u64 virt, u64 want)
{
	struct qcom_minidump_move move = { .phys = phys, .virt = virt };
	struct qcom_minidump_crash crash = { .moves = &move, .move_count = 1 };
	size_t size = qcom_minidump_bank_size(CAPACITY, 0, OTHER_CPUS);
	struct minidump_bank bank, still;

	make_bank_of_three(test, &bank);
	make_bank_of_three(test, &still);
	qcom_minidump_bank_describe_crash(&bank, &crash);
	KUNIT_EXPECT_EQ(test, bank.phdrs[2].p_vaddr, want);
	KUNIT_EXPECT_EQ(test, bank.shdrs[3].sh_addr, want);
	KUNIT_EXPECT_EQ(test, bank.slots[2]->virt, want);

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

/* Of what is in one piece of memory, and has moved; until the next crash */
static void originals_are_found_by_their_physical_addresses(struct kunit *test)
{
	const struct qcom_minidump_move moves[] = {
		{ .phys = 0x80002000, .virt = 0x50000000, .original = 0x90000780 },
		{ .phys = 0x80001000, .virt = 0x60000000 },
		{ .phys = 0x80003000, .virt = 0x70000000, .original = 0x91000000 },
		{ .phys = 0x80000000, .virt = 0x60000010, .original = 0x92000000 },
	};
	elf_gregset_t registers = { };
	struct qcom_minidump_crash crash = {
		.registers = &registers,
		.pid = 1,
		.moves = moves,
		.move_count = ARRAY_SIZE(moves),
		.aliases = true,
	};
	struct minidump_bank bank;
	struct elf64_phdr *alias;

	make_bank_of_three(test, &bank);
	alias = &bank.phdrs[4];
	qcom_minidump_bank_describe_crash(&bank, &crash);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_phnum, 4);
	qcom_minidump_bank_add_aliases(&bank, &crash);
	KUNIT_EXPECT_EQ(test, bank.ehdr->e_shnum, 5);
	if (!MINIDUMP_ALIASES) {
		KUNIT_EXPECT_EQ(test, bank.ehdr->e_phnum, 4);
		return;
	}

	KUNIT_EXPECT_EQ(test, bank.ehdr->e_phnum, 5);
	KUNIT_EXPECT_EQ(test, alias->p_type, PT_LOAD);
	KUNIT_EXPECT_EQ(test, alias->p_offset, bank.phdrs[3].p_offset);
	KUNIT_EXPECT_EQ(test, alias->p_vaddr, 0x40000200);
	KUNIT_EXPECT_EQ(test, alias->p_paddr, 0x90000780);
	KUNIT_EXPECT_EQ(test, alias->p_filesz, 0x100);
	KUNIT_EXPECT_EQ(test, alias->p_memsz, 0x100);
	KUNIT_EXPECT_LE(test, (unsigned long)(alias + MINIDUMP_ALIASES),
			(unsigned long)bank.prstatus);
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
}

/* The notes that debuggers see, as a string of their ids */
static const char *ids(struct kunit *test, const struct minidump_bank *bank)
{
	const struct minidump_prstatus_note *note = bank->prstatus;
	/* Which 32-bit machines can divide */
	size_t size = bank->phdrs[0].p_filesz;
	size_t count = size / sizeof(*note);
	char *text = kunit_kzalloc(test, count + 1, GFP_KERNEL);
	struct elf_prstatus status;

	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_EXPECT_EQ(test, size % sizeof(*note), 0);
	for (size_t i = 0; i < count; i++) {
		memcpy(&status, note[i].status, sizeof(status));
		KUNIT_EXPECT_EQ(test, note[i].header.n_type, NT_PRSTATUS);
		KUNIT_EXPECT_STREQ(test, note[i].name, "CORE");
		KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(&status.pr_reg, status.common.pr_pid,
							   sizeof(status.pr_reg)));
		text[i] = '0' + status.common.pr_pid;
	}

	return text;
}

static void other_cpus_come_with_one_that_crashed_and_go_with_it(struct kunit *test)
{
	struct qcom_minidump_cpu *others = kunit_kcalloc(test, OTHER_CPUS + 1, sizeof(*others),
							 GFP_KERNEL);
	elf_gregset_t registers;
	struct qcom_minidump_crash crash = {
		.registers = &registers, .pid = 7, .others = others
	};
	struct minidump_bank bank;

	KUNIT_ASSERT_NOT_NULL(test, others);
	for (int i = 0; i <= OTHER_CPUS; i++) {
		others[i].pid = i + 1;
		memset(&others[i].registers, i + 1, sizeof(others[i].registers));
	}
	memset(&registers, 7, sizeof(registers));
	make_bank_of_three(test, &bank);
	KUNIT_EXPECT_STREQ(test, ids(test, &bank), "0");
	for (crash.other_count = 0; crash.other_count <= OTHER_CPUS + 1; crash.other_count++) {
		static const char *const want[] = { "7", "71", "712", "7123", "7123" };

		qcom_minidump_bank_describe_crash(&bank, &crash);
		KUNIT_EXPECT_STREQ(test, ids(test, &bank), want[crash.other_count]);
	}

	crash.registers = NULL;
	qcom_minidump_bank_describe_crash(&bank, &crash);
	KUNIT_EXPECT_STREQ(test, ids(test, &bank), "0");
}

static struct kunit_case crash_test_cases[] = {
	KUNIT_CASE(a_region_moves_to_where_no_other_one_is),
	KUNIT_CASE(a_region_that_is_not_there_moves_nothing),
	KUNIT_CASE(originals_are_found_by_their_physical_addresses),
	KUNIT_CASE(registers_have_an_id_only_while_they_are_there),
	KUNIT_CASE(other_cpus_come_with_one_that_crashed_and_go_with_it),
	{}
};

static struct kunit_suite crash_test_suite = {
	.name = "qcom_minidump_crash",
	.test_cases = crash_test_cases,
};

kunit_test_suite(crash_test_suite);
