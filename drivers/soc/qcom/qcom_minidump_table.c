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
 * capacity: the live one, which firmware sees, and a spare one. Adding a region
 * happens at the end of the live bank, beyond what its counts say, and then
 * raises the counts. Removing one rebuilds the spare bank without it, which
 * takes no memory and so cannot fail, and then makes that the live one.
 *
 * All stores that change what firmware reads are made by minidump_publish().
 * The caller serialises all calls on one table.
 */

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/barrier.h>

#include "qcom_minidump_table.h"

/*
 * Table entries of the first banks: enough for all clients there are, and about
 * as many as two banks have room for in four pages.
 */
#define MINIDUMP_FIRST_CAPACITY		24

/* Both banks lie in one piece of memory */
struct minidump_banks {
	struct minidump_bank bank[2];
	void *memory;
	size_t size;
};

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_KUNIT_TEST)
static void minidump_test_stop(struct minidump_table *table, enum minidump_store store)
{
	if (table->test && table->test->stop)
		table->test->stop(table, store);
}

static bool minidump_test_fails(struct minidump_table *table)
{
	return table->test && table->test->allocations >= 0 &&
	       table->test->allocations-- == 0;
}
#else
static void minidump_test_stop(struct minidump_table *table, enum minidump_store store)
{
}

static bool minidump_test_fails(struct minidump_table *table)
{
	return false;
}
#endif

/*
 * Change what firmware reads, by one store. What the new value leads to must be
 * visible before it, and nothing of what the old value led to may change until
 * it is gone. That is in terms of memory as CPUs see it: our tables are cached,
 * and firmware that reads them by itself has the caches written back first, as
 * it must for the regions.
 */
#define minidump_publish(table, store, word, value) do {		\
	struct minidump_table *table_ = table;				\
	enum minidump_store store_ = store;				\
									\
	wmb();	/* what the word leads to comes first */		\
	minidump_test_stop(table_, store_);				\
	WRITE_ONCE(word, value);					\
	wmb();	/* what it led to stays until here */			\
	minidump_test_stop(table_, store_);				\
} while (0)

static void minidump_publish_status(struct minidump_table *table, u32 status)
{
	minidump_publish(table, MINIDUMP_STORE_STATUS,
			 table->entry->status, cpu_to_le32(status));
}

static void minidump_publish_enabled(struct minidump_table *table, u32 enabled)
{
	minidump_publish(table, MINIDUMP_STORE_ENABLED,
			 table->entry->enabled, cpu_to_le32(enabled));
}

static void minidump_publish_encryption(struct minidump_table *table, u32 status, u32 required)
{
	minidump_publish(table, MINIDUMP_STORE_ENCRYPTION_STATUS,
			 table->entry->encryption_status, cpu_to_le32(status));
	minidump_publish(table, MINIDUMP_STORE_ENCRYPTION_REQUIRED,
			 table->entry->encryption_required, cpu_to_le32(required));
}

static void minidump_publish_region_count(struct minidump_table *table, u32 count)
{
	minidump_publish(table, MINIDUMP_STORE_REGION_COUNT,
			 table->entry->region_count, cpu_to_le32(count));
}

static void minidump_publish_regions(struct minidump_table *table, u64 phys)
{
	minidump_publish(table, MINIDUMP_STORE_REGIONS_BASEPTR,
			 table->entry->regions_baseptr, cpu_to_le64(phys));
}

static void minidump_publish_elf_counts(struct minidump_table *table,
					struct minidump_bank *bank)
{
	minidump_publish(table, MINIDUMP_STORE_ELF_COUNTS,
			 *qcom_minidump_bank_counts(bank),
			 qcom_minidump_bank_counts_for(bank->count));
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

static void minidump_banks_free(struct minidump_banks *banks)
{
	free_pages_exact(banks->memory, banks->size);
	kfree(banks);
}

/* __GFP_ZERO would clear the pages, too, that are given back at once */
static void *minidump_memory_alloc(struct minidump_table *table, size_t size)
{
	void *memory;

	if (minidump_test_fails(table))
		return NULL;

	memory = alloc_pages_exact(size, GFP_KERNEL);
	if (memory)
		memset(memory, 0, size);

	return memory;
}

static unsigned int minidump_next_capacity(unsigned int capacity)
{
	return min_t(unsigned int, 2 * capacity, MINIDUMP_APSS_MAX_REGIONS);
}

static struct minidump_banks *
minidump_banks_alloc(struct minidump_table *table, unsigned int capacity)
{
	size_t bank_size = qcom_minidump_bank_size(capacity, table->vmcoreinfo_size);
	struct minidump_banks *banks;
	unsigned int i;
	void *memory;

	if (minidump_test_fails(table))
		return NULL;

	banks = kzalloc(sizeof(*banks), GFP_KERNEL);
	if (!banks)
		return NULL;

	banks->size = ARRAY_SIZE(banks->bank) * bank_size;
	banks->memory = minidump_memory_alloc(table, banks->size);
	if (!banks->memory) {
		kfree(banks);
		return NULL;
	}

	for (i = 0; i < ARRAY_SIZE(banks->bank); i++) {
		memory = banks->memory + i * bank_size;
		qcom_minidump_bank_init(&banks->bank[i], memory, virt_to_phys(memory), capacity,
					table->vmcoreinfo, table->vmcoreinfo_size);
	}

	return banks;
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
 * An oops on another CPU may describe itself in our banks at any time. It finds
 * its slots by looking for them, so none may change its place meanwhile. It
 * never waits, so we do: for some hundred instructions. And since it writes
 * nothing while we are at work, we do not leave the CPU before we are done.
 */
static void minidump_rebuild_begin(struct minidump_table *table)
{
	preempt_disable();
	WRITE_ONCE(table->rebuilding, true);
	smp_mb();	/* either it sees the flag, or we see it at work */
	while (atomic_read_acquire(&table->describing))
		cpu_relax();
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
 * @regions: how many regions qcom_minidump_table_load() is going to load
 * @vmcoreinfo: VMCOREINFO note; it must live as long as the table
 * @vmcoreinfo_size: its size in bytes, a multiple of 4, or 0 for none
 *
 * Return: 0 on success, -ENOMEM.
 */
int qcom_minidump_table_prepare(struct minidump_table *table, unsigned int regions,
				const void *vmcoreinfo, size_t vmcoreinfo_size)
{
	unsigned int capacity = MINIDUMP_FIRST_CAPACITY;
	struct minidump_banks *banks;

	while (capacity < regions + 1)
		capacity = minidump_next_capacity(capacity);

	table->vmcoreinfo = vmcoreinfo;
	table->vmcoreinfo_size = vmcoreinfo_size;
	banks = minidump_banks_alloc(table, capacity);
	if (!banks)
		return -ENOMEM;

	minidump_table_replace(table, banks);
	return 0;
}

/**
 * qcom_minidump_table_load() - Add a region to a table that firmware does not see
 * @table: the table, prepared and not started
 * @slot: the region; one of those that qcom_minidump_table_prepare() made room for
 */
void qcom_minidump_table_load(struct minidump_table *table, const struct minidump_slot *slot)
{
	qcom_minidump_bank_put(qcom_minidump_table_live(table), slot);
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

	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count);
	table->entry = entry;
	minidump_publish_status(table, 0);
	minidump_publish_regions(table, qcom_minidump_bank_regions_phys(bank));
	minidump_publish_region_count(table, bank->count);
	minidump_publish_encryption(table, MINIDUMP_ENCRYPTION_DONE,
				    MINIDUMP_ENCRYPTION_NOT_REQUIRED);
	minidump_publish_enabled(table, MINIDUMP_SUBSYSTEM_ENABLED);
	minidump_publish_status(table, MINIDUMP_SUBSYSTEM_VALID);
}

static int minidump_table_grow(struct minidump_table *table, const struct minidump_slot *slot)
{
	struct minidump_bank *bank = qcom_minidump_table_live(table);
	struct minidump_banks *banks;

	banks = minidump_banks_alloc(table, minidump_next_capacity(bank->capacity));
	if (!banks)
		return -ENOMEM;

	minidump_rebuild_begin(table);
	qcom_minidump_bank_copy(&banks->bank[0], bank, 0);
	bank = &banks->bank[0];
	qcom_minidump_bank_put(bank, slot);
	*qcom_minidump_bank_counts(bank) = qcom_minidump_bank_counts_for(bank->count);

	rcu_assign_pointer(table->retiring, minidump_table_banks(table));
	banks = minidump_table_replace(table, banks);
	minidump_publish_regions(table, qcom_minidump_bank_regions_phys(bank));
	minidump_publish_region_count(table, bank->count);
	RCU_INIT_POINTER(table->retiring, NULL);
	minidump_rebuild_end(table);
	minidump_banks_retire(banks);

	return 0;
}

/**
 * qcom_minidump_table_append() - Add a region to a table that firmware sees
 * @table: the table
 * @slot: the region
 *
 * The region takes the slot after the last one.
 *
 * Context: May sleep, when the banks have to grow.
 * Return: 0 on success, -ENOSPC when firmware takes no more, -ENOMEM. On an
 * error everything is as before.
 */
int qcom_minidump_table_append(struct minidump_table *table, const struct minidump_slot *slot)
{
	struct minidump_bank *bank = qcom_minidump_table_live(table);

	if (bank->count == MINIDUMP_APSS_MAX_REGIONS)
		return -ENOSPC;
	if (bank->count == bank->capacity)
		return minidump_table_grow(table, slot);

	qcom_minidump_bank_put(bank, slot);
	minidump_publish_elf_counts(table, bank);
	minidump_publish_region_count(table, bank->count);

	return 0;
}

/**
 * qcom_minidump_table_remove() - Remove a region from a table that firmware sees
 * @table: the table
 * @index: the region's slot, at least 1; those of the regions behind it go down
 *	   by one
 *
 * On return firmware does not see the region any more.
 */
void qcom_minidump_table_remove(struct minidump_table *table, unsigned int index)
{
	struct minidump_banks *banks = minidump_table_banks(table);
	struct minidump_bank *spare = &banks->bank[!table->live];

	minidump_rebuild_begin(table);
	qcom_minidump_bank_copy(spare, qcom_minidump_table_live(table), index);

	/*
	 * First the old table less its last region, then the new one: so the
	 * count never exceeds what the table holds.
	 */
	minidump_publish_region_count(table, spare->count);
	minidump_publish_regions(table, qcom_minidump_bank_regions_phys(spare));
	table->live = !table->live;
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
	minidump_publish_status(table, 0);
	minidump_publish_enabled(table, 0);
	minidump_publish_encryption(table, 0, 0);
	minidump_publish_region_count(table, 0);
	minidump_publish_regions(table, 0);
	table->entry = NULL;

	minidump_banks_retire(minidump_table_replace(table, NULL));
}

static void minidump_banks_describe_crash(struct minidump_banks *banks,
					  const struct qcom_minidump_crash *crash)
{
	unsigned int i;

	for (i = 0; banks && i < ARRAY_SIZE(banks->bank); i++)
		qcom_minidump_bank_describe_crash(&banks->bank[i], crash);
}

/**
 * qcom_minidump_table_describe_crash() - Write down the state of a CPU that went down
 * @table: the table, started or not
 * @crash: the CPU's state
 * @alone: no other CPU runs any more
 *
 * Both banks get it: whoever was working on the table when the machine went
 * down, one of them is the live one. Unless @alone, nothing is written while
 * another CPU rebuilds a bank. If that CPU dies of it, the panic tells again.
 *
 * Context: Any, with interrupts off. Takes no lock, waits for nothing.
 * Return: false if nothing was written, as another CPU is at the banks.
 */
bool qcom_minidump_table_describe_crash(struct minidump_table *table,
					const struct qcom_minidump_crash *crash, bool alone)
{
	bool may_write;

	rcu_read_lock();
	atomic_inc(&table->describing);
	smp_mb__after_atomic();	/* pairs with minidump_rebuild_begin() */
	/* Pairs with minidump_rebuild_end(): slots are where they are looked for */
	may_write = alone || !smp_load_acquire(&table->rebuilding);
	if (may_write) {
		minidump_banks_describe_crash(rcu_dereference(table->banks), crash);
		minidump_banks_describe_crash(rcu_dereference(table->retiring), crash);
	}
	smp_mb__before_atomic();	/* what we wrote comes before we are gone */
	atomic_dec(&table->describing);
	rcu_read_unlock();

	return may_write;
}
