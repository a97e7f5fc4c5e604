/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that the driver runs on: its memory, as it is and as it would be
 * found if only what barriers have seen to had arrived, and two CPUs.
 */
#ifndef PROOF_MACHINE_H
#define PROOF_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The judge looks at other machines, too */
#ifndef RAM_SIZE
#define RAM_SIZE	(512u << 10)
#define RAM_BASE	0x80000000u	/* its physical address */
#endif
#define HEAP_SIZE	(16u << 10)

/* What firmware knows without being told */
#define TOC_OFFSET	0u
#define ENTRY_OFFSET	16u
#define ENTRY_SIZE	32u

/**
 * struct image - Memory as firmware could find it
 * @toc:	where the G-ToC is
 * @bytes:	all of it
 * @marks:	which bytes firmware has read, and what for: MARK_*
 * @ranges:	the same bytes
 * @prstatus:	where it found the registers, or 0
 * @others:	how many notes of other CPUs
 */
struct image {
	const char *name;
	uint32_t toc;
	_Alignas(4096) uint8_t bytes[RAM_SIZE];
	uint8_t marks[RAM_SIZE];
	struct { uint32_t offset, size; } ranges[2048];
	unsigned int range_count;
	uint64_t prstatus;
	unsigned int others;
};

enum { MARK_TABLES = 1, MARK_CRASH = 2, MARK_ALL = 3 };

enum cpu { CPU_A, CPU_B };

struct store {
	uint32_t offset;
	uint8_t size;
	uint8_t cpu;
	uint8_t bytes[8];
};

#define STORES_MAX	(1u << 17)

/* What a snapshot holds, beside the images */
struct machine_state {
	_Alignas(16) uint8_t heap[HEAP_SIZE];
	struct { uint32_t offset, size; } blocks[16], chunks[16];
	uint32_t ram_end;
	int preempt[2];
	int rcu[2];
};

struct machine {
	_Alignas(4096) uint8_t ram[RAM_SIZE];
	struct image stored;	/* in the order of the program */
	struct image arrived;	/* only what barriers have seen to */
	struct store pending[STORES_MAX];
	unsigned int pending_count;
	struct machine_state state;
	enum cpu cpu;
	uint64_t instants;
	uint64_t trace;		/* a digest of which bytes were stored at which instant */
	uint64_t stores[2];	/* by CPU: those to memory that firmware may read */
	bool changed;		/* anything at all since this was last cleared */
	bool turned;		/* likewise: our entry, or what is not the banks' */
	int allocations;	/* how many more succeed, or negative for all */
	void (*instant)(void);	/* called at each instant of CPU A, and of B in its turn */
	void (*barrier)(void);	/* called when a CPU's words have become visible to others */
	void (*wait)(void);	/* called when a CPU waits for the other */
};

extern struct machine machine;

void machine_init(uint64_t seed);
uint32_t machine_random(uint32_t below);
void machine_fill(uint32_t offset, uint8_t value, uint32_t size);
void machine_arrive(enum cpu cpu);
void machine_settle(void);
void machine_wants_no_memory(void);

_Noreturn void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* PROOF_MACHINE_H */
