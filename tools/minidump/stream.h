/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies below libarchive: bytes of a file or a pipe, without gzip. zlib is
 * asked for that, since libarchive does not check gzip's checksums.
 */
#ifndef MINIDUMP_STREAM_H
#define MINIDUMP_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <zlib.h>

#include "progress.h"

struct stream {
	int fd;
	gzFile gz;
	bool seekable;		/* and not by gzip, so read at will */
	uint64_t position;	/* of a seekable one */
	uint64_t size;		/* of the file; 0: a pipe */
	uint64_t compressed;	/* how much of it was read */
	uint64_t passed;	/* how much came out of it */
	void *buffer;
	struct progress progress;
};

/* @stream begins where @fd stands. 0, or -1 with errno set */
int stream_open(struct stream *stream, int fd, bool at_will);
void stream_close(struct stream *stream);

/* The next bytes; -1 with what was wrong in @problem */
int64_t stream_read(struct stream *stream, const void **bytes,
		    const char **problem);

#endif
