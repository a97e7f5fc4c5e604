// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of how page tables are found, in the kernel's own, and what memory they map
 */

#include <kunit/test.h>

#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

#include <asm/sections.h>

#include "../qcom_minidump_maps.h"

/*
 * Whether a table has an entry for that page, by its physical address. The root may use
 * more of its page than PTRS_PER_PGD says: with 52-bit addresses on a CPU with 48.
 */
static bool names(const u64 *table, const void *page)
{
	for (unsigned int i = 0; i < PAGE_SIZE / sizeof(*table); i++)
		if ((table[i] & 1) &&
		    (table[i] & GENMASK_ULL(47, PAGE_SHIFT)) == virt_to_phys((void *)page))
			return true;

	return false;
}

static bool is_one_of(const struct qcom_minidump_page_tables *tables, const void *page)
{
	for (unsigned int i = 0; i < tables->count; i++)
		if (tables->pages[i] == page)
			return true;

	return false;
}

/* The first one is named by swapper_pg_dir, and none is that */
static void each_table_is_named_by_the_one_above(struct kunit *test)
{
	struct qcom_minidump_page_tables tables = { };
	void *memory = vmalloc(PAGE_SIZE);
	const void *above = swapper_pg_dir;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	qcom_minidump_page_tables_of(&tables, (unsigned long)memory, 1);
	KUNIT_EXPECT_GT(test, tables.count, 0);
	KUNIT_EXPECT_LT(test, tables.count, CONFIG_PGTABLE_LEVELS);
	for (unsigned int i = 0; i < tables.count; i++) {
		KUNIT_EXPECT_TRUE_MSG(test, names(above, tables.pages[i]), "level %u", i);
		above = tables.pages[i];
	}
	KUNIT_EXPECT_TRUE(test, names(above, page_address(vmalloc_to_page(memory))));
	vfree(memory);
}

static void the_last_entry_is_that_of_the_page(struct kunit *test)
{
	struct qcom_minidump_page_path path;
	void *memory = vmalloc(2 * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	for (unsigned long offset = 0; offset < 2 * PAGE_SIZE; offset += PAGE_SIZE) {
		qcom_minidump_page_path(&path, (unsigned long)memory + offset);
		KUNIT_ASSERT_NOT_NULL(test, path.pte);
		KUNIT_EXPECT_PTR_EQ(test, path.entries[path.count - 1], (void *)path.pte);
		KUNIT_EXPECT_EQ(test, pte_pfn(*path.pte), vmalloc_to_pfn(memory + offset));
	}
	vfree(memory);
}

static void a_range_has_the_tables_of_all_its_pages(struct kunit *test)
{
	unsigned long start = (unsigned long)_text, end = (unsigned long)_end, addr;
	struct qcom_minidump_page_tables range = { }, each = { }, one;

	qcom_minidump_page_tables_of(&range, start, end - start);
	for (addr = start; addr < end; addr += PAGE_SIZE) {
		one = (struct qcom_minidump_page_tables) { };
		qcom_minidump_page_tables_of(&one, addr, 1);
		qcom_minidump_page_tables_of(&each, addr, 1);
		for (unsigned int i = 0; i < one.count; i++)
			KUNIT_ASSERT_TRUE_MSG(test, is_one_of(&range, one.pages[i]), "%lx", addr);
	}
	KUNIT_EXPECT_GT(test, range.count, 0);
	KUNIT_EXPECT_EQ(test, range.count, each.count);
	KUNIT_EXPECT_FALSE(test, range.missing);
}

static void tables_without_room_are_told(struct kunit *test)
{
	struct qcom_minidump_page_tables tables = { }, full = { };
	unsigned long addr = (unsigned long)_text;
	unsigned int room;

	qcom_minidump_page_tables_of(&tables, addr, 1);
	KUNIT_ASSERT_GT(test, tables.count, 0);
	KUNIT_EXPECT_FALSE(test, tables.missing);

	room = tables.count - 1;
	full.count = MINIDUMP_PAGE_TABLES_MAX - room;
	qcom_minidump_page_tables_of(&full, addr, 1);
	KUNIT_EXPECT_EQ(test, full.count, MINIDUMP_PAGE_TABLES_MAX);
	KUNIT_EXPECT_TRUE(test, full.missing);
	for (unsigned int i = 0; i < room; i++)
		KUNIT_EXPECT_PTR_EQ(test, full.pages[MINIDUMP_PAGE_TABLES_MAX - room + i],
				    tables.pages[i]);
}

/* Where error pointers are, nothing is; the search ends there all the same */
static void the_last_address_has_an_end(struct kunit *test)
{
	struct qcom_minidump_page_tables tables = { };

	qcom_minidump_page_tables_of(&tables, -PAGE_SIZE, PAGE_SIZE);
	KUNIT_EXPECT_LT(test, tables.count, CONFIG_PGTABLE_LEVELS);
}

/* Behind what vmalloc() returns is a gap, and a range that goes round is not empty */
static void memory_is_all_of_it_or_none(struct kunit *test)
{
	void *memory = vmalloc(2 * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_TRUE(test, qcom_minidump_is_memory(memory, 2 * PAGE_SIZE));
	KUNIT_EXPECT_TRUE(test, qcom_minidump_is_memory(memory + PAGE_SIZE - 4, 8));
	KUNIT_EXPECT_TRUE(test, qcom_minidump_is_memory(memory + 2 * PAGE_SIZE - 1, 1));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_is_memory(memory + 2 * PAGE_SIZE - 1, 2));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_is_memory(memory, 2 * PAGE_SIZE + 1));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_is_memory(memory, SIZE_MAX));
	vfree(memory);

	KUNIT_EXPECT_TRUE(test, qcom_minidump_is_memory(page_address(ZERO_PAGE(0)), PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_is_memory(NULL, 1));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_is_memory((void *)-1, 2));
}

/* Where no machine has memory; nobody reads there */
static void a_device_is_no_memory(struct kunit *test)
{
	void __iomem *device = ioremap(PHYS_MASK - PAGE_SIZE + 1, PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, (__force void *)device);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr((__force void *)device));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_is_memory((__force void *)device, 4));
	iounmap(device);
}

static struct kunit_case maps_test_cases[] = {
	KUNIT_CASE(each_table_is_named_by_the_one_above),
	KUNIT_CASE(the_last_entry_is_that_of_the_page),
	KUNIT_CASE(a_range_has_the_tables_of_all_its_pages),
	KUNIT_CASE(tables_without_room_are_told),
	KUNIT_CASE(the_last_address_has_an_end),
	KUNIT_CASE(memory_is_all_of_it_or_none),
	KUNIT_CASE(a_device_is_no_memory),
	{}
};

static struct kunit_suite maps_test_suite = {
	.name = "qcom_minidump_maps",
	.test_cases = maps_test_cases,
};

kunit_test_suite(maps_test_suite);
