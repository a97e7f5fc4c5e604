/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dump: the regions of memory that an ELF header describes, and where in the
 * source the bytes of each lie. It is made in three steps, and a file knows
 * only of those above it here:
 *
 *   describe   source.c, folder.c, rawdump.c: the pieces, and what is told
 *              of each; layout.c: the regions of the ELF header
 *   resolve    match.c, place.c: the one piece that holds a region, and why;
 *              gather.c: the notes; open.c: all of these
 *   emit       write.c, cmd-*.c
 *
 * One header serves all sources. Linux registers it as the region KELF_HEADER;
 * in a core it stands at the beginning of the file.
 */
#ifndef MINIDUMP_DUMP_H
#define MINIDUMP_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "note.h"
#include "piece.h"
#include "report.h"
#include "vmcoreinfo.h"

struct region {
	char *name;		/* "" when nothing names it; not to be trusted */
	uint64_t offset;	/* where the header wants it in a core */
	uint64_t virt;
	uint64_t phys;
	uint64_t size;
	/* Other addresses of the same bytes; no physical one is 0 */
	uint64_t alias_virt;
	uint64_t alias_phys;
	uint32_t flags;
	const struct piece *piece;	/* holds the bytes; NULL if none does */
	const char *why;	/* this piece and no other, or none */
	uint64_t skip;		/* into the piece */
	uint64_t have;		/* of size, from the region's beginning on */
};

struct note_segment {
	uint64_t offset;
	uint64_t size;
};

enum vmcoreinfo_origin {
	VMCOREINFO_ABSENT,
	VMCOREINFO_NOTE,	/* in the header, as it should be */
	VMCOREINFO_PIECE,	/* in a file of its own */
	VMCOREINFO_MEMORY,	/* somewhere else in the dump */
};

struct notes {
	uint8_t *bytes;		/* whole notes, ready to be written */
	size_t size;
	bool as_found;		/* the same bytes as in the header */
	enum vmcoreinfo_origin origin;
	char *vmcoreinfo;	/* its text, or NULL */
	size_t cpu_states;	/* NT_PRSTATUS, but for one made up here */
	uint32_t interrupted;	/* the pid of one that is no CPU, or 0 */
};

struct dump {
	struct source source;
	struct piece *header;		/* NULL: there are pieces only */
	uint8_t *header_bytes;		/* read once, HEADER_MAX at most */
	size_t header_size;
	int elf_class;
	uint16_t machine;
	uint32_t machine_flags;
	uint64_t phoff;
	bool by_sections;	/* a coredump without program headers */
	bool note_first;	/* program header 0 is a PT_NOTE */
	bool takes_every_phdr;	/* none of them had to be ignored */
	bool filesz_is_memsz;	/* in every program header */
	bool names_regions;	/* every one of them */
	struct region *regions;
	size_t region_count;
	struct note_segment *note_segments;
	size_t note_segment_count;
	struct notes notes;
};

/*
 * Reads from a region's bytes that are there; returns how many it got. errno
 * says why there are fewer, as read_at() does.
 */
size_t region_read(const struct dump *dump, const struct region *region,
		   void *buffer, size_t size, uint64_t offset);

/*
 * Read memory by its address: all of @size bytes or nothing. What lies in two
 * regions that follow each other is not put together.
 */
bool dump_read_virt(const struct dump *dump, uint64_t address, void *buffer,
		    size_t size);
bool dump_read_phys(const struct dump *dump, uint64_t address, void *buffer,
		    size_t size);

/* The first region of this name with a byte of it there, or NULL */
const struct region *dump_find(const struct dump *dump, const char *name);

/* The region's name, or what is said of one that has none */
const char *region_label(const struct region *region);
const char *region_state(const struct region *region);

/* The KASLR offset, from VMCOREINFO or from what boot firmware noted down */
enum kaslr_source { KASLR_UNKNOWN, KASLR_VMCOREINFO, KASLR_FIRMWARE };
enum kaslr_source dump_kaslr_offset(const struct dump *dump,
				    uint64_t *offset);

/* "Linux version ...", of at most @size bytes with its NUL; NULL: not there */
const struct region *dump_banner(const struct dump *dump, char *banner,
				 size_t size);

/*
 * The next CPU from @*position on in the notes whose registers were saved. What
 * it had interrupted is on its stack, too, and comes with its frames.
 */
bool dump_next_cpu(const struct dump *dump, size_t *position,
		   struct cpu_state *state);

#endif
