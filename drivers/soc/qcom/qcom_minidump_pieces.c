// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what other regions have left of a range of memory
 *
 * A debugger that finds an address in two segments may read from the wrong one, or
 * think that an object ends where the first of them does. So no memory may be in
 * the dump twice. The kernel's data has things in it that are regions of their own.
 * The rule is that the first to register memory has it:
 *
 *   the range     +--------------------------------------------------+
 *   regions              KUTS          KLOGRB
 *   its pieces    +-----+    +--------+      +-----------------------+
 *                 KDATA_0    KDATA_1         KDATA_2
 *
 * A later region that overlaps a piece is refused: that memory is in the dump already.
 */

#include <linux/align.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_data.h"
#include "qcom_minidump_registry.h"

/* As regions have whole words, a word is taken if one of its bytes is */
static const struct minidump_slot *who_has_word(const struct minidump_registry *registry, u64 word)
{
	const struct qcom_minidump_handle *region;

	list_for_each_entry(region, &registry->regions, node)
		if (region->slot.phys < word + 4 &&
		    word < region->slot.phys + region->slot.size)
			return &region->slot;

	return NULL;
}

/* The first word from @word on that is free */
static u64 free_word(const struct minidump_registry *registry, u64 word)
{
	const struct minidump_slot *slot;

	while ((slot = who_has_word(registry, word)))
		word = ALIGN(slot->phys + slot->size, 4);

	return word;
}

/* The first word behind @word, which is free, that is not; or @end */
static u64 taken_word(const struct minidump_registry *registry, u64 word, u64 end)
{
	const struct qcom_minidump_handle *region;

	list_for_each_entry(region, &registry->regions, node)
		if (region->slot.phys > word && region->slot.phys < end)
			end = ALIGN_DOWN(region->slot.phys, 4);

	return end;
}

/**
 * qcom_minidump_pieces_add() - Register what other regions have left of a range
 * @registry: the registry
 * @range: the range, in whole words; _0, _1 and so on are added to its name, for a
 *	   piece each
 *
 * It ends with the first piece that cannot be registered; those before it stay.
 *
 * Context: Process context. May sleep.
 * Return: 0 on success, or that piece's error of qcom_minidump_registry_add().
 */
int qcom_minidump_pieces_add(struct minidump_registry *registry,
			     const struct qcom_minidump_region *range)
{
	struct qcom_minidump_region piece = *range;
	u64 start = range->phys, end = start + range->size;
	struct qcom_minidump_handle *handle;
	char name[MINIDUMP_REGION_NAME_SIZE];
	unsigned int number = 0;

	guard(mutex)(&registry->lock);

	piece.name = name;
	while ((start = free_word(registry, start)) < end) {
		snprintf(name, sizeof(name), "%s_%u", range->name, number++);
		piece.virt = range->virt + (start - range->phys);
		piece.phys = start;
		piece.size = taken_word(registry, start, end) - start;

		handle = qcom_minidump_registry_add_locked(registry, &piece);
		if (IS_ERR(handle))
			return PTR_ERR(handle);
		hlist_add_head(&handle->piece_node, &registry->pieces);
	}

	return 0;
}

/**
 * qcom_minidump_pieces_remove() - Take back the pieces of all ranges
 * @registry: the registry
 *
 * Context: Process context. May sleep. Not at the same time as
 * qcom_minidump_pieces_add().
 */
void qcom_minidump_pieces_remove(struct minidump_registry *registry)
{
	struct qcom_minidump_handle *piece;
	struct hlist_node *next;

	hlist_for_each_entry_safe(piece, next, &registry->pieces, piece_node)
		qcom_minidump_registry_remove(registry, piece);
}
