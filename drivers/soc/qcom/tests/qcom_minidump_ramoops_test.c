// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the ramoops client of minidump makes of the zones it is told of.
 *
 * The client is compiled a second time here, with a table of the test's in the
 * place of the real one and the test in the place of ramoops. So the client that
 * is built for real has no hooks for tests.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <soc/qcom/minidump.h>

#define FAKE_TABLE_SIZE		64

struct qcom_minidump_handle {
	char name[24];
	const void *virt;
	phys_addr_t phys;
	size_t size;
};

/*
 * The oracle: what is registered. A full table refuses with -ENOSPC, and a
 * region named @refused with @refusal.
 */
static struct fake_table {
	struct qcom_minidump_handle regions[FAKE_TABLE_SIZE];
	unsigned int count;
	unsigned int capacity;
	unsigned int attempts;
	unsigned int bad_handles;
	const char *refused;
	int refusal;
} table;

static struct qcom_minidump_handle *fake_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < FAKE_TABLE_SIZE; i++)
		if (!strcmp(table.regions[i].name, name))
			return &table.regions[i];

	return NULL;
}

static struct qcom_minidump_handle *
fake_region_register(const struct qcom_minidump_region *region)
{
	struct qcom_minidump_handle *slot;

	table.attempts++;

	if (table.refused && !strcmp(region->name, table.refused))
		return ERR_PTR(table.refusal);
	if (table.count == table.capacity)
		return ERR_PTR(-ENOSPC);
	if (fake_find(region->name))
		return ERR_PTR(-EEXIST);

	slot = fake_find("");
	strscpy(slot->name, region->name, sizeof(slot->name));
	slot->virt = region->virt;
	slot->phys = region->phys;
	slot->size = region->size;
	table.count++;

	return slot;
}

/* The real one takes error pointers too; here they would hide a mistake */
static void fake_region_unregister(struct qcom_minidump_handle *handle)
{
	if (IS_ERR_OR_NULL(handle) || !handle->name[0]) {
		table.bad_handles++;
		return;
	}

	memset(handle, 0, sizeof(*handle));
	table.count--;
}

#define qcom_minidump_region_register	fake_region_register
#define qcom_minidump_region_unregister	fake_region_unregister
#define QCOM_MINIDUMP_RAMOOPS_TEST

/* The client tells of each zone that gives way: thousands of lines here */
#undef pr_info
#define pr_info(fmt, ...)	no_printk(fmt, ##__VA_ARGS__)

#include "../qcom_minidump_ramoops.c"

/* Distinct for each zone, and even but no multiple of 4, as ramoops may do */
static struct ramoops_zone make_zone(enum pstore_type_id type, unsigned int index)
{
	const unsigned int number = type * 1000 + index;

	return (struct ramoops_zone) {
		.type = type,
		.index = index,
		.vaddr = (void *)(0x10000000UL + number * 0x1002),
		.paddr = 0x80000000UL + number * 0x1002,
		.size = 0x1002,
	};
}

static void add(struct minidump_ramoops *client, enum pstore_type_id type, unsigned int index)
{
	const struct ramoops_zone zone = make_zone(type, index);

	client->follower.zone_added(&client->follower, &zone);
}

static void add_many(struct minidump_ramoops *client, enum pstore_type_id type, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		add(client, type, i);
}

static void remove(struct minidump_ramoops *client, enum pstore_type_id type, unsigned int index)
{
	const struct ramoops_zone zone = make_zone(type, index);

	client->follower.zone_removed(&client->follower, &zone);
}

static void remove_many(struct minidump_ramoops *client, enum pstore_type_id type,
			unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		remove(client, type, i);
}

static void expect_region(struct kunit *test, const char *name, enum pstore_type_id type,
			  unsigned int index)
{
	const struct ramoops_zone zone = make_zone(type, index);
	const struct qcom_minidump_handle *region = fake_find(name);

	KUNIT_ASSERT_NOT_NULL_MSG(test, region, "%s is not registered", name);
	KUNIT_EXPECT_PTR_EQ_MSG(test, region->virt, (const void *)zone.vaddr, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, region->phys, zone.paddr, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, region->size, (size_t)0x1000, "%s", name);
}

static void expect_none(struct kunit *test, const char *name)
{
	KUNIT_EXPECT_NULL_MSG(test, fake_find(name), "%s is registered", name);
}

static void zones_become_regions_of_their_name_and_place(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	add(client, PSTORE_TYPE_DMESG, 0);
	add(client, PSTORE_TYPE_DMESG, 7);
	add(client, PSTORE_TYPE_CONSOLE, 0);
	add(client, PSTORE_TYPE_FTRACE, 0);
	add(client, PSTORE_TYPE_FTRACE, 31);
	add(client, PSTORE_TYPE_PMSG, 0);

	KUNIT_EXPECT_EQ(test, table.count, 6);
	expect_region(test, "KDMESG0", PSTORE_TYPE_DMESG, 0);
	expect_region(test, "KDMESG7", PSTORE_TYPE_DMESG, 7);
	expect_region(test, "KCONSOLE", PSTORE_TYPE_CONSOLE, 0);
	expect_region(test, "KFTRACE0", PSTORE_TYPE_FTRACE, 0);
	expect_region(test, "KFTRACE31", PSTORE_TYPE_FTRACE, 31);
	expect_region(test, "KPMSG", PSTORE_TYPE_PMSG, 0);
}

/* A name has room for 11 characters in the table: zones 0 to 9999 fit */
static void names_of_high_zones_still_fit(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	client->max_dmesg_zones = UINT_MAX;
	client->max_ftrace_zones = UINT_MAX;
	add(client, PSTORE_TYPE_DMESG, 9999);
	add(client, PSTORE_TYPE_FTRACE, 9999);

	expect_region(test, "KDMESG9999", PSTORE_TYPE_DMESG, 9999);
	expect_region(test, "KFTRACE9999", PSTORE_TYPE_FTRACE, 9999);
}

static void sizes_are_rounded_down_to_four(struct kunit *test)
{
	static const struct {
		size_t zone, region;
	} sizes[] = {
		{ 4, 4 }, { 6, 4 }, { 8, 8 }, { 4096, 4096 }, { 4094, 4092 },
		{ 0x100000002ULL & SIZE_MAX, 0x100000000ULL & SIZE_MAX },
	};
	struct minidump_ramoops *client = test->priv;
	struct qcom_minidump_handle *region;
	struct ramoops_zone zone;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		zone = make_zone(PSTORE_TYPE_CONSOLE, 0);
		zone.size = sizes[i].zone;
		client->follower.zone_added(&client->follower, &zone);

		region = fake_find("KCONSOLE");
		KUNIT_ASSERT_NOT_NULL(test, region);
		KUNIT_EXPECT_EQ_MSG(test, region->size, sizes[i].region, "zone of %zu",
				    sizes[i].zone);
		client->follower.zone_removed(&client->follower, &zone);
	}
}

static void zones_of_other_frontends_are_left_out(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;
	int type;

	for (type = 0; type <= PSTORE_TYPE_MAX; type++)
		add(client, type, 0);

	KUNIT_EXPECT_EQ(test, table.attempts, 4);
	KUNIT_EXPECT_EQ(test, table.count, 4);

	for (type = 0; type <= PSTORE_TYPE_MAX; type++)
		remove(client, type, 0);

	KUNIT_EXPECT_EQ(test, table.count, 0);
}

static void only_so_many_dmesg_zones_are_taken(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	add_many(client, PSTORE_TYPE_DMESG, 112);

	KUNIT_EXPECT_EQ(test, table.attempts, 8);
	KUNIT_EXPECT_EQ(test, table.count, 8);
	expect_region(test, "KDMESG0", PSTORE_TYPE_DMESG, 0);
	expect_region(test, "KDMESG7", PSTORE_TYPE_DMESG, 7);

	remove_many(client, PSTORE_TYPE_DMESG, 112);
	KUNIT_EXPECT_EQ(test, table.count, 0);
}

static void only_so_many_ftrace_zones_are_taken(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	add_many(client, PSTORE_TYPE_FTRACE, 256);

	KUNIT_EXPECT_EQ(test, table.attempts, 32);
	KUNIT_EXPECT_EQ(test, table.count, 32);
	expect_region(test, "KFTRACE31", PSTORE_TYPE_FTRACE, 31);
}

static void a_cap_of_zero_takes_none(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	client->max_dmesg_zones = 0;
	client->max_ftrace_zones = 0;
	add(client, PSTORE_TYPE_DMESG, 0);
	add(client, PSTORE_TYPE_FTRACE, 0);
	add(client, PSTORE_TYPE_CONSOLE, 0);

	KUNIT_EXPECT_EQ(test, table.attempts, 1);
	expect_region(test, "KCONSOLE", PSTORE_TYPE_CONSOLE, 0);
}

static void one_refused_zone_does_not_stop_the_rest(struct kunit *test)
{
	static const int refusals[] = { -EINVAL, -EEXIST, -ENOSPC, -ENOMEM, -EOPNOTSUPP };
	struct minidump_ramoops *client = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		table.refused = "KDMESG1";
		table.refusal = refusals[i];
		add_many(client, PSTORE_TYPE_DMESG, 3);
		add(client, PSTORE_TYPE_PMSG, 0);

		KUNIT_EXPECT_EQ_MSG(test, table.count, 3, "refused with %d", refusals[i]);
		expect_region(test, "KDMESG0", PSTORE_TYPE_DMESG, 0);
		expect_none(test, "KDMESG1");
		expect_region(test, "KDMESG2", PSTORE_TYPE_DMESG, 2);
		expect_region(test, "KPMSG", PSTORE_TYPE_PMSG, 0);

		remove_many(client, PSTORE_TYPE_DMESG, 3);
		remove(client, PSTORE_TYPE_PMSG, 0);
		KUNIT_EXPECT_EQ_MSG(test, table.count, 0, "refused with %d", refusals[i]);
	}
}

/* Only -ENOSPC is a matter of room */
static void other_refusals_cost_no_other_zone(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	table.refused = "KCONSOLE";
	table.refusal = -ENOMEM;
	add_many(client, PSTORE_TYPE_DMESG, 2);
	add(client, PSTORE_TYPE_CONSOLE, 0);

	KUNIT_EXPECT_EQ(test, table.attempts, 3);
	KUNIT_EXPECT_EQ(test, table.count, 2);
	expect_none(test, "KCONSOLE");
}

static void console_displaces_the_last_dmesg_zone(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	table.capacity = 3;
	add_many(client, PSTORE_TYPE_DMESG, 5);
	KUNIT_EXPECT_EQ(test, table.count, 3);
	expect_region(test, "KDMESG2", PSTORE_TYPE_DMESG, 2);

	add(client, PSTORE_TYPE_CONSOLE, 0);
	KUNIT_EXPECT_EQ(test, table.count, 3);
	expect_none(test, "KDMESG2");
	expect_region(test, "KDMESG0", PSTORE_TYPE_DMESG, 0);
	expect_region(test, "KDMESG1", PSTORE_TYPE_DMESG, 1);
	expect_region(test, "KCONSOLE", PSTORE_TYPE_CONSOLE, 0);

	/* Zones that were refused or displaced are removed like all others */
	remove_many(client, PSTORE_TYPE_DMESG, 5);
	remove(client, PSTORE_TYPE_CONSOLE, 0);
	KUNIT_EXPECT_EQ(test, table.count, 0);
}

static void console_goes_without_when_others_fill_the_table(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	table.capacity = 0;
	add(client, PSTORE_TYPE_CONSOLE, 0);

	KUNIT_EXPECT_EQ(test, table.attempts, 1);
	KUNIT_EXPECT_EQ(test, table.count, 0);
}

static const struct {
	const char *name;
	enum pstore_type_id type;
	unsigned int index;
} by_rank[] = {
	{ "KCONSOLE", PSTORE_TYPE_CONSOLE, 0 },
	{ "KPMSG", PSTORE_TYPE_PMSG, 0 },
	{ "KFTRACE0", PSTORE_TYPE_FTRACE, 0 },
	{ "KFTRACE1", PSTORE_TYPE_FTRACE, 1 },
	{ "KDMESG0", PSTORE_TYPE_DMESG, 0 },
	{ "KDMESG1", PSTORE_TYPE_DMESG, 1 },
};

/* Bring all zones of by_rank[] in the order that @number stands for, of 6! */
static void add_in_order(struct minidump_ramoops *client, unsigned int number)
{
	unsigned int left[ARRAY_SIZE(by_rank)];
	unsigned int count, pick;

	for (count = 0; count < ARRAY_SIZE(left); count++)
		left[count] = count;

	for (; count; count--) {
		pick = number % count;
		number /= count;
		add(client, by_rank[left[pick]].type, by_rank[left[pick]].index);
		left[pick] = left[count - 1];
	}
}

static void the_most_wanted_zones_get_in_whatever_the_order(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;
	unsigned int order, i;

	for (order = 0; order < 720; order++) {
		for (table.capacity = 0; table.capacity <= ARRAY_SIZE(by_rank); table.capacity++) {
			add_in_order(client, order);

			for (i = 0; i < ARRAY_SIZE(by_rank); i++)
				KUNIT_EXPECT_EQ_MSG(test, !!fake_find(by_rank[i].name),
						    i < table.capacity,
						    "%s, order %u, %u places",
						    by_rank[i].name, order, table.capacity);

			for (i = 0; i < ARRAY_SIZE(by_rank); i++)
				remove(client, by_rank[i].type, by_rank[i].index);
			KUNIT_ASSERT_EQ_MSG(test, table.count, 0, "order %u", order);
		}
	}
}

static void removed_zones_go_in_any_order_and_may_come_back(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;

	add_many(client, PSTORE_TYPE_DMESG, 3);
	add(client, PSTORE_TYPE_CONSOLE, 0);

	remove(client, PSTORE_TYPE_DMESG, 1);
	KUNIT_EXPECT_EQ(test, table.count, 3);
	expect_none(test, "KDMESG1");
	expect_region(test, "KDMESG0", PSTORE_TYPE_DMESG, 0);
	expect_region(test, "KDMESG2", PSTORE_TYPE_DMESG, 2);

	remove(client, PSTORE_TYPE_CONSOLE, 0);
	expect_none(test, "KCONSOLE");

	add(client, PSTORE_TYPE_CONSOLE, 0);
	add(client, PSTORE_TYPE_DMESG, 1);
	KUNIT_EXPECT_EQ(test, table.count, 4);
	expect_region(test, "KCONSOLE", PSTORE_TYPE_CONSOLE, 0);
	expect_region(test, "KDMESG1", PSTORE_TYPE_DMESG, 1);
}

static int minidump_ramoops_test_init(struct kunit *test)
{
	struct minidump_ramoops *client;

	client = kunit_kzalloc(test, sizeof(*client), GFP_KERNEL);
	if (!client)
		return -ENOMEM;

	client->follower.zone_added = minidump_ramoops_zone_added;
	client->follower.zone_removed = minidump_ramoops_zone_removed;
	INIT_LIST_HEAD(&client->zones);
	client->max_dmesg_zones = 8;
	client->max_ftrace_zones = 32;
	test->priv = client;

	memset(&table, 0, sizeof(table));
	table.capacity = FAKE_TABLE_SIZE;

	return 0;
}

/* Holds after every test: what is in the table is what the client knows of */
static void minidump_ramoops_test_exit(struct kunit *test)
{
	struct minidump_ramoops *client = test->priv;
	struct zone_region *zr, *next;

	if (!client)
		return;

	list_for_each_entry_safe(zr, next, &client->zones, node)
		zone_region_drop(zr);

	KUNIT_EXPECT_EQ(test, table.count, 0);
	KUNIT_EXPECT_EQ(test, table.bad_handles, 0);
}

static struct kunit_case minidump_ramoops_test_cases[] = {
	KUNIT_CASE(zones_become_regions_of_their_name_and_place),
	KUNIT_CASE(names_of_high_zones_still_fit),
	KUNIT_CASE(sizes_are_rounded_down_to_four),
	KUNIT_CASE(zones_of_other_frontends_are_left_out),
	KUNIT_CASE(only_so_many_dmesg_zones_are_taken),
	KUNIT_CASE(only_so_many_ftrace_zones_are_taken),
	KUNIT_CASE(a_cap_of_zero_takes_none),
	KUNIT_CASE(one_refused_zone_does_not_stop_the_rest),
	KUNIT_CASE(other_refusals_cost_no_other_zone),
	KUNIT_CASE(console_displaces_the_last_dmesg_zone),
	KUNIT_CASE(console_goes_without_when_others_fill_the_table),
	KUNIT_CASE(the_most_wanted_zones_get_in_whatever_the_order),
	KUNIT_CASE(removed_zones_go_in_any_order_and_may_come_back),
	{}
};

static struct kunit_suite minidump_ramoops_test_suite = {
	.name = "qcom_minidump_ramoops",
	.init = minidump_ramoops_test_init,
	.exit = minidump_ramoops_test_exit,
	.test_cases = minidump_ramoops_test_cases,
};

kunit_test_suite(minidump_ramoops_test_suite);
