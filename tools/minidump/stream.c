// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool.h"
#include "stream.h"
#include "util.h"

#define BUFFER (256 * KIB)

int stream_open(struct stream *stream, int fd, bool at_will)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct stat st;

	*stream = (struct stream){ .fd = fd, .seekable = at_will };
	if (own < 0 || fstat(fd, &st))
		return -1;
	if (S_ISREG(st.st_mode))
		stream->size = (uint64_t)st.st_size;

	stream->gz = gzdopen(own, "rb");
	if (!stream->gz)
		out_of_memory();
	gzbuffer(stream->gz, BUFFER);
	stream->buffer = allocate(BUFFER);
	progress_start(&stream->progress, stream->size);

	return 0;
}

void stream_close(struct stream *stream)
{
	progress_end(&stream->progress);
	if (stream->gz)
		gzclose(stream->gz);
	free(stream->buffer);
	*stream = (struct stream){ 0 };
}

static int64_t read_gz(struct stream *stream, const char **problem)
{
	int got = gzread(stream->gz, stream->buffer, BUFFER), error;
	uint64_t compressed = (uint64_t)gzoffset(stream->gz);
	const char *text = gzerror(stream->gz, &error);

	if (compressed > stream->compressed)
		progress_add(&stream->progress,
			     compressed - stream->compressed);
	stream->compressed = compressed;
	/* What came before the end of a file that is cut is good. */
	if (got > 0)
		return got;
	if (got < 0 || (error != Z_OK && error != Z_STREAM_END)) {
		*problem = error == Z_ERRNO ? strerror(errno) : text;
		return -1;
	}

	return 0;
}

static int64_t read_at_will(struct stream *stream)
{
	size_t got = read_at(stream->fd, stream->buffer, BUFFER,
			     stream->position);

	stream->position += got;
	progress_add(&stream->progress, got);

	return (int64_t)got;
}

int64_t stream_read(struct stream *stream, const void **bytes,
		    const char **problem)
{
	int64_t got;

	if (stream->passed > SPOOL_MAX) {
		*problem = "more than " SPOOL_MAX_TEXT " unpacked";
		return -1;
	}

	*bytes = stream->buffer;
	got = stream->seekable ? read_at_will(stream) :
	      read_gz(stream, problem);
	if (got > 0)
		stream->passed += (uint64_t)got;

	return got;
}
