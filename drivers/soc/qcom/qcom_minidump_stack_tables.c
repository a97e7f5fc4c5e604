// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: page tables that lead to copies
 *
 * Tools that know physical addresses only translate the address of a stack as the CPU
 * does. vmalloc() has put stacks into pages that are anywhere, and the dump has them in
 * the buffers of qcom_minidump_copies.c. So a panic copies the page tables on the way to
 * these stacks, as KSTACKTAB<n>, and in the copies of the last ones puts the buffers'
 * pages in the place of the stacks'. It does the same for struct module, see
 * qcom_minidump_module_list.c.
 *
 * Tables that are in the dump in place cannot be there twice. If the last one is such, as
 * it may be when KASLR has not moved the kernel's image away from what vmalloc() takes
 * first, no table leads to the copy.
 */

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/thread_info.h>

#include "qcom_minidump_copies.h"
#include "qcom_minidump_maps.h"
#include "qcom_minidump_stack_tables.h"

/**
 * qcom_minidump_lead_to() - Copy the page tables of an address
 * @addr: an address of the kernel's
 * @page: where it leads to in the copies, or NULL for the same page as ever
 *
 * Context: A panic.
 * Return: whether the dump has these tables, and they lead there.
 */
bool qcom_minidump_lead_to(unsigned long addr, const void *page)
{
	struct qcom_minidump_page_path path;
	const void *table;
	int copy = -1;
	pte_t *ptep;

	qcom_minidump_page_path(&path, addr);
	for (unsigned int i = 0; i < path.count; i++) {
		table = PTR_ALIGN_DOWN(path.entries[i], PAGE_SIZE);
		copy = -EEXIST;
		if (qcom_minidump_has_page_table(table))
			continue;
		copy = qcom_minidump_copy_once(MINIDUMP_COPY_STACK_TABLE, MINIDUMP_STACK_TABLES,
					       table);
		if (copy < 0)
			return false;
	}
	if (!page)
		return true;
	if (!path.pte || copy < 0)
		return false;

	ptep = qcom_minidump_copy_buffer(copy) + offset_in_page(path.pte);
	*ptep = pfn_pte(PHYS_PFN(virt_to_phys((void *)page)), PAGE_KERNEL);
	return true;
}

/* Returns whether all of it is found, if it was copied */
static bool lead_to_copy(unsigned int copy)
{
	const struct qcom_minidump_move *move = &qcom_minidump_copy_moves[copy];
	const void *buffer = qcom_minidump_copy_buffer(copy);
	unsigned long offset;

	/* Not copied, or found without page tables */
	if (!buffer || !qcom_minidump_is_copied(copy) || move->original)
		return true;

	for (offset = 0; offset < THREAD_SIZE; offset += PAGE_SIZE)
		if (!qcom_minidump_lead_to(move->virt + offset, buffer + offset))
			return false;

	return true;
}

/* crash(8) exits where it finds a task, but not its stack */
static void lead_to_stack(unsigned int stack, unsigned int task)
{
	if (!lead_to_copy(stack))
		qcom_minidump_copy_moves[task].original = 0;
}

/**
 * qcom_minidump_stack_tables_copy() - Have page tables lead to all copies of stacks
 *
 * Those of the CPU that went down come first, should there be too many tables.
 *
 * Context: A panic, after the stacks were copied.
 */
void qcom_minidump_stack_tables_copy(void)
{
	lead_to_stack(MINIDUMP_COPY_TASK_STACK, MINIDUMP_COPY_TASK);
	lead_to_copy(MINIDUMP_COPY_IRQ_STACK);
	for (unsigned int cpu = 0; cpu < MINIDUMP_TASKS; cpu++)
		lead_to_stack(MINIDUMP_COPY_CPU_STACK + cpu, MINIDUMP_COPY_CPU_TASK + cpu);
	for (unsigned int cpu = MINIDUMP_TASKS; cpu < MINIDUMP_CPUS_MAX; cpu++)
		lead_to_copy(MINIDUMP_COPY_CPU_STACK + cpu);
}
