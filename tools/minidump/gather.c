// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "gather.h"
#include "util.h"

#define PAGE 4096

/* As drivers/soc/qcom/qcom_minidump_crash.h has them */
#define CPUS_MAX	16
#define INTERRUPTED	1000

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

/* From the header as it was read, if they are there as a whole */
static size_t read_notes(const struct dump *dump, uint64_t offset,
			 uint8_t *bytes, size_t size, struct report *report)
{
	size_t got;

	if (offset < dump->header_size &&
	    (size <= dump->header_size - offset ||
	     dump->header_size == dump->header->size)) {
		size = min_u64(size, dump->header_size - offset);
		memcpy(bytes, dump->header_bytes + offset, size);
		return size;
	}

	got = piece_read(&dump->source, dump->header, bytes, size, offset);
	if (got < size && errno)
		report_problem(report, "the notes: %s after %zu bytes",
			       strerror(errno), got);

	return got;
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
		bytes = allocate(size);
		got = read_notes(dump, segment->offset, bytes, size, report);
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
	size_t size = dump->header_size, at;

	for (at = 0; at + 24 < size && !dump->notes.vmcoreinfo; at += 4) {
		if (memcmp(dump->header_bytes + at + 12, VMCOREINFO_NAME,
			   sizeof(VMCOREINFO_NAME)))
			continue;
		dump->notes.vmcoreinfo =
			vmcoreinfo_text(dump->header_bytes + at, size - at);
		dump->notes.origin = VMCOREINFO_MEMORY;
	}
}

/* Is there a note at @offset of the file? A look at all of it costs its pages. */
static char *vmcoreinfo_at(int fd, uint64_t offset, size_t size, size_t *pages)
{
	uint8_t head[24], *bytes;
	char *text;

	--*pages;
	if (read_at(fd, head, min_u64(size, sizeof(head)), offset) <
	    sizeof(head) ||
	    memcmp(head + 12, VMCOREINFO_NAME, sizeof(VMCOREINFO_NAME)))
		return NULL;

	*pages -= min_u64(*pages, VMCOREINFO_MAX / PAGE);
	size = min_u64(size, VMCOREINFO_MAX);
	bytes = allocate(size);
	text = vmcoreinfo_text(bytes, read_at(fd, bytes, size, offset));
	free(bytes);

	return text;
}

/* The first page from @offset on that is not in a hole of the file */
static uint64_t skip_hole(int fd, uint64_t offset)
{
	off_t data = lseek(fd, (off_t)offset, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? UINT64_MAX : offset;

	return offset + ((uint64_t)data - offset) / PAGE * PAGE;
}

/* The kernel keeps the note in pages of its own, so at a page's beginning. */
static char *vmcoreinfo_in_region(const struct dump *dump,
				  const struct region *region, size_t *pages)
{
	uint64_t offset = align_up(region->phys % PAGE, PAGE) -
			  region->phys % PAGE;
	uint64_t begin = region->piece->offset + region->skip;
	uint64_t end = begin + region->have;
	int fd = piece_open(&dump->source, region->piece);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	for (offset += begin; offset < end && !text && *pages; offset += PAGE) {
		offset = skip_hole(fd, offset);
		if (offset >= end)
			break;
		text = vmcoreinfo_at(fd, offset, end - offset, pages);
	}
	close(fd);

	return text;
}

static void vmcoreinfo_from_memory(struct dump *dump, struct report *report)
{
	size_t pages = SEARCH_PAGES_MAX, i;

	for (i = 0; i < dump->region_count && !dump->notes.vmcoreinfo; i++) {
		if (!dump->regions[i].have)
			continue;
		dump->notes.vmcoreinfo =
			vmcoreinfo_in_region(dump, &dump->regions[i], &pages);
		dump->notes.origin = VMCOREINFO_MEMORY;
	}
	if (!pages && !dump->notes.vmcoreinfo)
		report_remark(report,
			      "VMCOREINFO was searched in %zu pages, not in the rest",
			      (size_t)SEARCH_PAGES_MAX);
}

/*
 * Linux' driver adds, for debuggers, what the CPU that crashed had interrupted:
 * the CPUs' ids are their numbers plus 1, its id is 1000 more than the first of
 * them. In other cores the ids are those of tasks, and all are CPUs.
 */
static void find_interrupted(struct dump *dump)
{
	struct notes *notes = &dump->notes;
	uint32_t first = 0, found = 0;
	struct cpu_state state;
	size_t position = 0;
	struct note note;

	while (note_next(notes->bytes, notes->size, &position, &note) ==
	       NOTE_FOUND) {
		if (!note_cpu_state(&note, dump->machine, &state) || !state.pid)
			continue;
		if (!first)
			first = state.pid;
		if (state.pid <= CPUS_MAX)
			continue;
		if (found || state.pid != first + INTERRUPTED)
			return;
		found = state.pid;
	}
	/* A first id that is no CPU's has ended this above. */
	notes->interrupted = found;
}

/*
 * What the header lacks is taken from the rest of the dump. An NT_PRSTATUS of
 * zeros lets gdb begin with a clean thread. A VMCOREINFO is never made up: one
 * with gaps makes drgn and crash refuse the whole core.
 */
void notes_gather(struct dump *dump, bool search, struct report *report)
{
	struct notes *notes = &dump->notes;
	bool is_kernel;

	read_segments(dump, report);
	find_interrupted(dump);
	if (!notes->vmcoreinfo)
		vmcoreinfo_from_pieces(dump);
	if (!notes->vmcoreinfo)
		vmcoreinfo_from_header(dump);
	is_kernel = dump->machine == EM_AARCH64 && !dump->by_sections;
	if (!notes->vmcoreinfo && is_kernel && search)
		vmcoreinfo_from_memory(dump, report);
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
