// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the regions that Linux wants in its dump
 *
 * A driver may register a region long before SMEM is up, on a machine that has
 * none, or between two lives of the device. Regions wait here and enter the
 * table when there is one, so that no driver ever has to ask or to defer.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "qcom_minidump_registry.h"

/* Where physical addresses end; not every architecture says */
#ifdef PHYS_MASK
#define MINIDUMP_PHYS_MAX	PHYS_MASK
#else
#define MINIDUMP_PHYS_MAX	PHYS_ADDR_MAX
#endif

static const struct {
	int error;
	const char *reason;
} minidump_refusals[MINIDUMP_REFUSALS] = {
	[MINIDUMP_NAME_EMPTY] = { -EINVAL, "it has no name" },
	[MINIDUMP_NAME_TOO_LONG] = { -ENAMETOOLONG, "its name has more than 11 characters" },
	[MINIDUMP_NAME_CHARACTERS] = { -EILSEQ, "its name has other characters than 0-9A-Za-z_" },
	[MINIDUMP_SIZE_ODD] = { -EMSGSIZE, "its size is 0 or no multiple of 4" },
	[MINIDUMP_RANGE_WRAPS] = { -ERANGE, "it ends beyond the address space" },
	[MINIDUMP_ADDRESSES_DIFFER] = { -EFAULT, "its virtual address is mapped elsewhere" },
	[MINIDUMP_NAME_TAKEN] = { -EEXIST, "its name is taken" },
	[MINIDUMP_PHYS_TAKEN] = { -EEXIST, "its physical address is taken" },
	[MINIDUMP_TABLE_FULL] = { -ENOSPC, "the table is full" },
};

static struct qcom_minidump_handle *
minidump_refuse(struct minidump_registry *registry,
		const struct qcom_minidump_region *region, enum minidump_refusal refusal)
{
	int error = minidump_refusals[refusal].error;
	const char *name = region->name ?: "";

	registry->refused[refusal]++;
	pr_err("region '%*pE' (%pa, %zu bytes) refused, %s: %pe\n",
	       (int)strnlen(name, MINIDUMP_REGION_NAME_SIZE), name, &region->phys,
	       region->size, minidump_refusals[refusal].reason, ERR_PTR(error));

	return ERR_PTR(error);
}

static enum minidump_refusal minidump_copy_name(struct minidump_slot *slot, const char *name)
{
	unsigned int i;

	for (i = 0; name && name[i]; i++) {
		if (i == MINIDUMP_REGION_NAME_MAX)
			return MINIDUMP_NAME_TOO_LONG;
		if (!isascii(name[i]) || (!isalnum(name[i]) && name[i] != '_'))
			return MINIDUMP_NAME_CHARACTERS;
		slot->name[i] = name[i];
	}

	return i ? MINIDUMP_ACCEPTED : MINIDUMP_NAME_EMPTY;
}

static enum minidump_refusal minidump_check_memory(const struct qcom_minidump_region *region)
{
	unsigned long virt = (unsigned long)region->virt;
	unsigned long last_virt;
	phys_addr_t last_phys;

	if (!region->size || region->size % 4)
		return MINIDUMP_SIZE_ODD;
	if (check_add_overflow(region->phys, region->size - 1, &last_phys) ||
	    last_phys > MINIDUMP_PHYS_MAX ||
	    check_add_overflow(virt, region->size - 1, &last_virt))
		return MINIDUMP_RANGE_WRAPS;
	/* It mostly is where the linear map has it, and that is soon told */
	if (region->virt != phys_to_virt(region->phys) && virt_addr_valid(region->virt) &&
	    virt_to_phys((void *)region->virt) != region->phys)
		return MINIDUMP_ADDRESSES_DIFFER;

	return MINIDUMP_ACCEPTED;
}

/* All characters of a name count, wherever they stand; the hash table mixes them */
static u32 minidump_name_key(const struct minidump_slot *slot)
{
	u32 words[3];

	static_assert(sizeof(words) == sizeof(slot->name));
	memcpy(words, slot->name, sizeof(words));

	return words[0] ^ rol32(words[1], 11) ^ rol32(words[2], 22);
}

/* Names are compared only where their hashes meet: the table is never searched */
static enum minidump_refusal minidump_check_twins(struct minidump_registry *registry,
						  const struct minidump_slot *slot, u32 name_key)
{
	struct qcom_minidump_handle *other;

	if (!memcmp(slot->name, MINIDUMP_ELF_HEADER_NAME, sizeof(slot->name)))
		return MINIDUMP_NAME_TAKEN;

	hash_for_each_possible(registry->by_name, other, name_node, name_key)
		if (!memcmp(other->slot.name, slot->name, sizeof(slot->name)))
			return MINIDUMP_NAME_TAKEN;

	hash_for_each_possible(registry->by_phys, other, phys_node, slot->phys)
		if (other->slot.phys == slot->phys)
			return MINIDUMP_PHYS_TAKEN;

	return MINIDUMP_ACCEPTED;
}

/* Says what the region's slot holds, and makes the hash of its name, too */
static enum minidump_refusal minidump_check(struct minidump_registry *registry,
					    const struct qcom_minidump_region *region,
					    struct minidump_slot *slot, u32 *name_key)
{
	enum minidump_refusal refusal;

	*slot = (struct minidump_slot) {
		.virt = (unsigned long)region->virt,
		.phys = region->phys,
		.size = region->size,
	};

	refusal = minidump_copy_name(slot, region->name);
	if (refusal)
		return refusal;

	refusal = minidump_check_memory(region);
	if (refusal)
		return refusal;

	*name_key = minidump_name_key(slot);
	refusal = minidump_check_twins(registry, slot, *name_key);
	if (refusal)
		return refusal;

	/* All slots but that of the ELF header */
	if (registry->count == MINIDUMP_APSS_MAX_REGIONS - 1)
		return MINIDUMP_TABLE_FULL;

	return MINIDUMP_ACCEPTED;
}

static bool minidump_registry_started(const struct minidump_registry *registry)
{
	return registry->table.entry;
}

/**
 * qcom_minidump_registry_add() - Register a region
 * @registry: the registry
 * @region: the region; what is needed of it is copied
 *
 * Context: Process context. May sleep.
 * Return: what qcom_minidump_registry_remove() takes, or an error pointer: -ENOMEM or
 * one of those that &enum minidump_refusal lists.
 */
struct qcom_minidump_handle *
qcom_minidump_registry_add(struct minidump_registry *registry,
			   const struct qcom_minidump_region *region)
{
	struct qcom_minidump_handle *handle __free(kfree) = NULL;
	enum minidump_refusal refusal;
	struct minidump_slot slot;
	u32 name_key;
	int ret;

	guard(mutex)(&registry->lock);

	refusal = minidump_check(registry, region, &slot, &name_key);
	if (refusal)
		return minidump_refuse(registry, region, refusal);

	handle = kmalloc(sizeof(*handle), GFP_KERNEL);
	if (!handle)
		return ERR_PTR(-ENOMEM);

	handle->client = region->client;
	handle->slot = slot;

	if (minidump_registry_started(registry)) {
		ret = qcom_minidump_table_append(&registry->table, &handle->slot);
		if (ret)
			return ERR_PTR(ret);
	}

	list_add_tail(&handle->node, &registry->regions);
	hash_add(registry->by_name, &handle->name_node, name_key);
	hash_add(registry->by_phys, &handle->phys_node, handle->slot.phys);
	registry->count++;

	return_ptr(handle);
}

/* Slots are in the order of the list, and 0 is the ELF header's */
static unsigned int minidump_slot_of(const struct minidump_registry *registry,
				     const struct qcom_minidump_handle *handle)
{
	const struct qcom_minidump_handle *other;
	unsigned int index = 1;

	list_for_each_entry(other, &registry->regions, node) {
		if (other == handle)
			break;
		index++;
	}

	return index;
}

/**
 * qcom_minidump_registry_remove() - Take a region back
 * @registry: the registry
 * @handle: what qcom_minidump_registry_add() returned; NULL and error pointers are
 *	    ignored
 *
 * On return firmware does not see the region any more, and @handle is gone.
 * This cannot fail.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_registry_remove(struct minidump_registry *registry,
				   struct qcom_minidump_handle *handle)
{
	if (IS_ERR_OR_NULL(handle))
		return;

	guard(mutex)(&registry->lock);

	if (minidump_registry_started(registry))
		qcom_minidump_table_remove(&registry->table, minidump_slot_of(registry, handle));

	list_del(&handle->node);
	hash_del(&handle->name_node);
	hash_del(&handle->phys_node);
	registry->count--;
	kfree(handle);
}

/**
 * qcom_minidump_registry_start() - Show the registered regions to firmware
 * @registry: the registry
 * @entry: our entry in the G-ToC; it must stay until qcom_minidump_registry_stop()
 * @vmcoreinfo: VMCOREINFO note; it must stay just as long
 * @vmcoreinfo_size: its size in bytes, a multiple of 4, or 0 for none
 *
 * Regions that are registered later enter the table at once.
 *
 * Context: Process context. May sleep.
 * Return: 0 on success, -EBUSY when it is started already, -ENOMEM. On an error
 * nothing was written to @entry.
 */
int qcom_minidump_registry_start(struct minidump_registry *registry,
				 struct minidump_subsystem *entry,
				 const void *vmcoreinfo, size_t vmcoreinfo_size)
{
	struct qcom_minidump_handle *handle;
	int ret;

	guard(mutex)(&registry->lock);

	if (minidump_registry_started(registry))
		return -EBUSY;

	ret = qcom_minidump_table_prepare(&registry->table, registry->count,
					  vmcoreinfo, vmcoreinfo_size);
	if (ret)
		return ret;

	list_for_each_entry(handle, &registry->regions, node)
		qcom_minidump_table_load(&registry->table, &handle->slot);
	qcom_minidump_table_start(&registry->table, entry);

	return 0;
}

/**
 * qcom_minidump_registry_stop() - Withdraw everything from firmware
 * @registry: the registry, started or not
 *
 * The regions stay registered and wait for the next start.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_registry_stop(struct minidump_registry *registry)
{
	guard(mutex)(&registry->lock);

	if (minidump_registry_started(registry))
		qcom_minidump_table_stop(&registry->table);
}

/**
 * qcom_minidump_registry_bank() - Look at what firmware would find
 * @registry: the registry, locked
 *
 * Return: the live bank, which stays as it is until the lock is released, or
 * NULL while there is none.
 */
const struct minidump_bank *qcom_minidump_registry_bank(struct minidump_registry *registry)
{
	lockdep_assert_held(&registry->lock);

	if (!minidump_registry_started(registry))
		return NULL;

	return qcom_minidump_table_live(&registry->table);
}

/**
 * qcom_minidump_registry_describe_crash() - Write down the state of a CPU that went down
 * @registry: the registry, started or not
 * @crash: the CPU's state
 * @alone: no other CPU runs any more
 *
 * Context: Any, with interrupts off. Takes no lock, waits for nothing.
 * Return: false if nothing was written, as another CPU is at the tables.
 */
bool qcom_minidump_registry_describe_crash(struct minidump_registry *registry,
					   const struct qcom_minidump_crash *crash, bool alone)
{
	return qcom_minidump_table_describe_crash(&registry->table, crash, alone);
}
