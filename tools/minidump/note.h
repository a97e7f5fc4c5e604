/* SPDX-License-Identifier: GPL-2.0-only */
/* The notes of a core, one after another */
#ifndef MINIDUMP_NOTE_H
#define MINIDUMP_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTE_PRSTATUS		1	/* in notes named "CORE" */
#define PRSTATUS_SIZE		392	/* arm64's struct elf_prstatus */

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

/* What the tools take from the NT_PRSTATUS of an arm64 CPU */
struct cpu_state {
	uint32_t pid;
	uint64_t regs[34];	/* x0 to x30, sp, pc, pstate */
};

bool note_cpu_state(const struct note *note, uint16_t machine,
		    struct cpu_state *state);

#endif
