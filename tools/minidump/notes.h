/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The notes of a core: who crashed (NT_PRSTATUS) and which kernel it was
 * (VMCOREINFO).
 */
#ifndef MINIDUMP_NOTES_H
#define MINIDUMP_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report.h"

#define VMCOREINFO_NAME		"VMCOREINFO"
#define NOTE_PRSTATUS		1	/* in notes named "CORE" */

struct note {
	uint32_t type;
	const char *name;	/* name_size bytes, NUL among them or not */
	uint32_t name_size;
	const uint8_t *desc;
	uint32_t desc_size;
};

enum note_result {
	NOTE_FOUND,
	NOTE_END,	/* nothing, or nothing but zeros, is left */
	NOTE_CUT,	/* its head is there, its contents are not all */
};

/* The note at @*position, which moves behind it when all of it is there */
enum note_result note_next(const uint8_t *bytes, size_t size,
			   size_t *position, struct note *note);
bool note_is(const struct note *note, const char *name);

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
};

/* What the tools take from the NT_PRSTATUS of an arm64 CPU */
struct cpu_state {
	uint32_t pid;
	uint64_t regs[34];	/* x0 to x30, sp, pc, pstate */
};

bool note_cpu_state(const struct note *note, uint16_t machine,
		    struct cpu_state *state);

struct dump;

/* Gathers the notes of a dump and completes them from the rest of it. */
void notes_collect(struct dump *dump, struct report *report);
void notes_free(struct notes *notes);

/* The value behind "KEY=", without its newline; false: there is none */
bool vmcoreinfo_get(const char *vmcoreinfo, const char *key, char *value,
		    size_t size);
bool vmcoreinfo_get_hex(const char *vmcoreinfo, const char *key,
			uint64_t *value);
bool vmcoreinfo_get_decimal(const char *vmcoreinfo, const char *key,
			    uint64_t *value);

/*
 * The text of VMCOREINFO out of @bytes, which are the note or its contents
 * alone; NULL if they are neither. To be freed.
 */
char *vmcoreinfo_text(const uint8_t *bytes, size_t size);

#endif
