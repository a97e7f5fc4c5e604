// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <string.h>

#include "note.h"
#include "util.h"

#define PRSTATUS_PID		32
#define PRSTATUS_REGS		112

enum note_result note_next(const uint8_t *bytes, size_t size,
			   size_t *position, struct note *note)
{
	size_t left = size - *position;
	uint64_t name_room;
	const uint8_t *head = bytes + *position;

	if (left < sizeof(Elf64_Nhdr))
		return NOTE_END;

	note->name_size = get_le32(head);
	note->desc_size = get_le32(head + 4);
	note->type = get_le32(head + 8);
	note->name = (const char *)head + sizeof(Elf64_Nhdr);
	if (!note->name_size && !note->desc_size && !note->type)
		return NOTE_END;
	/* All notes of a core have a name: this is something else. */
	if (!note->name_size)
		return NOTE_CUT;

	left -= sizeof(Elf64_Nhdr);
	name_room = align_up((uint64_t)note->name_size, 4);
	if (name_room > left) {
		note->name_size = 0;
		return NOTE_CUT;
	}

	left -= name_room;
	note->desc = head + sizeof(Elf64_Nhdr) + name_room;
	if (align_up((uint64_t)note->desc_size, 4) > left)
		return NOTE_CUT;
	*position += sizeof(Elf64_Nhdr) + name_room +
		     align_up((uint64_t)note->desc_size, 4);

	return NOTE_FOUND;
}

bool note_is(const struct note *note, const char *name)
{
	/* Some writers count the NUL, some do not. */
	size_t length = strnlen(note->name, note->name_size);

	return length == strlen(name) && !memcmp(note->name, name, length);
}

bool note_cpu_state(const struct note *note, uint16_t machine,
		    struct cpu_state *state)
{
	size_t i;

	if (machine != EM_AARCH64 || !note_is(note, "CORE") ||
	    note->type != NOTE_PRSTATUS || note->desc_size < PRSTATUS_SIZE)
		return false;

	state->pid = get_le32(note->desc + PRSTATUS_PID);
	for (i = 0; i < ARRAY_SIZE(state->regs); i++)
		state->regs[i] = get_le64(note->desc + PRSTATUS_REGS + 8 * i);

	return true;
}
