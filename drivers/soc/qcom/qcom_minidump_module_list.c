// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the kernel's own list of modules
 *
 * crash(8) goes along that list when it starts, and exits where a page table on the way
 * is missing. What is on it, struct module, is in pages of vmalloc() that are anywhere.
 * So a panic copies those pages to KMODLIST0, without what else is in them, and has
 * copies of the page tables lead there, see qcom_minidump_stack_tables.c.
 *
 * The list has the newest module first. In the copies, it ends where there is no more
 * room, and no module exports symbols: the dump has none of them, and crash(8) exits
 * where it cannot read one.
 *
 * With pages of 64 KiB, one table maps the kernel's image and all modules. That table
 * is in the dump in place, so it leads to no copy, and crash(8) goes on without modules.
 */

#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include <asm/sections.h>

#include "qcom_minidump_copies.h"
#include "qcom_minidump_maps.h"
#include "qcom_minidump_module_list.h"
#include "qcom_minidump_stack_tables.h"

/* The kernel's. At file scope, as a crash belongs to no device. */
static const struct list_head *modules;

static bool is_kernel_data(const void *node)
{
	return node >= (const void *)_sdata && node < (const void *)_edata;
}

/**
 * qcom_minidump_module_list_find() - Find the list
 * @mod: a module that is on it
 *
 * Context: A notifier of modules.
 */
void qcom_minidump_module_list_find(const struct module *mod)
{
	const struct list_head *node = &mod->list;

	if (READ_ONCE(modules))
		return;

	guard(rcu)();

	/* No module is in the kernel's data, but the list's head is */
	while (!is_kernel_data(node))
		node = rcu_dereference(list_next_rcu(node));
	WRITE_ONCE(modules, node);
}

/* crash(8) looks for symbols in this memory, and goes on without if it is not there */
static bool lead_to_memory(const struct module_memory *memory)
{
	unsigned long addr = (unsigned long)memory->base, last = addr + memory->size - 1;

	if (!memory->size)
		return true;
	if (last < addr || !is_vmalloc_or_module_addr((void *)addr) ||
	    !is_vmalloc_or_module_addr((void *)last))
		return false;

	for (; addr <= last; addr = ALIGN(addr + 1, PMD_SIZE))
		if (!qcom_minidump_lead_to(addr, NULL))
			return false;

	return true;
}

/* Returns NULL if there is no way to the copy */
static struct module *copy_module(const struct module *mod, void *page, unsigned int pages)
{
	unsigned long first = (unsigned long)PTR_ALIGN_DOWN(mod, PAGE_SIZE);
	struct module *copy = page + offset_in_page(mod);

	if (!qcom_minidump_is_memory(mod, sizeof(*mod)) ||
	    copy_from_kernel_nofault(copy, mod, sizeof(*mod)))
		return NULL;
	for (unsigned long offset = 0; offset < pages * PAGE_SIZE; offset += PAGE_SIZE)
		if (!qcom_minidump_lead_to(first + offset, page + offset))
			return NULL;
	if (!lead_to_memory(&copy->mem[MOD_DATA]) || !lead_to_memory(&copy->mem[MOD_INIT_DATA]))
		return NULL;

	copy->num_syms = 0;
	return copy;
}

/**
 * qcom_minidump_module_list_copy() - Copy the list of modules
 *
 * Context: A panic, after the page tables of the stacks were copied.
 */
void qcom_minidump_module_list_copy(void)
{
	void *page = qcom_minidump_copy_buffer(MINIDUMP_COPY_MODULES);
	const struct list_head *head = READ_ONCE(modules);
	unsigned int pages, left = MINIDUMP_MODULE_PAGES;
	struct list_head *node, **last = NULL;
	const struct module *mod;
	struct module *copy;

	if (!page || !head || get_kernel_nofault(node, &head->next))
		return;

	while (node != head) {
		mod = list_entry(node, struct module, list);
		pages = DIV_ROUND_UP(offset_in_page(mod) + sizeof(*mod), PAGE_SIZE);
		copy = pages <= left ? copy_module(mod, page, pages) : NULL;
		if (!copy)
			break;
		last = &copy->list.next;
		node = *last;
		page += pages * PAGE_SIZE;
		left -= pages;
	}
	if (last)
		*last = (struct list_head *)head;
}
