// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"
#include "coreheader.h"
#include "util.h"
#include "write.h"

/* Cores align their segments to pages, but never leave gaps beyond that. */
#define UNUSED_MAX		(64 * KIB)

/* Segments that regions may be split into, because of what cannot be read */
#define SEGMENTS_MAX		(2 * MAX_ENTRIES)

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
			    region->offset - end > UNUSED_MAX))
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
		core->header_room = core_header_size(core);
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
	    !dump->names_regions || !dump->notes.as_found ||
	    core->header_room > dump->header_size)
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

static struct segment *add_segment(struct core *core)
{
	core->segments = grow_array(core->segments, core->count,
				    sizeof(*core->segments));

	return &core->segments[core->count++];
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

	for (i = 0; i < dump->region_count; i++) {
		*add_segment(core) = (struct segment){
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

	header = core_header_size(core);
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

/* Leaves out of segment @index what could not be read of it. */
static void split_segment(struct core *core, size_t index,
			  const struct gaps *gaps)
{
	struct segment whole = core->segments[index];
	uint64_t begin = 0, end;
	struct segment *part;
	size_t i;

	core->header_as_found = false;
	core->segments[index].size = gaps->list[0].offset;
	for (i = 0; i < gaps->count && core->count < SEGMENTS_MAX; i++) {
		begin = gaps->list[i].offset + gaps->list[i].size;
		end = i + 1 < gaps->count ? gaps->list[i + 1].offset :
		      whole.size;
		if (begin >= end)
			continue;
		part = add_segment(core);
		*part = whole;
		part->start += begin;
		part->offset += begin;
		part->size = end - begin;
	}
}

static int copy_segment(struct core *core, size_t index, int fd,
			struct progress *progress, struct report *report)
{
	struct segment *segment = &core->segments[index];
	const struct region *region = segment->region;
	struct gaps gaps = { 0 };
	int64_t done;
	int from;

	if (!segment->size)
		return 0;

	from = piece_open(&core->dump->source, region->piece);
	if (from < 0) {
		report_problem(report, "%s: %s", region_label(region),
			       strerror(errno));
		segment->size = 0;
		core->header_as_found = false;
		return 0;
	}

	done = copy_range(from, region->piece->offset + region->skip +
			  segment->start, fd, segment->offset, segment->size,
			  progress, &gaps);
	if (done < 0)
		report_error(report, "writing: %s", strerror(errno));
	close(from);
	if (done >= 0) {
		report_copy(region_label(region), segment->start,
			    segment->size, (uint64_t)done, &gaps, report);
		if ((uint64_t)done < segment->size)
			core->header_as_found = false;
		segment->size = (uint64_t)done;
	}
	if (gaps.count)
		split_segment(core, index, &gaps);
	free(gaps.list);

	return done < 0 ? -1 : 0;
}

/* Those that are split off while it runs were copied with what they were of. */
static int copy_segments(struct core *core, int fd, struct report *report)
{
	size_t count = core->count, i;
	struct progress progress;
	uint64_t total = 0;
	int ret = 0;

	for (i = 0; i < count; i++)
		total += core->segments[i].size;

	progress_start(&progress, total);
	for (i = 0; i < count && !ret; i++)
		ret = copy_segment(core, i, fd, &progress, report);
	progress_end(&progress);

	return ret;
}

static int compare_table_order(const void *a, const void *b)
{
	const struct segment *left = a, *right = b;

	if (left->region != right->region)
		return left->region < right->region ? -1 : 1;

	return left->start < right->start ? -1 : 1;
}

/* Regions were split into more than there is room for: all move. */
static int copy_again(struct core *core, int fd, struct report *report)
{
	if (ftruncate(fd, 0))
		return report_error(report, "writing: %s", strerror(errno));
	choose_offsets(core, core_header_size(core));

	return copy_segments(core, fd, report);
}

static int write_built_header(struct core *core, int fd,
			      struct report *report)
{
	uint64_t size;
	uint8_t *bytes;
	int ret = 0;

	qsort(core->segments, core->count, sizeof(*core->segments),
	      compare_table_order);
	if (core_header_size(core) > core->header_room &&
	    copy_again(core, fd, report))
		return -1;
	size = core_header_size(core);
	if (size > core->header_room)
		return report_error(report,
				    "the dump was changed while it was read");

	bytes = core_header_build(core, report);
	if (!bytes)
		return -1;
	if (write_at(fd, bytes, size, 0))
		ret = report_error(report, "writing: %s", strerror(errno));
	free(bytes);

	return ret;
}

static int write_found_header(struct core *core, int fd, struct report *report)
{
	if (write_at(fd, core->dump->header_bytes, core->header_room, 0))
		return report_error(report, "writing: %s", strerror(errno));

	return 0;
}

int core_write(void *context, int fd, uint64_t *size, struct report *report)
{
	const struct dump *dump = context;
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
