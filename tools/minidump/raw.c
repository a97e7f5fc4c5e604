// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"
#include "names.h"
#include "ram.h"
#include "raw.h"
#include "smem.h"
#include "spool.h"
#include "toc.h"
#include "util.h"

static int copy_part(const struct ram_part *part, uint64_t offset, int to,
		     uint64_t to_offset, uint64_t size, const char *name,
		     struct report *report)
{
	struct progress progress;
	struct gaps gaps = { 0 };
	int64_t done;

	progress_start(&progress, size);
	done = copy_range(part->fd, offset, to, to_offset, size, &progress,
			  &gaps);
	progress_end(&progress);
	if (done < 0)
		report_error(report, "writing a temporary file: %s",
			     strerror(errno));
	else
		report_copy(name, to_offset, size, (uint64_t)done, &gaps, report);
	free(gaps.list);

	return done < 0 ? -1 : 0;
}

/* A region that reaches from one file into the next is put together. */
static int join_parts(struct source *source, const struct ram *ram,
		      const struct toc_region *region, struct piece *piece,
		      struct report *report)
{
	const struct ram_part *part;
	uint64_t done, skip, size;
	int fd = spool_open(report), ret = 0;

	if (fd < 0)
		return -1;
	source_hold(source, fd);
	piece->fd = fd;
	piece->offset = 0;
	for (done = 0; !ret && done < region->size; done += size) {
		part = ram_part_of(ram, region->address + done);
		skip = region->address + done - part->base;
		size = min_u64(region->size - done, part->size - skip);
		ret = copy_part(part, part->offset + skip, fd, done, size,
				piece->name, report);
	}
	if (!ret && ftruncate(fd, (off_t)region->size))
		ret = report_error(report, "writing a temporary file: %s",
				   strerror(errno));

	return ret;
}

/* Named as firmware names the file that it makes of the region */
static int add_region(struct source *source, const struct ram *ram,
		      const struct toc_region *region, struct report *report)
{
	const struct ram_part *part = ram_part_of(ram, region->address);
	uint64_t skip = region->address - part->base;
	char name[3 + TOC_NAME_SIZE + 10 + 4 + 1];
	struct piece *piece;

	if (region->sequence)
		snprintf(name, sizeof(name), "md_%s%" PRIu32 ".BIN",
			 region->name, region->sequence);
	else
		snprintf(name, sizeof(name), "md_%s.BIN", region->name);

	piece = source_add_piece(source, name, strlen(name));
	piece->phys = region->address;
	piece->size = region->size;
	piece->announced = region->size;
	source->size += region->size;
	if (region->size > part->size - skip)
		return join_parts(source, ram, region, piece, report);
	piece->fd = part->fd;
	piece->offset = part->offset + skip;

	return 0;
}

static int read_regions(struct source *source, const struct ram *ram,
			struct report *report)
{
	struct toc *toc = allocate(sizeof(*toc));
	struct smem_item item;
	int ret;
	size_t i;

	source->kind = SOURCE_RAM;
	source->size = 0;
	ret = smem_find(ram, SMEM_ITEM_MINIDUMP, &item, report);
	if (!ret)
		ret = toc_read(ram, &item, toc, report);
	for (i = 0; i < toc->count && !ret; i++)
		ret = add_region(source, ram, &toc->regions[i], report);
	free(toc);

	return ret;
}

static int add_file(struct source *source, struct ram *ram, const char *path,
		    uint64_t base, struct report *report)
{
	struct ram_part part = {
		.name = path,
		.base = base,
		.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK),
	};
	off_t end;

	if (part.fd < 0)
		return report_error(report, "%s: %s", path, strerror(errno));
	source_hold(source, part.fd);
	end = lseek(part.fd, 0, SEEK_END);
	if (end < 0)
		return report_error(report, "%s: %s", path, strerror(errno));
	part.size = (uint64_t)end;

	return ram_add(ram, &part, report);
}

int raw_open_files(struct source *source, const char *const *files,
		   size_t count, struct report *report)
{
	struct ram *ram = allocate(sizeof(*ram));
	char **paths = allocate(count * sizeof(*paths)), *end;
	const char *at;
	uint64_t base;
	int ret = 0;
	size_t i;

	for (i = 0; i < count && !ret; i++) {
		at = strrchr(files[i], '@');
		errno = 0;
		base = at ? strtoull(at + 1, &end, 16) : 0;
		if (!at || end == at + 1 || *end || errno || at[1] == '-')
			ret = report_error(report,
					   "--ram %s: not FILE@ADDRESS, the address in hexadecimal",
					   files[i]);
		if (ret)
			break;
		paths[i] = copy_string(files[i], (size_t)(at - files[i]));
		ret = add_file(source, ram, paths[i], base, report);
	}
	if (!ret)
		ret = read_regions(source, ram, report);
	for (i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
	free(ram);

	return ret;
}

static int add_piece(struct source *source, struct ram *ram,
		     const struct piece *piece, struct report *report)
{
	struct ram_part part = {
		.name = piece->name,
		.fd = piece_open(source, piece),
		.offset = piece->offset,
		.base = piece->phys,
		.size = piece->size,
	};

	if (part.fd < 0)
		return report_error(report, "%s: %s", piece->name,
				    strerror(errno));
	source_hold(source, part.fd);
	if (!piece->phys)
		return report_error(report,
				    "%s: no load.cmm says where in memory it was: give it as --ram FILE@ADDRESS",
				    piece->name);

	return ram_add(ram, &part, report);
}

int raw_from_pieces(struct source *source, struct report *report)
{
	struct ram *ram = allocate(sizeof(*ram));
	struct piece *files = source->pieces;
	size_t count = source->count, i;
	int ret = 0;

	for (i = 0; i < count && !ret; i++)
		if (name_is_memory(files[i].name))
			ret = add_piece(source, ram, &files[i], report);

	source->pieces = NULL;
	source->count = 0;
	if (!ret)
		ret = read_regions(source, ram, report);
	for (i = 0; i < count; i++)
		free(files[i].name);
	free(files);
	free(ram);

	return ret;
}
