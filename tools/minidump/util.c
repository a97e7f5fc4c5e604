// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

noreturn void out_of_memory(void)
{
	errx(2, "out of memory");
}

void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		out_of_memory();

	return memory;
}

char *copy_string(const char *string, size_t length)
{
	char *copy = strndup(string, length);

	if (!copy)
		out_of_memory();

	return copy;
}

void *grow_array(void *array, size_t count, size_t element)
{
	void *grown;

	if (count & (count - 1))
		return array;

	grown = reallocarray(array, count ? count * 2 : 1, element);
	if (!grown)
		out_of_memory();

	return grown;
}

size_t read_at(int fd, void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;
	ssize_t got;

	errno = 0;
	while (done < size) {
		if (offset + done > INT64_MAX)
			break;
		got = pread(fd, (char *)buffer + done, size - done,
			    (off_t)(offset + done));
		if (got < 0 && errno == EINTR) {
			errno = 0;
			continue;
		}
		if (got <= 0)
			break;
		done += (size_t)got;
	}

	return done;
}

int write_at(int fd, const void *buffer, size_t size, uint64_t offset)
{
	size_t done = 0;
	ssize_t put;

	while (done < size) {
		put = pwrite(fd, (const char *)buffer + done, size - done,
			     (off_t)(offset + done));
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		done += (size_t)put;
	}

	return 0;
}
