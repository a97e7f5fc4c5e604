/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies below libarchive: bytes of a file or a pipe, without gzip, whose
 * checksums libarchive does not check.
 */
#ifndef MINIDUMP_STREAM_H
#define MINIDUMP_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <zlib.h>

#include "progress.h"

struct stream {
	int fd;
	bool is_gzip;
	bool in_member;		/* of gzip's, which can follow one another */
	z_stream zlib;
	uint8_t *input;
	uint8_t *output;
	uint64_t size;		/* of the file; 0: a pipe */
	uint64_t passed;	/* how much came out of it */
	const char *problem;	/* once what came before it was given away */
	struct progress progress;
};

/* Begins where @fd stands. 0, or -1 with errno set */
int stream_open(struct stream *stream, int fd);
void stream_close(struct stream *stream);

/* The next bytes, 0 at the end; -1 with what is wrong in stream->problem */
int64_t stream_read(struct stream *stream, const void **bytes);

/* Of a zip file the end is read first, where it can be. */
bool stream_is_seekable_zip(const struct stream *stream);
/* As lseek() */
int64_t stream_seek(struct stream *stream, int64_t offset, int whence);

#endif
