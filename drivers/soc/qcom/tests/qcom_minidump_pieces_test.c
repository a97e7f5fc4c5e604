// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the pieces that other regions leave of a range
 */

#include <kunit/test.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include <soc/qcom/minidump.h>

#include "../qcom_minidump_data.h"
#include "../qcom_minidump_registry.h"

/* No memory is there, and nothing looks for any */
#define PHYS		0x80000000
#define VIRT		0x10000
#define SIZE		256
#define MOST_REGIONS	12

struct pieces_test {
	struct minidump_registry registry;
	struct qcom_minidump_handle *handles[MOST_REGIONS];
	unsigned int count;
	/* How many regions have each byte of the range, and of as much around it */
	u8 owners[3 * SIZE];
	char text[256];
};

static int pieces_test_init(struct kunit *test)
{
	struct pieces_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	mutex_init(&t->registry.lock);
	INIT_LIST_HEAD(&t->registry.regions);
	test->priv = t;
	return 0;
}

static void remove_all(struct pieces_test *t)
{
	qcom_minidump_pieces_remove(&t->registry);
	while (t->count)
		qcom_minidump_registry_remove(&t->registry, t->handles[--t->count]);
}

static void pieces_test_exit(struct kunit *test)
{
	if (test->priv)
		remove_all(test->priv);
}

/* Register what may be refused, by its place in the range */
static int try_add(struct kunit *test, int offset, size_t size)
{
	struct pieces_test *t = test->priv;
	char name[12];
	const struct qcom_minidump_region region = {
		.name = name,
		.virt = (void *)VIRT + offset,
		.phys = PHYS + offset,
		.size = size,
	};
	struct qcom_minidump_handle *handle;

	snprintf(name, sizeof(name), "K%u", t->count);
	handle = qcom_minidump_registry_add(&t->registry, &region);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	t->handles[t->count++] = handle;
	return 0;
}

static void add(struct kunit *test, int offset, size_t size)
{
	KUNIT_ASSERT_EQ(test, 0, try_add(test, offset, size));
}

static void add_pieces(struct kunit *test, const char *name)
{
	const struct qcom_minidump_region range = {
		.name = name,
		.virt = (void *)VIRT,
		.phys = PHYS,
		.size = SIZE,
	};
	struct pieces_test *t = test->priv;

	qcom_minidump_pieces_add(&t->registry, &range);
}

/* All pieces as text, like "KDATA_0 0+256", in the order of their registration */
static const char *pieces(struct kunit *test)
{
	struct pieces_test *t = test->priv;
	struct qcom_minidump_handle *handle;
	size_t length = 0;

	t->text[0] = '\0';
	list_for_each_entry(handle, &t->registry.regions, node) {
		const struct minidump_slot *slot = &handle->slot;

		if (hlist_unhashed(&handle->piece_node))
			continue;
		KUNIT_EXPECT_EQ(test, slot->virt - VIRT, slot->phys - PHYS);
		length += scnprintf(t->text + length, sizeof(t->text) - length, "%s%s %llu+%llu",
				    length ? ", " : "", slot->name, slot->phys - PHYS, slot->size);
	}

	return t->text;
}

static void a_range_with_no_region_is_one_piece(struct kunit *test)
{
	add(test, -16, 16);
	add(test, SIZE, 16);
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_STREQ(test, pieces(test), "KDATA_0 0+256");
}

static void pieces_lie_between_regions(struct kunit *test)
{
	add(test, 128, 8);
	add(test, 32, 16);
	add(test, 48, 16);
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_STREQ(test, pieces(test), "KDATA_0 0+32, KDATA_1 64+64, KDATA_2 136+120");
}

static void regions_may_lie_on_both_ends_of_a_range(struct kunit *test)
{
	add(test, -16, 32);
	add(test, SIZE - 16, 32);
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_STREQ(test, pieces(test), "KDATA_0 16+224");
}

static void regions_that_have_all_leave_no_piece(struct kunit *test)
{
	add(test, 128, 256);
	add(test, -64, 192);
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_STREQ(test, pieces(test), "");
}

/* As regions have whole words, pieces cannot have what is left of these */
static void pieces_have_no_word_of_which_a_region_has_a_byte(struct kunit *test)
{
	add(test, 6, 4);
	add(test, 11, 4);
	add(test, 25, 8);
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_STREQ(test, pieces(test), "KDATA_0 0+4, KDATA_1 16+8, KDATA_2 36+220");
}

static void a_region_on_a_piece_is_refused(struct kunit *test)
{
	add(test, 64, 32);
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_EQ(test, -EEXIST, try_add(test, -4, 8));
	KUNIT_EXPECT_EQ(test, -EEXIST, try_add(test, 60, 4));
	KUNIT_EXPECT_EQ(test, -EEXIST, try_add(test, 96, 4));
	KUNIT_EXPECT_EQ(test, -EEXIST, try_add(test, 252, 8));
	KUNIT_EXPECT_EQ(test, -EEXIST, try_add(test, -4, 2 * SIZE));
	KUNIT_EXPECT_EQ(test, 0, try_add(test, -4, 4));
	KUNIT_EXPECT_EQ(test, 0, try_add(test, SIZE, 4));
}

static void what_a_region_had_is_its_own_again(struct kunit *test)
{
	struct pieces_test *t = test->priv;

	add(test, 64, 32);
	add_pieces(test, "KDATA");
	/* The last piece takes its place in the table */
	qcom_minidump_registry_remove(&t->registry, t->handles[--t->count]);
	KUNIT_EXPECT_STREQ(test, pieces(test), "KDATA_1 96+160, KDATA_0 0+64");
	KUNIT_EXPECT_EQ(test, 0, try_add(test, 64, 32));
}

static void pieces_that_are_gone_are_in_nobodys_way(struct kunit *test)
{
	struct pieces_test *t = test->priv;

	add(test, 64, 32);
	add_pieces(test, "KDATA");
	qcom_minidump_pieces_remove(&t->registry);
	KUNIT_EXPECT_EQ(test, 1U, t->registry.count);
	KUNIT_EXPECT_EQ(test, 0, try_add(test, 32, 32));
	add_pieces(test, "KDATA");
	KUNIT_EXPECT_STREQ(test, pieces(test), "KDATA_0 0+32, KDATA_1 96+160");
}

static void a_refused_piece_is_the_last(struct kunit *test)
{
	struct pieces_test *t = test->priv;

	add(test, 64, 32);
	add_pieces(test, "KTENCHARAC");
	KUNIT_EXPECT_STREQ(test, pieces(test), "");
	KUNIT_EXPECT_EQ(test, 1U, t->registry.refused[MINIDUMP_NAME_TOO_LONG]);
}

static void count_owners(struct pieces_test *t)
{
	struct qcom_minidump_handle *handle;

	memset(t->owners, 0, sizeof(t->owners));
	list_for_each_entry(handle, &t->registry.regions, node)
		for (u64 i = 0; i < handle->slot.size; i++)
			t->owners[SIZE + handle->slot.phys - PHYS + i]++;
}

/* The regions themselves lie on each other in many of the rounds */
static void each_byte_of_a_range_is_in_one_region_or_piece(struct kunit *test)
{
	struct pieces_test *t = test->priv;
	u8 before[sizeof(t->owners)];
	struct rnd_state random;

	prandom_seed_state(&random, 16);
	for (int round = 0; round < 100; round++) {
		while (t->count < round % MOST_REGIONS)
			try_add(test, (int)(prandom_u32_state(&random) % (SIZE / 2)) * 4 - SIZE / 2,
				(prandom_u32_state(&random) % 16 + 1) * 4);
		count_owners(t);
		memcpy(before, t->owners, sizeof(before));
		add_pieces(test, "KDATA");
		count_owners(t);
		for (int i = 0; i < sizeof(before); i++)
			KUNIT_ASSERT_EQ_MSG(test, t->owners[i],
					    before[i] ?: i >= SIZE && i < 2 * SIZE,
					    "round %d, byte %d", round, i - SIZE);
		remove_all(t);
	}
}

static struct kunit_case pieces_test_cases[] = {
	KUNIT_CASE(a_range_with_no_region_is_one_piece),
	KUNIT_CASE(pieces_lie_between_regions),
	KUNIT_CASE(regions_may_lie_on_both_ends_of_a_range),
	KUNIT_CASE(regions_that_have_all_leave_no_piece),
	KUNIT_CASE(pieces_have_no_word_of_which_a_region_has_a_byte),
	KUNIT_CASE(a_region_on_a_piece_is_refused),
	KUNIT_CASE(what_a_region_had_is_its_own_again),
	KUNIT_CASE(pieces_that_are_gone_are_in_nobodys_way),
	KUNIT_CASE(a_refused_piece_is_the_last),
	KUNIT_CASE(each_byte_of_a_range_is_in_one_region_or_piece),
	{}
};

static struct kunit_suite pieces_test_suite = {
	.name = "qcom_minidump_pieces",
	.init = pieces_test_init,
	.exit = pieces_test_exit,
	.test_cases = pieces_test_cases,
};

kunit_test_suite(pieces_test_suite);
