// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for the table of Linux: what firmware finds after each operation.
 *
 * What it finds in the middle of one is not tested here: a test can stop the
 * driver only where the driver lets it.
 */

#include <kunit/test.h>

#include <linux/dma-mapping.h>
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/platform_device.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../qcom_minidump_crash.h"
#include "../qcom_minidump_table.h"
#include "qcom_minidump_firmware.h"

/* Regions that fit beside the ELF header, and in the first banks */
#define MOST_REGIONS	(FIRMWARE_MAX_REGIONS - 1)
#define FIRST_REGIONS	23

#define RANDOM_STEPS	3000
#define RANDOM_SEED	0x6d696e69

static const struct {
	struct elf64_note header;
	char name[12];
	char text[16];
} vmcoreinfo = {
	.header = { .n_namesz = 11, .n_descsz = 14 },
	.name = "VMCOREINFO",
	.text = "OSRELEASE=1.2\n",
};

/* The model is @order: its first @count regions are in the table, in that order */
struct table_fixture {
	struct kunit *test;
	struct platform_device *device;
	struct minidump_table table;
	struct minidump_subsystem entry;
	struct firmware_view view;
	struct minidump_slot slots[MOST_REGIONS + 1];
	struct minidump_slot *order[MOST_REGIONS + 1];
	unsigned int count;
	unsigned int last_id;
};

/* Reads as firmware does into fixture->view; says what is wrong with it, or NULL */
static const char *read_table(struct table_fixture *fixture)
{
	struct minidump_banks *banks = rcu_dereference_protected(fixture->table.banks, true);
	struct firmware_memory memory = { };

	if (banks) {
		memory.virt = banks->memory;
		memory.phys = banks->dma;
		memory.size = banks->size;
	}

	return firmware_read(&fixture->entry, &memory, &fixture->view);
}

static void expect_table(struct table_fixture *fixture)
{
	struct firmware_view *view = &fixture->view;
	const char *fault = read_table(fixture);
	struct kunit *test = fixture->test;
	unsigned int i;

	KUNIT_ASSERT_TRUE_MSG(test, !fault, "%s", fault);
	KUNIT_ASSERT_TRUE(test, view->collected);
	KUNIT_ASSERT_EQ(test, view->table_count, fixture->count + 1);
	KUNIT_ASSERT_EQ(test, view->elf_count, fixture->count + 1);
	for (i = 0; i < fixture->count; i++) {
		KUNIT_ASSERT_STREQ(test, view->table[i + 1].name, fixture->order[i]->name);
		KUNIT_ASSERT_EQ(test, view->table[i + 1].phys, fixture->order[i]->phys);
		KUNIT_ASSERT_EQ(test, view->table[i + 1].size, fixture->order[i]->size);
		KUNIT_ASSERT_EQ(test, view->elf[i + 1].virt, fixture->order[i]->virt);
		KUNIT_ASSERT_EQ(test, fixture->order[i]->index, i + 1);
	}
}

/* Make the first region that is not in the table one that differs from all earlier ones */
static struct minidump_slot *new_slot(struct table_fixture *fixture)
{
	unsigned int id = ++fixture->last_id;
	unsigned int length = 1 + id % MINIDUMP_REGION_NAME_MAX;
	struct minidump_slot *slot = fixture->order[fixture->count];
	char name[16];

	*slot = (struct minidump_slot) {
		.virt = 0x40000000ull + id * 0x10000ull,
		.phys = 0x80000000ull + id * 0x10000ull,
		.size = 4 * (1 + id % 777),
	};
	/* The last characters tell names of the same length apart */
	snprintf(name, sizeof(name), "KKKKKKK%04X", id);
	memcpy(slot->name, name + 11 - length, length);

	return slot;
}

static int prepare(struct table_fixture *fixture, unsigned int regions)
{
	return qcom_minidump_table_prepare(&fixture->table, &fixture->device->dev, regions,
					   &vmcoreinfo, 12 + 12 + ALIGN(14, 4));
}

static void start(struct table_fixture *fixture, unsigned int regions)
{
	KUNIT_ASSERT_EQ(fixture->test, 0, prepare(fixture, regions));
	for (fixture->count = 0; fixture->count < regions; fixture->count++)
		qcom_minidump_table_load(&fixture->table, new_slot(fixture));
	qcom_minidump_table_start(&fixture->table, &fixture->entry);
	expect_table(fixture);
}

static void stop(struct table_fixture *fixture)
{
	static const u8 nothing[sizeof(struct minidump_subsystem)];

	qcom_minidump_table_stop(&fixture->table);
	fixture->count = 0;
	KUNIT_EXPECT_EQ(fixture->test, 0, memcmp(&fixture->entry, nothing, sizeof(nothing)));
}

static void append(struct table_fixture *fixture)
{
	struct minidump_slot *slot = new_slot(fixture);

	KUNIT_ASSERT_EQ(fixture->test, 0, qcom_minidump_table_append(&fixture->table, slot));
	fixture->count++;
	expect_table(fixture);
}

static void remove(struct table_fixture *fixture, unsigned int index)
{
	struct minidump_slot *slot = fixture->order[index];

	qcom_minidump_table_remove(&fixture->table, slot);
	/* Nobody may look at it any more */
	memset(slot, 0xa5, sizeof(*slot));
	fixture->count--;
	swap(fixture->order[index], fixture->order[fixture->count]);
	expect_table(fixture);
}

static int table_test_init(struct kunit *test)
{
	struct table_fixture *fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, fixture);
	fixture->device = platform_device_register_simple("qcom_minidump_table_test",
							  PLATFORM_DEVID_AUTO, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fixture->device));
	fixture->test = test;
	for (i = 0; i < ARRAY_SIZE(fixture->order); i++)
		fixture->order[i] = &fixture->slots[i];
	test->priv = fixture;
	return 0;
}

static void table_test_exit(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	if (!fixture)
		return;
	if (fixture->table.entry)
		qcom_minidump_table_stop(&fixture->table);
	platform_device_unregister(fixture->device);
}

static void starts_and_stops_with_any_number_of_regions(struct kunit *test)
{
	static const unsigned int numbers[] = {
		0, 1, 22, 23, 24, 47, 48, 95, 96, 191, 192, 199, 200
	};
	struct table_fixture *fixture = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		start(fixture, numbers[i]);
		stop(fixture);
	}
}

static void start_replaces_what_another_kernel_left(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	memset(&fixture->entry, 0xa5, sizeof(fixture->entry));
	start(fixture, 7);
	fixture->entry.reserved = 0;
	stop(fixture);
}

static void takes_regions_until_firmware_takes_no_more(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	unsigned int i;

	start(fixture, 0);
	for (i = 0; i < MOST_REGIONS; i++)
		append(fixture);

	KUNIT_EXPECT_EQ(test, -ENOSPC,
			qcom_minidump_table_append(&fixture->table, new_slot(fixture)));
	expect_table(fixture);
	stop(fixture);
}

static void removes_the_first_the_last_and_one_between(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	start(fixture, FIRST_REGIONS);
	remove(fixture, 0);
	remove(fixture, fixture->count - 1);
	remove(fixture, fixture->count / 2);
	append(fixture);
	append(fixture);
	append(fixture);
	stop(fixture);
}

static void removes_all_from_either_end(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	start(fixture, MOST_REGIONS);
	while (fixture->count)
		remove(fixture, 0);
	stop(fixture);

	start(fixture, MOST_REGIONS);
	while (fixture->count)
		remove(fixture, fixture->count - 1);
	stop(fixture);
}

static void follows_a_model_through_random_steps(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	struct rnd_state random;
	unsigned int i, choice;

	prandom_seed_state(&random, RANDOM_SEED);
	start(fixture, 0);
	for (i = 0; i < RANDOM_STEPS; i++) {
		choice = prandom_u32_state(&random);
		/* Upwards in one half of the time, downwards in the other */
		if (choice % 16 < ((i / 500) % 2 ? 6 : 11) && fixture->count < MOST_REGIONS)
			append(fixture);
		else if (fixture->count)
			remove(fixture, (choice >> 8) % fixture->count);
	}
	stop(fixture);
}

/* No memory is where the device can reach it */
static void let_allocations_fail(struct table_fixture *fixture, bool fail)
{
	fixture->device->dev.coherent_dma_mask = fail ? DMA_BIT_MASK(12) : DMA_BIT_MASK(64);
}

static void a_start_that_fails_writes_nothing(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	u8 untouched[sizeof(fixture->entry)];

	memset(untouched, 0xa5, sizeof(untouched));
	memcpy(&fixture->entry, untouched, sizeof(untouched));
	let_allocations_fail(fixture, true);
	KUNIT_EXPECT_EQ(test, -ENOMEM, prepare(fixture, 40));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&fixture->entry, untouched, sizeof(untouched)));
	KUNIT_EXPECT_PTR_EQ(test, fixture->table.entry, NULL);

	memset(&fixture->entry, 0, sizeof(fixture->entry));
	let_allocations_fail(fixture, false);
	start(fixture, 40);
	stop(fixture);
}

static void a_table_that_cannot_grow_stays_as_it_is(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	start(fixture, FIRST_REGIONS);
	let_allocations_fail(fixture, true);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			qcom_minidump_table_append(&fixture->table, new_slot(fixture)));
	expect_table(fixture);
	let_allocations_fail(fixture, false);
	append(fixture);
	stop(fixture);
}

static bool all_in(struct minidump_bank *bank, struct minidump_banks *banks)
{
	return (void *)bank->ehdr >= banks->memory &&
	       (void *)&bank->regions[bank->capacity] <= banks->memory + banks->size;
}

static void both_banks_are_in_one_piece_of_memory(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	struct minidump_banks *banks;
	unsigned int i;

	start(fixture, MOST_REGIONS);
	banks = rcu_dereference_protected(fixture->table.banks, true);
	for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
		KUNIT_EXPECT_TRUE(test, all_in(&banks->bank[i], banks));
	KUNIT_EXPECT_GE(test, (unsigned long)banks->bank[1].ehdr,
			(unsigned long)&banks->bank[0].regions[banks->bank[0].capacity]);
	KUNIT_EXPECT_EQ(test, banks->bank[1].phys - banks->bank[0].phys,
			(void *)banks->bank[1].ehdr - (void *)banks->bank[0].ehdr);
	stop(fixture);
}

/* A copy, as it is aligned to 4 only, of the registers that firmware finds */
static struct elf_prstatus visible_registers(struct table_fixture *fixture)
{
	void *elf = qcom_minidump_table_live(&fixture->table)->ehdr;
	struct elf_prstatus status;

	memcpy(&status, elf + *(u64 *)(elf + 64 + 8) + 12 + 8, sizeof(status));
	return status;
}

#define CRASH_VIRT	0x90000000ull

/* A crash of a CPU with registers full of @pid, and a copy of its memory in @slot */
static bool describe_crash(struct table_fixture *fixture, int pid, phys_addr_t phys, bool alone)
{
	struct qcom_minidump_move move = {
		.phys = phys,
		.virt = CRASH_VIRT + 0x10000 * pid,
	};
	elf_gregset_t registers;
	struct qcom_minidump_crash crash = {
		.registers = &registers,
		.pid = pid,
		.moves = &move,
		.move_count = 1,
	};

	memset(&registers, pid, sizeof(registers));
	return qcom_minidump_table_describe_crash(&fixture->table, &crash, alone);
}

static void expect_crash(struct table_fixture *fixture, int pid, phys_addr_t phys)
{
	struct elf_prstatus status = visible_registers(fixture);
	u64 virt = 0;
	unsigned int i;

	KUNIT_EXPECT_EQ(fixture->test, status.common.pr_pid, pid);
	KUNIT_EXPECT_PTR_EQ(fixture->test, NULL,
			    memchr_inv(&status.pr_reg, pid, sizeof(status.pr_reg)));
	for (i = 1; i < fixture->view.elf_count; i++)
		if (fixture->view.elf[i].phys == phys)
			virt = fixture->view.elf[i].virt;
	KUNIT_EXPECT_EQ(fixture->test, virt, CRASH_VIRT + 0x10000 * pid);
}

/* In either bank, in banks to come, and wherever the copy goes */
static void a_crash_stays_described_whatever_happens_then(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	phys_addr_t phys;
	unsigned int i;

	start(fixture, FIRST_REGIONS);
	phys = fixture->order[FIRST_REGIONS - 1]->phys;
	KUNIT_EXPECT_TRUE(test, describe_crash(fixture, 7, phys, false));
	expect_table(fixture);
	expect_crash(fixture, 7, phys);

	/* Into another slot, and into another bank */
	remove(fixture, 5);
	expect_crash(fixture, 7, phys);
	remove(fixture, 9);
	expect_crash(fixture, 7, phys);
	remove(fixture, 0);
	expect_crash(fixture, 7, phys);
	for (i = 0; i < 40; i++)
		append(fixture);
	expect_crash(fixture, 7, phys);
	remove(fixture, 30);
	expect_crash(fixture, 7, phys);
	stop(fixture);
}

static void the_last_crash_counts(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	struct qcom_minidump_crash none = { };

	start(fixture, FIRST_REGIONS);
	describe_crash(fixture, 7, fixture->order[3]->phys, false);
	describe_crash(fixture, 8, fixture->order[3]->phys, true);
	expect_table(fixture);
	expect_crash(fixture, 8, fixture->order[3]->phys);
	remove(fixture, 4);
	expect_crash(fixture, 8, fixture->order[3]->phys);

	qcom_minidump_table_describe_crash(&fixture->table, &none, false);
	KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);
	remove(fixture, 4);
	KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);
	stop(fixture);
}

/* An oops on another CPU must not touch slots that change their places */
static void only_who_is_alone_writes_into_banks_that_are_rebuilt(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	phys_addr_t phys;

	start(fixture, FIRST_REGIONS);
	phys = fixture->order[3]->phys;
	fixture->table.rebuilding = true;
	KUNIT_EXPECT_FALSE(test, describe_crash(fixture, 7, phys, false));
	expect_table(fixture);
	KUNIT_EXPECT_EQ(test, fixture->view.elf[4].virt, fixture->order[3]->virt);
	KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);

	KUNIT_EXPECT_TRUE(test, describe_crash(fixture, 7, phys, true));
	expect_table(fixture);
	expect_crash(fixture, 7, phys);
	fixture->table.rebuilding = false;
	stop(fixture);
}

/* As over hibernation, which its slots survive */
static void a_crash_stays_described_when_the_table_comes_back(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	phys_addr_t phys;

	start(fixture, FIRST_REGIONS);
	phys = fixture->order[3]->phys;
	KUNIT_EXPECT_TRUE(test, describe_crash(fixture, 7, phys, false));
	stop(fixture);
	KUNIT_EXPECT_FALSE(test, describe_crash(fixture, 8, phys, false));
	start(fixture, FIRST_REGIONS);
	KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 7);
	stop(fixture);
}

/* With banks or without, as after a device that did not wake up */
static void a_crash_that_is_forgotten_does_not_come_back(struct kunit *test)
{
	static const struct qcom_minidump_crash none;
	struct table_fixture *fixture = test->priv;

	for (int stopped = 0; stopped < 2; stopped++) {
		start(fixture, 2);
		describe_crash(fixture, 7, fixture->order[1]->phys, false);
		if (stopped)
			stop(fixture);
		qcom_minidump_table_forget_crash(&fixture->table, &none);
		if (!stopped) {
			KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);
			stop(fixture);
		}
		start(fixture, 2);
		KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);
		stop(fixture);
	}
}

static void a_region_where_a_copy_was_moved_to_moves_it_back(struct kunit *test)
{
	/* In banks with room, and in banks that grow */
	static const unsigned int numbers[] = { 5, FIRST_REGIONS };
	struct table_fixture *fixture = test->priv;
	struct minidump_slot *copy, *slot;
	u64 home;

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		start(fixture, numbers[i]);
		copy = fixture->order[3];
		home = copy->virt;
		describe_crash(fixture, 7, copy->phys, false);
		KUNIT_EXPECT_NE(test, copy->virt, home);

		slot = new_slot(fixture);
		slot->virt = copy->virt + copy->size - 4;
		KUNIT_ASSERT_EQ(test, 0, qcom_minidump_table_append(&fixture->table, slot));
		fixture->count++;
		KUNIT_EXPECT_EQ(test, copy->virt, home);
		expect_table(fixture);
		KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 7);
		stop(fixture);
	}
}

static void nobody_waits_for_ever_for_a_crash_that_does_not_end(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	start(fixture, FIRST_REGIONS);
	atomic_set(&fixture->table.describing, 1);
	append(fixture);
	remove(fixture, 3);
	expect_table(fixture);
	atomic_set(&fixture->table.describing, 0);
	stop(fixture);
}

static void a_crash_without_a_table_is_no_problem(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	KUNIT_EXPECT_FALSE(test, describe_crash(fixture, 7, 0x80000000, true));
	KUNIT_EXPECT_FALSE(test, describe_crash(fixture, 8, 0x80000000, false));
	start(fixture, 2);
	KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);
	stop(fixture);
	describe_crash(fixture, 9, 0x80000000, true);
}

/* Less what is only there with the kernel's data, for which that is little */
static void twenty_regions_fit_into_24_kib_with_both_banks(struct kunit *test)
{
	const size_t aliases = MINIDUMP_ALIASES * sizeof(struct elf64_phdr);
	struct table_fixture *fixture = test->priv;
	unsigned int capacity;

	start(fixture, 20);
	capacity = qcom_minidump_table_live(&fixture->table)->capacity;
	stop(fixture);
	/* The longest note that the kernel of today makes, and room for growth */
	KUNIT_EXPECT_LE(test, 2 * (qcom_minidump_bank_size(capacity, 4096, 7) - aliases),
			24 * 1024);
}

static struct kunit_case table_test_cases[] = {
	KUNIT_CASE(starts_and_stops_with_any_number_of_regions),
	KUNIT_CASE(start_replaces_what_another_kernel_left),
	KUNIT_CASE(takes_regions_until_firmware_takes_no_more),
	KUNIT_CASE(removes_the_first_the_last_and_one_between),
	KUNIT_CASE(removes_all_from_either_end),
	KUNIT_CASE(follows_a_model_through_random_steps),
	KUNIT_CASE(a_start_that_fails_writes_nothing),
	KUNIT_CASE(a_table_that_cannot_grow_stays_as_it_is),
	KUNIT_CASE(both_banks_are_in_one_piece_of_memory),
	KUNIT_CASE(a_crash_stays_described_whatever_happens_then),
	KUNIT_CASE(the_last_crash_counts),
	KUNIT_CASE(only_who_is_alone_writes_into_banks_that_are_rebuilt),
	KUNIT_CASE(a_crash_stays_described_when_the_table_comes_back),
	KUNIT_CASE(a_crash_that_is_forgotten_does_not_come_back),
	KUNIT_CASE(a_region_where_a_copy_was_moved_to_moves_it_back),
	KUNIT_CASE(nobody_waits_for_ever_for_a_crash_that_does_not_end),
	KUNIT_CASE(a_crash_without_a_table_is_no_problem),
	KUNIT_CASE(twenty_regions_fit_into_24_kib_with_both_banks),
	{}
};

static struct kunit_suite table_test_suite = {
	.name = "qcom_minidump_table",
	.init = table_test_init,
	.exit = table_test_exit,
	.test_cases = table_test_cases,
};

kunit_test_suite(table_test_suite);
