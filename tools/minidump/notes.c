// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dump.h"
#include "util.h"

#define NOTES_MAX		(1 * MIB)
#define VMCOREINFO_MAX		(64 * KIB)
#define PAGE			4096

/* arm64's struct elf_prstatus */
#define PRSTATUS_SIZE		392
#define PRSTATUS_PID		32
#define PRSTATUS_REGS		112

enum note_result note_next(const uint8_t *bytes, size_t size,
			   size_t *position, struct note *note)
{
	size_t left = size - *position, name_room;
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

static void add_note(struct notes *notes, const char *name, uint32_t type,
		     const void *desc, size_t desc_size)
{
	size_t name_size = strlen(name) + 1;
	size_t size = sizeof(Elf64_Nhdr) + align_up(name_size, 4) +
		      align_up(desc_size, 4);
	uint8_t *head;

	notes->bytes = realloc(notes->bytes, notes->size + size);
	if (!notes->bytes)
		out_of_memory();
	head = notes->bytes + notes->size;
	memset(head, 0, size);
	put_le32(head, (uint32_t)name_size);
	put_le32(head + 4, (uint32_t)desc_size);
	put_le32(head + 8, type);
	memcpy(head + sizeof(Elf64_Nhdr), name, name_size);
	if (desc)
		memcpy(head + sizeof(Elf64_Nhdr) + align_up(name_size, 4),
		       desc, desc_size);
	notes->size += size;
	notes->as_found = false;
}

/* Takes over the whole notes of a segment, byte for byte. */
static void add_segment(struct dump *dump, const uint8_t *bytes, size_t size,
			size_t claimed, struct report *report)
{
	struct notes *notes = &dump->notes;
	enum note_result result;
	struct note note;
	size_t end = 0;

	while ((result = note_next(bytes, size, &end, &note)) == NOTE_FOUND) {
		if (note_is(&note, "CORE") && note.type == NOTE_PRSTATUS)
			notes->cpu_states++;
		if (note_is(&note, VMCOREINFO_NAME) && !notes->vmcoreinfo) {
			notes->vmcoreinfo = vmcoreinfo_text(note.desc,
							    note.desc_size);
			notes->origin = VMCOREINFO_NOTE;
		}
	}

	if (result == NOTE_CUT && !note_is(&note, VMCOREINFO_NAME))
		report_problem(report,
			       "the notes are damaged or cut after %zu bytes",
			       end);
	if (end != claimed)
		notes->as_found = false;

	notes->bytes = realloc(notes->bytes, notes->size + end + 1);
	if (!notes->bytes)
		out_of_memory();
	memcpy(notes->bytes + notes->size, bytes, end);
	notes->size += end;
}

static void read_segments(struct dump *dump, struct report *report)
{
	const struct note_segment *segment;
	size_t size, got, i;
	uint8_t *bytes;

	dump->notes.bytes = allocate(0);
	dump->notes.as_found = dump->note_segment_count < 2;
	for (i = 0; i < dump->note_segment_count; i++) {
		segment = &dump->note_segments[i];
		size = min_u64(segment->size, NOTES_MAX - dump->notes.size);
		if (segment->offset < dump->header->size)
			size = min_u64(size, dump->header->size -
					     segment->offset);
		bytes = allocate(size);
		got = piece_read(&dump->source, dump->header, bytes, size,
				 segment->offset);
		add_segment(dump, bytes, got, segment->size, report);
		free(bytes);
	}
}

static bool is_vmcoreinfo_name(struct piece_key key)
{
	static const char start[] = "VMCOREIN";	/* names get cut */

	if (key.length && (key.text[0] == 'K' || key.text[0] == 'k')) {
		key.text++;
		key.length--;
	}

	return key.length >= strlen(start) &&
	       !strncasecmp(key.text, start, strlen(start));
}

static void vmcoreinfo_from_pieces(struct dump *dump)
{
	struct source *source = &dump->source;
	uint8_t *bytes;
	size_t got, i;

	for (i = 0; i < source->count && !dump->notes.vmcoreinfo; i++) {
		if (!is_vmcoreinfo_name(piece_key(&source->pieces[i])))
			continue;
		bytes = allocate(VMCOREINFO_MAX);
		got = piece_read(source, &source->pieces[i], bytes,
				 VMCOREINFO_MAX, 0);
		dump->notes.vmcoreinfo = vmcoreinfo_text(bytes, got);
		dump->notes.origin = VMCOREINFO_PIECE;
		free(bytes);
		if (dump->notes.vmcoreinfo)
			source->pieces[i].taken = true;
	}
}

/* Where the note should begin, something else may: a gap, a damaged note. */
static void vmcoreinfo_from_header(struct dump *dump)
{
	size_t size = dump->header_bytes ? dump->header->size : 0, at;

	for (at = 0; at + 24 < size && !dump->notes.vmcoreinfo; at += 4) {
		if (memcmp(dump->header_bytes + at + 12, VMCOREINFO_NAME,
			   sizeof(VMCOREINFO_NAME)))
			continue;
		dump->notes.vmcoreinfo =
			vmcoreinfo_text(dump->header_bytes + at, size - at);
		dump->notes.origin = VMCOREINFO_MEMORY;
	}
}

/* The kernel keeps the note in pages of its own, so at a page's beginning. */
static char *vmcoreinfo_in_region(const struct dump *dump,
				  const struct region *region)
{
	uint64_t offset = align_up(region->phys % PAGE, PAGE) -
			  region->phys % PAGE;
	uint8_t head[24], *bytes;
	char *text = NULL;
	size_t got;

	for (; offset < region->have && !text; offset += PAGE) {
		got = region_read(dump, region, head, sizeof(head), offset);
		if (got < sizeof(head) ||
		    memcmp(head + 12, VMCOREINFO_NAME,
			   sizeof(VMCOREINFO_NAME)))
			continue;
		bytes = allocate(VMCOREINFO_MAX);
		got = region_read(dump, region, bytes, VMCOREINFO_MAX, offset);
		text = vmcoreinfo_text(bytes, got);
		free(bytes);
	}

	return text;
}

static void vmcoreinfo_from_memory(struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->region_count && !dump->notes.vmcoreinfo; i++) {
		dump->notes.vmcoreinfo =
			vmcoreinfo_in_region(dump, &dump->regions[i]);
		dump->notes.origin = VMCOREINFO_MEMORY;
	}
}

/*
 * What the header lacks is taken from the rest of the dump. An NT_PRSTATUS of
 * zeros lets gdb begin with a clean thread. A VMCOREINFO is never made up: one
 * with gaps makes drgn and crash refuse the whole core.
 */
void notes_collect(struct dump *dump, struct report *report)
{
	struct notes *notes = &dump->notes;
	bool is_kernel;

	read_segments(dump, report);
	if (!notes->vmcoreinfo)
		vmcoreinfo_from_pieces(dump);
	if (!notes->vmcoreinfo)
		vmcoreinfo_from_header(dump);
	is_kernel = dump->machine == EM_AARCH64 && !dump->by_sections;
	if (!notes->vmcoreinfo && is_kernel)
		vmcoreinfo_from_memory(dump);
	if (!notes->vmcoreinfo)
		notes->origin = VMCOREINFO_ABSENT;

	if (!notes->cpu_states && is_kernel)
		add_note(notes, "CORE", NOTE_PRSTATUS, NULL, PRSTATUS_SIZE);
	if (notes->vmcoreinfo && notes->origin != VMCOREINFO_NOTE)
		add_note(notes, VMCOREINFO_NAME, 0, notes->vmcoreinfo,
			 strlen(notes->vmcoreinfo));
}

void notes_free(struct notes *notes)
{
	free(notes->bytes);
	free(notes->vmcoreinfo);
}
