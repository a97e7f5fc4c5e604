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
#include <linux/kasan.h>
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
	[MINIDUMP_NAME_TOO_LONG] = { -EINVAL, "its name has more than 11 characters" },
	[MINIDUMP_NAME_CHARACTERS] = { -EINVAL, "its name has other characters than 0-9A-Za-z_" },
	[MINIDUMP_SIZE_ODD] = { -EINVAL, "its size is 0 or not a multiple of 4" },
	[MINIDUMP_RANGE_WRAPS] = { -EINVAL, "it ends beyond the address space" },
	[MINIDUMP_ADDRESSES_DIFFER] = { -EINVAL, "its virtual address is mapped elsewhere" },
	[MINIDUMP_NAME_TAKEN] = { -EEXIST, "its name is taken" },
	[MINIDUMP_PHYS_TAKEN] = { -EEXIST, "its memory is taken" },
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
	/* Mostly it is where the linear map has it, which is cheap to check */
	if (region->virt != phys_to_virt(region->phys) && virt_addr_valid(region->virt) &&
	    virt_to_phys((void *)region->virt) != region->phys)
		return MINIDUMP_ADDRESSES_DIFFER;

	return MINIDUMP_ACCEPTED;
}

/* Names are padded to three words, which is a faster way to look at them */
struct minidump_name_words {
	u32 word[3];
};

static_assert(sizeof(struct minidump_name_words) == sizeof(((struct minidump_slot *)NULL)->name));

static struct minidump_name_words minidump_name_words(const char *name)
{
	struct minidump_name_words words;

	memcpy(&words, name, sizeof(words));
	return words;
}

/* All characters count, wherever they stand; the hash table mixes them */
static u32 minidump_name_key(const char *name)
{
	struct minidump_name_words words = minidump_name_words(name);

	return words.word[0] ^ rol32(words.word[1], 11) ^ rol32(words.word[2], 22);
}

static bool minidump_same_name(const char *a, const char *b)
{
	struct minidump_name_words x = minidump_name_words(a), y = minidump_name_words(b);

	return x.word[0] == y.word[0] && x.word[1] == y.word[1] && x.word[2] == y.word[2];
}

/* Names are compared only where their hashes meet: the table is never searched */
static enum minidump_refusal minidump_check_room(struct minidump_registry *registry,
						 const struct minidump_slot *slot, u32 name_key)
{
	struct qcom_minidump_handle *other;

	if (minidump_same_name(slot->name, MINIDUMP_ELF_HEADER_NAME))
		return MINIDUMP_NAME_TAKEN;

	hash_for_each_possible(registry->by_name, other, name_node, name_key)
		if (minidump_same_name(other->slot.name, slot->name))
			return MINIDUMP_NAME_TAKEN;

	hash_for_each_possible(registry->by_phys, other, phys_node, slot->phys)
		if (other->slot.phys == slot->phys)
			return MINIDUMP_PHYS_TAKEN;

	hlist_for_each_entry(other, &registry->pieces, piece_node)
		if (slot->phys < other->slot.phys + other->slot.size &&
		    other->slot.phys < slot->phys + slot->size)
			return MINIDUMP_PHYS_TAKEN;

	/* All slots but that of the ELF header */
	if (registry->count == MINIDUMP_APSS_MAX_REGIONS - 1)
		return MINIDUMP_TABLE_FULL;

	return MINIDUMP_ACCEPTED;
}

/* Takes over what is needed of a region, if it is one that can be */
static enum minidump_refusal minidump_copy_region(struct qcom_minidump_handle *handle,
						  const struct qcom_minidump_region *region)
{
	enum minidump_refusal refusal;

	INIT_HLIST_NODE(&handle->piece_node);
	handle->client = region->client;
	handle->slot = (struct minidump_slot) {
		/* Debuggers know of no tags */
		.virt = (unsigned long)kasan_reset_tag(region->virt),
		.phys = region->phys,
		.size = region->size,
	};

	refusal = minidump_copy_name(&handle->slot, region->name);
	if (refusal)
		return refusal;

	return minidump_check_memory(region);
}

static bool minidump_registry_started(const struct minidump_registry *registry)
{
	return registry->table.entry;
}

/* Enter what minidump_copy_region() has made of a region; frees it on failure */
static struct qcom_minidump_handle *
minidump_registry_insert(struct minidump_registry *registry,
			 const struct qcom_minidump_region *region,
			 struct qcom_minidump_handle *copy, enum minidump_refusal refusal)
{
	struct qcom_minidump_handle *handle __free(kfree) = copy;
	u32 name_key = minidump_name_key(handle->slot.name);
	int ret;

	if (!refusal)
		refusal = minidump_check_room(registry, &handle->slot, name_key);
	if (refusal)
		return minidump_refuse(registry, region, refusal);

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

/**
 * qcom_minidump_registry_add() - Register a region
 * @registry: the registry
 * @region: the region; what is needed of it is copied
 *
 * Context: Process context. May sleep.
 * Return: what qcom_minidump_registry_remove() takes, or an error pointer: -ENOMEM
 * or one of those that &enum minidump_refusal lists.
 */
struct qcom_minidump_handle *
qcom_minidump_registry_add(struct minidump_registry *registry,
			   const struct qcom_minidump_region *region)
{
	struct qcom_minidump_handle *handle = kmalloc_obj(*handle);
	enum minidump_refusal refusal;

	if (!handle)
		return ERR_PTR(-ENOMEM);
	refusal = minidump_copy_region(handle, region);

	guard(mutex)(&registry->lock);

	return minidump_registry_insert(registry, region, handle, refusal);
}

/**
 * qcom_minidump_registry_add_locked() - Register a region with the lock held
 * @registry: the registry, locked
 * @region: the region; what is needed of it is copied
 *
 * Context: Process context. May sleep.
 * Return: as qcom_minidump_registry_add().
 */
struct qcom_minidump_handle *
qcom_minidump_registry_add_locked(struct minidump_registry *registry,
				  const struct qcom_minidump_region *region)
{
	struct qcom_minidump_handle *handle = kmalloc_obj(*handle);

	lockdep_assert_held(&registry->lock);

	if (!handle)
		return ERR_PTR(-ENOMEM);

	return minidump_registry_insert(registry, region, handle,
					minidump_copy_region(handle, region));
}

/* The list is in the order of the slots, where the last one takes the free place */
static void minidump_registry_unlist(struct minidump_registry *registry,
				     struct qcom_minidump_handle *handle)
{
	struct qcom_minidump_handle *last;

	last = list_last_entry(&registry->regions, struct qcom_minidump_handle, node);
	if (last != handle)
		list_move(&last->node, &handle->node);
	list_del(&handle->node);
}

static void minidump_registry_take_out(struct minidump_registry *registry,
				       struct qcom_minidump_handle *handle)
{
	guard(mutex)(&registry->lock);

	if (minidump_registry_started(registry))
		qcom_minidump_table_remove(&registry->table, &handle->slot);

	minidump_registry_unlist(registry, handle);
	hash_del(&handle->name_node);
	hash_del(&handle->phys_node);
	hlist_del_init(&handle->piece_node);
	registry->count--;
}

/**
 * qcom_minidump_registry_remove() - Take a region back
 * @registry: the registry
 * @handle: what qcom_minidump_registry_add() returned; NULL and error pointers are
 *	    ignored
 *
 * On return firmware does not see the region any more, and @handle is gone.
 * This cannot fail. The region that was registered last takes its slot.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_registry_remove(struct minidump_registry *registry,
				   struct qcom_minidump_handle *handle)
{
	if (IS_ERR_OR_NULL(handle))
		return;

	minidump_registry_take_out(registry, handle);
	kfree(handle);
}

/**
 * qcom_minidump_registry_start() - Show the registered regions to firmware
 * @registry: the registry
 * @dev: the minidump device; it must be bound until qcom_minidump_registry_stop()
 * @entry: our entry in the G-ToC; it must stay just as long
 * @vmcoreinfo: VMCOREINFO note; likewise
 * @vmcoreinfo_size: its size in bytes, a multiple of 4, or 0 for none
 *
 * Regions that are registered later enter the table at once.
 *
 * Context: Process context. May sleep.
 * Return: 0 on success, -EBUSY when it is started already, or an error of
 * qcom_minidump_table_prepare(). On an error nothing was written to @entry.
 */
int qcom_minidump_registry_start(struct minidump_registry *registry, struct device *dev,
				 struct minidump_subsystem *entry,
				 const void *vmcoreinfo, size_t vmcoreinfo_size)
{
	struct qcom_minidump_handle *handle;
	int ret;

	guard(mutex)(&registry->lock);

	if (minidump_registry_started(registry))
		return -EBUSY;

	ret = qcom_minidump_table_prepare(&registry->table, dev, registry->count,
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

/**
 * qcom_minidump_registry_forget_crash() - Have debuggers told of no crash
 * @registry: the registry, started or not
 * @none: a crash without registers, which moves all copies back
 *
 * No crash is being described, nor will be before this returns.
 */
void qcom_minidump_registry_forget_crash(struct minidump_registry *registry,
					 const struct qcom_minidump_crash *none)
{
	guard(mutex)(&registry->lock);

	qcom_minidump_table_forget_crash(&registry->table, none);
}
