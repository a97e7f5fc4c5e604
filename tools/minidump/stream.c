// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sniff.h"
#include "stream.h"
#include "util.h"

#define BUFFER (256 * KIB)

/* As much as there is, with what was left; false at the end or on an error */
static bool refill(struct stream *stream)
{
	uint8_t *end = stream->input + stream->zlib.avail_in;
	ssize_t got;

	memmove(stream->input, stream->zlib.next_in, stream->zlib.avail_in);
	stream->zlib.next_in = stream->input;
	do
		got = read(stream->fd, end, BUFFER - stream->zlib.avail_in);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		stream->problem = strerror(errno);
	if (got <= 0)
		return false;
	stream->zlib.avail_in += (uInt)got;
	progress_add(&stream->progress, (uint64_t)got);

	return true;
}

static bool begins_member(struct stream *stream)
{
	while (stream->zlib.avail_in < 2)
		if (!refill(stream))
			return false;

	return stream->zlib.next_in[0] == 0x1f &&
	       stream->zlib.next_in[1] == 0x8b;
}

int stream_open(struct stream *stream, int fd)
{
	struct stat st;

	*stream = (struct stream){ .fd = fd };
	if (fstat(fd, &st))
		return -1;
	if (S_ISREG(st.st_mode))
		stream->size = (uint64_t)st.st_size;
	stream->input = allocate(BUFFER);
	stream->output = allocate(BUFFER);
	stream->zlib.next_in = stream->input;
	if (inflateInit2(&stream->zlib, 16 + MAX_WBITS) != Z_OK)
		out_of_memory();
	progress_start(&stream->progress, stream->size);
	stream->is_gzip = begins_member(stream);

	return 0;
}

void stream_close(struct stream *stream)
{
	progress_end(&stream->progress);
	if (stream->output)
		inflateEnd(&stream->zlib);
	free(stream->input);
	free(stream->output);
	*stream = (struct stream){ 0 };
}

bool stream_is_seekable_zip(const struct stream *stream)
{
	return stream->size && form_of(stream->zlib.next_in,
				       stream->zlib.avail_in) == FORM_ZIP;
}

int64_t stream_seek(struct stream *stream, int64_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset -= stream->zlib.avail_in;
	stream->zlib.avail_in = 0;

	return lseek(stream->fd, offset, whence);
}

/* A part of a member; false: there is no more */
static bool inflate_some(struct stream *stream)
{
	/* What follows the last member is not gzip's: padding, mostly. */
	if (!stream->in_member && !begins_member(stream))
		return false;
	stream->in_member = true;
	if (!stream->zlib.avail_in && !refill(stream)) {
		if (!stream->problem)
			stream->problem = "it ends early";
		return false;
	}

	switch (inflate(&stream->zlib, Z_NO_FLUSH)) {
	case Z_STREAM_END:
		stream->in_member = false;
		return inflateReset(&stream->zlib) == Z_OK;
	case Z_OK:
	case Z_BUF_ERROR:
		return true;
	default:
		stream->problem = stream->zlib.msg ? stream->zlib.msg :
				  "gzip's data is damaged";
		return false;
	}
}

static int64_t read_gzip(struct stream *stream, const void **bytes)
{
	stream->zlib.next_out = stream->output;
	stream->zlib.avail_out = BUFFER;
	while (!stream->problem && stream->zlib.avail_out)
		if (!inflate_some(stream))
			break;
	*bytes = stream->output;

	return BUFFER - (int64_t)stream->zlib.avail_out;
}

static int64_t read_plain(struct stream *stream, const void **bytes)
{
	int64_t got;

	if (!stream->zlib.avail_in)
		refill(stream);
	*bytes = stream->zlib.next_in;
	got = stream->zlib.avail_in;
	stream->zlib.next_in += got;
	stream->zlib.avail_in = 0;

	return got;
}

int64_t stream_read(struct stream *stream, const void **bytes)
{
	int64_t got = 0;

	if (stream->passed > SPOOL_MAX)
		stream->problem = "more than " SPOOL_MAX_TEXT " unpacked";
	if (!stream->problem)
		got = stream->is_gzip ? read_gzip(stream, bytes) :
					read_plain(stream, bytes);
	stream->passed += (uint64_t)got;

	return got || !stream->problem ? got : -1;
}
