// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"
#include "progress.h"
#include "util.h"
#include "write.h"

/* Cores align their segments to pages, but never leave gaps beyond that. */
#define GAP_MAX		(64 * KIB)
#define HEADER_ROOM_MAX	(16 * MIB)

/* More memory than any machine has that leaves a dump of this kind */
#define CORE_SIZE_MAX	(1024 * 1024 * MIB)

static int compare_segments(const void *a, const void *b)
{
	const struct segment *left = a, *right = b;

	if (left->region->offset != right->region->offset)
		return left->region->offset < right->region->offset ? -1 : 1;
	/* Table order for those of one offset, which is an error anyway */
	return left->region < right->region ? -1 : 1;
}

static bool lies_in_header(const struct dump *dump, const struct region *region)
{
	return dump->source.kind != SOURCE_CORE &&
	       region->piece == dump->header;
}

/*
 * May every payload lie where the header wants it? Not if two of them share
 * bytes there, or if the file would become a desert of holes. Those that are
 * missing keep their place, so that none of the others moves.
 */
static bool offsets_make_sense(const struct core *core, uint64_t header)
{
	const struct dump *dump = core->dump;
	const struct region *region;
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < core->count; i++) {
		region = core->segments[i].region;
		if (lies_in_header(dump, region))
			continue;
		if (!end && (region->offset < header ||
			     region->offset > HEADER_ROOM_MAX))
			return false;
		if (end && (region->offset < end ||
			    region->offset - end > GAP_MAX))
			return false;
		end = region->offset + region->size;
		if (end > CORE_SIZE_MAX)
			return false;
	}

	return true;
}

/* What lay within the old header follows behind all others. */
static void keep_offsets(struct core *core)
{
	struct segment *segment;
	size_t i;

	core->header_room = 0;
	core->size = 0;
	for (i = 0; i < core->count; i++) {
		segment = &core->segments[i];
		if (lies_in_header(core->dump, segment->region))
			continue;
		segment->offset = segment->region->offset;
		if (!core->header_room)
			core->header_room = segment->offset;
		if (segment->size)
			core->size = segment->offset + segment->size;
	}
	if (!core->header_room)
		core->header_room = header_size(core);
	if (core->size < core->header_room)
		core->size = core->header_room;

	for (i = 0; i < core->count; i++) {
		segment = &core->segments[i];
		if (!lies_in_header(core->dump, segment->region))
			continue;
		segment->offset = core->size;
		core->size += segment->size;
	}
}

static void choose_offsets(struct core *core, uint64_t header)
{
	struct segment *segment;
	size_t i;

	core->header_room = header;
	core->size = header;
	for (i = 0; i < core->count; i++) {
		segment = &core->segments[i];
		segment->offset = core->size;
		core->size += segment->size;
	}
}

/* Is there nothing that the tools would want otherwise? */
static bool header_is_good(const struct core *core)
{
	const struct dump *dump = core->dump;
	size_t i;

	if (dump->phoff != sizeof(Elf64_Ehdr) || !dump->note_first ||
	    !dump->takes_every_phdr || !dump->filesz_is_memsz ||
	    !dump->names_regions || !dump->notes.as_found)
		return false;

	for (i = 0; i < dump->note_segment_count; i++)
		if (dump->note_segments[i].offset +
		    dump->note_segments[i].size > core->header_room)
			return false;

	for (i = 0; i < core->count; i++)
		if (core->segments[i].size != core->segments[i].region->size ||
		    lies_in_header(dump, core->segments[i].region))
			return false;

	return true;
}

/*
 * All program headers must fit, so that the header can be written last, when
 * it is known what could be read.
 */
static int plan(struct core *core, struct report *report)
{
	const struct dump *dump = core->dump;
	uint64_t total = 0, header;
	size_t i;

	core->segments = allocate(dump->region_count *
				  sizeof(*core->segments));
	core->count = dump->region_count;
	for (i = 0; i < core->count; i++) {
		core->segments[i] = (struct segment){
			.region = &dump->regions[i],
			.size = dump->regions[i].have,
		};
		total += dump->regions[i].have;
		if (total > dump->source.size)
			return report_error(report,
					    "the regions claim more than all %" PRIu64 " bytes",
					    dump->source.size);
	}
	if (!total)
		return report_error(report, "nothing is left of the dump");

	header = header_size(core);
	qsort(core->segments, core->count, sizeof(*core->segments),
	      compare_segments);
	if (offsets_make_sense(core, header)) {
		keep_offsets(core);
		core->header_as_found = header_is_good(core);
	} else {
		choose_offsets(core, header);
	}

	return 0;
}

static int copy_segment(struct core *core, struct segment *segment, int fd,
			struct progress *progress, struct report *report)
{
	const struct region *region = segment->region;
	const struct piece *piece = region->piece;
	int64_t done = 0;
	int from;

	if (!segment->size)
		return 0;

	from = piece_open(&core->dump->source, piece);
	if (from >= 0) {
		done = copy_range(from, piece->offset + region->skip, fd,
				  segment->offset, segment->size, progress);
		if (done < 0)
			report_error(report, "writing: %s", strerror(errno));
		close(from);
	}
	if (done < 0)
		return -1;

	if ((uint64_t)done < segment->size) {
		report_problem(report,
			       "%s became shorter while it was read: now %" PRId64 " bytes",
			       region_label(region), done);
		segment->size = (uint64_t)done;
		core->header_as_found = false;
	}

	return 0;
}

static int copy_segments(struct core *core, int fd, struct report *report)
{
	struct progress progress;
	uint64_t total = 0;
	int ret = 0;
	size_t i;

	for (i = 0; i < core->count; i++)
		total += core->segments[i].size;

	progress_start(&progress, total);
	for (i = 0; i < core->count && !ret; i++)
		ret = copy_segment(core, &core->segments[i], fd, &progress,
				   report);
	progress_end(&progress);

	return ret;
}

static int compare_table_order(const void *a, const void *b)
{
	const struct segment *left = a, *right = b;

	return left->region < right->region ? -1 : 1;
}

static int write_built_header(struct core *core, int fd,
			      struct report *report)
{
	uint64_t size;
	uint8_t *bytes;
	int ret = 0;

	qsort(core->segments, core->count, sizeof(*core->segments),
	      compare_table_order);
	size = header_size(core);
	if (size > core->header_room)
		return report_error(report,
				    "the dump was changed while it was read");

	bytes = header_build(core, report);
	if (!bytes)
		return -1;
	if (write_at(fd, bytes, size, 0))
		ret = report_error(report, "writing: %s", strerror(errno));
	free(bytes);

	return ret;
}

static int write_found_header(struct core *core, int fd, struct report *report)
{
	const struct dump *dump = core->dump;
	uint8_t *bytes = allocate(core->header_room);
	int ret = 0;

	piece_read(&dump->source, dump->header, bytes, core->header_room, 0);
	if (write_at(fd, bytes, core->header_room, 0))
		ret = report_error(report, "writing: %s", strerror(errno));
	free(bytes);

	return ret;
}

int core_write(const struct dump *dump, int fd, uint64_t *size,
	       struct report *report)
{
	struct core core = { .dump = dump };
	int ret;

	if (dump->by_sections || dump->elf_class != ELFCLASS64)
		return report_error(report,
				    "a coredump with sections or of 32 bits: list and extract read it, there is no core to make of it");

	ret = plan(&core, report);
	if (!ret)
		ret = copy_segments(&core, fd, report);
	if (!ret)
		ret = core.header_as_found ?
		      write_found_header(&core, fd, report) :
		      write_built_header(&core, fd, report);
	*size = core.size;
	free(core.segments);

	return ret;
}
