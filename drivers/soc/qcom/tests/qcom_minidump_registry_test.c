// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for the registry: what it refuses, and that regions find their
 * way to firmware whenever the device comes and goes.
 */

#include <kunit/test.h>

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../qcom_minidump_registry.h"
#include "qcom_minidump_firmware.h"

#define MOST_REGIONS	(FIRMWARE_MAX_REGIONS - 1)

#ifdef PHYS_MASK
#define LAST_PHYS	PHYS_MASK
#else
#define LAST_PHYS	PHYS_ADDR_MAX
#endif

struct registry_fixture {
	struct minidump_registry registry;
	struct minidump_subsystem entry;
	struct firmware_view view;
	struct qcom_minidump_handle *handles[MOST_REGIONS];
};

static const struct qcom_minidump_region good = {
	.name = "KGOOD",
	.virt = (void *)0x10000,
	.phys = 0x80000000,
	.size = 4096,
};

static int registry_test_init(struct kunit *test)
{
	struct registry_fixture *fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fixture);
	mutex_init(&fixture->registry.lock);
	INIT_LIST_HEAD(&fixture->registry.regions);
	test->priv = fixture;
	return 0;
}

/* Whatever a test left registered, or died with */
static void registry_test_exit(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;
	unsigned int i;

	if (!fixture)
		return;
	qcom_minidump_registry_stop(&fixture->registry);
	for (i = 0; i < MOST_REGIONS; i++)
		qcom_minidump_registry_remove(&fixture->registry, fixture->handles[i]);
}

/* Register region @i of a row, with a name of its own */
static void add(struct kunit *test, unsigned int i)
{
	struct registry_fixture *fixture = test->priv;
	struct qcom_minidump_region region = good;
	char name[12];

	snprintf(name, sizeof(name), "K%u", i);
	region.name = name;
	region.phys += (phys_addr_t)i * good.size;
	fixture->handles[i] = qcom_minidump_registry_add(&fixture->registry, &region);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fixture->handles[i]));
}

static void drop(struct kunit *test, unsigned int i)
{
	struct registry_fixture *fixture = test->priv;

	qcom_minidump_registry_remove(&fixture->registry, fixture->handles[i]);
	fixture->handles[i] = NULL;
}

static void start(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;

	KUNIT_ASSERT_EQ(test, 0, qcom_minidump_registry_start(&fixture->registry, &fixture->entry,
							      NULL, 0));
}

static void stop(struct kunit *test)
{
	static const u8 nothing[sizeof(struct minidump_subsystem)];
	struct registry_fixture *fixture = test->priv;

	qcom_minidump_registry_stop(&fixture->registry);
	KUNIT_EXPECT_EQ(test, 0, memcmp(&fixture->entry, nothing, sizeof(nothing)));
}

/* Firmware finds the regions whose numbers are given as digits, in that order */
static void expect_regions(struct kunit *test, const char *digits)
{
	struct registry_fixture *fixture = test->priv;
	struct firmware_view *view = &fixture->view;
	const char *fault = firmware_read(&fixture->entry, view);
	unsigned int i;

	KUNIT_ASSERT_TRUE_MSG(test, !fault, "%s", fault);
	KUNIT_ASSERT_TRUE(test, view->collected);
	KUNIT_ASSERT_EQ(test, view->table_count, strlen(digits) + 1);
	KUNIT_ASSERT_EQ(test, view->elf_count, view->table_count);
	for (i = 0; digits[i]; i++) {
		KUNIT_EXPECT_EQ(test, view->table[i + 1].name[0], 'K');
		KUNIT_EXPECT_EQ(test, view->table[i + 1].name[1], digits[i]);
		KUNIT_EXPECT_EQ(test, view->table[i + 1].phys,
				good.phys + (digits[i] - '0') * good.size);
	}
}

static void expect_refusal(struct kunit *test, const struct qcom_minidump_region *region,
			   enum minidump_refusal reason, int error)
{
	struct registry_fixture *fixture = test->priv;
	unsigned int refused = fixture->registry.refused[reason];
	unsigned int count = fixture->registry.count;

	KUNIT_EXPECT_EQ(test, error,
			PTR_ERR_OR_ZERO(qcom_minidump_registry_add(&fixture->registry, region)));
	KUNIT_EXPECT_EQ(test, fixture->registry.refused[reason], refused + 1);
	KUNIT_EXPECT_EQ(test, fixture->registry.count, count);
}

static void refuses_names_that_firmware_or_debuggers_choke_on(struct kunit *test)
{
	static const char * const odd[] = {
		"a-b", "a b", "a.b", "a/b", "\n", "K\xe9", "\x7f", "a:"
	};
	struct qcom_minidump_region region = good;
	unsigned int i;

	region.name = NULL;
	expect_refusal(test, &region, MINIDUMP_NAME_EMPTY, -EINVAL);
	region.name = "";
	expect_refusal(test, &region, MINIDUMP_NAME_EMPTY, -EINVAL);
	region.name = "ABCDEFGHIJKL";
	expect_refusal(test, &region, MINIDUMP_NAME_TOO_LONG, -ENAMETOOLONG);
	region.name = "ABCDEFGHIJKLMNOP";
	expect_refusal(test, &region, MINIDUMP_NAME_TOO_LONG, -ENAMETOOLONG);
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		region.name = odd[i];
		expect_refusal(test, &region, MINIDUMP_NAME_CHARACTERS, -EILSEQ);
	}
}

static void takes_names_of_one_to_eleven_characters(struct kunit *test)
{
	static const char * const names[] = { "A", "z_0", "ABCDEFGHIJK" };
	struct registry_fixture *fixture = test->priv;
	struct qcom_minidump_region region = good;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		region.name = names[i];
		fixture->handles[i] = qcom_minidump_registry_add(&fixture->registry, &region);
		KUNIT_EXPECT_FALSE(test, IS_ERR(fixture->handles[i]));
		region.phys += region.size;
	}
}

static void refuses_sizes_that_are_0_or_no_multiple_of_4(struct kunit *test)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 5, 4095, SIZE_MAX };
	struct qcom_minidump_region region = good;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		region.size = sizes[i];
		expect_refusal(test, &region, MINIDUMP_SIZE_ODD, -EMSGSIZE);
	}
}

static void refuses_memory_beyond_the_address_space(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;
	struct qcom_minidump_region region = good;

	region.phys = LAST_PHYS - 2;
	region.size = 4;
	expect_refusal(test, &region, MINIDUMP_RANGE_WRAPS, -ERANGE);
	region.phys = PHYS_ADDR_MAX - 2;
	expect_refusal(test, &region, MINIDUMP_RANGE_WRAPS, -ERANGE);
	region.phys = 4096;
	region.size = SIZE_MAX - 3;
	expect_refusal(test, &region, MINIDUMP_RANGE_WRAPS, -ERANGE);

	/* The very last bytes there are */
	region.phys = LAST_PHYS - 3;
	region.size = 4;
	fixture->handles[0] = qcom_minidump_registry_add(&fixture->registry, &region);
	KUNIT_EXPECT_FALSE(test, IS_ERR(fixture->handles[0]));
}

static void refuses_a_virtual_address_that_is_mapped_elsewhere(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;
	struct qcom_minidump_region region = good;

	region.virt = kunit_kzalloc(test, region.size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, region.virt);
	region.phys = virt_to_phys((void *)region.virt) + 4;
	expect_refusal(test, &region, MINIDUMP_ADDRESSES_DIFFER, -EFAULT);

	region.phys -= 4;
	fixture->handles[0] = qcom_minidump_registry_add(&fixture->registry, &region);
	KUNIT_EXPECT_FALSE(test, IS_ERR(fixture->handles[0]));
}

static void refuses_a_name_or_physical_address_twice(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;
	struct qcom_minidump_region region = good;

	fixture->handles[0] = qcom_minidump_registry_add(&fixture->registry, &good);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fixture->handles[0]));
	region.phys += region.size;
	expect_refusal(test, &region, MINIDUMP_NAME_TAKEN, -EEXIST);
	region = good;
	region.name = "KOTHER";
	expect_refusal(test, &region, MINIDUMP_PHYS_TAKEN, -EEXIST);
	region = good;
	region.name = "KELF_HEADER";
	region.phys += region.size;
	expect_refusal(test, &region, MINIDUMP_NAME_TAKEN, -EEXIST);

	/* Both are free again once the region is gone */
	drop(test, 0);
	fixture->handles[0] = qcom_minidump_registry_add(&fixture->registry, &good);
	KUNIT_EXPECT_FALSE(test, IS_ERR(fixture->handles[0]));
}

static void refuses_what_firmware_takes_no_more_with_and_without_a_device(struct kunit *test)
{
	struct qcom_minidump_region region = good;
	unsigned int i;

	for (i = 0; i < MOST_REGIONS; i++)
		add(test, i);
	region.phys = 0x1000;
	expect_refusal(test, &region, MINIDUMP_TABLE_FULL, -ENOSPC);
	start(test);
	expect_refusal(test, &region, MINIDUMP_TABLE_FULL, -ENOSPC);
	drop(test, 100);
	add(test, 100);
	expect_refusal(test, &region, MINIDUMP_TABLE_FULL, -ENOSPC);

	/* Who would make room for a twin would do so for nothing */
	region.name = "K1";
	expect_refusal(test, &region, MINIDUMP_NAME_TAKEN, -EEXIST);
	stop(test);
}

static void regions_wait_for_the_device_in_order(struct kunit *test)
{
	add(test, 0);
	add(test, 1);
	add(test, 2);
	drop(test, 1);
	start(test);
	expect_regions(test, "02");
	stop(test);
}

static void regions_come_and_go_while_there_is_a_device(struct kunit *test)
{
	start(test);
	expect_regions(test, "");
	add(test, 0);
	add(test, 1);
	add(test, 2);
	expect_regions(test, "012");
	drop(test, 0);
	expect_regions(test, "12");
	add(test, 0);
	expect_regions(test, "120");
	drop(test, 2);
	drop(test, 0);
	drop(test, 1);
	expect_regions(test, "");
	stop(test);
}

static void regions_outlive_the_device(struct kunit *test)
{
	add(test, 0);
	start(test);
	add(test, 1);
	stop(test);
	add(test, 2);
	drop(test, 0);
	start(test);
	expect_regions(test, "12");
	stop(test);
	start(test);
	expect_regions(test, "12");
	stop(test);
}

/* Regions of one size differ only in where they are, and the right one must go */
static void removes_the_right_one_of_several_alike(struct kunit *test)
{
	unsigned int i;

	start(test);
	for (i = 0; i < 6; i++)
		add(test, i);
	drop(test, 3);
	drop(test, 1);
	drop(test, 4);
	expect_regions(test, "025");
	stop(test);
}

static void starts_once(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;
	struct minidump_subsystem other = { };

	add(test, 0);
	start(test);
	KUNIT_EXPECT_EQ(test, -EBUSY,
			qcom_minidump_registry_start(&fixture->registry, &other, NULL, 0));
	KUNIT_EXPECT_EQ(test, le32_to_cpu(other.status), 0);
	expect_regions(test, "0");
	stop(test);
	stop(test);
}

static void a_start_that_fails_leaves_everything_waiting(struct kunit *test)
{
	static const u8 nothing[sizeof(struct minidump_subsystem)];
	struct registry_fixture *fixture = test->priv;
	struct minidump_table_test hooks = { .allocations = 1 };

	add(test, 0);
	fixture->registry.table.test = &hooks;
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			qcom_minidump_registry_start(&fixture->registry, &fixture->entry, NULL, 0));
	fixture->registry.table.test = NULL;
	KUNIT_EXPECT_EQ(test, 0, memcmp(&fixture->entry, nothing, sizeof(nothing)));
	add(test, 1);
	start(test);
	expect_regions(test, "01");
	stop(test);
}

static void unregistering_nothing_does_nothing(struct kunit *test)
{
	struct registry_fixture *fixture = test->priv;

	add(test, 0);
	start(test);
	qcom_minidump_registry_remove(&fixture->registry, NULL);
	qcom_minidump_registry_remove(&fixture->registry, ERR_PTR(-EEXIST));
	expect_regions(test, "0");
	stop(test);
}

static struct kunit_case registry_test_cases[] = {
	KUNIT_CASE(refuses_names_that_firmware_or_debuggers_choke_on),
	KUNIT_CASE(takes_names_of_one_to_eleven_characters),
	KUNIT_CASE(refuses_sizes_that_are_0_or_no_multiple_of_4),
	KUNIT_CASE(refuses_memory_beyond_the_address_space),
	KUNIT_CASE(refuses_a_virtual_address_that_is_mapped_elsewhere),
	KUNIT_CASE(refuses_a_name_or_physical_address_twice),
	KUNIT_CASE(refuses_what_firmware_takes_no_more_with_and_without_a_device),
	KUNIT_CASE(regions_wait_for_the_device_in_order),
	KUNIT_CASE(regions_come_and_go_while_there_is_a_device),
	KUNIT_CASE(regions_outlive_the_device),
	KUNIT_CASE(removes_the_right_one_of_several_alike),
	KUNIT_CASE(starts_once),
	KUNIT_CASE(a_start_that_fails_leaves_everything_waiting),
	KUNIT_CASE(unregistering_nothing_does_nothing),
	{}
};

static struct kunit_suite registry_test_suite = {
	.name = "qcom_minidump_registry",
	.init = registry_test_init,
	.exit = registry_test_exit,
	.test_cases = registry_test_cases,
};

kunit_test_suite(registry_test_suite);
