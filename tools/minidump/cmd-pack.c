// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "extent.h"
#include "output.h"
#include "rawdump.h"
#include "util.h"

struct image {
	const struct dump *dump;
	uint8_t *headers;
	size_t headers_size;
	uint64_t size;
	struct progress progress;
};

/* A file does not say where it was read from; the ELF header does. */
static uint64_t physical_address(const struct dump *dump,
				 const struct piece *piece)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (dump->regions[i].piece == piece && !dump->regions[i].skip)
			return dump->regions[i].phys;

	return piece->phys;
}

static int add_section(struct image *image, size_t index, int fd,
		       struct report *report)
{
	const struct source *source = &image->dump->source;
	const struct piece *piece = &source->pieces[index];
	struct rawdump_section section = {
		.type = RAWDUMP_SOC_SPECIFIC,
		.offset = image->size,
		.phys = physical_address(image->dump, piece),
	};
	const struct extent extent = extent_of_piece(piece);
	int64_t done;

	if (strlen(piece->name) > RAWDUMP_NAME_SIZE)
		return report_error(report,
				    "%s: the image has room for names of %d characters",
				    piece->name, RAWDUMP_NAME_SIZE);
	memcpy(section.name, piece->name, strlen(piece->name));
	if (section.phys)
		section.type = RAWDUMP_DDR;
	/* What cannot be read of it is zeros in the image, and told. */
	done = extent_copy(image->dump, &extent, fd, image->size,
			   &image->progress, report);
	if (done < 0)
		return -1;
	section.size = (uint64_t)done;
	image->size += section.size;
	rawdump_encode_section(image->headers + RAWDUMP_HEADER_SIZE +
			       index * RAWDUMP_SECTION_SIZE, &section);

	return 0;
}

/* An output_writer() whose context is a dump */
static int write_image(void *context, int fd, uint64_t *size,
		       struct report *report)
{
	const struct dump *dump = context;
	const struct source *source = &dump->source;
	struct image image = {
		.dump = dump,
		.headers_size = RAWDUMP_HEADER_SIZE +
				source->count * RAWDUMP_SECTION_SIZE,
	};
	struct rawdump_header header;
	int ret = 0;
	size_t i;

	image.headers = allocate(image.headers_size);
	image.size = image.headers_size;
	progress_start(&image.progress, source->size);
	for (i = 0; i < source->count && !ret; i++)
		ret = add_section(&image, i, fd, report);
	progress_end(&image.progress);

	header = (struct rawdump_header){
		.flags = RAWDUMP_VALID,
		.dump_size = image.size,
		.size_required = image.size,
		.section_count = (uint32_t)source->count,
	};
	rawdump_encode_header(image.headers, &header);
	if (!ret && write_at(fd, image.headers, image.headers_size, 0))
		ret = report_error(report, "writing: %s", strerror(errno));
	free(image.headers);
	*size = image.size;

	return ret;
}

static int pack(const char *path, const char *to, struct report *report)
{
	struct dump dump;
	int ret;

	ret = dump_open(&dump, path, NEED_PIECES, report);
	if (!ret && dump.source.kind != SOURCE_FOLDER)
		ret = report_error(report, "%s: not a folder", path);
	if (!ret)
		ret = output_make(to, write_image, &dump, report);
	dump_close(&dump);

	return ret;
}

static int run(const struct command *command, int argc, char **argv)
{
	static const struct command_option into = {
		.letter = 'o', .name = "output",
	};

	return command_into(command, argc, argv, into, "-o FILE is missing", pack);
}

const struct command pack_command = {
	.name = "pack",
	.synopsis = "-o FILE DIR",
	.summary = "Put a folder of md_*.BIN files into a rawdump image",
	.options =
		"  -o, --output=FILE  the image to write\n"
		"  -h, --help         this\n",
	.run = run,
};
