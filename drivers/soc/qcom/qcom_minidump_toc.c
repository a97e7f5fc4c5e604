// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the global table of contents (G-ToC) in SMEM.
 *
 * Finds the table, hands out the entry of a subsystem, and describes what
 * another processor lists in its own. Every other processor can write to SMEM,
 * and to the memory that it names there, at any moment. So each word is read
 * once, and what was read is checked before it is used.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/align.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/soc/qcom/smem.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_toc.h"

/**
 * qcom_minidump_toc_entry() - Check a G-ToC and find a subsystem's entry
 * @item:	the SMEM item
 * @size:	of the item, which tells how many subsystems there are
 * @index:	of the subsystem
 *
 * The revision is not looked at: there is no word on what a table of another
 * revision would look like, and remoteproc has always taken any.
 *
 * Return: the entry, or -EMSGSIZE for an item too short for one subsystem,
 * -EPROTO for an item that is not aligned to 8 bytes, without which a store to
 * a 64-bit word would not be seen all at once, -ENXIO if firmware has not set
 * the table up, -ERANGE for a subsystem that the table does not hold.
 */
struct minidump_subsystem *
qcom_minidump_toc_entry(void *item, size_t size, unsigned int index)
{
	struct minidump_toc *toc = item;

	if (size < struct_size(toc, subsystems, 1))
		return ERR_PTR(-EMSGSIZE);

	if (!IS_ALIGNED((unsigned long)toc, sizeof(__le64)))
		return ERR_PTR(-EPROTO);

	if (!READ_ONCE(toc->status))
		return ERR_PTR(-ENXIO);

	if (index >= (size - sizeof(*toc)) / sizeof(toc->subsystems[0]))
		return ERR_PTR(-ERANGE);

	return &toc->subsystems[index];
}

/*
 * SMEM checks where an item begins, but the size is what another processor wrote
 * there. SMEM is mapped in several pieces, so that its end is in one of them is
 * not enough: it must be as far from the beginning as it is in physical memory.
 */
static bool is_within_smem(void *item, size_t size)
{
	phys_addr_t first = qcom_smem_virt_to_phys(item);
	phys_addr_t last = qcom_smem_virt_to_phys(item + size - 1);

	return size && first && last && last - first == size - 1;
}

/**
 * qcom_minidump_toc_subsystem() - Find a subsystem's entry in SMEM
 * @index:	of the subsystem
 *
 * The entry stays where it is for as long as qcom-smem is bound to its device.
 * A child device of qcom-smem may keep the pointer until its own removal.
 *
 * Return: the entry, or -EPROBE_DEFER while there is no SMEM, -ENOENT if
 * firmware made no item for minidump, or an error of qcom_minidump_toc_entry().
 */
struct minidump_subsystem *qcom_minidump_toc_subsystem(unsigned int index)
{
	size_t size;
	void *item;

	item = qcom_smem_get(QCOM_SMEM_HOST_ANY, MINIDUMP_SMEM_ITEM, &size);
	if (item == ERR_PTR(-EPROBE_DEFER))
		return item;

	/* SMEM has an error each for no item, no such item and no such list */
	if (IS_ERR(item))
		return ERR_PTR(-ENOENT);

	if (!is_within_smem(item, size))
		return ERR_PTR(-EMSGSIZE);

	return qcom_minidump_toc_entry(item, size, index);
}
EXPORT_SYMBOL_GPL(qcom_minidump_toc_subsystem);

/**
 * qcom_minidump_toc_read_entry() - Read where a subsystem's regions are
 * @entry:	of the subsystem, in shared memory
 * @table:	filled in on success, not checked yet
 *
 * Return: 0, or -ENODATA if the subsystem has no table, -EPERM if its table is
 * not enabled, -EBUSY if its regions are not encrypted yet.
 */
int qcom_minidump_toc_read_entry(const struct minidump_subsystem *entry,
				 struct qcom_minidump_toc_table *table)
{
	u32 encryption = le32_to_cpu(READ_ONCE(entry->encryption_status));
	u32 enabled = le32_to_cpu(READ_ONCE(entry->enabled));
	u32 status = le32_to_cpu(READ_ONCE(entry->status));

	table->address = le64_to_cpu(READ_ONCE(entry->regions_baseptr));
	table->count = le32_to_cpu(READ_ONCE(entry->region_count));

	if (status != MINIDUMP_SUBSYSTEM_VALID || !table->address)
		return -ENODATA;

	if (enabled != MINIDUMP_SUBSYSTEM_ENABLED)
		return -EPERM;

	if (encryption != MINIDUMP_ENCRYPTION_DONE)
		return -EBUSY;

	return 0;
}

/**
 * qcom_minidump_toc_table_within() - Does a range hold all of a region table?
 * @table:	with one region at least, and no more than allowed
 * @start:	physical address of the range
 * @size:	of the range
 *
 * The table counts in whole pages, since that is how it will be mapped.
 *
 * Return: true if it does.
 */
bool qcom_minidump_toc_table_within(const struct qcom_minidump_toc_table *table,
				    u64 start, u64 size)
{
	u64 bytes = (u64)table->count * sizeof(struct minidump_region);
	u64 first = round_down(table->address, PAGE_SIZE);
	u64 last;

	if (check_add_overflow(table->address, bytes - 1, &last))
		return false;

	last |= PAGE_SIZE - 1;

	return first >= start && last - start < size;
}

/*
 * A processor keeps its table in its carve-out. Nothing but memory that the
 * device tree reserves will do: to map Linux's own memory a second time is
 * wrong, and to read where there is no memory is fatal. Gives the size of the
 * carve-out, or 0.
 */
static u64 carveout_size(const struct qcom_minidump_toc_table *table)
{
	struct device_node *parent, *node;
	struct reserved_mem *rmem = NULL;

	parent = of_find_node_by_path("/reserved-memory");
	for_each_available_child_of_node(parent, node) {
		rmem = of_reserved_mem_lookup(node);
		if (rmem && qcom_minidump_toc_table_within(table, rmem->base,
							   rmem->size)) {
			of_node_put(node);
			break;
		}
		rmem = NULL;
	}
	of_node_put(parent);

	/* Reserved, but mapped like the rest of Linux's memory? */
	if (!rmem || region_intersects(rmem->base, rmem->size,
				       IORESOURCE_SYSTEM_RAM,
				       IORES_DESC_NONE) != REGION_DISJOINT)
		return 0;

	return rmem->size;
}

/* Copy the table, for it may change while it is being looked at */
static struct minidump_region *
copy_table(const struct qcom_minidump_toc_table *table)
{
	struct minidump_region *copy;
	void __iomem *shared;

	copy = kvmalloc_array(table->count, sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return ERR_PTR(-ENOMEM);

	shared = ioremap_wc(table->address, array_size(table->count, sizeof(*copy)));
	if (!shared) {
		kvfree(copy);
		return ERR_PTR(-ENOMEM);
	}

	memcpy_fromio(copy, shared, array_size(table->count, sizeof(*copy)));
	iounmap(shared);

	return copy;
}

/* A name ends up in ELF sections and, there, in the names of files */
static void parse_name(char *name, const char *raw)
{
	unsigned int i;

	for (i = 0; i < MINIDUMP_REGION_NAME_SIZE - 1 && raw[i]; i++)
		name[i] = isascii(raw[i]) && isprint(raw[i]) && raw[i] != '/' ? raw[i] : '_';

	name[i] = '\0';
}

static bool parse_region(struct qcom_minidump_subsystem_region *region,
			 const struct minidump_region *raw, u64 room)
{
	u64 address = le64_to_cpu(raw->address);
	u64 size = le64_to_cpu(raw->size);
	u64 last;

	if (!size || size > room)
		return false;

	if (check_add_overflow(address, size - 1, &last) || last != (phys_addr_t)last)
		return false;

	parse_name(region->name, raw->name);
	region->address = address;
	region->size = size;

	return true;
}

/**
 * qcom_minidump_toc_parse() - Describe the regions of a table
 * @regions:	the table, in memory that nobody else writes to
 * @count:	of regions in it, valid or not
 * @room:	how many bytes the regions may have together
 *
 * Return: what qcom_minidump_subsystem_desc() returns, or -ENOMEM.
 */
struct qcom_minidump_subsystem *
qcom_minidump_toc_parse(const struct minidump_region *regions,
			unsigned int count, u64 room)
{
	struct qcom_minidump_subsystem_region *region;
	struct qcom_minidump_subsystem *subsystem;
	unsigned int i;

	subsystem = kvzalloc(struct_size(subsystem, regions, count), GFP_KERNEL);
	if (!subsystem)
		return ERR_PTR(-ENOMEM);

	room = min_t(u64, room, SIZE_MAX);

	for (i = 0; i < count; i++) {
		if (le32_to_cpu(regions[i].valid) != MINIDUMP_REGION_VALID)
			continue;

		region = &subsystem->regions[subsystem->region_count];
		if (!parse_region(region, &regions[i], room)) {
			subsystem->skipped_count++;
			continue;
		}

		room -= region->size;
		subsystem->region_count++;
	}

	return subsystem;
}

static struct qcom_minidump_subsystem *
read_table(const struct qcom_minidump_toc_table *table, unsigned int index)
{
	struct qcom_minidump_subsystem *subsystem;
	struct minidump_region *copy;
	u64 room;

	if (!table->count)
		return qcom_minidump_toc_parse(NULL, 0, 0);

	if (table->count > QCOM_MINIDUMP_TOC_MAX_REGIONS) {
		pr_err("subsystem %u: %u regions are more than %u\n", index,
		       table->count, QCOM_MINIDUMP_TOC_MAX_REGIONS);
		return ERR_PTR(-E2BIG);
	}

	room = carveout_size(table);
	if (!room) {
		pr_err("subsystem %u: table of %u regions at %#llx is not in a carve-out\n",
		       index, table->count, table->address);
		return ERR_PTR(-EFAULT);
	}

	copy = copy_table(table);
	if (IS_ERR(copy))
		return ERR_CAST(copy);

	subsystem = qcom_minidump_toc_parse(copy, table->count, room);
	kvfree(copy);

	return subsystem;
}

/**
 * qcom_minidump_subsystem_desc() - Describe what a subsystem wants dumped
 * @index:	of the subsystem in the G-ToC
 *
 * Takes a snapshot of the regions that another processor lists and that are
 * valid. Regions that cannot be are skipped and counted: empty ones, ones that
 * leave the physical address space, and ones that do not fit the memory of
 * their processor, alone or all together.
 *
 * Prints one line about anything odd, with its value, and nothing about a
 * subsystem that lists no regions for now.
 *
 * Context: Process context, may sleep.
 * Return: a description that the caller frees with kvfree(), or
 *
 * * -EPROBE_DEFER: there is no SMEM yet
 * * -ENOENT, -ENXIO: firmware made no G-ToC, or did not set it up
 * * -EMSGSIZE, -EPROTO: the G-ToC is too short for any, or misplaced
 * * -ERANGE: the G-ToC has no such subsystem
 * * -ENODATA: the subsystem has no valid region table
 * * -EPERM: the subsystem's region table is not enabled
 * * -EBUSY: the subsystem's regions are yet to be encrypted
 * * -E2BIG: more regions than a table may have
 * * -EFAULT: the region table is not in memory of another processor
 * * -ENOMEM: out of memory
 */
struct qcom_minidump_subsystem *qcom_minidump_subsystem_desc(unsigned int index)
{
	struct qcom_minidump_subsystem *subsystem;
	struct qcom_minidump_toc_table table;
	struct minidump_subsystem *entry;
	int ret;

	entry = qcom_minidump_toc_subsystem(index);
	if (IS_ERR(entry)) {
		pr_err("subsystem %u: no entry in SMEM: %pe\n", index, entry);
		return ERR_CAST(entry);
	}

	ret = qcom_minidump_toc_read_entry(entry, &table);
	if (ret == -EBUSY)
		pr_err("subsystem %u: regions are not encrypted yet\n", index);
	if (ret)
		return ERR_PTR(ret);

	subsystem = read_table(&table, index);
	if (IS_ERR(subsystem))
		return subsystem;

	if (!subsystem->region_count || subsystem->skipped_count)
		pr_warn("subsystem %u: table of %u regions has %u valid, %u malformed\n",
			index, table.count, subsystem->region_count,
			subsystem->skipped_count);

	return subsystem;
}
EXPORT_SYMBOL_GPL(qcom_minidump_subsystem_desc);

MODULE_DESCRIPTION("Qualcomm minidump table of contents");
MODULE_LICENSE("GPL");
