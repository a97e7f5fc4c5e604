/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes dumps for the tests, and checks what becomes of them.
 *
 * It knows every byte of the memory that its dumps are of, and declares for
 * itself what it writes: none of its code is the program's, so that a mistake
 * in one shows in the other.
 */
#ifndef TESTDUMP_H
#define TESTDUMP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_REGIONS 256

struct memory {
	char name[64];
	unsigned int seq;	/* 0, or what tells namesakes apart */
	uint64_t phys;
	uint64_t virt;
	uint32_t flags;
	uint8_t *bytes;
	size_t size;
};

/* The machine that crashed */
struct machine {
	struct memory regions[MAX_REGIONS];
	size_t count;
	char *vmcoreinfo;
	uint8_t prstatus[392];
	size_t states;			/* NT_PRSTATUS that a real core had */
	uint8_t (*others)[392];		/* of other CPUs, behind VMCOREINFO */
	size_t other_count;
	const char *banner;		/* for the vendor's header, or NULL */
	uint64_t banner_phys;
	uint64_t banner_virt;
	uint64_t kaslr_offset;
};

/* One made up, with a kernel log that vmcore-dmesg can print */
void machine_make(struct machine *machine);
/* That of a real core */
void machine_load(struct machine *machine, const char *core);
struct memory *machine_add(struct machine *machine, const char *name,
			   uint64_t phys, uint64_t virt, size_t size);
/* Vendor kernels have VMCOREINFO in memory at best. */
struct memory *machine_add_vmcoreinfo(struct machine *machine);

/* What tells how it came to the crash; the log's lines are in a file, or NULL */
void machine_add_cause(struct machine *machine, const char *variant,
		       const char *log);

/* Styles of folders and images */
void write_current(const struct machine *machine, const char *folder);
void write_vendor(const struct machine *machine, const char *folder);
void write_newer(const struct machine *machine, const char *folder);
void write_image(const struct machine *machine, const char *folder,
		 const char *image, const char *kind);
void write_coredump(const struct machine *machine, const char *file,
		    int elf_class);
void write_full_listing(const struct machine *machine, const char *folder);

/* Where in its memory the machine has what leads to the regions */
struct ram_layout {
	uint64_t base;
	uint64_t size;
	uint64_t table;		/* of regions */
	uint64_t header;	/* the ELF header */
	uint64_t smem;
};

/* All of the memory, with the header that @folder has */
void write_ram(const struct machine *machine, const char *folder,
	       const char *path, const struct ram_layout *layout);
void write_usual_ram(const struct machine *machine, const char *folder,
		     const char *path);

/* Says what is in a core; exits with an error if a byte is not right. */
void check_core(const struct machine *machine, const char *core);

/* VMCOREINFO, and in one region the log, a stack and registers */
uint8_t *make_cause_seed(struct machine *machine, size_t *size);

/* Inputs that claim too much; what a command takes of time and memory */
void write_hostile(const char *kind, const char *path);
int run_limited(const char *seconds, const char *kib, char **command);

/* Small inputs for the fuzz targets */
void write_seeds(struct machine *machine, const char *folder);

void write_file(const char *folder, const char *name, const void *bytes,
		size_t size);
uint8_t *read_file(const char *path, size_t *size);
void *get_memory(size_t size);

static inline size_t round_up(size_t value, size_t to)
{
	return (value + to - 1) / to * to;
}

#endif
