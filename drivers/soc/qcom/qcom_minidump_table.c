// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the table of Linux as firmware sees it
 *
 * The machine may stop between any two instructions here, and firmware then
 * reads what it finds:
 *
 *	our entry in the G-ToC ---> region table --+-> ELF header (region 0)
 *	                                           +-> regions
 *
 * The promise is that at every instant this leads to a complete region table
 * and a complete ELF header that agree with each other, but for at most the
 * last region, which one of the two may lack.
 *
 * A region table and its ELF header are a bank. There are two banks of one
 * capacity: the live one, which firmware sees, and a spare one of the same
 * contents. Adding a region happens at the end of the live bank, beyond what
 * its counts say, and then raises the counts. Removing one puts the last region
 * in its place in the spare bank, and then makes that the live one. This
 * allocates nothing, and so cannot fail. The other bank follows in either case.
 *
 * Firmware reads after a reset that need not write back any cache, so it is in
 * memory that all this must hold. Neither SMEM, mapped by ioremap_wc(), nor the
 * banks, coherent memory of a device that snoops no cache, are cached. But the
 * stores are buffered, and may reach memory in any order. Hence a wmb()
 *
 *  - before a store to a word: what the word leads to is in memory then;
 *  - and after one to the table's address: only then may the bank that it led to
 *    be overwritten or freed, or the memory of a region that is gone be put to
 *    another use. Before it, the count is lowered, or the status taken back.
 *
 * dma_wmb() would keep the order, too, but it does not wait, and the next owner
 * of memory may have others write to it than this CPU. Where no such word is
 * between two stores, their order does not matter. If the device did snoop, the
 * banks would be cached, and this would hold as far as the reset spares caches,
 * which is what holds for the contents of the regions.
 *
 * All stores that change what firmware finds are made by minidump_publish() and
 * its two kin below, but for those that describe a crash, which are in
 * qcom_minidump_crash.c. The caller serialises all calls on one table.
 */

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/barrier.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_table.h"

/*
 * Table entries of the first banks: enough for all clients there are, and about
 * as many as two banks have room for in four pages.
 */
#define MINIDUMP_FIRST_CAPACITY		24

/* How often to look whether a crash is described: for some milliseconds */
#define MINIDUMP_PATIENCE		1000000

static void minidump_publish(__le32 *word, u32 value)
{
	wmb();	/* what the word leads to comes first */
	WRITE_ONCE(*word, cpu_to_le32(value));
}

/* In one store, which switches both the region table and the ELF header */
static void minidump_publish_regions(struct minidump_table *table, u64 phys)
{
	wmb();	/* the bank comes first */
	WRITE_ONCE(table->entry->regions_baseptr, cpu_to_le64(phys));
	wmb();	/* the bank before stays until here */
}

/* Likewise: all counts of the live ELF header change together */
static void minidump_publish_elf_counts(struct minidump_bank *bank)
{
	wmb();	/* the region comes first */
	WRITE_ONCE(*qcom_minidump_bank_counts(bank),
		   qcom_minidump_bank_counts_for(bank->count, 0));
}

/* The caller serialises, so this is the one writer */
static struct minidump_banks *minidump_table_banks(struct minidump_table *table)
{
	return rcu_dereference_protected(table->banks, true);
}

/**
 * qcom_minidump_table_live() - Give the bank that firmware sees, or will see
 * @table: the table, prepared
 *
 * Return: the bank. It is the live one until the next call on the table.
 */
struct minidump_bank *qcom_minidump_table_live(struct minidump_table *table)
{
	return &minidump_table_banks(table)->bank[table->live];
}

static struct minidump_bank *minidump_table_spare(struct minidump_table *table)
{
	return &minidump_table_banks(table)->bank[!table->live];
}

static void minidump_banks_free(struct minidump_banks *banks)
{
	if (banks->memory)
		dma_free_coherent(banks->dev, banks->size, banks->memory, banks->dma);
	kfree(banks);
}

/* The device is behind no IOMMU, of which firmware knows nothing, nor should it be */
static bool minidump_dma_is_phys(const void *memory, dma_addr_t dma)
{
	if (is_vmalloc_addr(memory))
		return page_to_phys(vmalloc_to_page(memory)) == dma;

	return virt_to_phys((void *)memory) == dma;
}

static unsigned int minidump_next_capacity(unsigned int capacity)
{
	return min_t(unsigned int, 2 * capacity, MINIDUMP_APSS_MAX_REGIONS);
}

static struct minidump_banks *
minidump_banks_alloc(struct minidump_table *table, unsigned int capacity)
{
	size_t bank_size = qcom_minidump_bank_size(capacity, table->vmcoreinfo_size,
						   table->max_others);
	struct minidump_banks *banks;
	unsigned int i;

	banks = kzalloc_flex(*banks, slots, ARRAY_SIZE(banks->bank) * capacity);
	if (!banks)
		return ERR_PTR(-ENOMEM);

	banks->dev = table->dev;
	banks->size = ARRAY_SIZE(banks->bank) * bank_size;
	banks->memory = dma_alloc_coherent(banks->dev, banks->size, &banks->dma, GFP_KERNEL);
	if (!banks->memory) {
		minidump_banks_free(banks);
		return ERR_PTR(-ENOMEM);
	}
	if (!minidump_dma_is_phys(banks->memory, banks->dma)) {
		dev_err(banks->dev, "DMA address %pad is not a physical address\n", &banks->dma);
		minidump_banks_free(banks);
		return ERR_PTR(-ENXIO);
	}

	for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
		qcom_minidump_bank_init(&banks->bank[i], banks->memory + i * bank_size,
					banks->dma + i * bank_size, capacity, table->vmcoreinfo,
					table->vmcoreinfo_size, table->max_others,
					banks->slots + i * capacity);

	return banks;
}

/* Put a region into both banks of a pair, none of which is visible */
static void minidump_banks_load(struct minidump_banks *banks, struct minidump_slot *slot)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
		qcom_minidump_bank_put(&banks->bank[i], slot);
}

static void minidump_banks_count(struct minidump_banks *banks)
{
	u64 counts = qcom_minidump_bank_counts_for(banks->bank[0].count, 0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
		*qcom_minidump_bank_counts(&banks->bank[i]) = counts;
}

/* Take over new banks, of which number 0 is live; returns the old ones */
static struct minidump_banks *
minidump_table_replace(struct minidump_table *table, struct minidump_banks *banks)
{
	struct minidump_banks *old = minidump_table_banks(table);

	rcu_assign_pointer(table->banks, banks);
	table->live = 0;

	return old;
}

/* The panic client may still write into the banks from another CPU */
static void minidump_banks_retire(struct minidump_banks *banks)
{
	synchronize_rcu();
	minidump_banks_free(banks);
}

/*
 * An oops on another CPU may describe itself in our banks at any time. It looks
 * for its slots, and for room, so no slot may come or change its place meanwhile.
 * It never waits, so we do: for some hundred instructions, or not for ever, as it
 * may have crashed once more in there. And since it writes nothing while we
 * rebuild, we do not leave the CPU before we are done.
 */
static void minidump_rebuild_begin(struct minidump_table *table)
{
	unsigned int patience = MINIDUMP_PATIENCE;

	preempt_disable();
	WRITE_ONCE(table->rebuilding, true);
	smp_mb();	/* either it sees the flag, or we see it at work */
	while (atomic_read_acquire(&table->describing) && --patience)
		cpu_relax();
	/* Slots are about to be where those are, as this CPU has not stopped in a panic */
	if (table->aliased)
		qcom_minidump_table_hide_aliases(table);
}

static void minidump_rebuild_end(struct minidump_table *table)
{
	/* Pairs with qcom_minidump_table_describe_crash(): the banks are in order then */
	smp_store_release(&table->rebuilding, false);
	preempt_enable();
}

/**
 * qcom_minidump_table_prepare() - Make a table that firmware does not see yet
 * @table: the table
 * @dev: the minidump device, which allocates; bound until qcom_minidump_table_stop()
 * @regions: how many regions qcom_minidump_table_load() is going to load
 * @vmcoreinfo: VMCOREINFO note; it must live as long as the table
 * @vmcoreinfo_size: its size in bytes, a multiple of 4, or 0 for none
 *
 * Return: 0 on success, -ENOMEM, or -ENXIO if the device's DMA addresses are not
 * physical ones.
 */
int qcom_minidump_table_prepare(struct minidump_table *table, struct device *dev,
				unsigned int regions, const void *vmcoreinfo,
				size_t vmcoreinfo_size)
{
	unsigned int capacity = MINIDUMP_FIRST_CAPACITY;
	struct minidump_banks *banks;

	while (capacity < regions + 1)
		capacity = minidump_next_capacity(capacity);

	table->dev = dev;
	table->vmcoreinfo = vmcoreinfo;
	table->vmcoreinfo_size = vmcoreinfo_size;
	/* All other CPUs, and what was interrupted */
	table->max_others = min_t(unsigned int, num_possible_cpus(), MINIDUMP_CPUS_MAX);
	banks = minidump_banks_alloc(table, capacity);
	if (IS_ERR(banks))
		return PTR_ERR(banks);

	/* Until it is started, a crash would not find all of its slots */
	WRITE_ONCE(table->rebuilding, true);
	minidump_table_replace(table, banks);
	return 0;
}

/**
 * qcom_minidump_table_load() - Add a region to a table that firmware does not see
 * @table: the table, prepared and not started
 * @slot: the region, one of those that qcom_minidump_table_prepare() made room
 *	  for; it must stay until it is removed, or the table is stopped
 */
void qcom_minidump_table_load(struct minidump_table *table, struct minidump_slot *slot)
{
	minidump_banks_load(minidump_table_banks(table), slot);
}

/**
 * qcom_minidump_table_start() - Show a table to firmware
 * @table: the table, prepared and loaded
 * @entry: our entry in the G-ToC; it must stay until qcom_minidump_table_stop()
 *
 * What the entry holds already is not looked at: it may stem from a kernel that
 * did not withdraw its table.
 */
void qcom_minidump_table_start(struct minidump_table *table, struct minidump_subsystem *entry)
{
	struct minidump_bank *bank = qcom_minidump_table_live(table);

	minidump_banks_count(minidump_table_banks(table));
	qcom_minidump_banks_inherit_crash(minidump_table_banks(table), table);
	/* Pairs with qcom_minidump_table_describe_crash(): the banks are in order now */
	smp_store_release(&table->rebuilding, false);
	table->entry = entry;
	minidump_publish(&entry->status, 0);
	minidump_publish_regions(table, qcom_minidump_bank_regions_phys(bank));
	minidump_publish(&entry->region_count, bank->count);
	minidump_publish(&entry->encryption_status, MINIDUMP_ENCRYPTION_DONE);
	minidump_publish(&entry->encryption_required, MINIDUMP_ENCRYPTION_NOT_REQUIRED);
	minidump_publish(&entry->enabled, MINIDUMP_SUBSYSTEM_ENABLED);
	minidump_publish(&entry->status, MINIDUMP_SUBSYSTEM_VALID);
}

static int minidump_table_grow(struct minidump_table *table, struct minidump_slot *slot)
{
	struct minidump_bank *bank = qcom_minidump_table_live(table);
	struct minidump_banks *banks, *old;
	unsigned int i;

	banks = minidump_banks_alloc(table, minidump_next_capacity(bank->capacity));
	if (IS_ERR(banks))
		return PTR_ERR(banks);

	minidump_rebuild_begin(table);
	for (i = 1; i < bank->count; i++)
		minidump_banks_load(banks, bank->slots[i]);
	minidump_banks_load(banks, slot);
	if (table->moved)
		qcom_minidump_banks_make_room(banks, slot);
	minidump_banks_count(banks);
	qcom_minidump_banks_inherit_crash(banks, table);

	rcu_assign_pointer(table->retiring, minidump_table_banks(table));
	old = minidump_table_replace(table, banks);
	bank = qcom_minidump_table_live(table);
	minidump_publish_regions(table, qcom_minidump_bank_regions_phys(bank));
	minidump_publish(&table->entry->region_count, bank->count);
	RCU_INIT_POINTER(table->retiring, NULL);
	minidump_rebuild_end(table);
	minidump_banks_retire(old);

	return 0;
}

/**
 * qcom_minidump_table_append() - Add a region to a table that firmware sees
 * @table: the table
 * @slot: the region; it must stay until it is removed, or the table is stopped
 *
 * The region takes the slot after the last one.
 *
 * Context: May sleep, when the banks have to grow.
 * Return: 0 on success, -ENOSPC when firmware takes no more, -ENOMEM or -ENXIO as
 * qcom_minidump_table_prepare(). On an error everything is as before.
 */
int qcom_minidump_table_append(struct minidump_table *table, struct minidump_slot *slot)
{
	struct minidump_bank *spare = minidump_table_spare(table);
	struct minidump_bank *bank = qcom_minidump_table_live(table);

	if (bank->count == MINIDUMP_APSS_MAX_REGIONS)
		return -ENOSPC;
	if (bank->count == bank->capacity)
		return minidump_table_grow(table, slot);

	minidump_rebuild_begin(table);
	qcom_minidump_bank_put(spare, slot);
	qcom_minidump_bank_put(bank, slot);
	if (table->moved)
		qcom_minidump_banks_make_room(minidump_table_banks(table), slot);
	minidump_publish_elf_counts(bank);
	minidump_publish(&table->entry->region_count, bank->count);
	minidump_rebuild_end(table);

	return 0;
}

/**
 * qcom_minidump_table_remove() - Remove a region from a table that firmware sees
 * @table: the table
 * @slot: the region; the last one takes its place
 *
 * On return firmware does not see the region any more.
 */
void qcom_minidump_table_remove(struct minidump_table *table, const struct minidump_slot *slot)
{
	struct minidump_bank *spare = minidump_table_spare(table);
	struct minidump_bank *live = qcom_minidump_table_live(table);

	minidump_rebuild_begin(table);
	qcom_minidump_bank_remove(spare, slot->index);
	qcom_minidump_bank_place(spare);

	/*
	 * First the old table less its last region, then the new one: so the
	 * count never exceeds what the table holds.
	 */
	minidump_publish(&table->entry->region_count, spare->count);
	minidump_publish_regions(table, qcom_minidump_bank_regions_phys(spare));
	table->live = !table->live;

	/* Offsets can wait until this bank is about to be the live one again */
	qcom_minidump_bank_remove(live, slot->index);
	minidump_rebuild_end(table);
}

/**
 * qcom_minidump_table_stop() - Withdraw a table from firmware and free it
 * @table: the table, started
 *
 * On return firmware sees nothing of it, and shared memory names none of it.
 *
 * Context: May sleep.
 */
void qcom_minidump_table_stop(struct minidump_table *table)
{
	struct minidump_subsystem *entry = table->entry;

	minidump_publish(&entry->status, 0);
	minidump_publish(&entry->enabled, 0);
	minidump_publish(&entry->encryption_status, 0);
	minidump_publish(&entry->encryption_required, 0);
	minidump_publish(&entry->region_count, 0);
	minidump_publish_regions(table, 0);
	table->entry = NULL;

	minidump_banks_retire(minidump_table_replace(table, NULL));
}
