// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: a crash in the tables
 *
 * The ELF header holds the registers of the CPU that went down, and the regions
 * that have copies of its memory get the virtual addresses of the originals. In a panic,
 * those that are in one piece get program headers with their physical addresses. This
 * is called in an oops or a panic, from any context, and possibly while another
 * CPU changes the tables. It takes no lock and reads nothing from a bank.
 */

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/elfcore.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#include <asm/barrier.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_table.h"

/* The cached copy is for the other places that the slot will be written to */
static void minidump_bank_set_virt(struct minidump_bank *bank, unsigned int index, u64 virt)
{
	WRITE_ONCE(bank->slots[index]->virt, virt);
	WRITE_ONCE(bank->phdrs[index].p_vaddr, virt);
	WRITE_ONCE(bank->shdrs[index + 1].sh_addr, virt);
}

static bool minidump_slot_overlaps(const struct minidump_slot *slot, u64 virt, u64 size)
{
	u64 slot_virt = READ_ONCE(slot->virt);

	return virt < slot_virt + slot->size && slot_virt < virt + size;
}

/* Returns 0 if there is none */
static unsigned int minidump_bank_find(const struct minidump_bank *bank, unsigned int count,
				       phys_addr_t phys)
{
	unsigned int index;

	for (index = 1; index < count; index++)
		if (bank->slots[index]->phys == phys)
			return index;

	return 0;
}

/*
 * Debuggers take the first segment that has an address, so a region that would
 * overlap another one stays where it is. Returns whether it has left the address
 * that it was registered with, now or in an earlier crash.
 */
static bool minidump_bank_move(struct minidump_bank *bank, const struct qcom_minidump_move *move)
{
	struct minidump_slot *slot;
	unsigned int count, index, i;

	/* Pairs with qcom_minidump_bank_put(): the slots that count are whole */
	count = smp_load_acquire(&bank->count);
	index = minidump_bank_find(bank, count, move->phys);
	if (!index)
		return false;

	slot = bank->slots[index];
	for (i = 1; i < count; i++)
		if (i != index &&
		    minidump_slot_overlaps(bank->slots[i], move->virt, slot->size))
			return false;

	if (!slot->home && slot->virt != move->virt)
		slot->home = slot->virt;
	minidump_bank_set_virt(bank, index, move->virt);

	return slot->home;
}

static u32 *minidump_note_registers(struct minidump_prstatus_note *note)
{
	return &note->status[offsetof(struct elf_prstatus, pr_reg) / sizeof(u32)];
}

static u32 *minidump_note_pid(struct minidump_prstatus_note *note)
{
	return &note->status[offsetof(struct elf_prstatus, common.pr_pid) / sizeof(u32)];
}

/* Behind those notes that debuggers see; returns how many bytes there are then */
static size_t minidump_bank_write_others(struct minidump_bank *bank,
					 const struct qcom_minidump_crash *crash)
{
	unsigned int count = min(crash->other_count, bank->max_others);
	unsigned int i;

	for (i = 0; i < count; i++) {
		memcpy(minidump_note_registers(&bank->others[i]), &crash->others[i].registers,
		       sizeof(elf_gregset_t));
		*minidump_note_pid(&bank->others[i]) = crash->others[i].pid;
	}

	return bank->notes_size + count * sizeof(struct minidump_prstatus_note);
}

/**
 * qcom_minidump_bank_describe_crash() - Write the state of a CPU into a bank
 * @bank: the bank, visible to firmware or not
 * @crash: the CPU's state
 *
 * The machine may stop in the middle of this. The registers have their CPU's id
 * only while they are whole, and PT_NOTE has other CPUs only while they are.
 *
 * Return: whether a region has left the address that it was registered with, now or
 * in an earlier crash.
 */
bool qcom_minidump_bank_describe_crash(struct minidump_bank *bank,
				       const struct qcom_minidump_crash *crash)
{
	u32 *registers = minidump_note_registers(bank->prstatus);
	u32 *pid = minidump_note_pid(bank->prstatus);
	bool moved = false;
	size_t notes_size;
	unsigned int i;

	WRITE_ONCE(bank->phdrs[0].p_filesz, bank->notes_size);
	WRITE_ONCE(*pid, 0);
	wmb();	/* no CPU's registers any more from here */

	for (i = 0; i < crash->move_count; i++)
		if (crash->moves[i].virt)
			moved |= minidump_bank_move(bank, &crash->moves[i]);

	if (!crash->registers) {
		memset(registers, 0, sizeof(elf_gregset_t));
		return moved;
	}

	memcpy(registers, crash->registers, sizeof(elf_gregset_t));
	notes_size = minidump_bank_write_others(bank, crash);
	wmb();	/* the CPU's registers again from here */
	WRITE_ONCE(*pid, crash->pid);
	WRITE_ONCE(bank->phdrs[0].p_filesz, notes_size);

	return moved;
}

static u64 minidump_bank_offset(const struct minidump_bank *bank, unsigned int index)
{
	u64 offset = bank->header_size;

	while (--index)
		offset += bank->slots[index]->size;

	return offset;
}

/**
 * qcom_minidump_bank_add_aliases() - Have originals found by their physical addresses
 * @bank: the bank, in which the crash is described; no slot changes its place any more
 * @crash: the crash
 *
 * Some tools read by physical addresses only. For those, what has moved to the virtual
 * address of its original is there once more: at its own virtual address, and at the
 * original's physical one. Tools that match segments with regions find no region there.
 */
void qcom_minidump_bank_add_aliases(struct minidump_bank *bank,
				    const struct qcom_minidump_crash *crash)
{
	/* Pairs with qcom_minidump_bank_put(): the slots that count are whole */
	unsigned int count = smp_load_acquire(&bank->count);
	unsigned int aliases = 0, index, i;
	const struct qcom_minidump_move *move;
	const struct minidump_slot *slot;

	for (i = 0; i < crash->move_count && aliases < MINIDUMP_ALIASES; i++) {
		move = &crash->moves[i];
		index = minidump_bank_find(bank, count, move->phys);
		if (!move->original || !index)
			continue;
		slot = bank->slots[index];
		if (!slot->home || slot->virt != move->virt)
			continue;
		bank->phdrs[count + aliases++] = (struct elf64_phdr) {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_W,
			.p_offset = minidump_bank_offset(bank, index),
			.p_vaddr = slot->home,
			.p_paddr = move->original,
			.p_filesz = slot->size,
			.p_memsz = slot->size,
		};
	}

	wmb();	/* the aliases come first */
	WRITE_ONCE(*qcom_minidump_bank_counts(bank),
		   qcom_minidump_bank_counts_for(count, aliases));
}

static void minidump_table_add_aliases(struct minidump_table *table,
				       struct minidump_banks *banks,
				       const struct qcom_minidump_crash *crash)
{
	unsigned int i;

	table->aliased = true;
	for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
		qcom_minidump_bank_add_aliases(&banks->bank[i], crash);
}

/**
 * qcom_minidump_table_hide_aliases() - Take back what a panic put behind the segments
 * @table: the table; nobody else writes to its banks
 */
void qcom_minidump_table_hide_aliases(struct minidump_table *table)
{
	struct minidump_banks *banks = rcu_dereference_protected(table->banks, true);
	struct minidump_bank *bank;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(banks->bank); i++) {
		bank = &banks->bank[i];
		WRITE_ONCE(*qcom_minidump_bank_counts(bank),
			   qcom_minidump_bank_counts_for(bank->count, 0));
	}
	wmb();	/* only then may they be overwritten */
	table->aliased = false;
}

static bool minidump_banks_describe_crash(struct minidump_banks *banks,
					  const struct qcom_minidump_crash *crash)
{
	bool moved = false;
	unsigned int i;

	if (!banks)
		return false;

	for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
		moved |= qcom_minidump_bank_describe_crash(&banks->bank[i], crash);

	return moved;
}

/**
 * qcom_minidump_banks_inherit_crash() - Carry a crash over to new banks
 * @banks: the new banks; no crash is being described in them
 * @table: the table that they are for
 *
 * The regions have brought their virtual addresses along.
 */
void qcom_minidump_banks_inherit_crash(struct minidump_banks *banks,
				       const struct minidump_table *table)
{
	const struct qcom_minidump_crash crash = {
		.registers = &table->registers,
		.pid = table->pid,
	};

	if (table->pid)
		minidump_banks_describe_crash(banks, &crash);
}

/**
 * qcom_minidump_banks_make_room() - Move copies back from where a new region is
 * @banks: the banks, which have the region already; no crash is being described
 * @slot: the new region
 *
 * A copy has its original's address. When a region is registered there, the
 * original is gone, and the task that it was of is dead.
 */
void qcom_minidump_banks_make_room(struct minidump_banks *banks,
				   const struct minidump_slot *slot)
{
	/* Both have all regions, in one order */
	const struct minidump_bank *bank = &banks->bank[0];
	const struct minidump_slot *moved;
	unsigned int index, i;

	for (index = 1; index < bank->count; index++) {
		moved = bank->slots[index];
		if (moved == slot || !moved->home ||
		    !minidump_slot_overlaps(moved, slot->virt, slot->size))
			continue;
		for (i = 0; i < ARRAY_SIZE(banks->bank); i++)
			minidump_bank_set_virt(&banks->bank[i], index, moved->home);
	}
}

/* Cached, for banks to come */
static void minidump_table_keep_crash(struct minidump_table *table,
				      const struct qcom_minidump_crash *crash, bool moved)
{
	table->moved |= moved;
	table->pid = 0;
	if (crash->registers) {
		memcpy(&table->registers, crash->registers, sizeof(table->registers));
		table->pid = crash->pid;
	}
}

/**
 * qcom_minidump_table_describe_crash() - Record the state of a CPU that went down
 * @table: the table, started or not
 * @crash: the CPU's state
 * @alone: no other CPU runs any more
 *
 * Both banks get it: whatever was being done to the table when the machine went
 * down, one of them is the live one. Unless @alone, nothing is written while
 * another CPU changes a bank. If that CPU dies of it, the panic tries again, and goes
 * without aliases then, as slots may be half-way between two places.
 *
 * Context: Any, with interrupts off. Takes no lock, waits for nothing.
 * Return: false if nothing was written, as there are no banks, or another CPU
 * changes them.
 */
bool qcom_minidump_table_describe_crash(struct minidump_table *table,
					const struct qcom_minidump_crash *crash, bool alone)
{
	struct minidump_banks *banks;
	bool rebuilding, may_write, moved;

	rcu_read_lock();
	atomic_inc(&table->describing);
	smp_mb__after_atomic();	/* pairs with minidump_rebuild_begin() */
	/* Pairs with minidump_rebuild_end(): then slots are where one looks for them */
	rebuilding = smp_load_acquire(&table->rebuilding);
	banks = rcu_dereference(table->banks);
	may_write = banks && (alone || !rebuilding);
	if (may_write) {
		if (table->aliased)
			qcom_minidump_table_hide_aliases(table);
		moved = minidump_banks_describe_crash(banks, crash);
		minidump_banks_describe_crash(rcu_dereference(table->retiring), crash);
		minidump_table_keep_crash(table, crash, moved);
		if (crash->aliases && !rebuilding)
			minidump_table_add_aliases(table, banks, crash);
	}
	smp_mb__before_atomic();	/* what we wrote comes before we are gone */
	atomic_dec(&table->describing);
	rcu_read_unlock();

	return may_write;
}

/**
 * qcom_minidump_table_forget_crash() - Have a table tell of no crash
 * @table: the table, started or not
 * @none: a crash without registers, which moves all copies back
 *
 * The caller keeps everybody else from the tables: no crash is being described, and
 * no region added or removed.
 */
void qcom_minidump_table_forget_crash(struct minidump_table *table,
				      const struct qcom_minidump_crash *none)
{
	/* Banks to come must not have it, whether or not there are banks */
	table->pid = 0;
	qcom_minidump_table_describe_crash(table, none, true);
}
