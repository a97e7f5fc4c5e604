// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "piece.h"
#include "util.h"

struct piece *source_add_piece(struct source *source, const char *name,
			       size_t name_length)
{
	struct piece *piece;

	source->pieces = grow_array(source->pieces, source->count,
				    sizeof(*source->pieces));
	piece = &source->pieces[source->count++];
	*piece = (struct piece){
		.name = copy_string(name, name_length),
		.fd = source->kind == SOURCE_FOLDER ? -1 : source->fd,
	};

	return piece;
}

void source_hold(struct source *source, int fd)
{
	source->held = grow_array(source->held, source->held_count,
				  sizeof(*source->held));
	source->held[source->held_count++] = fd;
}

/*
 * A device hands out no links: one in the folder was put there by somebody, and
 * would lead out of it. A FIFO in the place of a file has no bytes.
 */
static int open_file(int folder, const char *name)
{
	struct stat st;
	int fd;

	fd = openat(folder, name,
		    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;

	close(fd);
	errno = EINVAL;

	return -1;
}

int piece_open(const struct source *source, const struct piece *piece)
{
	if (piece->fd < 0)
		return open_file(source->fd, piece->name);

	return fcntl(piece->fd, F_DUPFD_CLOEXEC, 0);
}

size_t piece_read(const struct source *source, const struct piece *piece,
		  void *buffer, size_t size, uint64_t offset)
{
	int fd, error;
	size_t got;

	errno = 0;
	if (offset >= piece->size)
		return 0;
	size = min_u64(size, piece->size - offset);

	fd = piece_open(source, piece);
	if (fd < 0)
		return 0;
	got = read_at(fd, buffer, size, piece->offset + offset);
	error = errno;
	close(fd);
	errno = error;

	return got;
}

struct piece_key piece_key(const struct piece *piece)
{
	struct piece_key key = { piece->name, strlen(piece->name) };

	if (key.length > 3 && !strncasecmp(key.text, "md_", 3)) {
		key.text += 3 + piece->prefix;
		key.length -= 3 + piece->prefix;
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
