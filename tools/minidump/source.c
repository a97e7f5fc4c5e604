// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rawdump.h"
#include "source.h"
#include "util.h"

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
		return core_read(source, report);

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

struct piece *source_add_piece(struct source *source, const char *name,
			       size_t name_length)
{
	struct piece *piece;

	source->pieces = grow_array(source->pieces, source->count,
				    sizeof(*source->pieces));
	piece = &source->pieces[source->count++];
	*piece = (struct piece){ .name = copy_string(name, name_length) };

	return piece;
}

/* An ELF file is its own and only piece. */
int core_read(struct source *source, struct report *report)
{
	struct piece *piece = source_add_piece(source, "", 0);

	(void)report;
	source->kind = SOURCE_CORE;
	piece->size = source->size;
	piece->announced = source->size;

	return 0;
}

int piece_open(const struct source *source, const struct piece *piece)
{
	/*
	 * A device hands out no links: one in the folder was put there by
	 * somebody, and would lead out of it.
	 */
	if (source->kind == SOURCE_FOLDER)
		return openat(source->fd, piece->name,
			      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

	return fcntl(source->fd, F_DUPFD_CLOEXEC, 0);
}

size_t piece_read(const struct source *source, const struct piece *piece,
		  void *buffer, size_t size, uint64_t offset)
{
	size_t got;
	int fd;

	if (offset >= piece->size)
		return 0;
	size = min_u64(size, piece->size - offset);

	fd = piece_open(source, piece);
	if (fd < 0)
		return 0;
	got = read_at(fd, buffer, size, piece->offset + offset);
	close(fd);

	return got;
}

struct piece_key piece_key(const struct piece *piece)
{
	struct piece_key key = { piece->name, strlen(piece->name) };

	if (key.length > 3 && !strncasecmp(key.text, "md_", 3)) {
		key.text += 3;
		key.length -= 3;
	}
	if (key.length > 4 &&
	    !strncasecmp(key.text + key.length - 4, ".bin", 4))
		key.length -= 4;

	return key;
}

bool key_is(struct piece_key key, const char *name)
{
	return strlen(name) == key.length &&
	       !strncasecmp(key.text, name, key.length);
}

bool key_is_numbered(struct piece_key key, const char *name,
		     uint32_t *number)
{
	size_t i = strlen(name);
	uint32_t value = 0;

	/* Firmware writes no zero in front, and nine digits cannot overflow. */
	if (key.length <= i || key.length - i > 9 || key.text[i] == '0' ||
	    strncasecmp(key.text, name, i))
		return false;

	for (; i < key.length; i++) {
		if (key.text[i] < '0' || key.text[i] > '9')
			return false;
		value = value * 10 + (uint32_t)(key.text[i] - '0');
	}
	*number = value;

	return true;
}

const struct piece *source_find(const struct source *source, const char *name)
{
	size_t i;

	for (i = 0; i < source->count; i++)
		if (key_is(piece_key(&source->pieces[i]), name))
			return &source->pieces[i];

	return NULL;
}
