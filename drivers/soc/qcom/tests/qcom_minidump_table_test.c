// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for the table of Linux: what firmware finds whenever the machine
 * stops.
 *
 * The oracle is stop_and_look(): it runs just before and just after every
 * store that firmware can notice, reads the tables as firmware would, and knows
 * the state before the operation and the one after it.
 */

#include <kunit/test.h>

#include <linux/elf.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

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

/* A list of regions, or, with @shown false, a table that is not shown at all */
struct table_state {
	bool shown;
	unsigned int count;
	struct minidump_slot slots[MOST_REGIONS];
};

struct table_fixture {
	struct kunit *test;
	struct minidump_table table;
	struct minidump_table_test hooks;
	struct minidump_subsystem entry;
	struct table_state before;
	struct table_state after;
	struct firmware_view view;
	unsigned int stores[MINIDUMP_STORES];
	unsigned int stops;
	unsigned int last_id;
	bool may_hide;
	char fault[120];
};

static bool region_is(const struct firmware_region *region, const struct minidump_slot *slot)
{
	return !strcmp(region->name, slot->name) && region->phys == slot->phys &&
	       region->size == slot->size;
}

/* Is this list, the ELF header in front, the first @count regions of a state? */
static bool list_is(const struct firmware_region *list, unsigned int list_count,
		    const struct table_state *state, unsigned int count)
{
	unsigned int i;

	if (list_count != count + 1)
		return false;

	for (i = 0; i < count; i++)
		if (!region_is(&list[i + 1], &state->slots[i]))
			return false;

	return true;
}

static bool list_is_state_or_lacks_last(const struct firmware_region *list, unsigned int count,
					const struct table_state *state)
{
	return state->shown &&
	       (list_is(list, count, state, state->count) ||
		(state->count && list_is(list, count, state, state->count - 1)));
}

static bool list_is_allowed(const struct table_fixture *fixture,
			    const struct firmware_region *list, unsigned int count)
{
	return list_is_state_or_lacks_last(list, count, &fixture->before) ||
	       list_is_state_or_lacks_last(list, count, &fixture->after);
}

/* On the way from one shown state to another firmware always finds a table */
static bool table_may_be_hidden(const struct table_fixture *fixture)
{
	return !fixture->before.shown || !fixture->after.shown || fixture->may_hide;
}

/* A stop may be where nothing may sleep or end: expect_state() tells the first fault */
static __printf(3, 4) void want_at_stop(struct table_fixture *fixture, bool fine,
					const char *format, ...)
{
	va_list args;

	if (fine || fixture->fault[0])
		return;

	va_start(args, format);
	vscnprintf(fixture->fault, sizeof(fixture->fault), format, args);
	va_end(args);
}

static void stop_and_look(struct minidump_table *table, enum minidump_store store)
{
	struct table_fixture *fixture = container_of(table, struct table_fixture, table);
	struct firmware_view *view = &fixture->view;
	const char *fault;

	fixture->stores[store]++;
	fixture->stops++;

	fault = firmware_read(&fixture->entry, view);
	want_at_stop(fixture, !fault, "at stop %u, store %d: %s", fixture->stops, store,
		     fault ?: "");
	if (fault)
		return;

	if (!view->collected) {
		want_at_stop(fixture, table_may_be_hidden(fixture),
			     "at stop %u, store %d: no table", fixture->stops, store);
		return;
	}

	want_at_stop(fixture, list_is_allowed(fixture, view->table, view->table_count),
		     "at stop %u, store %d: table of %u entries between %u and %u regions",
		     fixture->stops, store, view->table_count,
		     fixture->before.count, fixture->after.count);
	want_at_stop(fixture, list_is_allowed(fixture, view->elf, view->elf_count),
		     "at stop %u, store %d: ELF header of %u entries between %u and %u regions",
		     fixture->stops, store, view->elf_count,
		     fixture->before.count, fixture->after.count);
}

/* Between operations both lists are the same, and complete */
static void expect_state(struct table_fixture *fixture)
{
	const struct table_state *state = &fixture->after;
	struct firmware_view *view = &fixture->view;
	struct kunit *test = fixture->test;
	const char *fault;
	unsigned int i;

	KUNIT_ASSERT_STREQ(test, fixture->fault, "");
	fault = firmware_read(&fixture->entry, view);
	KUNIT_ASSERT_TRUE_MSG(test, !fault, "%s", fault);
	KUNIT_ASSERT_EQ(test, view->collected, state->shown);
	if (!state->shown)
		return;

	KUNIT_ASSERT_EQ(test, view->table_count, state->count + 1);
	KUNIT_ASSERT_EQ(test, view->elf_count, state->count + 1);
	for (i = 0; i < state->count; i++) {
		KUNIT_ASSERT_STREQ(test, view->table[i + 1].name, state->slots[i].name);
		KUNIT_ASSERT_EQ(test, view->table[i + 1].phys, state->slots[i].phys);
		KUNIT_ASSERT_EQ(test, view->table[i + 1].size, state->slots[i].size);
		KUNIT_ASSERT_EQ(test, view->elf[i + 1].virt, state->slots[i].virt);
	}
}

/* A region that differs from all earlier ones, with a name of 1 to 11 characters */
static struct minidump_slot new_slot(struct table_fixture *fixture)
{
	unsigned int id = ++fixture->last_id;
	struct minidump_slot slot = {
		.virt = 0x40000000ull + id * 0x10000ull,
		.phys = 0x80000000ull + id * 0x10000ull,
		.size = 4 * (1 + id % 777),
	};
	unsigned int length = 1 + id % MINIDUMP_REGION_NAME_MAX;
	char name[16];

	/* The last characters tell names of the same length apart */
	snprintf(name, sizeof(name), "KKKKKKK%04X", id);
	memcpy(slot.name, name + 11 - length, length);
	return slot;
}

static void begin(struct table_fixture *fixture)
{
	fixture->before = fixture->after;
}

static void end(struct table_fixture *fixture)
{
	expect_state(fixture);
	fixture->before = fixture->after;
}

static void start(struct table_fixture *fixture, unsigned int regions)
{
	unsigned int i;

	begin(fixture);
	KUNIT_ASSERT_EQ(fixture->test, 0,
			qcom_minidump_table_prepare(&fixture->table, regions, &vmcoreinfo,
						    12 + 12 + ALIGN(14, 4)));
	for (i = 0; i < regions; i++) {
		fixture->after.slots[i] = new_slot(fixture);
		qcom_minidump_table_load(&fixture->table, &fixture->after.slots[i]);
	}
	fixture->after.count = regions;
	fixture->after.shown = true;
	qcom_minidump_table_start(&fixture->table, &fixture->entry);
	end(fixture);
}

static void stop(struct table_fixture *fixture)
{
	begin(fixture);
	fixture->after.shown = false;
	fixture->after.count = 0;
	qcom_minidump_table_stop(&fixture->table);
	end(fixture);
}

static void append(struct table_fixture *fixture)
{
	struct minidump_slot slot = new_slot(fixture);

	begin(fixture);
	fixture->after.slots[fixture->after.count++] = slot;
	KUNIT_ASSERT_EQ(fixture->test, 0, qcom_minidump_table_append(&fixture->table, &slot));
	end(fixture);
}

static void remove(struct table_fixture *fixture, unsigned int index)
{
	struct table_state *after = &fixture->after;

	begin(fixture);
	after->count--;
	memmove(&after->slots[index], &after->slots[index + 1],
		(after->count - index) * sizeof(after->slots[0]));
	qcom_minidump_table_remove(&fixture->table, index + 1);
	end(fixture);
}

static int table_test_init(struct kunit *test)
{
	struct table_fixture *fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fixture);
	fixture->test = test;
	fixture->hooks.stop = stop_and_look;
	fixture->hooks.allocations = -1;
	fixture->table.test = &fixture->hooks;
	test->priv = fixture;
	return 0;
}

static void table_test_exit(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	if (!fixture || !fixture->table.entry)
		return;
	fixture->table.test = NULL;
	qcom_minidump_table_stop(&fixture->table);
}

static void starts_and_stops_with_any_number_of_regions(struct kunit *test)
{
	static const unsigned int numbers[] = {
		0, 1, 22, 23, 24, 47, 48, 95, 96, 191, 192, 199, 200
	};
	static const u8 nothing[sizeof(struct minidump_subsystem)];
	struct table_fixture *fixture = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		start(fixture, numbers[i]);
		stop(fixture);
		KUNIT_EXPECT_EQ(test, 0, memcmp(&fixture->entry, nothing, sizeof(nothing)));
	}
}

static void start_replaces_what_another_kernel_left(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	struct minidump_table left;

	/* As when a kernel dies and the next one comes without firmware's help */
	start(fixture, 5);
	left = fixture->table;
	fixture->table = (struct minidump_table) { .test = &fixture->hooks };

	fixture->may_hide = true;
	start(fixture, 7);
	stop(fixture);

	left.test = NULL;
	qcom_minidump_table_stop(&left);
}

static void takes_regions_until_firmware_takes_no_more(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	struct minidump_slot slot;
	unsigned int i, stops;

	start(fixture, 0);
	for (i = 0; i < MOST_REGIONS; i++)
		append(fixture);

	slot = new_slot(fixture);
	stops = fixture->stops;
	KUNIT_EXPECT_EQ(test, -ENOSPC, qcom_minidump_table_append(&fixture->table, &slot));
	KUNIT_EXPECT_EQ(test, stops, fixture->stops);
	expect_state(fixture);
	stop(fixture);
}

static void removes_the_first_the_last_and_one_between(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	start(fixture, FIRST_REGIONS);
	remove(fixture, 0);
	remove(fixture, fixture->after.count - 1);
	remove(fixture, fixture->after.count / 2);
	append(fixture);
	append(fixture);
	append(fixture);
	stop(fixture);
}

static void removes_all_from_either_end(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	start(fixture, MOST_REGIONS);
	while (fixture->after.count)
		remove(fixture, 0);
	stop(fixture);

	start(fixture, MOST_REGIONS);
	while (fixture->after.count)
		remove(fixture, fixture->after.count - 1);
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
		if (choice % 16 < ((i / 500) % 2 ? 6 : 11) && fixture->after.count < MOST_REGIONS)
			append(fixture);
		else if (fixture->after.count)
			remove(fixture, (choice >> 8) % fixture->after.count);
	}
	stop(fixture);
}

static void expect_stores(struct table_fixture *fixture, const char *operation,
			  const unsigned int wanted[MINIDUMP_STORES])
{
	unsigned int store;

	/* Two stops each, one before and one after */
	for (store = 0; store < MINIDUMP_STORES; store++)
		KUNIT_EXPECT_EQ_MSG(fixture->test, 2 * wanted[store], fixture->stores[store],
				    "%s: store %u", operation, store);
	memset(fixture->stores, 0, sizeof(fixture->stores));
}

static void publishes_by_a_known_number_of_stores(struct kunit *test)
{
	static const unsigned int shown[MINIDUMP_STORES] = {
		[MINIDUMP_STORE_STATUS] = 2,
		[MINIDUMP_STORE_REGIONS_BASEPTR] = 1,
		[MINIDUMP_STORE_REGION_COUNT] = 1,
		[MINIDUMP_STORE_ENCRYPTION_STATUS] = 1,
		[MINIDUMP_STORE_ENCRYPTION_REQUIRED] = 1,
		[MINIDUMP_STORE_ENABLED] = 1,
	};
	static const unsigned int appended[MINIDUMP_STORES] = {
		[MINIDUMP_STORE_ELF_COUNTS] = 1,
		[MINIDUMP_STORE_REGION_COUNT] = 1,
	};
	static const unsigned int moved[MINIDUMP_STORES] = {
		[MINIDUMP_STORE_REGIONS_BASEPTR] = 1,
		[MINIDUMP_STORE_REGION_COUNT] = 1,
	};
	static const unsigned int withdrawn[MINIDUMP_STORES] = {
		[MINIDUMP_STORE_STATUS] = 1,
		[MINIDUMP_STORE_REGIONS_BASEPTR] = 1,
		[MINIDUMP_STORE_REGION_COUNT] = 1,
		[MINIDUMP_STORE_ENCRYPTION_STATUS] = 1,
		[MINIDUMP_STORE_ENCRYPTION_REQUIRED] = 1,
		[MINIDUMP_STORE_ENABLED] = 1,
	};
	struct table_fixture *fixture = test->priv;

	start(fixture, FIRST_REGIONS - 1);
	expect_stores(fixture, "start", shown);
	append(fixture);
	expect_stores(fixture, "append", appended);
	append(fixture);
	expect_stores(fixture, "grow", moved);
	remove(fixture, 3);
	expect_stores(fixture, "remove", moved);
	stop(fixture);
	expect_stores(fixture, "stop", withdrawn);
}

static void a_start_that_fails_writes_nothing(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	u8 untouched[sizeof(fixture->entry)];
	unsigned int failing = 0;
	int ret;

	memset(untouched, 0xa5, sizeof(untouched));
	memcpy(&fixture->entry, untouched, sizeof(untouched));
	for (;;) {
		fixture->hooks.allocations = failing;
		ret = qcom_minidump_table_prepare(&fixture->table, 40, &vmcoreinfo, 40);
		if (!ret)
			break;
		KUNIT_ASSERT_EQ(test, ret, -ENOMEM);
		KUNIT_ASSERT_EQ(test, 0, memcmp(&fixture->entry, untouched, sizeof(untouched)));
		KUNIT_ASSERT_PTR_EQ(test, fixture->table.entry, NULL);
		failing++;
	}

	/* The banks' memory and what describes it */
	KUNIT_EXPECT_EQ(test, failing, 2);
	fixture->hooks.allocations = -1;
	memset(&fixture->entry, 0, sizeof(fixture->entry));
	fixture->after.shown = true;
	qcom_minidump_table_start(&fixture->table, &fixture->entry);
	stop(fixture);
}

static void a_table_that_cannot_grow_stays_as_it_is(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	struct minidump_slot slot;
	unsigned int failing;

	start(fixture, FIRST_REGIONS);
	slot = new_slot(fixture);
	for (failing = 0; failing < 2; failing++) {
		fixture->hooks.allocations = failing;
		KUNIT_EXPECT_EQ(test, -ENOMEM, qcom_minidump_table_append(&fixture->table, &slot));
		expect_state(fixture);
	}
	fixture->hooks.allocations = -1;
	append(fixture);
	stop(fixture);
}

static void registers_survive_a_removal_and_a_growth(struct kunit *test)
{
	static const char mark[] = "registers";
	struct table_fixture *fixture = test->priv;
	u32 offset;
	void *elf;

	start(fixture, FIRST_REGIONS);
	elf = phys_to_virt(fixture->view.table[0].phys);
	offset = *(u64 *)(elf + 64 + 8) + 12 + 8;
	memcpy(elf + offset, mark, sizeof(mark));

	remove(fixture, 0);
	elf = phys_to_virt(fixture->view.table[0].phys);
	KUNIT_EXPECT_EQ(test, 0, memcmp(elf + offset, mark, sizeof(mark)));

	append(fixture);
	append(fixture);
	elf = phys_to_virt(fixture->view.table[0].phys);
	offset = *(u64 *)(elf + 64 + 8) + 12 + 8;
	KUNIT_EXPECT_EQ(test, 0, memcmp(elf + offset, mark, sizeof(mark)));
	stop(fixture);
}

/* A copy, as it is aligned to 4 only, of the registers that firmware finds */
static struct elf_prstatus visible_registers(struct table_fixture *fixture)
{
	void *elf = phys_to_virt(fixture->view.table[0].phys);
	struct elf_prstatus status;

	memcpy(&status, elf + *(u64 *)(elf + 64 + 8) + 12 + 8, sizeof(status));
	return status;
}

#define CRASH_VIRT	0x90000000ull

/* Describe a crash, of the CPU that the stop's number stands for, moving region 1 of @slots */
static void describe_crash(struct table_fixture *fixture, bool alone)
{
	struct qcom_minidump_move move = {
		.phys = fixture->after.slots[1].phys,
		.virt = CRASH_VIRT + 0x10000 * fixture->stops,
	};
	elf_gregset_t registers;
	struct qcom_minidump_crash crash = {
		.registers = &registers,
		.pid = fixture->stops,
		.moves = &move,
		.move_count = 1,
	};
	unsigned int i;

	memset(&registers, fixture->stops, sizeof(registers));
	qcom_minidump_table_describe_crash(&fixture->table, &crash, alone);

	for (i = 0; i < fixture->after.count; i++)
		if (fixture->after.slots[i].phys == move.phys)
			fixture->after.slots[i].virt = move.virt;
}

/* A crash anywhere in the midst of things, with the CPU that was at them stopped */
static void crash_at_stop(struct minidump_table *table, enum minidump_store store)
{
	struct table_fixture *fixture = container_of(table, struct table_fixture, table);
	struct firmware_view *view = &fixture->view;
	struct elf_prstatus status;
	bool moved = false;
	unsigned int i;

	stop_and_look(table, store);
	describe_crash(fixture, true);
	stop_and_look(table, store);
	if (!view->collected || fixture->fault[0])
		return;

	status = visible_registers(fixture);
	want_at_stop(fixture, status.common.pr_pid == fixture->stops - 1,
		     "at stop %u, store %d: id %d", fixture->stops, store,
		     status.common.pr_pid);
	want_at_stop(fixture, !memchr_inv(&status.pr_reg, fixture->stops - 1,
					  sizeof(status.pr_reg)),
		     "at stop %u, store %d: other registers", fixture->stops, store);

	for (i = 1; i < view->elf_count; i++)
		if (view->elf[i].virt == CRASH_VIRT + 0x10000 * (fixture->stops - 1))
			moved = view->elf[i].phys == fixture->after.slots[1].phys;
	want_at_stop(fixture, moved, "at stop %u, store %d: not moved", fixture->stops, store);
}

/* An oops on another CPU: nothing may be written while slots change their places */
static void oops_at_stop(struct minidump_table *table, enum minidump_store store)
{
	struct table_fixture *fixture = container_of(table, struct table_fixture, table);
	struct minidump_slot *slot = &fixture->after.slots[1];
	u64 virt = slot->virt;

	stop_and_look(table, store);
	describe_crash(fixture, false);
	if (table->rebuilding)
		slot->virt = virt;
	stop_and_look(table, store);
}

static void append_grow_and_remove(struct table_fixture *fixture)
{
	unsigned int i;

	start(fixture, FIRST_REGIONS - 1);
	append(fixture);
	append(fixture);
	remove(fixture, fixture->after.count - 1);
	remove(fixture, fixture->after.count / 2);
	remove(fixture, 2);
	for (i = 0; i < 40; i++)
		append(fixture);
	stop(fixture);
}

static void a_crash_at_any_store_is_seen_by_firmware(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	fixture->hooks.stop = crash_at_stop;
	append_grow_and_remove(fixture);
}

static void an_oops_at_any_store_changes_no_other_region(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	fixture->hooks.stop = oops_at_stop;
	append_grow_and_remove(fixture);
}

static void a_crash_without_a_table_is_no_problem(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;

	describe_crash(fixture, true);
	describe_crash(fixture, false);
	start(fixture, 2);
	KUNIT_EXPECT_EQ(test, visible_registers(fixture).common.pr_pid, 0);
	stop(fixture);
	describe_crash(fixture, true);
}

static void twenty_regions_fit_into_24_kib_with_both_banks(struct kunit *test)
{
	struct table_fixture *fixture = test->priv;
	unsigned int capacity;

	start(fixture, 20);
	capacity = qcom_minidump_table_live(&fixture->table)->capacity;
	stop(fixture);
	/* The longest note that the kernel of today makes, and room for growth */
	KUNIT_EXPECT_LE(test, 2 * qcom_minidump_bank_size(capacity, 4096), 24 * 1024);
}

static struct kunit_case table_test_cases[] = {
	KUNIT_CASE(starts_and_stops_with_any_number_of_regions),
	KUNIT_CASE(start_replaces_what_another_kernel_left),
	KUNIT_CASE(takes_regions_until_firmware_takes_no_more),
	KUNIT_CASE(removes_the_first_the_last_and_one_between),
	KUNIT_CASE(removes_all_from_either_end),
	KUNIT_CASE(follows_a_model_through_random_steps),
	KUNIT_CASE(publishes_by_a_known_number_of_stores),
	KUNIT_CASE(a_start_that_fails_writes_nothing),
	KUNIT_CASE(a_table_that_cannot_grow_stays_as_it_is),
	KUNIT_CASE(registers_survive_a_removal_and_a_growth),
	KUNIT_CASE(a_crash_at_any_store_is_seen_by_firmware),
	KUNIT_CASE(an_oops_at_any_store_changes_no_other_region),
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
