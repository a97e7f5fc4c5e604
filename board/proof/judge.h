/* SPDX-License-Identifier: GPL-2.0-only */
/* The promise, and who holds the driver to it */
#ifndef PROOF_JUDGE_H
#define PROOF_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "machine.h"

#define REGIONS_MAX	200
#define IDS		1024	/* regions there may ever be */
#define REGISTERS	34
#define VMCOREINFO_MAX	8192
#define CPUS		3

struct region {
	char name[12];
	uint64_t virt, phys, size;
};

struct cpu_state {
	uint64_t registers[REGISTERS];
	uint32_t pid;
};

/* Other CPUs are stopped in a panic: as many as the ELF header has room for, or less */
struct crash {
	uint32_t pid;
	uint64_t registers[REGISTERS];
	struct cpu_state others[CPUS];
	unsigned int other_count;
};

/**
 * struct promise - What firmware may find at this instant
 * @before:	the regions of Linux before the operation that is under way
 * @after:	those after it
 * @whole:	nothing is under way, so that not even the last region may be missing
 * @starting:	a start is under way
 * @absent:	no table at all is right, too, as in a start or a stop
 * @entry:	what our entry held before the start; as long as it holds that,
 *		the table is absent
 * @virt:	where debuggers may find a region: at the one address or the other
 * @original:	physical address of what a region has a copy of, or 0: of the one crash or
 *		the other
 * @aliases:	how many program headers there may be for such, behind those of regions
 * @maybe_none:	or none
 * @homing:	or at its own, as one is being added where it has been moved to
 * @crash:	registers there may be: the one CPU's or the other's
 * @describing:	or none, as they are being written
 * @goes_on:	or those of no other CPU, as banks to come have them not: Linux has gone
 *		on after a panic, which it does in this proof only
 */
struct promise {
	bool before[IDS], after[IDS];
	unsigned int before_count, after_count;
	bool whole;
	bool starting;
	bool absent;
	uint8_t entry[ENTRY_SIZE];
	uint64_t virt[IDS][2];
	uint64_t original[IDS][2];
	unsigned int aliases[2];
	bool maybe_none;
	bool homing[IDS];
	struct crash crash[2];
	bool describing;
	bool goes_on;
};

extern struct promise promise;
extern uint8_t vmcoreinfo[VMCOREINFO_MAX];
extern unsigned int vmcoreinfo_size;

/* How often firmware has looked */
extern uint64_t readings;

/*
 * Which regions there may be is for others to know: which one it is that was found,
 * or IDS, whether debuggers may find it at that address, and whether it may be just
 * these.
 */
struct region region_of(unsigned int id);
unsigned int region_id(const struct region *found);
bool region_is_at(unsigned int id, uint64_t virt);
void judge_regions(const unsigned int *ids, unsigned int count);

/* Reads what @marks says, or all that depends on it, and remembers what it read */
void judge(struct image *image, uint8_t marks);

/* The same of memory that is going to be as before */
void judge_passing(struct image *image, uint8_t marks);

/* No table must be there */
bool table_is_absent(const struct image *image);

#endif /* PROOF_JUDGE_H */
