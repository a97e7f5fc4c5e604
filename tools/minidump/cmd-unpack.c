// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "extent.h"
#include "outdir.h"
#include "output.h"
#include "util.h"

struct unpacking {
	const struct dump *dump;
	struct outdir outdir;
	struct progress progress;
	uint64_t total;		/* of all files so far */
	struct report *report;
};

/* What goes into one file */
struct job {
	struct unpacking *unpacking;
	const struct extent *extent;
	bool is_lost;		/* nothing of it could be read, which was told */
};

/* An output_writer() whose context is a job */
static int write_job(void *context, int fd, uint64_t *size,
		     struct report *report)
{
	struct job *job = context;
	int64_t done = extent_copy(job->unpacking->dump, job->extent, fd, 0,
				   &job->unpacking->progress, report);

	*size = done < 0 ? 0 : (uint64_t)done;
	job->is_lost = !done && job->extent->have;

	return done < 0 || job->is_lost ? -1 : 0;
}

static int unpack_extent(struct unpacking *unpacking,
			 const struct extent *extent)
{
	struct job job = { unpacking, extent, false };
	char *path;
	int ret;

	unpacking->total += extent->have;
	if (unpacking->total > unpacking->dump->source.size)
		return report_error(unpacking->report,
				    "the regions claim more than all %" PRIu64 " bytes",
				    unpacking->dump->source.size);

	path = outdir_file(&unpacking->outdir, extent->name, "md_", ".BIN");
	ret = output_make(path, write_job, &job, unpacking->report);
	free(path);

	return job.is_lost ? 0 : ret;
}

/* Memory of which a region is but a part */
static bool is_range(const struct dump *dump, const struct piece *piece)
{
	const struct region *region;
	size_t i;

	if (dump->source.kind == SOURCE_CORE)
		return true;
	if (dump->source.kind != SOURCE_RAWDUMP || piece == dump->header)
		return false;
	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (region->piece == piece &&
		    (region->skip || region->size < piece->announced))
			return true;
	}

	return false;
}

/* A core begins with its header, before the first region's bytes. */
static int unpack_header(struct unpacking *unpacking)
{
	const struct dump *dump = unpacking->dump;
	struct extent extent = extent_of_piece(dump->header);
	size_t i;

	extent.name = "KELF_HEADER";
	for (i = 0; i < dump->region_count; i++)
		extent.have = min_u64(extent.have, dump->regions[i].offset);

	return unpack_extent(unpacking, &extent);
}

static int unpack_region(struct unpacking *unpacking,
			 const struct region *region)
{
	struct extent extent = extent_of_region(region);
	char unnamed[32];

	if (!*region->name) {
		snprintf(unnamed, sizeof(unnamed), "%" PRIx64, region->phys);
		extent.name = unnamed;
	}

	return unpack_extent(unpacking, &extent);
}

static int unpack_piece(struct unpacking *unpacking, const struct piece *piece)
{
	struct extent extent = extent_of_piece(piece);

	return unpack_extent(unpacking, &extent);
}

static int unpack_all(struct unpacking *unpacking)
{
	const struct dump *dump = unpacking->dump;
	const struct source *source = &dump->source;
	const struct region *region;
	int ret = 0;
	size_t i;

	if (source->kind == SOURCE_CORE)
		ret = unpack_header(unpacking);
	for (i = 0; i < source->count && !ret; i++)
		if (!is_range(dump, &source->pieces[i]))
			ret = unpack_piece(unpacking, &source->pieces[i]);
	for (i = 0; i < dump->region_count && !ret; i++) {
		region = &dump->regions[i];
		if (region->have && is_range(dump, region->piece))
			ret = unpack_region(unpacking, region);
	}

	return ret;
}

static int unpack(const char *path, const char *to, struct report *report)
{
	struct unpacking unpacking = { .report = report };
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_PIECES, report);
	unpacking.dump = &dump;
	if (!ret)
		ret = outdir_open(&unpacking.outdir, to, report);
	if (!ret) {
		progress_start(&unpacking.progress, dump.source.size);
		ret = unpack_all(&unpacking);
		progress_end(&unpacking.progress);
		outdir_close(&unpacking.outdir);
	}
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const struct command_option into = {
		.letter = 'd', .name = "directory",
	};

	return command_into(command, argc, argv, into, "-d DIR is missing", unpack);
}

const struct command unpack_command = {
	.name = "unpack",
	.synopsis = "-d DIR SRC",
	.summary = "Make a folder of md_*.BIN files of a dump",
	.options =
		"  -d, --directory=DIR  the folder to make\n"
		"  -h, --help           this\n",
	.run = run,
};
