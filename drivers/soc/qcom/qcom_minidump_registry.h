/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the regions that Linux wants in its dump, with or without a device
 * to put them into.
 */
#ifndef __QCOM_MINIDUMP_REGISTRY_H__
#define __QCOM_MINIDUMP_REGISTRY_H__

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_table.h"

/* Enough buckets for 200 regions to meet one or two others each */
#define MINIDUMP_REGISTRY_HASH_BITS	7

/**
 * enum minidump_refusal - Why a region is refused
 * @MINIDUMP_ACCEPTED:		it is not
 * @MINIDUMP_NAME_EMPTY:	-EINVAL: no name
 * @MINIDUMP_NAME_TOO_LONG:	-EINVAL: more than 11 characters
 * @MINIDUMP_NAME_CHARACTERS:	-EINVAL: other than 0-9A-Za-z and _
 * @MINIDUMP_SIZE_ODD:		-EINVAL: 0 or not a multiple of 4
 * @MINIDUMP_RANGE_WRAPS:	-EINVAL: more memory than there can be
 * @MINIDUMP_ADDRESSES_DIFFER:	-EINVAL: virtual and physical address disagree
 * @MINIDUMP_NAME_TAKEN:	-EEXIST
 * @MINIDUMP_PHYS_TAKEN:	-EEXIST, or it overlaps one of minidump_registry.pieces
 * @MINIDUMP_TABLE_FULL:	-ENOSPC
 * @MINIDUMP_REFUSALS:		how many reasons there are
 */
enum minidump_refusal {
	MINIDUMP_ACCEPTED,
	MINIDUMP_NAME_EMPTY,
	MINIDUMP_NAME_TOO_LONG,
	MINIDUMP_NAME_CHARACTERS,
	MINIDUMP_SIZE_ODD,
	MINIDUMP_RANGE_WRAPS,
	MINIDUMP_ADDRESSES_DIFFER,
	MINIDUMP_NAME_TAKEN,
	MINIDUMP_PHYS_TAKEN,
	MINIDUMP_TABLE_FULL,
	MINIDUMP_REFUSALS
};

/**
 * struct qcom_minidump_handle - A registered region
 * @node:	 in minidump_registry.regions
 * @name_node:	 in minidump_registry.by_name
 * @phys_node:	 in minidump_registry.by_phys
 * @piece_node:	 in minidump_registry.pieces, if it is one
 * @client:	 who registered it, or NULL
 * @slot:	 copy of what was registered
 */
struct qcom_minidump_handle {
	struct list_head node;
	struct hlist_node name_node;
	struct hlist_node phys_node;
	struct hlist_node piece_node;
	const char *client;
	struct minidump_slot slot;
};

/**
 * struct minidump_registry - The regions of Linux
 * @lock:	 guards all the rest
 * @regions:	 in the order of their slots
 * @by_name:	 the same regions
 * @by_phys:	 the same regions
 * @pieces:	 those that are what others left of a range; none is registered on them
 * @count:	 how many
 * @refused:	 how many were refused, by reason
 * @table:	 what firmware sees of them while there is a device
 */
struct minidump_registry {
	/* Guards everything below, and with it all stores to shared memory */
	struct mutex lock;
	struct list_head regions;
	DECLARE_HASHTABLE(by_name, MINIDUMP_REGISTRY_HASH_BITS);
	DECLARE_HASHTABLE(by_phys, MINIDUMP_REGISTRY_HASH_BITS);
	struct hlist_head pieces;
	unsigned int count;
	unsigned int refused[MINIDUMP_REFUSALS];
	struct minidump_table table;
};

struct device;

struct qcom_minidump_handle *
qcom_minidump_registry_add(struct minidump_registry *registry,
			   const struct qcom_minidump_region *region);
struct qcom_minidump_handle *
qcom_minidump_registry_add_locked(struct minidump_registry *registry,
				  const struct qcom_minidump_region *region);
void qcom_minidump_registry_remove(struct minidump_registry *registry,
				   struct qcom_minidump_handle *handle);
int qcom_minidump_registry_start(struct minidump_registry *registry, struct device *dev,
				 struct minidump_subsystem *entry,
				 const void *vmcoreinfo, size_t vmcoreinfo_size);
void qcom_minidump_registry_stop(struct minidump_registry *registry);
const struct minidump_bank *qcom_minidump_registry_bank(struct minidump_registry *registry);
bool qcom_minidump_registry_describe_crash(struct minidump_registry *registry,
					   const struct qcom_minidump_crash *crash, bool alone);
void qcom_minidump_registry_forget_crash(struct minidump_registry *registry,
					 const struct qcom_minidump_crash *none);

#endif /* __QCOM_MINIDUMP_REGISTRY_H__ */
