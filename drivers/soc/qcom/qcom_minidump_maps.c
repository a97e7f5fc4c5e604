// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what maps the kernel's data
 *
 * Some tools read a dump by physical addresses only. They translate a variable's
 * virtual address as the CPU does, and look up first which memory there is:
 *
 *   KPGTAB<n>_0   page tables below swapper_pg_dir, which is KPGDIR
 *   KMEMROOT_0    mem_section, by which the kernel finds struct page
 *   KMEMSEC<n>_0  what that points to
 *
 * The tables are those of regions in the kernel's image and in the linear map of boot
 * memory. They stay where they are: what vmalloc() has mapped may lose them.
 */

#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/types.h>

#include <asm/sections.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_data.h"
#include "qcom_minidump_maps.h"
#include "qcom_minidump_registry.h"

static void add_table(struct qcom_minidump_page_tables *tables, const void *entry)
{
	const void *page = PTR_ALIGN_DOWN(entry, PAGE_SIZE);

	/* A level that is folded has its entries in swapper_pg_dir */
	if (!virt_addr_valid(page))
		return;

	for (unsigned int i = 0; i < tables->count; i++)
		if (tables->pages[i] == page)
			return;

	if (tables->count < ARRAY_SIZE(tables->pages))
		tables->pages[tables->count++] = page;
	else
		tables->missing = true;
}

/* Returns how much of the memory around @addr these tables are all for */
static unsigned long add_tables(struct qcom_minidump_page_tables *tables, unsigned long addr)
{
	pgd_t *pgdp = pgd_offset_k(addr), pgd = READ_ONCE(*pgdp);
	p4d_t *p4dp, p4d;
	pud_t *pudp, pud;
	pmd_t *pmdp, pmd;

	/* Nobody takes a table away, but a leaf may become one meanwhile */
	if (pgd_none(pgd) || pgd_leaf(pgd))
		return PGDIR_SIZE;

	p4dp = p4d_offset(pgdp, addr);
	p4d = READ_ONCE(*p4dp);
	add_table(tables, p4dp);
	if (p4d_none(p4d) || p4d_leaf(p4d))
		return P4D_SIZE;

	pudp = pud_offset(p4dp, addr);
	pud = READ_ONCE(*pudp);
	add_table(tables, pudp);
	if (pud_none(pud) || pud_leaf(pud))
		return PUD_SIZE;

	pmdp = pmd_offset(pudp, addr);
	pmd = READ_ONCE(*pmdp);
	add_table(tables, pmdp);
	if (!pmd_none(pmd) && !pmd_leaf(pmd))
		add_table(tables, pte_offset_kernel(pmdp, addr));

	return PMD_SIZE;
}

/**
 * qcom_minidump_page_tables_of() - Find the page tables of some memory
 * @tables: what they are added to
 * @addr: where the memory is mapped, for good
 * @size: its size
 *
 * Context: Any.
 */
void qcom_minidump_page_tables_of(struct qcom_minidump_page_tables *tables,
				  unsigned long addr, unsigned long size)
{
	unsigned long last = addr + size - 1, covered;

	for (;;) {
		covered = add_tables(tables, addr) - 1;
		if (last <= (addr | covered))
			return;
		addr = (addr | covered) + 1;
	}
}

static int add_linear(struct minidump_registry *registry, const char *name,
		      const void *start, size_t size)
{
	const struct qcom_minidump_region range = {
		.name = name,
		.virt = start,
		.phys = virt_to_phys((void *)start),
		.size = ALIGN(size, 4),
		.client = KBUILD_MODNAME,
	};

	return qcom_minidump_pieces_add(registry, &range);
}

/* mem_section is as with SPARSEMEM_EXTREME, which arm64 always has */
static int add_sections(struct minidump_registry *registry)
{
	char name[MINIDUMP_REGION_NAME_SIZE];
	unsigned int count = 0;
	unsigned long root;
	int ret;

	ret = add_linear(registry, "KMEMROOT", mem_section,
			 NR_SECTION_ROOTS * sizeof(*mem_section));
	for (root = 0; !ret && root < NR_SECTION_ROOTS; root++) {
		if (!mem_section[root])
			continue;
		snprintf(name, sizeof(name), "KMEMSEC%u", count++);
		ret = add_linear(registry, name, mem_section[root],
				 SECTIONS_PER_ROOT * sizeof(**mem_section));
	}

	return ret;
}

static bool is_mapped_for_good(unsigned long addr)
{
	return (addr >= (unsigned long)_text && addr < (unsigned long)_end) ||
	       virt_addr_valid((void *)addr);
}

static void find_page_tables(struct qcom_minidump_page_tables *tables,
			     struct minidump_registry *registry)
{
	const struct qcom_minidump_handle *region;
	unsigned long virt;

	guard(mutex)(&registry->lock);

	/* First of all those of the data, should there be too many */
	hlist_for_each_entry(region, &registry->pieces, piece_node)
		qcom_minidump_page_tables_of(tables, region->slot.virt, region->slot.size);
	list_for_each_entry(region, &registry->regions, node) {
		/* A crash on another CPU moves what it has copied */
		virt = READ_ONCE(region->slot.virt);
		if (is_mapped_for_good(virt))
			qcom_minidump_page_tables_of(tables, virt, region->slot.size);
	}
}

static int add_page_tables(struct device *dev, struct minidump_registry *registry)
{
	struct qcom_minidump_page_tables *tables __free(kfree) =
		kzalloc_obj(*tables);
	char name[MINIDUMP_REGION_NAME_SIZE];
	int ret = 0;

	if (!tables)
		return -ENOMEM;

	find_page_tables(tables, registry);
	if (tables->missing)
		dev_warn(dev, "more than %u page tables, the rest is not in the minidump\n",
			 tables->count);

	for (unsigned int i = 0; !ret && i < tables->count; i++) {
		snprintf(name, sizeof(name), "KPGTAB%u", i);
		ret = add_linear(registry, name, tables->pages[i], PAGE_SIZE);
	}

	return ret;
}

/**
 * qcom_minidump_maps_add() - Register what maps the regions that there are
 * @dev: the minidump device
 * @registry: the registry
 *
 * All of it is in pieces, which qcom_minidump_pieces_remove() unregisters.
 *
 * Context: Process context. May sleep.
 *
 * Return: 0, or a negative error code; what comes after the error is not registered.
 */
int qcom_minidump_maps_add(struct device *dev, struct minidump_registry *registry)
{
	/* Sections are regions, too, so they come before what is looked up for these */
	return add_sections(registry) ?: add_page_tables(dev, registry);
}
