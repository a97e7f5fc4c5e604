// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the text that tells where modules are
 */

#include <kunit/test.h>

#include <linux/slab.h>
#include <linux/string.h>

#include "../qcom_minidump_modules.h"

/* For three short lines */
#define ROOM	24

struct lines_test {
	char text[ROOM];
	struct minidump_module_lines lines;
};

static int lines_test_init(struct kunit *test)
{
	struct lines_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->lines = (struct minidump_module_lines) { .text = t->text, .size = ROOM };
	test->priv = t;

	return 0;
}

static bool add(struct kunit *test, const char *line)
{
	struct lines_test *t = test->priv;

	return qcom_minidump_module_lines_add(&t->lines, line);
}

static char *find(struct kunit *test, const char *name)
{
	struct lines_test *t = test->priv;

	return qcom_minidump_module_lines_find(&t->lines, name);
}

static void expect_text(struct kunit *test, const char *text)
{
	struct lines_test *t = test->priv;

	KUNIT_EXPECT_STREQ(test, t->text, text);
}

static void lines_follow_each_other(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, add(test, "usb 1 2"));
	KUNIT_EXPECT_TRUE(test, add(test, "scsi 3 4"));
	expect_text(test, "usb 1 2\nscsi 3 4\n");
}

static void a_name_is_found_whole(struct kunit *test)
{
	struct lines_test *t = test->priv;

	add(test, "usb_storage 1");
	add(test, "usb 2");
	KUNIT_EXPECT_PTR_EQ(test, find(test, "usb"), t->text + strlen("usb_storage 1\n"));
	KUNIT_EXPECT_NULL(test, find(test, "storage"));
	KUNIT_EXPECT_NULL(test, find(test, "2"));
}

static void a_line_that_goes_leaves_the_others(struct kunit *test)
{
	add(test, "usb 1");
	add(test, "scsi 2");
	qcom_minidump_module_lines_remove(find(test, "usb"));
	expect_text(test, " sb 1\nscsi 2\n");
	KUNIT_EXPECT_NULL(test, find(test, "usb"));
	KUNIT_EXPECT_NOT_NULL(test, find(test, "scsi"));
	qcom_minidump_module_lines_remove(find(test, "usb"));
	expect_text(test, " sb 1\nscsi 2\n");
}

static void room_is_used_again_by_what_fits(struct kunit *test)
{
	struct lines_test *t = test->priv;

	add(test, "usb 1");
	add(test, "scsi 2");
	qcom_minidump_module_lines_remove(find(test, "usb"));
	KUNIT_EXPECT_TRUE(test, add(test, "nvme 3"));
	expect_text(test, " sb 1\nscsi 2\nnvme 3\n");
	KUNIT_EXPECT_TRUE(test, add(test, "i 4"));
	KUNIT_EXPECT_STREQ(test, t->text + strlen("i 4  "), "\nscsi 2\nnvme 3\n");
	KUNIT_EXPECT_EQ(test, 0, strncmp(t->text, "i 4  ", strlen("i 4  ")));
}

static void a_full_text_takes_no_more_and_stays(struct kunit *test)
{
	char line[ROOM] = { };

	memset(line, 'x', ROOM - 1);
	KUNIT_EXPECT_FALSE(test, add(test, line));
	expect_text(test, "");

	/* Now there is room for its end of line and the end of the text */
	line[ROOM - 2] = '\0';
	KUNIT_EXPECT_TRUE(test, add(test, line));
	line[0] = 'y';
	KUNIT_EXPECT_FALSE(test, add(test, line));
	KUNIT_EXPECT_FALSE(test, add(test, "z"));
	expect_text(test, "xxxxxxxxxxxxxxxxxxxxxx\n");
}

static struct kunit_case modules_test_cases[] = {
	KUNIT_CASE(lines_follow_each_other),
	KUNIT_CASE(a_name_is_found_whole),
	KUNIT_CASE(a_line_that_goes_leaves_the_others),
	KUNIT_CASE(room_is_used_again_by_what_fits),
	KUNIT_CASE(a_full_text_takes_no_more_and_stays),
	{}
};

static struct kunit_suite modules_test_suite = {
	.name = "qcom_minidump_modules",
	.init = lines_test_init,
	.test_cases = modules_test_cases,
};

kunit_test_suite(modules_test_suite);
