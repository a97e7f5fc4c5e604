// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the global table of contents (G-ToC) in SMEM.
 *
 * Every processor that shares SMEM can write to it at any time, so each word is
 * read only once, and checked before it is used.
 */
#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/soc/qcom/smem.h>
#include <linux/types.h>

#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_toc.h"

/**
 * qcom_minidump_toc_entry() - Check the G-ToC and find a subsystem's entry
 * @item:	the SMEM item
 * @size:	of the item, which determines the number of subsystems
 * @index:	of the subsystem
 *
 * The revision is not checked: no other layout is documented, and remoteproc
 * has always accepted any revision.
 *
 * Return: the entry, or
 *
 * * -EMSGSIZE: the item is too short to hold a single subsystem
 * * -EPROTO: the item is not aligned to 8 bytes, so that stores to its 64-bit
 *   words would not be atomic
 * * -ENXIO: firmware has not initialized the table
 * * -ERANGE: the table has no such subsystem
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
 * SMEM checks where an item begins, but another processor can write any size to
 * the item's header. SMEM may be mapped in several pieces, so it is not enough
 * that the item ends in one of them: the end must be as far from the beginning
 * in physical memory as it is in virtual memory.
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
 * The entry stays valid for as long as qcom-smem is bound to its device. A child
 * device of qcom-smem may keep the pointer until its own removal.
 *
 * Return: the entry, or
 *
 * * -EPROBE_DEFER: SMEM has not been probed yet
 * * -ENOENT: firmware has not created the item
 * * any other error of qcom_smem_get() or qcom_minidump_toc_entry()
 */
struct minidump_subsystem *qcom_minidump_toc_subsystem(unsigned int index)
{
	size_t size;
	void *item;

	item = qcom_smem_get(QCOM_SMEM_HOST_ANY, MINIDUMP_SMEM_ITEM, &size);

	/* What SMEM says on old firmware, where it is not partitioned */
	if (item == ERR_PTR(-ENXIO))
		return ERR_PTR(-ENOENT);

	if (IS_ERR(item))
		return item;

	if (!is_within_smem(item, size))
		return ERR_PTR(-EMSGSIZE);

	return qcom_minidump_toc_entry(item, size, index);
}
EXPORT_SYMBOL_GPL(qcom_minidump_toc_subsystem);

MODULE_DESCRIPTION("Qualcomm minidump table of contents");
MODULE_LICENSE("GPL");
