// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of how stacks and registers are found, on stacks and frames made here.
 */

#include <kunit/test.h>

#include <linux/align.h>
#include <linux/init_task.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/thread_info.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

#include <asm/stacktrace/frame.h>

#include "../qcom_minidump_frames.h"

#define STACK	0xffff800012340000ul

static void a_stack_has_its_first_byte_and_its_end(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_on_stack(0, STACK));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_on_stack(STACK - 1, STACK));
	KUNIT_EXPECT_TRUE(test, qcom_minidump_panic_on_stack(STACK, STACK));
	KUNIT_EXPECT_TRUE(test, qcom_minidump_panic_on_stack(STACK + THREAD_SIZE, STACK));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_on_stack(STACK + THREAD_SIZE + 1, STACK));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_on_stack(ULONG_MAX, STACK));
}

static void the_tasks_stack_is_no_other_one(struct kunit *test)
{
	void *stack = vmalloc(THREAD_SIZE);
	unsigned long start = (unsigned long)stack;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, stack);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start, start), 0);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start + THREAD_SIZE - 8, start), 0);
	vfree(stack);
}

static void a_stack_pointer_to_nowhere_is_on_no_stack(struct kunit *test)
{
	static const unsigned long nowhere[] = {
		0, 8, 0x0000fffffffff000, 0x8000000000000000, -PAGE_SIZE, -8, -1
	};

	for (int i = 0; i < ARRAY_SIZE(nowhere); i++)
		KUNIT_EXPECT_EQ_MSG(test, qcom_minidump_panic_other_stack(nowhere[i], STACK), 0,
				    "sp %lx", nowhere[i]);
}

/* Aligned as the kernel's stacks are: to twice their size */
static void a_mapped_stack_is_found_whole(struct kunit *test)
{
	void *memory = vmalloc(4 * THREAD_SIZE);
	unsigned long start = ALIGN((unsigned long)memory, 2 * THREAD_SIZE);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, memory);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start, STACK), start);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start + 0x128, STACK), start);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start + THREAD_SIZE - 8, STACK),
			start);
	vfree(memory);
}

static void an_overflowed_stack_is_found_above(struct kunit *test)
{
	void *memory = vmalloc(4 * THREAD_SIZE);
	unsigned long start = ALIGN((unsigned long)memory + 1, 2 * THREAD_SIZE);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, memory);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start - 8, STACK), start);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start - THREAD_SIZE, STACK), start);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(start - 8, start), 0);
	vfree(memory);
}

static void of_any_other_stack_the_part_in_use_is_found(struct kunit *test)
{
	u64 *stack = kunit_kzalloc(test, 64, GFP_KERNEL);
	unsigned long sp = (unsigned long)&stack[2];

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, stack);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(sp, STACK), sp);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_other_stack(sp + 3, STACK), sp);
}

/* Two frames of an exception's handler, its registers, two frames of who it interrupted */
struct frames {
	u64 handler[2][2];
	struct pt_regs regs;
	u64 interrupted[2][2];
};

static struct frames *make_frames(struct kunit *test)
{
	struct frames *frames = kunit_kzalloc(test, sizeof(*frames), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frames);
	for (int i = 0; i < 31; i++)
		frames->regs.regs[i] = 0x1000 + i;
	frames->regs.sp = 0x2000;
	frames->regs.pc = 0x3000;
	frames->regs.pstate = 0x4000;
	frames->regs.regs[29] = (u64)&frames->interrupted[0];

	frames->handler[0][0] = (u64)&frames->handler[1];
	frames->handler[0][1] = 0x5000;
	frames->handler[1][0] = (u64)&frames->regs.stackframe;
	frames->handler[1][1] = 0x6000;
	frames->regs.stackframe.type = FRAME_META_TYPE_PT_REGS;
	frames->interrupted[0][0] = (u64)&frames->interrupted[1];
	frames->interrupted[0][1] = 0x7000;
	return frames;
}

static bool find(struct frames *frames, struct pt_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	return qcom_minidump_panic_find_interrupted((unsigned long)&frames->handler[0], regs);
}

static void registers_are_found_behind_the_handlers_frames(struct kunit *test)
{
	struct frames *frames = make_frames(test);
	struct pt_regs regs;

	KUNIT_ASSERT_TRUE(test, find(frames, &regs));
	KUNIT_EXPECT_EQ(test, memcmp(&regs, &frames->regs, sizeof(regs)), 0);
}

static void frames_without_registers_have_none(struct kunit *test)
{
	struct frames *frames = make_frames(test);
	struct pt_regs regs;

	frames->regs.stackframe.type = FRAME_META_TYPE_FINAL;
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));

	frames->regs.stackframe.type = FRAME_META_TYPE_NONE;
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));

	frames = make_frames(test);
	frames->regs.stackframe.record.lr = 1;
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));

	frames = make_frames(test);
	frames->handler[0][0] = 0;
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));
}

static void frames_that_lead_nowhere_have_no_registers(struct kunit *test)
{
	struct frames *frames = make_frames(test);
	struct pt_regs regs;

	frames->handler[1][0] = -8;
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));

	frames->handler[1][0] = 0x1234;
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));

	/* For ever round */
	frames->handler[1][0] = (u64)&frames->handler[0];
	KUNIT_EXPECT_FALSE(test, find(frames, &regs));
}

/* A notifier's frame, those of panic(), and its caller's */
static void the_caller_of_panic_is_found(struct kunit *test)
{
	unsigned long in_panic = (unsigned long)panic + 8;
	u64 frames[5][2] = {
		{ (u64)&frames[1], (u64)memcpy + 8 },
		{ (u64)&frames[2], in_panic },
		{ (u64)&frames[3], in_panic },
		{ (u64)&frames[4], (u64)memset + 8 },
		{ 0, (u64)memcpy + 8 },
	};
	struct pt_regs regs = { };

	if (!IS_ENABLED(CONFIG_KALLSYMS))
		kunit_skip(test, "there are no names");
	KUNIT_ASSERT_TRUE(test, qcom_minidump_panic_find_caller((unsigned long)frames, &regs));
	KUNIT_EXPECT_EQ(test, regs.pc, (u64)memset + 4);
	KUNIT_EXPECT_EQ(test, regs.regs[29], (u64)&frames[4]);
	KUNIT_EXPECT_EQ(test, regs.sp, (u64)&frames[4]);

	/* No panic, and nothing that can be read */
	frames[1][1] = (u64)memcpy + 8;
	frames[2][1] = (u64)memcpy + 8;
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_find_caller((unsigned long)frames, &regs));
	frames[1][1] = in_panic;
	frames[1][0] = 8;
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_find_caller((unsigned long)frames, &regs));
	frames[1][0] = (u64)&frames[1];
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_find_caller((unsigned long)frames, &regs));
}

static void registers_of_a_stopped_cpu_are_where_they_say(struct kunit *test)
{
	struct pt_regs *saved = kunit_kzalloc(test, sizeof(*saved), GFP_KERNEL);
	struct pt_regs regs;

	KUNIT_ASSERT_NOT_NULL(test, saved);
	saved->pstate = PSR_MODE_EL1h;
	saved->sp = (u64)(saved + 1);
	saved->pc = 0x1234;
	KUNIT_ASSERT_TRUE(test, qcom_minidump_panic_interrupted((unsigned long)saved, &regs));
	KUNIT_EXPECT_EQ(test, memcmp(&regs, saved, sizeof(regs)), 0);

	/* What is left of another one, user space, and nowhere */
	saved->sp += 16;
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_interrupted((unsigned long)saved, &regs));
	saved->sp -= 16;
	saved->pstate = PSR_MODE_EL0t;
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_interrupted((unsigned long)saved, &regs));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_interrupted(0, &regs));
	KUNIT_EXPECT_FALSE(test, qcom_minidump_panic_interrupted(8, &regs));
}

static void the_first_tasks_stack_is_found_whole(struct kunit *test)
{
	unsigned long stack = (unsigned long)task_stack_page(&init_task);

	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_stack_of(stack + THREAD_SIZE - 64), stack);
	KUNIT_EXPECT_EQ(test, qcom_minidump_panic_stack_of(8), 0);
}

static struct kunit_case frames_test_cases[] = {
	KUNIT_CASE(a_stack_has_its_first_byte_and_its_end),
	KUNIT_CASE(the_tasks_stack_is_no_other_one),
	KUNIT_CASE(a_stack_pointer_to_nowhere_is_on_no_stack),
	KUNIT_CASE(a_mapped_stack_is_found_whole),
	KUNIT_CASE(an_overflowed_stack_is_found_above),
	KUNIT_CASE(of_any_other_stack_the_part_in_use_is_found),
	KUNIT_CASE(registers_are_found_behind_the_handlers_frames),
	KUNIT_CASE(frames_without_registers_have_none),
	KUNIT_CASE(frames_that_lead_nowhere_have_no_registers),
	KUNIT_CASE(the_caller_of_panic_is_found),
	KUNIT_CASE(registers_of_a_stopped_cpu_are_where_they_say),
	KUNIT_CASE(the_first_tasks_stack_is_found_whole),
	{}
};

static struct kunit_suite frames_test_suite = {
	.name = "qcom_minidump_frames",
	.test_cases = frames_test_cases,
};

kunit_test_suite(frames_test_suite);
