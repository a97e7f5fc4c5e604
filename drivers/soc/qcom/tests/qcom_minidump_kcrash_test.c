// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the text that says what happened, byte by byte: it is an ABI.
 */

#include <kunit/test.h>

#include <linux/cpumask.h>
#include <linux/string.h>

#include "../qcom_minidump_kcrash.h"

static const u8 boot[16] = {
	0x2c, 0x3a, 0x9f, 0x0e, 0x6a, 0x0b, 0x4a, 0x55,
	0x9d, 0x0f, 0x7b, 0x6e, 0x1d, 0x0c, 0x9a, 0x11
};

#define HEAD		"version=1\nwhat=panic\nmessage="
#define BOOT		"boot=2c3a9f0e-6a0b-4a55-9d0f-7b6e1d0c9a11\ncomplete=1\n"

static const struct qcom_minidump_kcrash crash = {
	.what = "panic",
	.message = "sysrq triggered crash",
	.time = 3672202123,
	.cpu = 1,
	.pid = 17,
	.comm = "init",
	.oopses = 2,
	.boot = boot,
};

static const char *format(struct kunit *test, const struct qcom_minidump_kcrash *crash)
{
	char *text = kunit_kzalloc(test, QCOM_MINIDUMP_KCRASH_SIZE + 1, GFP_KERNEL);
	size_t used;

	KUNIT_ASSERT_NOT_NULL(test, text);
	text[QCOM_MINIDUMP_KCRASH_SIZE] = 0x5a;
	used = qcom_minidump_kcrash_format(text, crash);
	KUNIT_EXPECT_EQ(test, used, strlen(text));
	KUNIT_EXPECT_LT(test, used, QCOM_MINIDUMP_KCRASH_SIZE);
	KUNIT_EXPECT_EQ(test, text[QCOM_MINIDUMP_KCRASH_SIZE], 0x5a);
	return text;
}

static void a_crash_is_told_in_lines(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, format(test, &crash), HEAD "sysrq triggered crash\n"
			   "time=3.672202123\ncpu=1\npid=17\ncomm=init\noopses=2\n" BOOT);
}

static void other_cpus_are_lists(struct kunit *test)
{
	struct qcom_minidump_kcrash panic = crash;
	struct cpumask *missing = kunit_kzalloc(test, sizeof(*missing), GFP_KERNEL);
	struct cpumask *unknown = kunit_kzalloc(test, sizeof(*unknown), GFP_KERNEL);

	KUNIT_ASSERT_TRUE(test, missing && unknown);
	cpumask_set_cpu(0, unknown);
	panic.missing = missing;
	panic.unknown = unknown;
	KUNIT_EXPECT_STREQ(test, format(test, &panic), HEAD "sysrq triggered crash\n"
			   "time=3.672202123\ncpu=1\npid=17\ncomm=init\noopses=2\n"
			   "missing=\nunknown=0\n" BOOT);
}

/* Nor has a task's name, which any user can choose */
static void no_message_makes_a_line_of_its_own(struct kunit *test)
{
	struct qcom_minidump_kcrash odd = crash;

	odd.message = "two\nlines\tand \xc3\xa4\x7f\n";
	odd.comm = "x\npid=0";
	odd.time = 5;
	KUNIT_EXPECT_STREQ(test, format(test, &odd), HEAD "two?lines?and ???\n"
			   "time=0.000000005\ncpu=1\npid=17\ncomm=x?pid=0\noopses=2\n" BOOT);
}

static void the_longest_text_is_whole(struct kunit *test)
{
	struct qcom_minidump_kcrash longest = crash;
	char *message = kunit_kzalloc(test, 4096, GFP_KERNEL);
	const char *text;

	KUNIT_ASSERT_NOT_NULL(test, message);
	memset(message, 'm', 4095);
	longest.message = message;
	longest.comm = message;
	longest.time = U64_MAX;
	longest.cpu = U32_MAX;
	longest.pid = INT_MIN;
	longest.oopses = U32_MAX;
	text = format(test, &longest);
	KUNIT_EXPECT_EQ(test, strspn(strstr(text, "message=") + 8, "m"), 511);
	KUNIT_EXPECT_STREQ(test, text + strlen(text) - strlen(BOOT), BOOT);
}

static void what_was_there_before_is_gone(struct kunit *test)
{
	char *region = kunit_kzalloc(test, QCOM_MINIDUMP_KCRASH_SIZE, GFP_KERNEL);
	const char *text = format(test, &crash);

	KUNIT_ASSERT_NOT_NULL(test, region);
	memset(region, 'x', QCOM_MINIDUMP_KCRASH_SIZE);
	qcom_minidump_kcrash_write(region, &crash);
	KUNIT_EXPECT_STREQ(test, region, text);
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(region + strlen(text), 0,
						   QCOM_MINIDUMP_KCRASH_SIZE - strlen(text)));
}

static void nothing_is_said_once_it_is_forgotten(struct kunit *test)
{
	char *region = kunit_kzalloc(test, QCOM_MINIDUMP_KCRASH_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, region);
	qcom_minidump_kcrash_write(region, &crash);
	qcom_minidump_kcrash_forget(region);
	KUNIT_EXPECT_STREQ(test, region, "");
}

static struct kunit_case kcrash_test_cases[] = {
	KUNIT_CASE(a_crash_is_told_in_lines),
	KUNIT_CASE(other_cpus_are_lists),
	KUNIT_CASE(no_message_makes_a_line_of_its_own),
	KUNIT_CASE(the_longest_text_is_whole),
	KUNIT_CASE(what_was_there_before_is_gone),
	KUNIT_CASE(nothing_is_said_once_it_is_forgotten),
	{}
};

static struct kunit_suite kcrash_test_suite = {
	.name = "qcom_minidump_kcrash",
	.test_cases = kcrash_test_cases,
};

kunit_test_suite(kcrash_test_suite);
