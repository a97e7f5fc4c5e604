// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of what minidump makes of the tables of other processors.
 *
 * The tables are written byte by byte, at the offsets that firmware uses, and
 * not through the structs of the code under test.
 */
#include <kunit/test.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <soc/qcom/minidump_subsystem.h>
#include <soc/qcom/qcom_minidump.h>

#include "../qcom_minidump_subsystem.h"

/* Sizes and offsets of the layout */
#define ENTRY_SIZE		32
#define ENTRY_STATUS		0
#define ENTRY_ENABLED		4
#define ENTRY_ENCRYPTION	8
#define ENTRY_COUNT		16
#define ENTRY_TABLE		24
#define REGION_SIZE		40
#define REGION_VALID		20
#define REGION_ADDRESS		24
#define REGION_BYTES		32

/* Its words, as a hex dump of memory shows them when read as numbers */
#define ENBL			0x454e424c
#define DSBL			0x4453424c
#define DONE			0x444f4e45
#define NONE			0x4e4f4e45
#define STRT			0x53545254
#define VALI			0x56414c49
#define INVA			0x494e5641
#define INIT			0x494e4954

static void lay_le32(u8 *at, u32 value)
{
	__le32 raw = cpu_to_le32(value);

	memcpy(at, &raw, sizeof(raw));
}

static void lay_le64(u8 *at, u64 value)
{
	__le64 raw = cpu_to_le64(value);

	memcpy(at, &raw, sizeof(raw));
}

static const u32 words[] = {
	0, 1, 2, 0x01000000, U32_MAX, ENBL, DSBL, 0x4c424e45, DONE, NONE, STRT,
	0x454e4f44, VALI,
};

static void lay_entry(u8 *entry, u32 status, u32 enabled, u32 encryption,
		      u32 count, u64 table)
{
	memset(entry, 0xa5, ENTRY_SIZE);
	lay_le32(entry + ENTRY_STATUS, status);
	lay_le32(entry + ENTRY_ENABLED, enabled);
	lay_le32(entry + ENTRY_ENCRYPTION, encryption);
	lay_le32(entry + ENTRY_COUNT, count);
	lay_le64(entry + ENTRY_TABLE, table);
}

/* What remoteproc has always made of these words */
static int verdict(u32 status, u32 enabled, u32 encryption, u64 table)
{
	if (!table || status != 1)
		return -ENODATA;
	if (enabled != ENBL)
		return -EPERM;
	return encryption == DONE ? 0 : -EBUSY;
}

static void check_words(struct kunit *test, u32 status, u32 enabled,
			u32 encryption, u64 address)
{
	struct qcom_minidump_subsystem_table table;
	u8 entry[ENTRY_SIZE] __aligned(8);
	int ret;

	lay_entry(entry, status, enabled, encryption, 1, address);
	ret = qcom_minidump_subsystem_read_entry((void *)entry, &table);
	KUNIT_EXPECT_EQ_MSG(test, verdict(status, enabled, encryption, address), ret,
			    "status %#x, enabled %#x, encryption %#x, table %#llx",
			    status, enabled, encryption, address);
}

static void only_a_valid_enabled_and_encrypted_table_is_read(struct kunit *test)
{
	static const u64 addresses[] = { 0, 1, 0x100000000, U64_MAX };
	const unsigned int n = ARRAY_SIZE(words);
	unsigned int i, a;

	for (i = 0; i < n * n * n; i++)
		for (a = 0; a < ARRAY_SIZE(addresses); a++)
			check_words(test, words[i % n], words[i / n % n],
				    words[i / n / n], addresses[a]);
}

static void table_is_where_the_entry_says(struct kunit *test)
{
	struct qcom_minidump_subsystem_table table;
	u8 entry[ENTRY_SIZE] __aligned(8);

	lay_entry(entry, 1, ENBL, DONE, 0x01020304, 0x1122334455667788);
	KUNIT_EXPECT_EQ(test, 0, qcom_minidump_subsystem_read_entry((void *)entry, &table));
	KUNIT_EXPECT_EQ(test, 0x01020304u, table.count);
	KUNIT_EXPECT_EQ(test, 0x1122334455667788ull, table.address);
}

static void table_must_lie_in_the_range_with_all_its_bytes(struct kunit *test)
{
	/* Neither begins nor ends with a page */
	const u64 start = 0x80000100;
	const u64 size = 0x10010;
	const u64 end = start + size;
	const u64 top = 0 - (u64)REGION_SIZE;
	const struct {
		u64 address;
		u32 count;
		u64 start;
		u64 size;
		bool within;
	} cases[] = {
		{ start, 1, start, size, true },
		{ start + 1, 1, start, size, true },
		{ end - REGION_SIZE, 1, start, size, true },
		{ end - 1638 * REGION_SIZE, 1638, start, size, true },
		{ start, 1638, start, size, true },
		{ start, 1, start, REGION_SIZE, true },
		/* one region too many, or one byte too far */
		{ start, 1639, start, size, false },
		{ end - REGION_SIZE, 2, start, size, false },
		{ end - REGION_SIZE + 1, 1, start, size, false },
		{ start, 1, start, REGION_SIZE - 1, false },
		{ start, QCOM_MINIDUMP_SUBSYSTEM_MAX_REGIONS, start, size, false },
		{ start, 1, start, 0, false },
		/* before the range, or behind it */
		{ start - 1, 1, start, size, false },
		{ start - REGION_SIZE, 1, start, size, false },
		{ end, 1, start, size, false },
		{ end - 1, 1, start, size, false },
		{ 1, 1, start, size, false },
		/* equal but for the upper half */
		{ start + (1ull << 32), 1, start, size, false },
		/* at the end of all addresses */
		{ U64_MAX, 1, start, size, false },
		{ top, 1, start, size, false },
		{ top, 2, start, size, false },
		{ top, 1, top, REGION_SIZE, true },
		{ top + 1, 1, top, REGION_SIZE, false },
		{ top, 2, top, REGION_SIZE, false },
		/* no region takes no room, but has to be somewhere */
		{ start, 0, start, size, true },
		{ start - 1, 0, start, size, false },
		{ end + 1, 0, start, size, false },
	};
	struct qcom_minidump_subsystem_table table;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		table.address = cases[i].address;
		table.count = cases[i].count;
		KUNIT_EXPECT_EQ_MSG(test, cases[i].within,
				    qcom_minidump_subsystem_table_within(&table,
									 cases[i].start,
									 cases[i].size),
				    "case %u: %u regions at %#llx in %#llx bytes at %#llx",
				    i, cases[i].count, cases[i].address, cases[i].size,
				    cases[i].start);
	}
}

static u8 *lay_table(struct kunit *test, unsigned int count)
{
	u8 *table = kunit_kzalloc(test, count * REGION_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, table);

	return table;
}

static void lay_region(u8 *table, unsigned int index, const char *name,
		       u32 valid, u64 address, u64 size)
{
	u8 *region = table + index * REGION_SIZE;

	memcpy(region, name, strlen(name) + 1);
	lay_le32(region + REGION_VALID, valid);
	lay_le64(region + REGION_ADDRESS, address);
	lay_le64(region + REGION_BYTES, size);
}

static struct qcom_minidump_subsystem *parse(struct kunit *test, u8 *table,
					     unsigned int count, size_t room)
{
	struct qcom_minidump_subsystem *subsystem;

	subsystem = qcom_minidump_subsystem_parse((void *)table, count, room);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(subsystem));

	return subsystem;
}

static void regions_are_described_in_order(struct kunit *test)
{
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, 3);

	lay_region(table, 0, "FIRST", VALI, 0x86700000, 0x1000);
	lay_region(table, 1, "SECOND_15_CHARS", VALI, 0x12345678, 4);
	lay_region(table, 2, "", VALI, 0, 8);

	subsystem = parse(test, table, 3, SZ_1M);
	KUNIT_EXPECT_EQ(test, 3u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, 0u, subsystem->skipped_count);
	KUNIT_EXPECT_STREQ(test, "FIRST", subsystem->regions[0].name);
	KUNIT_EXPECT_EQ(test, 0x86700000ull, (u64)subsystem->regions[0].address);
	KUNIT_EXPECT_EQ(test, 0x1000ull, (u64)subsystem->regions[0].size);
	KUNIT_EXPECT_STREQ(test, "SECOND_15_CHARS", subsystem->regions[1].name);
	KUNIT_EXPECT_EQ(test, 0x12345678ull, (u64)subsystem->regions[1].address);
	KUNIT_EXPECT_EQ(test, 4ull, (u64)subsystem->regions[1].size);
	KUNIT_EXPECT_STREQ(test, "", subsystem->regions[2].name);
	KUNIT_EXPECT_EQ(test, 0ull, (u64)subsystem->regions[2].address);
	KUNIT_EXPECT_EQ(test, 8ull, (u64)subsystem->regions[2].size);
	kvfree(subsystem);
}

static void table_may_be_empty_or_as_long_as_allowed(struct kunit *test)
{
	const unsigned int max = QCOM_MINIDUMP_SUBSYSTEM_MAX_REGIONS;
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, max);
	unsigned int i;

	subsystem = parse(test, NULL, 0, SZ_1M);
	KUNIT_EXPECT_EQ(test, 0u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, 0u, subsystem->skipped_count);
	kvfree(subsystem);

	for (i = 0; i < max; i++)
		lay_region(table, i, "MANY", VALI, 0x1000 + 4 * i, 4);

	subsystem = parse(test, table, max, 4 * max);
	KUNIT_EXPECT_EQ(test, max, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, 0x1000ull + 4 * (max - 1),
			(u64)subsystem->regions[max - 1].address);
	kvfree(subsystem);
}

static void only_valid_regions_count(struct kunit *test)
{
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, ARRAY_SIZE(words) + 3);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		lay_region(table, i, words[i] == VALI ? "GOOD" : "BAD", words[i], 0x1000, 0);
	lay_region(table, i++, "INVALID", INVA, 0x1000, 4);
	lay_region(table, i++, "STARTING", INIT, 0x1000, 4);
	lay_region(table, i++, "VALID", VALI, 0x1000, 4);

	/* A region that is not valid is not malformed, whatever else it says */
	subsystem = parse(test, table, i, SZ_1M);
	KUNIT_EXPECT_EQ(test, 1u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, 1u, subsystem->skipped_count);
	KUNIT_EXPECT_STREQ(test, "VALID", subsystem->regions[0].name);
	kvfree(subsystem);
}

static void names_are_terminated_and_printable(struct kunit *test)
{
	static const struct {
		const char raw[17];
		const char *name;
	} names[] = {
		{ "0123456789abcdef", "0123456789abcde" },
		{ "0123456789abcde", "0123456789abcde" },
		{ "up/../../down", "up_.._.._down" },
		{ "/", "_" },
		{ "\x01\x1f\x7f\n\t\x1b[2J", "______[2J" },
		{ "\x80\xff\xc3\xa9", "____" },
		{ "a b.c-d", "a b.c-d" },
		{ "end\0not", "end" },
	};
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, ARRAY_SIZE(names));
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		lay_region(table, i, "", VALI, 0x1000, 4);
		memcpy(table + i * REGION_SIZE, names[i].raw, 16);
	}

	subsystem = parse(test, table, ARRAY_SIZE(names), SZ_1M);
	KUNIT_EXPECT_EQ(test, (unsigned int)ARRAY_SIZE(names), subsystem->region_count);
	for (i = 0; i < subsystem->region_count; i++)
		KUNIT_EXPECT_STREQ(test, names[i].name, subsystem->regions[i].name);
	kvfree(subsystem);
}

static void malformed_regions_are_skipped(struct kunit *test)
{
	static const struct {
		u64 address;
		u64 size;
	} bad[] = {
		{ 0x1000, 0 },
		{ 0, 0 },
		{ U64_MAX, 0 },
		{ 0x1000, SZ_1M + 1 },
		{ 0x1000, (1ull << 32) + 4 },
		{ 0x1000, U64_MAX },
		{ 0, U64_MAX },
		{ U64_MAX, U64_MAX },
		{ U64_MAX, 2 },
		{ U64_MAX - 3, 5 },
		{ (u64)PHYS_ADDR_MAX - 3, 5 },
	};
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, ARRAY_SIZE(bad) + 1);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		lay_region(table, i, "BAD", VALI, bad[i].address, bad[i].size);
	lay_region(table, i, "GOOD", VALI, 0x1000, 4);

	subsystem = parse(test, table, i + 1, SZ_1M);
	KUNIT_EXPECT_EQ(test, 1u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, (unsigned int)ARRAY_SIZE(bad), subsystem->skipped_count);
	KUNIT_EXPECT_STREQ(test, "GOOD", subsystem->regions[0].name);
	kvfree(subsystem);
}

static void region_may_end_where_physical_addresses_end(struct kunit *test)
{
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, 1);

	lay_region(table, 0, "LAST", VALI, (u64)PHYS_ADDR_MAX - 3, 4);

	subsystem = parse(test, table, 1, SZ_1M);
	KUNIT_EXPECT_EQ(test, 1u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, (u64)PHYS_ADDR_MAX - 3, (u64)subsystem->regions[0].address);
	kvfree(subsystem);
}

static void regions_may_not_exceed_the_room_in_total(struct kunit *test)
{
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, 5);

	lay_region(table, 0, "HALF", VALI, 0x1000, 0x800);
	lay_region(table, 1, "REST_AND_ONE", VALI, 0x1000, 0x801);
	lay_region(table, 2, "REST_LESS_FOUR", VALI, 0x1000, 0x7fc);
	lay_region(table, 3, "REST", VALI, 0x1000, 4);
	lay_region(table, 4, "NONE_LEFT", VALI, 0x1000, 1);

	subsystem = parse(test, table, 5, 0x1000);
	KUNIT_EXPECT_EQ(test, 3u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, 2u, subsystem->skipped_count);
	KUNIT_EXPECT_STREQ(test, "HALF", subsystem->regions[0].name);
	KUNIT_EXPECT_STREQ(test, "REST_LESS_FOUR", subsystem->regions[1].name);
	KUNIT_EXPECT_STREQ(test, "REST", subsystem->regions[2].name);
	kvfree(subsystem);
}

static void sizes_whose_sum_would_wrap_never_add_up(struct kunit *test)
{
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, 3);
	unsigned int i;
	u64 sum = 0;

	lay_region(table, 0, "A", VALI, 0, 1ull << 63);
	lay_region(table, 1, "B", VALI, 0, 1ull << 63);
	lay_region(table, 2, "C", VALI, 0x1000, 64);

	subsystem = parse(test, table, 3, SIZE_MAX);
	for (i = 0; i < subsystem->region_count; i++) {
		KUNIT_EXPECT_GE(test, U64_MAX - sum, (u64)subsystem->regions[i].size);
		sum += subsystem->regions[i].size;
	}
	KUNIT_EXPECT_LE(test, sum, (u64)SIZE_MAX);
	KUNIT_EXPECT_LT(test, subsystem->region_count, 3u);
	kvfree(subsystem);
}

static void two_regions_alike_are_both_described(struct kunit *test)
{
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, 2);

	lay_region(table, 0, "TWIN", VALI, 0x1000, 4);
	lay_region(table, 1, "TWIN", VALI, 0x1000, 4);

	subsystem = parse(test, table, 2, SZ_1M);
	KUNIT_EXPECT_EQ(test, 2u, subsystem->region_count);
	KUNIT_EXPECT_EQ(test, 0u, subsystem->skipped_count);
	kvfree(subsystem);
}

static u64 prandom_u64(struct rnd_state *random)
{
	return (u64)prandom_u32_state(random) << 32 | prandom_u32_state(random);
}

static void garbage_gives_regions_within_their_limits(struct kunit *test)
{
	const unsigned int count = 64;
	const u64 room = SZ_1G;
	struct qcom_minidump_subsystem_region *region;
	struct qcom_minidump_subsystem *subsystem;
	u8 *table = lay_table(test, count);
	struct rnd_state random;
	unsigned int run, i;
	u64 sum;

	prandom_seed_state(&random, 602);

	for (run = 0; run < 1000; run++) {
		prandom_bytes_state(&random, table, count * REGION_SIZE);
		for (i = 0; i < count; i++) {
			u8 *raw = table + i * REGION_SIZE;

			lay_le32(raw + REGION_VALID, VALI);
			/* Of every magnitude, for an address of any width */
			lay_le64(raw + REGION_ADDRESS,
				 prandom_u64(&random) >> (i % 2 ? i : 0));
			lay_le64(raw + REGION_BYTES, prandom_u64(&random) >> i);
		}

		subsystem = parse(test, table, count, room);
		KUNIT_EXPECT_EQ(test, count,
				subsystem->region_count + subsystem->skipped_count);
		KUNIT_EXPECT_GT(test, subsystem->region_count, 0u);
		KUNIT_EXPECT_GT(test, subsystem->skipped_count, 0u);

		for (sum = 0, i = 0; i < subsystem->region_count; i++) {
			region = &subsystem->regions[i];
			KUNIT_EXPECT_LT(test, strnlen(region->name, 16), (size_t)16);
			KUNIT_EXPECT_NULL(test, strchr(region->name, '/'));
			KUNIT_EXPECT_GT(test, region->size, (size_t)0);
			KUNIT_EXPECT_LE(test, region->size - 1,
					PHYS_ADDR_MAX - region->address);
			sum += region->size;
		}
		KUNIT_EXPECT_LE(test, sum, room);
		kvfree(subsystem);
	}
}

static struct kunit_case subsystem_cases[] = {
	KUNIT_CASE(only_a_valid_enabled_and_encrypted_table_is_read),
	KUNIT_CASE(table_is_where_the_entry_says),
	KUNIT_CASE(table_must_lie_in_the_range_with_all_its_bytes),
	KUNIT_CASE(regions_are_described_in_order),
	KUNIT_CASE(table_may_be_empty_or_as_long_as_allowed),
	KUNIT_CASE(only_valid_regions_count),
	KUNIT_CASE(names_are_terminated_and_printable),
	KUNIT_CASE(malformed_regions_are_skipped),
	KUNIT_CASE(region_may_end_where_physical_addresses_end),
	KUNIT_CASE(regions_may_not_exceed_the_room_in_total),
	KUNIT_CASE(sizes_whose_sum_would_wrap_never_add_up),
	KUNIT_CASE(two_regions_alike_are_both_described),
	KUNIT_CASE(garbage_gives_regions_within_their_limits),
	{}
};

static struct kunit_suite subsystem_suite = {
	.name = "qcom_minidump_subsystem",
	.test_cases = subsystem_cases,
};

kunit_test_suite(subsystem_suite);
