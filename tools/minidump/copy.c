// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"
#include "sparse.h"
#include "util.h"

/*
 * Reading into a buffer and writing from it costs less than copy_file_range()
 * and sendfile(), which move a page at a time where no blocks can be shared; and
 * they cannot, as headers put regions where no page begins.
 */
#define BUFFER (1 * MIB)
#define BLOCK 4096

struct copy {
	int from;
	int to;
	uint64_t from_offset;
	uint64_t to_offset;
	uint64_t left;
	uint64_t done;
	struct progress *progress;
	struct gaps *gaps;
};

static void add_gap(struct gaps *gaps, uint64_t offset, uint64_t size,
		    int error)
{
	struct gap *last = gaps->count ? &gaps->list[gaps->count - 1] : NULL;

	if (last && last->offset + last->size == offset) {
		last->size += size;
		return;
	}
	gaps->list = grow_array(gaps->list, gaps->count, sizeof(*gaps->list));
	gaps->list[gaps->count++] = (struct gap){ offset, size, error };
}

/*
 * Reads @size bytes, or those before a block that cannot be read; of that block
 * the rest becomes zeros and a gap, which is at @done of the whole copy.
 */
static size_t read_around(int fd, char *buffer, size_t size, uint64_t offset,
			  uint64_t done, struct gaps *gaps)
{
	size_t got = read_at(fd, buffer, size, offset);
	size_t block = min_u64(size, BLOCK - offset % BLOCK);

	if (got || !errno)
		return got;
	/* One bad block may have made the whole of it fail. */
	if (size > block)
		got = read_at(fd, buffer, block, offset);
	if (got || !errno || gaps->count == GAPS_MAX)
		return got;

	memset(buffer, 0, block);
	add_gap(gaps, done, block, errno);

	return block;
}

static void advance(struct copy *copy, uint64_t size)
{
	copy->from_offset += size;
	copy->to_offset += size;
	copy->left -= size;
	copy->done += size;
	progress_add(copy->progress, size);
}

/*
 * Up to where a buffer's worth of the output ends, for the page cache to have
 * that in one piece. Returns 0 also if the input ends early.
 */
static int copy_data(struct copy *copy, uint64_t size, void *buffer)
{
	uint64_t chunk;
	size_t got;

	while (size) {
		chunk = min_u64(size, BUFFER - copy->to_offset % BUFFER);
		got = read_around(copy->from, buffer, chunk,
				  copy->from_offset, copy->done, copy->gaps);
		if (!got)
			break;
		if (write_sparsely(copy->to, buffer, got, copy->to_offset))
			return -1;
		advance(copy, got);
		size -= got;
	}

	return 0;
}

/* What is left before the end of the file as it is now */
static uint64_t left_in_file(const struct copy *copy)
{
	struct stat st;

	if (fstat(copy->from, &st) ||
	    (uint64_t)st.st_size <= copy->from_offset)
		return 0;

	return min_u64(copy->left, (uint64_t)st.st_size - copy->from_offset);
}

/* How much there is before the next data, and how much of that follows */
static void find_data(const struct copy *copy, uint64_t *hole, uint64_t *data)
{
	off_t begin, end;

	*hole = 0;
	*data = copy->left;
	begin = lseek(copy->from, (off_t)copy->from_offset, SEEK_DATA);
	if (begin < 0 && errno == ENXIO) {
		*hole = left_in_file(copy);
		*data = 0;
	}
	/* Else the file system does not know of holes, and all is data. */
	if (begin < 0)
		return;

	*hole = min_u64((uint64_t)begin - copy->from_offset, copy->left);
	end = lseek(copy->from, begin, SEEK_HOLE);
	*data = end < 0 ? copy->left - *hole :
		min_u64((uint64_t)(end - begin), copy->left - *hole);
}

static int copy_file(struct copy *copy, void *buffer)
{
	uint64_t hole, data, before;

	while (copy->left) {
		find_data(copy, &hole, &data);
		advance(copy, hole);
		before = copy->left;
		if (copy_data(copy, data, buffer))
			return -1;
		/* The file ends early. */
		if (!(hole + data) || before - copy->left < data)
			break;
	}

	return 0;
}

int64_t copy_range(int from, uint64_t from_offset, int to, uint64_t to_offset,
		   uint64_t size, struct progress *progress,
		   struct gaps *gaps)
{
	struct copy copy = {
		.from = from, .to = to, .from_offset = from_offset,
		.to_offset = to_offset, .left = size, .progress = progress,
		.gaps = gaps,
	};
	void *buffer = allocate(BUFFER);
	struct stat st;
	int ret;

	ret = fstat(from, &st);
	if (!ret && S_ISREG(st.st_mode))
		ret = copy_file(&copy, buffer);
	else if (!ret)
		ret = copy_data(&copy, size, buffer);
	free(buffer);

	return ret ? -1 : (int64_t)copy.done;
}

static int write_stream(int to, const char *bytes, size_t size)
{
	ssize_t put;

	while (size) {
		put = write(to, bytes, size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes += put;
		size -= (size_t)put;
	}

	return 0;
}

int64_t copy_to_stream(int from, uint64_t offset, int to, uint64_t size,
		       struct gaps *gaps)
{
	char *buffer = allocate(BUFFER);
	uint64_t done = 0;
	size_t got;
	int ret = 0;

	while (done < size && !ret) {
		got = read_around(from, buffer, min_u64(BUFFER, size - done),
				  offset + done, done, gaps);
		if (!got)
			break;
		ret = write_stream(to, buffer, got);
		done += got;
	}
	free(buffer);

	return ret ? -1 : (int64_t)done;
}

static void read_data(struct copy *copy, uint64_t size, void *buffer)
{
	size_t got;

	while (size) {
		got = read_around(copy->from, buffer, min_u64(BUFFER, size),
				  copy->from_offset, copy->done, copy->gaps);
		if (!got)
			break;
		advance(copy, got);
		size -= got;
	}
}

uint64_t read_range(int from, uint64_t offset, uint64_t size,
		    struct progress *progress, struct gaps *gaps)
{
	struct copy copy = {
		.from = from, .from_offset = offset, .left = size,
		.progress = progress, .gaps = gaps,
	};
	void *buffer = allocate(BUFFER);
	uint64_t hole, data, before;

	while (copy.left) {
		find_data(&copy, &hole, &data);
		advance(&copy, hole);
		before = copy.left;
		read_data(&copy, data, buffer);
		if (!(hole + data) || before - copy.left < data)
			break;
	}
	free(buffer);

	return copy.done;
}

void report_copy(const char *name, uint64_t start, uint64_t size,
		 uint64_t done, const struct gaps *gaps, struct report *report)
{
	const struct gap *gap;
	size_t i;

	for (i = 0; i < gaps->count; i++) {
		gap = &gaps->list[i];
		report_problem(report,
			       "%s: %" PRIu64 " bytes from 0x%" PRIx64 " on cannot be read: %s",
			       name, gap->size, start + gap->offset,
			       strerror(gap->error));
	}
	if (done < size && gaps->count == GAPS_MAX)
		report_problem(report,
			       "%s: too many bad places: what is behind 0x%" PRIx64 " is left out",
			       name, start + done);
	else if (done < size)
		report_problem(report,
			       "%s became shorter while it was read: now %" PRIu64 " bytes",
			       name, start + done);
}
