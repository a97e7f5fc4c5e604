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
#include <linux/uaccess.h>

#include <asm/sections.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_data.h"
#include "qcom_minidump_maps.h"
#include "qcom_minidump_registry.h"

/* Reads an entry, and notes which page it is in, unless that is swapper_pg_dir */
static bool take_entry(struct qcom_minidump_page_path *path, void *entry, void *value, size_t size)
{
	void *page = PTR_ALIGN_DOWN(entry, PAGE_SIZE);

	/* Of a level that is folded, the level above has the entries */
	if (virt_addr_valid(page))
		path->entries[path->count++] = entry;
	else if (page != swapper_pg_dir)
		return false;

	return !copy_from_kernel_nofault(value, entry, size);
}

/**
 * qcom_minidump_page_path() - Find what maps an address
 * @path: set to that
 * @addr: an address of the kernel's
 *
 * Context: Any. Takes no lock; in a crash, the tables may be damaged.
 * Return: how much of the memory around @addr these tables are all for, in bytes.
 */
unsigned long qcom_minidump_page_path(struct qcom_minidump_page_path *path, unsigned long addr)
{
	pgd_t *pgdp = pgd_offset_k(addr), pgd = READ_ONCE(*pgdp);
	p4d_t *p4dp, p4d;
	pud_t *pudp, pud;
	pmd_t *pmdp, pmd;
	pte_t pte;

	path->count = 0;
	path->pte = NULL;
	/* Nobody takes a table away, but a leaf may become one meanwhile */
	if (pgd_none(pgd) || pgd_leaf(pgd))
		return PGDIR_SIZE;

	p4dp = p4d_offset(pgdp, addr);
	if (!take_entry(path, p4dp, &p4d, sizeof(p4d)) || p4d_none(p4d) || p4d_leaf(p4d))
		return P4D_SIZE;

	pudp = pud_offset(p4dp, addr);
	if (!take_entry(path, pudp, &pud, sizeof(pud)) || pud_none(pud) || pud_leaf(pud))
		return PUD_SIZE;

	pmdp = pmd_offset(pudp, addr);
	if (!take_entry(path, pmdp, &pmd, sizeof(pmd)) || pmd_none(pmd) || pmd_leaf(pmd))
		return PMD_SIZE;

	path->pte = pte_offset_kernel(pmdp, addr);
	if (!take_entry(path, path->pte, &pte, sizeof(pte)))
		path->pte = NULL;

	return PMD_SIZE;
}

static bool is_page_of_memory(const void *addr)
{
	struct qcom_minidump_page_path path;
	pte_t pte;

	if (virt_addr_valid(addr))
		return true;
	if (!is_vmalloc_or_module_addr(addr))
		return false;

	qcom_minidump_page_path(&path, (unsigned long)addr);
	return path.pte && !copy_from_kernel_nofault(&pte, path.pte, sizeof(pte)) &&
	       pte_present(pte) && pfn_is_map_memory(pte_pfn(pte));
}

/**
 * qcom_minidump_is_memory() - Tell whether a read would reach memory
 * @addr: an address that may be any
 * @size: how much would be read, in bytes
 *
 * What vmalloc() maps may also be a device, which may answer a read with an error that
 * copy_from_kernel_nofault() does not catch.
 *
 * Context: Any. Takes no lock.
 * Return: whether all of that is memory, mapped by pages or in the linear map. Of larger
 * mappings elsewhere it knows nothing.
 */
bool qcom_minidump_is_memory(const void *addr, size_t size)
{
	size_t offset;

	for (offset = 0; offset < size; offset += PAGE_SIZE - offset_in_page(addr + offset))
		if (!is_page_of_memory(addr + offset))
			return false;

	return true;
}

static void add_table(struct qcom_minidump_page_tables *tables, const void *page)
{
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
	struct qcom_minidump_page_path path;
	unsigned long covered = qcom_minidump_page_path(&path, addr);

	for (unsigned int i = 0; i < path.count; i++)
		add_table(tables, PTR_ALIGN_DOWN(path.entries[i], PAGE_SIZE));

	return covered;
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

/* Those that are regions by now. At file scope, as a crash belongs to no device. */
static struct qcom_minidump_page_tables registered;

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
		if (!ret)
			add_table(&registered, tables->pages[i]);
	}

	return ret;
}

/**
 * qcom_minidump_has_page_table() - Tell whether a page table is in the dump in place
 * @table: its address in the linear map
 *
 * Context: Any.
 * Return: whether it is.
 */
bool qcom_minidump_has_page_table(const void *table)
{
	for (unsigned int i = 0; i < registered.count; i++)
		if (registered.pages[i] == table)
			return true;

	return false;
}

/**
 * qcom_minidump_maps_forget() - Know of no page tables in the dump any more
 *
 * Context: Process context, after they were unregistered.
 */
void qcom_minidump_maps_forget(void)
{
	registered.count = 0;
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
