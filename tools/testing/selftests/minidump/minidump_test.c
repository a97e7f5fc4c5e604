// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests Linux' table of minidump regions on the machine that it runs on.
 *
 * Regions are registered and unregistered through the module
 * minidump_test_regions, which only ever registers memory of its own, and
 * after each step what debugfs shows must be what was asked for: regions,
 * limits, G-ToC and the bytes of the ELF header. Each test leaves everything as
 * it found it, which is part of its verdict. Nothing is crashed; but for moments
 * the table is full, and a driver that then registers a region is refused. The
 * kernel log has a line for each of some 150 refusals, and the memory that was set
 * aside for a full table stays that until the device goes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minidump_test.h"
#include "test_modules/minidump_test_regions.h"

#define RANDOM_STEPS	400
#define RELOADS		10

/* What the table is to look like, and the names of the pages that are in it */
static struct view expected;
static char page_names[MINIDUMP_TEST_PAGES][16];

static struct view seen;

/* The banks' own entry moves with each change */
static bool as_expected(void)
{
	if (!view_take(&seen) || !view_same(&expected, &seen))
		return false;
	expected.regions.list[0] = seen.regions.list[0];
	return elf_read(&expected.regions);
}

static bool add(unsigned int page, const char *name, uint64_t size)
{
	struct regions *regions = &expected.regions;
	int error = page_add(page, name, size, 0, &regions->list[regions->count]);

	if (error)
		return wrong("adding %s, %llu bytes: %s", name, (unsigned long long)size,
			     strerror(error));
	regions->count++;
	snprintf(page_names[page], sizeof(page_names[page]), "%s", name);
	return as_expected();
}

static bool add_numbered(unsigned int page)
{
	char name[16];

	snprintf(name, sizeof(name), "TEST_%u", page);
	return add(page, name, 4 + 4 * (page % 1024));
}

static bool take_away(unsigned int page)
{
	struct regions *regions = &expected.regions;
	unsigned int i = 0;
	int error;

	while (i < regions->count && strcmp(regions->list[i].name, page_names[page]))
		i++;
	error = page_remove(page);
	if (error || i == regions->count)
		return wrong("removing %s: %s", page_names[page], strerror(error));
	/* The last region takes the free slot */
	regions->list[i] = regions->list[--regions->count];
	page_names[page][0] = '\0';
	return as_expected();
}

static bool test_shown(void)
{
	return add(0, "TEST", 4096) && take_away(0);
}

static bool test_order(void)
{
	static const unsigned int order[] = { 3, 0, 5, 4, 1, 2 };

	for (unsigned int page = 0; page < 6; page++)
		if (!add_numbered(page))
			return false;
	for (unsigned int i = 0; i < 6; i++)
		if (!take_away(order[i]))
			return false;
	return true;
}

/* For each character, each length, and the sizes at the ends */
static bool add_and_take_away(const char *name, uint64_t size)
{
	return add(0, name, size) && take_away(0);
}

static bool test_kinds(void)
{
	static const char characters[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
	static const uint64_t sizes[] = { 4, 8, 12, 2048, 4092, 4096 };
	char name[12];

	for (const char *c = characters; *c; c++) {
		snprintf(name, sizeof(name), "%c", *c);
		if (!add_and_take_away(name, 4))
			return false;
	}
	for (int length = 1; length <= 11; length++) {
		snprintf(name, sizeof(name), "%.*s", length, "KTEST_56789");
		if (!add_and_take_away(name, 4))
			return false;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		if (!add_and_take_away("TEST", sizes[i]))
			return false;
	return true;
}

static bool test_random(void)
{
	uint32_t random = 1;

	for (unsigned int step = 0; step < RANDOM_STEPS; step++) {
		unsigned int page;

		random = random * 1664525u + 1013904223u;
		page = (random >> 16) % 64;
		if (page_names[page][0] ? !take_away(page) :
		    expected.regions.count < TABLE_MAXIMUM && !add_numbered(page))
			return false;
	}
	return true;
}

/* Is refused with that error, is counted once under that reason, changes nothing */
static bool is_refused(enum refusal why, int wanted, unsigned int page, const char *name,
		       uint64_t size, uint64_t shift)
{
	struct limits limits;
	int error;

	if (!limits_read(&limits))
		return false;
	error = page_add(page, name, size, shift, NULL);
	if (error != wanted)
		return wrong("adding \"%s\", %#llx bytes, off by %#llx: %s; wanted %s", name,
			     (unsigned long long)size, (unsigned long long)shift,
			     strerror(error), strerror(wanted));
	limits.refused_for[why]++;
	if (!as_expected())
		return false;
	for (unsigned int i = 0; i < REFUSALS; i++)
		if (seen.limits.refused_for[i] != limits.refused_for[i])
			return wrong("adding \"%s\": refused for reason %u %u times, wanted %u",
				     name, i, seen.limits.refused_for[i],
				     limits.refused_for[i]);
	return true;
}

static bool test_name_empty(void)
{
	return is_refused(NAME_EMPTY, EINVAL, 0, "", 4, 0);
}

static bool test_name_too_long(void)
{
	return is_refused(NAME_TOO_LONG, EINVAL, 0, "0123456789ab", 4, 0) &&
	       is_refused(NAME_TOO_LONG, EINVAL, 0, "0123456789abcdef0123456789abcde", 4, 0);
}

static bool test_name_characters(void)
{
	static const char *const names[] = {
		"-", "a b", "a/b", "..", "a\n", "\x7f", "\xe4", "abcdefghij.",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (!is_refused(NAME_CHARACTERS, EINVAL, 0, names[i], 4, 0))
			return false;
	return true;
}

static bool test_size_odd(void)
{
	static const uint64_t sizes[] = { 0, 1, 2, 3, 5, 4094, UINT64_MAX };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		if (!is_refused(SIZE_ODD, EINVAL, 0, "TEST", sizes[i], 0))
			return false;
	return true;
}

static bool test_range_wraps(void)
{
	return is_refused(RANGE_WRAPS, EINVAL, 0, "TEST", 1ull << 52, 0) &&
	       is_refused(RANGE_WRAPS, EINVAL, 0, "TEST", 1ull << 63, 0) &&
	       is_refused(RANGE_WRAPS, EINVAL, 0, "TEST", UINT64_MAX - 3, 0);
}

static bool test_addresses_differ(void)
{
	return is_refused(ADDRESSES_DIFFER, EINVAL, 0, "TEST", 4, 4) &&
	       is_refused(ADDRESSES_DIFFER, EINVAL, 0, "TEST", 4, 1) &&
	       is_refused(ADDRESSES_DIFFER, EINVAL, 0, "TEST", 4, -4ull) &&
	       is_refused(ADDRESSES_DIFFER, EINVAL, 0, "TEST", 4, 1 << 16);
}

static bool test_name_taken(void)
{
	return add(0, "TEST", 4) &&
	       is_refused(NAME_TAKEN, EEXIST, 1, "TEST", 4, 0) &&
	       is_refused(NAME_TAKEN, EEXIST, 0, "TEST", 4, 0) &&
	       is_refused(NAME_TAKEN, EEXIST, 1, HEADER_NAME, 4, 0) &&
	       take_away(0) && add(1, "TEST", 4);
}

static bool test_phys_taken(void)
{
	return add(0, "TEST", 4) &&
	       is_refused(PHYS_TAKEN, EEXIST, 0, "OTHER", 4, 0) &&
	       is_refused(PHYS_TAKEN, EEXIST, 0, "OTHER", 8, 0) &&
	       take_away(0) && add(0, "OTHER", 4);
}

/* Removed in an order in which neighbours go at different times */
static bool test_full(void)
{
	unsigned int capacity = seen.limits.capacity, grown = 0, pages = 0;

	for (; expected.regions.count < TABLE_MAXIMUM; pages++) {
		if (!add_numbered(pages))
			return false;
		grown += seen.limits.capacity != capacity;
		capacity = seen.limits.capacity;
	}
	printf("# %u regions added, capacity grew %u times to %u\n", pages, grown, capacity);
	if (!is_refused(TABLE_FULL, ENOSPC, pages, "TOO_MANY", 4, 0))
		return false;
	if (pages && !(take_away(pages / 2) && add_numbered(pages / 2)))
		return false;
	for (unsigned int step = 0; step < 7; step++)
		for (unsigned int page = step; page < pages; page += 7)
			if (!take_away(page))
				return false;
	return true;
}

static bool test_unload(void)
{
	const struct view start = expected;
	const char *skip = NULL;

	for (unsigned int i = 0; i < RELOADS; i++) {
		for (unsigned int page = 0; page < 5; page++)
			if (expected.regions.count < TABLE_MAXIMUM && !add_numbered(page))
				return false;
		expected = start;
		if (!module_unload() || !as_expected())
			return false;
		if (!module_load(&skip) || skip)
			return wrong("%s does not load again: %s", MODULE_NAME,
				     skip ? skip : "see above");
	}
	return true;
}

static bool test_views(const char **skip)
{
	*skip = NULL;
	return view_take(&seen);
}

static bool test_root(const char **skip)
{
	*skip = NULL;
	return files_are_for_root();
}

/* Those that only look, and those that need the module */
static const struct {
	const char *name;
	bool (*look)(const char **skip);
	bool (*run)(void);
} tests[] = {
	{ "only root can read what debugfs shows", test_root, NULL },
	{ "regions, limits, G-ToC and ELF header agree", test_views, NULL },
	{ "zones of ramoops are there as configured", test_ramoops, NULL },
	{ "a region is shown as it was registered", NULL, test_shown },
	{ "the last region takes the slot of one that goes", NULL, test_order },
	{ "all characters, lengths and sizes that may be are taken", NULL, test_kinds },
	{ "regions that come and go at random are as shown", NULL, test_random },
	{ "refused: an empty name", NULL, test_name_empty },
	{ "refused: a name of 12 characters and more", NULL, test_name_too_long },
	{ "refused: other characters in a name", NULL, test_name_characters },
	{ "refused: a size of 0 or no multiple of 4", NULL, test_size_odd },
	{ "refused: an end beyond the address space", NULL, test_range_wraps },
	{ "refused: addresses that differ", NULL, test_addresses_differ },
	{ "refused: a name that is taken", NULL, test_name_taken },
	{ "refused: an address that is taken", NULL, test_phys_taken },
	{ "the table fills up to its maximum, refuses one more and empties", NULL, test_full },
	{ "threads register and unregister while others read", NULL, test_threads },
	{ "threads that want one name have it one at a time", NULL, test_race },
	{ "a module that is unloaded takes its regions along", NULL, test_unload },
};

/* Afterwards everything must be as it was */
static bool run_with_module(bool (*run)(void), const char **skip)
{
	static struct view start;
	bool good;

	if (!view_take(&start))
		return false;
	if (!module_load(skip))
		return false;
	if (*skip)
		return true;
	expected = start;
	seen = start;
	memset(page_names, 0, sizeof(page_names));
	good = run();
	expected = start;
	return module_unload() && as_expected() && good;
}

int main(void)
{
	const char *skip;

	ksft_print_header();
	skip = minidump_missing();
	if (skip)
		ksft_exit_skip("%s\n", skip);

	ksft_set_plan(ARRAY_SIZE(tests));
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++) {
		bool good;

		skip = NULL;
		good = tests[i].look ? tests[i].look(&skip) :
				       run_with_module(tests[i].run, &skip);
		if (skip)
			ksft_test_result_skip("%s: %s\n", tests[i].name, skip);
		else
			ksft_test_result(good, "%s\n", tests[i].name);
	}
	ksft_finished();
}
