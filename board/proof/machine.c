// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stores are noticed one by one. Of each it is asked what firmware would find if
 * the machine stopped there: in memory as the program has stored it, and in
 * memory that this store has reached before all others since the CPU's last
 * barrier. At a barrier, some of those that are still on their way are let
 * arrive, chosen at random.
 */
#include <assert.h>
#include <string.h>

#include "judge.h"
#include "machine.h"

/* How many choices of stores are tried at a barrier */
#define CHOICES		2

#define POISON		0x5a

struct machine machine;
uintptr_t proof_target;

static uint64_t random_state;

uint32_t machine_random(uint32_t below)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((random_state >> 32) * below) >> 32);
}

static bool is_allocated(uint32_t offset)
{
	if (offset >= ENTRY_OFFSET && offset < ENTRY_OFFSET + ENTRY_SIZE)
		return true;
	for (size_t i = 0; i < 16; i++)
		if (offset - machine.state.blocks[i].offset < machine.state.blocks[i].size)
			return true;
	return false;
}

static uint8_t marks_of(const struct image *image, uint32_t offset, uint32_t size)
{
	uint8_t marks = 0;

	while (size--)
		marks |= image->marks[offset++];
	return marks;
}

/* Lets some stores arrive, looks, and takes them back */
static void try_arrival(unsigned int first, unsigned int count, bool choose)
{
	static uint8_t saved[STORES_MAX][8];
	static bool chosen[STORES_MAX];
	uint8_t *bytes = machine.arrived.bytes, marks = 0;
	unsigned int i;

	for (i = first; i < first + count; i++) {
		const struct store *store = &machine.pending[i];

		chosen[i] = !choose || machine_random(2);
		if (!chosen[i])
			continue;
		marks |= marks_of(&machine.arrived, store->offset, store->size);
		memcpy(saved[i], bytes + store->offset, store->size);
		memcpy(bytes + store->offset, store->bytes, store->size);
	}
	if (marks)
		judge_passing(&machine.arrived, marks);
	while (i-- > first)
		if (chosen[i])
			memcpy(bytes + machine.pending[i].offset, saved[i],
			       machine.pending[i].size);
}

static void add_to_trace(const struct store *store)
{
	uint64_t word = 0;

	memcpy(&word, store->bytes, store->size);
	machine.trace = (machine.trace ^ machine.instants) * 0x100000001b3u;
	machine.trace = (machine.trace ^ store->offset) * 0x100000001b3u;
	machine.trace = (machine.trace ^ word) * 0x100000001b3u;
}

/*
 * A store to a word overtakes none of the other CPU's to it: once it arrives, so
 * have they, as far as it has not overwritten them.
 */
static bool shares_word(uint32_t offset)
{
	for (unsigned int i = 0; i < machine.pending_count; i++)
		if (machine.pending[i].cpu != machine.cpu &&
		    machine.pending[i].offset / 8 == offset / 8)
			return true;
	return false;
}

static void note_store(uint32_t offset, uint32_t size)
{
	struct store *store = &machine.pending[machine.pending_count];
	uint8_t marks = marks_of(&machine.stored, offset, size);

	for (uint32_t i = offset; i < offset + size; i++)
		if (!is_allocated(i))
			fault("a store to offset %#x, which is nobody's memory", i);
	assert(machine.pending_count < STORES_MAX);
	*store = (struct store) { .offset = offset, .size = (uint8_t)size,
				  .cpu = (uint8_t)machine.cpu };
	memcpy(store->bytes, machine.ram + offset, size);
	memcpy(machine.stored.bytes + offset, machine.ram + offset, size);
	add_to_trace(store);
	machine.pending_count++;
	machine.stores[machine.cpu]++;

	if (marks)
		judge(&machine.stored, marks);
	if (marks_of(&machine.arrived, offset, size))
		try_arrival(machine.pending_count - 1, 1, false);
}

/* A store is of 8 bytes at most, and what it did not change is none */
static void look_for_store(uintptr_t target)
{
	uintptr_t offset = target - (uintptr_t)machine.ram;
	const uint8_t *before = machine.stored.bytes + offset;
	uint32_t first = 0, end = 8;

	machine.changed = true;
	if (offset > RAM_SIZE - 8 || offset < ENTRY_OFFSET + ENTRY_SIZE)
		machine.turned = true;
	if (offset > RAM_SIZE - 8)
		return;
	while (first < end && machine.ram[offset + first] == before[first])
		first++;
	while (end > first && machine.ram[offset + end - 1] == before[end - 1])
		end--;
	if (end > first && offset % 8 == 0 && shares_word((uint32_t)offset)) {
		first = 0;
		end = 8;
	}
	if (end > first)
		note_store((uint32_t)offset + first, end - first);
}

void proof_instant(void);
void proof_instant(void)
{
	uintptr_t target = proof_target;

	machine.instants++;
	if (target) {
		proof_target = 0;
		look_for_store(target);
	}
	if (machine.instant)
		machine.instant();
}

/* All that this CPU has stored arrives, in order */
void machine_arrive(enum cpu cpu)
{
	unsigned int kept = 0;
	uint8_t marks = 0;

	for (unsigned int i = 0; i < machine.pending_count; i++) {
		const struct store *store = &machine.pending[i];

		if (store->cpu != cpu) {
			machine.pending[kept++] = *store;
			continue;
		}
		marks |= marks_of(&machine.arrived, store->offset, store->size);
		memcpy(machine.arrived.bytes + store->offset,
		       machine.stored.bytes + store->offset, store->size);
	}
	machine.pending_count = kept;
	if (marks)
		judge(&machine.arrived, marks);
}

void proof_wmb(void);
void proof_smp_mb(void);
void proof_release(void);

static void catch_up(void)
{
	uintptr_t target = proof_target;

	proof_target = 0;
	if (target)
		look_for_store(target);
}

void proof_wmb(void)
{
	catch_up();
	for (int i = 0; i < CHOICES && machine.pending_count > 1; i++)
		try_arrival(0, machine.pending_count, true);
	machine_arrive(machine.cpu);
	proof_smp_mb();
}

void proof_smp_mb(void)
{
	catch_up();
	if (machine.barrier)
		machine.barrier();
}

void proof_release(void)
{
	proof_smp_mb();
}

/* Between two operations: nothing was missed, and everything has arrived */
void machine_settle(void)
{
	catch_up();
	machine_arrive(CPU_A);
	machine_arrive(CPU_B);
	assert(!memcmp(machine.ram, machine.stored.bytes, RAM_SIZE));
	assert(!memcmp(machine.ram, machine.arrived.bytes, RAM_SIZE));
	if (machine.state.preempt[CPU_A] || machine.state.preempt[CPU_B])
		fault("preemption stays off");
	if (machine.state.rcu[CPU_A] || machine.state.rcu[CPU_B])
		fault("an RCU read section stays open");
}

/* What is not the driver's doing: it is there at once, everywhere */
void machine_fill(uint32_t offset, uint8_t value, uint32_t size)
{
	memset(machine.ram + offset, value, size);
	memset(machine.stored.bytes + offset, value, size);
	memset(machine.arrived.bytes + offset, value, size);
}

void machine_init(uint64_t seed)
{
	random_state = seed;
	memset(&machine, 0, sizeof(machine));
	machine.stored.name = "as stored";
	machine.arrived.name = "as arrived";
	machine.stored.toc = machine.arrived.toc = TOC_OFFSET;
	machine.allocations = -1;
	machine.state.ram_end = 4096;
	machine_fill(0, POISON, RAM_SIZE);
	machine_fill(TOC_OFFSET, 0, ENTRY_OFFSET + ENTRY_SIZE);
	machine_fill(TOC_OFFSET, 1, 1);
}
