/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dump: the regions of memory that an ELF header describes, and where in the
 * source the bytes of each lie.
 *
 *   pieces (source.h)  --+
 *                        +-- match.c --> regions --> list, extract, elf, ...
 *   ELF header (core.c) -+
 *
 * One header serves all sources. Linux registers it as the region KELF_HEADER;
 * in a core it stands at the beginning of the file.
 */
#ifndef MINIDUMP_DUMP_H
#define MINIDUMP_DUMP_H

#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notes.h"
#include "report.h"
#include "source.h"

struct region {
	char *name;		/* "" when nothing names it; not to be trusted */
	uint64_t offset;	/* where the header wants it in a core */
	uint64_t virt;
	uint64_t phys;
	uint64_t size;
	uint32_t flags;
	const struct piece *piece;	/* holds the bytes; NULL if none does */
	uint64_t skip;		/* into the piece */
	uint64_t have;		/* of size, from the region's beginning on */
};

struct note_segment {
	uint64_t offset;
	uint64_t size;
};

struct dump {
	struct source source;
	struct piece *header;		/* NULL: there are pieces only */
	uint8_t *header_bytes;		/* unless the source is a core */
	int elf_class;
	uint16_t machine;
	uint32_t machine_flags;
	uint64_t phoff;
	bool by_sections;	/* a coredump without program headers */
	bool note_first;	/* program header 0 is a PT_NOTE */
	bool takes_every_phdr;	/* none of them is of no use */
	bool filesz_is_memsz;	/* in every program header */
	bool names_regions;	/* every one of them */
	struct region *regions;
	size_t region_count;
	struct note_segment *note_segments;
	size_t note_segment_count;
	struct notes notes;
};

enum dump_need {
	NEED_PIECES,	/* a source without an ELF header will do */
	NEED_HEADER,
};

/* 0, or -1 with the reason in @report; either way dump_close() it. */
int dump_open(struct dump *dump, const char *path, enum dump_need need,
	      struct report *report);
void dump_close(struct dump *dump);

/* core.c: what the ELF header says */
int core_parse(struct dump *dump, Elf *elf, struct report *report);

/* match.c: finds the bytes of every region, and tells of those not whole */
void match_regions(struct dump *dump);
void report_regions(const struct dump *dump, struct report *report);

/* Reads from a region's bytes that are there; returns how many it got. */
size_t region_read(const struct dump *dump, const struct region *region,
		   void *buffer, size_t size, uint64_t offset);

/* The first region of this name with a byte of it there, or NULL */
const struct region *dump_find(const struct dump *dump, const char *name);

/* The region's name, or what is said of one that has none */
const char *region_label(const struct region *region);
const char *region_state(const struct region *region);

/* Do two regions that are there share addresses? One line in @report each */
size_t report_overlaps(const struct dump *dump, struct report *report);

/* The KASLR offset, from VMCOREINFO or from what boot firmware noted down */
enum kaslr_source { KASLR_UNKNOWN, KASLR_VMCOREINFO, KASLR_FIRMWARE };
enum kaslr_source dump_kaslr_offset(const struct dump *dump,
				    uint64_t *offset);

/* "Linux version ...", of at most @size bytes with its NUL; false: not there */
bool dump_banner(const struct dump *dump, char *banner, size_t size);

#endif
