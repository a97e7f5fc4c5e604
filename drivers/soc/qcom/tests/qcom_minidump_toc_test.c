// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of how minidump finds its table in SMEM.
 *
 * The tables are written byte by byte, at the offsets that firmware uses, and
 * not through the structs of the code under test.
 */
#include <kunit/test.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/prandom.h>
#include <linux/soc/qcom/smem.h>
#include <linux/string.h>

#include <soc/qcom/qcom_minidump.h>

#include "../qcom_minidump_toc.h"

/* Sizes of the layout */
#define TOC_SIZE		16
#define ENTRY_SIZE		32

#define SIZE_OF(subsystems)	(TOC_SIZE + ENTRY_SIZE * (subsystems))

static void lay_le32(u8 *at, u32 value)
{
	__le32 raw = cpu_to_le32(value);

	memcpy(at, &raw, sizeof(raw));
}

static u8 *lay_toc(struct kunit *test, size_t size)
{
	/* With some slack, so that a test can move the item about */
	u8 *item = kunit_kzalloc(test, size + TOC_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, item);
	lay_le32(item, 1);
	lay_le32(item + 4, 1);

	return item;
}

static void item_without_room_for_a_subsystem_is_refused(struct kunit *test)
{
	static const size_t sizes[] = { 0, 1, 4, 15, 16, 17, 47 };
	u8 *item = lay_toc(test, SIZE_OF(1));
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_EXPECT_EQ_MSG(test, -EMSGSIZE,
				    PTR_ERR_OR_ZERO(qcom_minidump_toc_entry(item, sizes[i], 0)),
				    "item of %zu bytes", sizes[i]);
	}
}

static void size_of_the_item_tells_the_number_of_subsystems(struct kunit *test)
{
	static const struct {
		size_t size;
		unsigned int subsystems;
	} items[] = {
		{ 48, 1 }, { 79, 1 }, { 80, 2 },
		{ 336, 10 }, { 367, 10 }, { 944, 29 }, { 976, 30 },
	};
	unsigned int i, index;
	u8 *item, *entry;

	for (i = 0; i < ARRAY_SIZE(items); i++) {
		item = lay_toc(test, items[i].size);

		for (index = 0; index < items[i].subsystems; index++) {
			entry = (u8 *)qcom_minidump_toc_entry(item, items[i].size, index);
			KUNIT_EXPECT_PTR_EQ(test, item + SIZE_OF(index), entry);
		}

		entry = (u8 *)qcom_minidump_toc_entry(item, items[i].size, index);
		KUNIT_EXPECT_EQ(test, -ERANGE, PTR_ERR_OR_ZERO(entry));

		entry = (u8 *)qcom_minidump_toc_entry(item, items[i].size, UINT_MAX);
		KUNIT_EXPECT_EQ(test, -ERANGE, PTR_ERR_OR_ZERO(entry));
	}
}

static void table_that_firmware_has_not_initialized_is_refused(struct kunit *test)
{
	u8 *item = lay_toc(test, SIZE_OF(10));

	lay_le32(item, 0);
	KUNIT_EXPECT_EQ(test, -ENXIO,
			PTR_ERR_OR_ZERO(qcom_minidump_toc_entry(item, SIZE_OF(10), 0)));

	lay_le32(item, 0x80000000);
	KUNIT_EXPECT_PTR_EQ(test, (void *)(item + SIZE_OF(0)),
			    (void *)qcom_minidump_toc_entry(item, SIZE_OF(10), 0));
}

static void any_revision_is_accepted(struct kunit *test)
{
	static const u32 revisions[] = { 0, 1, 2, U32_MAX };
	u8 *item = lay_toc(test, SIZE_OF(10));
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(revisions); i++) {
		lay_le32(item + 4, revisions[i]);
		KUNIT_EXPECT_PTR_EQ(test, (void *)(item + SIZE_OF(3)),
				    (void *)qcom_minidump_toc_entry(item, SIZE_OF(10), 3));
	}
}

static void misaligned_item_is_refused(struct kunit *test)
{
	u8 *item = lay_toc(test, SIZE_OF(10));
	unsigned int shift;

	for (shift = 1; shift < 8; shift++) {
		lay_le32(item + shift, 1);
		KUNIT_EXPECT_EQ_MSG(test, -EPROTO,
				    PTR_ERR_OR_ZERO(qcom_minidump_toc_entry(item + shift,
									    SIZE_OF(10), 0)),
				    "item at %u bytes from its place", shift);
	}

	memset(item, 0, SIZE_OF(1));
	lay_le32(item + 8, 1);
	KUNIT_EXPECT_PTR_EQ(test, (void *)(item + 8 + TOC_SIZE),
			    (void *)qcom_minidump_toc_entry(item + 8, SIZE_OF(10), 0));
}

/* Each item is allocated at its exact size, so that KASAN sees any step beyond it */
static void garbage_gives_no_entry_outside_the_item(struct kunit *test)
{
	struct rnd_state random;
	size_t size;
	u32 index;
	u8 *item;
	u8 *entry;

	prandom_seed_state(&random, 602);

	for (size = 1; size < SIZE_OF(31); size++) {
		item = kunit_kzalloc(test, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, item);
		prandom_bytes_state(&random, item, size);

		index = prandom_u32_state(&random) % 40;
		entry = (u8 *)qcom_minidump_toc_entry(item, size, index);
		if (IS_ERR(entry))
			continue;

		KUNIT_EXPECT_PTR_EQ(test, item + SIZE_OF(index), entry);
		KUNIT_EXPECT_LE(test, SIZE_OF(index + 1), size);
	}
}

static void without_smem_the_table_is_yet_to_come(struct kunit *test)
{
	if (qcom_smem_get_free_space(QCOM_SMEM_HOST_ANY) != -EPROBE_DEFER)
		kunit_skip(test, "this machine has SMEM");

	KUNIT_EXPECT_EQ(test, -EPROBE_DEFER,
			PTR_ERR_OR_ZERO(qcom_minidump_toc_subsystem(0)));
}

static struct kunit_case toc_cases[] = {
	KUNIT_CASE(item_without_room_for_a_subsystem_is_refused),
	KUNIT_CASE(size_of_the_item_tells_the_number_of_subsystems),
	KUNIT_CASE(table_that_firmware_has_not_initialized_is_refused),
	KUNIT_CASE(any_revision_is_accepted),
	KUNIT_CASE(misaligned_item_is_refused),
	KUNIT_CASE(garbage_gives_no_entry_outside_the_item),
	KUNIT_CASE(without_smem_the_table_is_yet_to_come),
	{}
};

static struct kunit_suite toc_suite = {
	.name = "qcom_minidump_toc",
	.test_cases = toc_cases,
};

kunit_test_suite(toc_suite);
