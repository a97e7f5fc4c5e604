// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "rawdump.h"
#include "source.h"
#include "util.h"

/* An ELF file is its own and only piece. */
static int read_core(struct source *source)
{
	struct piece *piece = source_add_piece(source, "", 0);

	source->kind = SOURCE_CORE;
	piece->size = source->size;
	piece->announced = source->size;

	return 0;
}

static int read_image(struct source *source, struct report *report)
{
	uint8_t magic[8] = { 0 };
	off_t end = lseek(source->fd, 0, SEEK_END);

	if (end < 0)
		return report_error(report, "%s: %s", source->path,
				    strerror(errno));
	source->size = (uint64_t)end;

	read_at(source->fd, magic, sizeof(magic), 0);
	if (get_le64(magic) == RAWDUMP_SIGNATURE)
		return rawdump_read(source, report);
	if (!memcmp(magic, "\177ELF", 4))
		return read_core(source);

	return report_error(report,
			    "%s: neither a folder nor a rawdump image nor an ELF core",
			    source->path);
}

int source_open(struct source *source, const char *path,
		struct report *report)
{
	struct stat st;

	*source = (struct source){ .path = path };
	/* Opening a FIFO must not wait for somebody to write into it. */
	source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (source->fd < 0 || fstat(source->fd, &st))
		return report_error(report, "%s: %s", path, strerror(errno));

	if (S_ISDIR(st.st_mode))
		return folder_read(source, report);
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return read_image(source, report);

	return report_error(report,
			    "%s: neither a folder nor a file nor a block device",
			    path);
}

void source_close(struct source *source)
{
	size_t i;

	for (i = 0; i < source->count; i++)
		free(source->pieces[i].name);
	free(source->pieces);
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
}
