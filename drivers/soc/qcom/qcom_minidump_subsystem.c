// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the regions that another processor lists.
 *
 * The processor can change its entry in the G-ToC, and the table of regions that
 * the entry points to, at any time. So each word of the entry is read only once,
 * the table is copied before it is looked at, and nothing is used unchecked.
 */

#include <linux/compiler.h>
#include <linux/ctype.h>
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/soc/qcom/smem.h>
#include <linux/types.h>

#include <soc/qcom/minidump_subsystem.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_subsystem.h"
#include "qcom_minidump_toc.h"

/**
 * qcom_minidump_subsystem_read_entry() - Read where a subsystem's regions are
 * @entry:	of the subsystem, in shared memory
 * @table:	filled in on success, but not checked
 *
 * Return: 0, or -ENODATA if the subsystem has no table, -EPERM if its table is
 * not enabled, -EBUSY if its regions are not encrypted yet.
 */
int qcom_minidump_subsystem_read_entry(const struct minidump_subsystem *entry,
				       struct qcom_minidump_subsystem_table *table)
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

static size_t table_size(const struct qcom_minidump_subsystem_table *table)
{
	return array_size(table->count, sizeof(struct minidump_region));
}

/**
 * qcom_minidump_subsystem_table_within() - Does a range hold a region table?
 * @table:	of no more regions than allowed
 * @start:	physical address of the range
 * @size:	of the range
 *
 * Return: true if it holds all of the table.
 */
bool qcom_minidump_subsystem_table_within(const struct qcom_minidump_subsystem_table *table,
					  u64 start, u64 size)
{
	size_t bytes = table_size(table);

	return table->address >= start && bytes <= size &&
	       table->address - start <= size - bytes;
}

static bool is_in_smem(const struct qcom_minidump_subsystem_table *table)
{
	return table->address == (phys_addr_t)table->address &&
	       qcom_smem_contains(table->address, table_size(table));
}

static struct minidump_region *
copy_table(const struct qcom_minidump_subsystem_table *table)
{
	struct minidump_region *copy;
	void __iomem *shared;

	copy = kvmalloc_array(table->count, sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return ERR_PTR(-ENOMEM);

	shared = ioremap_wc(table->address, table_size(table));
	if (!shared) {
		kvfree(copy);
		return ERR_PTR(-ENOMEM);
	}

	memcpy_fromio(copy, shared, table_size(table));
	iounmap(shared);

	return copy;
}

/* Names end up in ELF sections and, from there, in the names of files */
static void parse_name(char *name, const char *raw)
{
	unsigned int i;

	for (i = 0; i < MINIDUMP_REGION_NAME_SIZE - 1 && raw[i]; i++)
		name[i] = isascii(raw[i]) && isprint(raw[i]) && raw[i] != '/' ? raw[i] : '_';

	name[i] = '\0';
}

static bool parse_region(struct qcom_minidump_subsystem_region *region,
			 const struct minidump_region *raw, size_t room)
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
 * qcom_minidump_subsystem_parse() - Describe the regions of a table
 * @regions:	the table, in memory that nobody else writes to
 * @count:	number of regions in it, valid or not
 * @room:	number of bytes that the regions may have together
 *
 * Return: what qcom_minidump_subsystem_desc() returns, or -ENOMEM.
 */
struct qcom_minidump_subsystem *
qcom_minidump_subsystem_parse(const struct minidump_region *regions,
			      unsigned int count, size_t room)
{
	struct qcom_minidump_subsystem_region *region;
	struct qcom_minidump_subsystem *subsystem;
	unsigned int i;

	subsystem = kvzalloc(struct_size(subsystem, regions, count), GFP_KERNEL);
	if (!subsystem)
		return ERR_PTR(-ENOMEM);

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
read_table(const struct qcom_minidump_subsystem_table *table, size_t room)
{
	struct qcom_minidump_subsystem *subsystem;
	struct minidump_region *copy;

	if (!table->count)
		return qcom_minidump_subsystem_parse(NULL, 0, room);

	copy = copy_table(table);
	if (IS_ERR(copy))
		return ERR_CAST(copy);

	subsystem = qcom_minidump_subsystem_parse(copy, table->count, room);
	kvfree(copy);

	return subsystem;
}

static int find_table(struct device *dev, unsigned int index,
		      struct qcom_minidump_subsystem_table *table)
{
	struct minidump_subsystem *entry;
	int ret;

	entry = qcom_minidump_toc_subsystem(index);
	if (entry == ERR_PTR(-ENOENT) || entry == ERR_PTR(-ENXIO))
		return PTR_ERR(entry);

	if (IS_ERR(entry)) {
		dev_err(dev, "cannot find the minidump entry of subsystem %u: %pe\n", index, entry);
		return PTR_ERR(entry);
	}

	ret = qcom_minidump_subsystem_read_entry(entry, table);
	if (ret == -EBUSY)
		dev_err(dev, "minidump regions of subsystem %u are not encrypted yet\n", index);

	return ret;
}

/**
 * qcom_minidump_subsystem_desc() - Describe what another processor wants dumped
 * @dev:	of the processor, to print messages for
 * @index:	of the processor's subsystem in the G-ToC
 * @mem_phys:	physical address of the processor's own memory
 * @mem_size:	size of that memory
 *
 * Takes a snapshot of the valid regions that the processor lists. Its table must
 * lie in its own memory or in SMEM, so that no processor can make Linux read what
 * belongs to another.
 *
 * Regions that are empty, leave the physical address space, or exceed @mem_size,
 * either alone or in total, are skipped and counted. Whether a region lies in the
 * processor's memory is left to the caller, which has to map it.
 *
 * Prints one line if something is wrong, and nothing if the processor does not
 * take part in minidump.
 *
 * Context: Process context, may sleep.
 * Return: a description that the caller frees with kvfree(), or
 *
 * * -EPROBE_DEFER, -ENODEV: SMEM has not been probed, or firmware has none
 * * -ENOENT, -ENXIO: firmware has not created or not initialized the G-ToC
 * * -EMSGSIZE, -EPROTO: the G-ToC is too short or misaligned
 * * -ERANGE: the G-ToC has no such subsystem
 * * -ENODATA: the subsystem has no valid region table
 * * -EPERM: the subsystem's region table is not enabled
 * * -EBUSY: the subsystem's regions are not encrypted yet
 * * -E2BIG: the region table is longer than allowed
 * * -EFAULT: the region table is neither in the processor's memory nor in SMEM
 * * -ENOMEM: out of memory
 * * any other error of qcom_smem_get()
 */
struct qcom_minidump_subsystem *
qcom_minidump_subsystem_desc(struct device *dev, unsigned int index,
			     phys_addr_t mem_phys, size_t mem_size)
{
	struct qcom_minidump_subsystem_table table;
	struct qcom_minidump_subsystem *subsystem;
	int ret;

	ret = find_table(dev, index, &table);
	if (ret)
		return ERR_PTR(ret);

	if (table.count > QCOM_MINIDUMP_SUBSYSTEM_MAX_REGIONS) {
		dev_err(dev, "minidump table of subsystem %u has %u regions, more than %u\n",
			index, table.count, QCOM_MINIDUMP_SUBSYSTEM_MAX_REGIONS);
		return ERR_PTR(-E2BIG);
	}

	if (!qcom_minidump_subsystem_table_within(&table, mem_phys, mem_size) &&
	    !is_in_smem(&table)) {
		dev_err(dev, "minidump table of subsystem %u at %#llx, %u regions, is neither in its memory nor in SMEM\n",
			index, table.address, table.count);
		return ERR_PTR(-EFAULT);
	}

	subsystem = read_table(&table, mem_size);
	if (IS_ERR(subsystem)) {
		dev_err(dev, "cannot read the minidump table of subsystem %u: %pe\n",
			index, subsystem);
		return subsystem;
	}

	if (!subsystem->region_count || subsystem->skipped_count)
		dev_warn(dev, "minidump table of subsystem %u: of %u regions, %u are valid and %u malformed\n",
			 index, table.count, subsystem->region_count, subsystem->skipped_count);

	return subsystem;
}
EXPORT_SYMBOL_GPL(qcom_minidump_subsystem_desc);
