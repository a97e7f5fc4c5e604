// SPDX-License-Identifier: GPL-2.0-only
/* What the driver calls of the kernel, on the machine of machine.c */
#include "stubs.h"
#include "judge.h"
#include "machine.h"

#define POISON		0x5a

/* A CPU that waits longer than this waits for nobody */
#define PATIENCE	1000

static void may_sleep(void)
{
	if (machine.state.preempt[machine.cpu] || machine.state.rcu[machine.cpu])
		fault("sleeps where it may not");
}

static bool fails(void)
{
	return machine.allocations >= 0 && machine.allocations-- == 0;
}

/* Memory is taken at the end, and given back when the last of it is free */
static void *take_pages(size_t size, bool zero)
{
	uint32_t offset = machine.state.ram_end;

	may_sleep();
	if (fails())
		return NULL;
	for (size_t i = 0; i < 16; i++) {
		if (machine.state.blocks[i].size)
			continue;
		if (offset + size + PAGE_SIZE > RAM_SIZE)
			fault("takes more memory than there is");
		machine.state.blocks[i].offset = offset;
		machine.state.blocks[i].size = (uint32_t)size;
		machine.state.ram_end += (uint32_t)ALIGN(size, PAGE_SIZE);
		if (zero)
			machine_fill(offset, 0, (uint32_t)size);
		return machine.ram + offset;
	}
	fault("takes a 17th piece of memory");
}

static void give_pages(void *memory, size_t size)
{
	uint32_t offset = (uint32_t)((uint8_t *)memory - machine.ram), end = PAGE_SIZE;
	bool found = false;

	for (size_t i = 0; i < 16; i++) {
		uint32_t block_end;

		if (machine.state.blocks[i].size == size && machine.state.blocks[i].offset == offset) {
			machine.state.blocks[i].size = 0;
			found = true;
		}
		block_end = machine.state.blocks[i].offset + machine.state.blocks[i].size;
		if (machine.state.blocks[i].size && block_end > end)
			end = (uint32_t)ALIGN(block_end, PAGE_SIZE);
	}
	if (!found)
		fault("gives back %zu bytes at %#x, which it does not have", size, offset);
	machine.state.ram_end = end;
	machine_fill(offset, POISON, (uint32_t)size);
	judge(&machine.stored, MARK_ALL);
	judge(&machine.arrived, MARK_ALL);
}

void *alloc_pages_exact(size_t size, gfp_t flags)
{
	return take_pages(size, flags & __GFP_ZERO);
}

void free_pages_exact(void *memory, size_t size)
{
	give_pages(memory, size);
}

phys_addr_t virt_to_phys(const volatile void *memory)
{
	return RAM_BASE + (phys_addr_t)((const volatile uint8_t *)memory - machine.ram);
}

void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t flags)
{
	void *memory = take_pages(size, true);

	(void)dev;
	(void)flags;
	if (memory)
		*handle = virt_to_phys(memory);
	return memory;
}

void dma_free_coherent(struct device *dev, size_t size, void *memory, dma_addr_t handle)
{
	(void)dev;
	if (handle != virt_to_phys(memory))
		fault("gives back memory under another address");
	give_pages(memory, size);
}

void *kzalloc(size_t size, gfp_t flags)
{
	uint32_t offset = 0;

	(void)flags;
	may_sleep();
	if (fails())
		return NULL;
	for (size_t i = 0; i < 16; i++)
		if (machine.state.chunks[i].size &&
		    machine.state.chunks[i].offset + machine.state.chunks[i].size > offset)
			offset = machine.state.chunks[i].offset + machine.state.chunks[i].size;
	offset = (uint32_t)ALIGN(offset, 16u);
	if (offset + size > HEAP_SIZE)
		fault("takes more of the heap than there is");
	for (size_t i = 0; i < 16; i++) {
		if (machine.state.chunks[i].size)
			continue;
		machine.state.chunks[i].offset = offset;
		machine.state.chunks[i].size = (uint32_t)size;
		return memset(machine.state.heap + offset, 0, size);
	}
	fault("takes a 17th piece of the heap");
}

void kfree(const void *memory)
{
	uint32_t offset = (uint32_t)((const uint8_t *)memory - machine.state.heap);

	if (!memory)
		return;
	for (size_t i = 0; i < 16; i++) {
		if (!machine.state.chunks[i].size || machine.state.chunks[i].offset != offset)
			continue;
		memset(machine.state.heap + offset, POISON, machine.state.chunks[i].size);
		machine.state.chunks[i].size = 0;
		return;
	}
	fault("frees what it does not have");
}

void machine_wants_no_memory(void)
{
	for (size_t i = 0; i < 16; i++)
		if (machine.state.blocks[i].size || machine.state.chunks[i].size)
			fault("keeps memory when it has stopped");
}

void proof_preempt(int change)
{
	machine.state.preempt[machine.cpu] += change;
}

void rcu_read_lock(void)
{
	machine.state.rcu[machine.cpu]++;
}

void rcu_read_unlock(void)
{
	machine.state.rcu[machine.cpu]--;
}

void synchronize_rcu(void)
{
	may_sleep();
	proof_smp_mb();
	while (machine.state.rcu[!machine.cpu])
		cpu_relax();
	proof_smp_mb();
}

void cpu_relax(void)
{
	static unsigned int waited;
	static uint64_t since;

	if (since + PATIENCE < machine.instants)
		waited = 0;
	since = machine.instants;
	if (machine.wait)
		machine.wait();
	else if (++waited > PATIENCE)
		fault("waits for a CPU that does nothing");
}
