// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the way to a PID, in trees made here
 */

#include <kunit/test.h>

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/set_memory.h>
#include <linux/stddef.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include <asm/tlbflush.h>

#include "../qcom_minidump_pids.h"

static DEFINE_XARRAY(pids);
/* What it points to; nobody looks into these */
static u64 *things;

static int pids_test_init(struct kunit *test)
{
	things = kunit_kcalloc(test, 8, sizeof(*things), GFP_KERNEL);
	return things ? 0 : -ENOMEM;
}

static void pids_test_exit(struct kunit *test)
{
	xa_destroy(&pids);
}

static void add(struct kunit *test, unsigned int nr, unsigned int thing)
{
	KUNIT_ASSERT_NULL(test, xa_store(&pids, nr, &things[thing], GFP_KERNEL));
}

static struct qcom_minidump_pid_path way_to(unsigned int nr)
{
	struct qcom_minidump_pid_path path;

	qcom_minidump_pid_path(&path, &pids, nr);
	return path;
}

static void no_way(struct kunit *test, unsigned int nodes, unsigned int nr)
{
	struct qcom_minidump_pid_path path = way_to(nr);

	KUNIT_EXPECT_EQ_MSG(test, path.count, nodes, "nodes on the way to %u", nr);
	KUNIT_EXPECT_NULL_MSG(test, path.pid, "end of the way to %u", nr);
}

/* The tree itself knows the way up */
static void each_way_has_all_nodes_between_root_and_pid(struct kunit *test)
{
	static const unsigned int nrs[] = {
		1, 2, XA_CHUNK_SIZE - 1, XA_CHUNK_SIZE, XA_CHUNK_SIZE * XA_CHUNK_SIZE + 1,
		PID_MAX_LIMIT / 2, PID_MAX_LIMIT - 1
	};
	struct qcom_minidump_pid_path path;

	for (int i = 0; i < ARRAY_SIZE(nrs); i++)
		add(test, nrs[i], i);
	for (int i = 0; i < ARRAY_SIZE(nrs); i++) {
		path = way_to(nrs[i]);
		KUNIT_EXPECT_PTR_EQ(test, (const void *)path.pid, (const void *)&things[i]);
		KUNIT_ASSERT_EQ(test, path.count, MINIDUMP_PID_LEVELS);
		for (int level = 0; level < path.count; level++)
			KUNIT_EXPECT_PTR_EQ(test,
					    rcu_access_pointer(path.nodes[level]->parent),
					    level ? path.nodes[level - 1] : NULL);
		KUNIT_EXPECT_EQ(test, path.nodes[path.count - 1]->shift, 0);
	}
}

static void a_low_tree_is_one_node(struct kunit *test)
{
	struct qcom_minidump_pid_path path;

	add(test, 1, 0);
	path = way_to(1);
	KUNIT_EXPECT_EQ(test, path.count, 1);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)path.pid, (const void *)&things[0]);
}

static void there_is_no_way_to_a_pid_that_nobody_has(struct kunit *test)
{
	no_way(test, 0, 1);
	add(test, 1, 0);
	no_way(test, 1, 2);
	/* Beyond what the tree has room for, and in the same place of its root */
	no_way(test, 0, XA_CHUNK_SIZE + 1);
	no_way(test, 0, PID_MAX_LIMIT + 1);
	no_way(test, 0, 0x80000001);
}

/* The node is no memory, leads to itself, to no memory, or shifts by too much */
static void a_damaged_tree_ends_the_way(struct kunit *test)
{
	struct xa_node *damaged = kunit_kzalloc(test, sizeof(*damaged), GFP_KERNEL);
	void __rcu **head = &pids.xa_head;

	KUNIT_ASSERT_NOT_NULL(test, damaged);
	rcu_assign_pointer(*head, xa_mk_node((void *)-PAGE_SIZE));
	no_way(test, 0, 1);
	rcu_assign_pointer(*head, xa_mk_node((void *)(2 * PAGE_SIZE)));
	no_way(test, 0, 1);

	rcu_assign_pointer(*head, xa_mk_node(damaged));
	rcu_assign_pointer(damaged->slots[1], xa_mk_node(damaged));
	no_way(test, MINIDUMP_PID_LEVELS, 1);
	rcu_assign_pointer(damaged->slots[1], (void *)&pids);
	no_way(test, 1, 1);
	damaged->shift = 32;
	no_way(test, 0, 1);

	rcu_assign_pointer(*head, NULL);
}

/* By its address it is memory; only reading tells */
static void unmapped_memory_ends_the_way(struct kunit *test)
{
	struct page *pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	void __rcu **head = &pids.xa_head;
	struct xa_node *node;
	void *unmapped;
	u64 word;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	unmapped = page_address(pages) + PAGE_SIZE;
	/* Of this one, what is behind slot 1 is unmapped */
	node = unmapped - offsetof(struct xa_node, slots[2]);
	rcu_assign_pointer(node->slots[1], (void *)things);
	set_direct_map_invalid_noflush(pages + 1);
	flush_tlb_kernel_range((unsigned long)unmapped, (unsigned long)unmapped + PAGE_SIZE);
	if (get_kernel_nofault(word, (u64 *)unmapped)) {
		rcu_assign_pointer(*head, xa_mk_node(node));
		KUNIT_EXPECT_PTR_EQ(test, (const void *)way_to(1).pid, (const void *)things);
		no_way(test, 0, 2);
		rcu_assign_pointer(*head, xa_mk_node(unmapped));
		no_way(test, 0, 1);
		rcu_assign_pointer(*head, NULL);
	} else {
		kunit_mark_skipped(test, "this kernel cannot unmap a page");
	}
	set_direct_map_default_noflush(pages + 1);
	__free_pages(pages, 1);
}

static void the_way_to_a_task_that_runs_ends_at_its_pid(struct kunit *test)
{
	struct qcom_minidump_pid_path path;

	qcom_minidump_pid_path(&path, &init_pid_ns.idr.idr_rt, task_pid_nr(current));
	KUNIT_EXPECT_PTR_EQ(test, path.pid, (const struct pid *)task_pid(current));
}

static struct kunit_case pids_test_cases[] = {
	KUNIT_CASE(each_way_has_all_nodes_between_root_and_pid),
	KUNIT_CASE(a_low_tree_is_one_node),
	KUNIT_CASE(there_is_no_way_to_a_pid_that_nobody_has),
	KUNIT_CASE(a_damaged_tree_ends_the_way),
	KUNIT_CASE(unmapped_memory_ends_the_way),
	KUNIT_CASE(the_way_to_a_task_that_runs_ends_at_its_pid),
	{}
};

static struct kunit_suite pids_test_suite = {
	.name = "qcom_minidump_pids",
	.init = pids_test_init,
	.exit = pids_test_exit,
	.test_cases = pids_test_cases,
};

kunit_test_suite(pids_test_suite);
