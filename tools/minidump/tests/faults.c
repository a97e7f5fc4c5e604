// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked to the program, these make storage fail as it does in the field:
 *
 *   FAULT_BYTES=BEGIN-END	bytes of every file that cannot be read
 *   FAULT_FILE=NAME		a file that may not be opened
 *   FAULT_TMPFILE=1		no file without a name
 *   FAULT_FSYNC=1		what was written never comes to the disk
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static bool bad_bytes(uint64_t *begin, uint64_t *end)
{
	const char *bytes = getenv("FAULT_BYTES");
	char *rest;

	if (!bytes)
		return false;
	*begin = strtoull(bytes, &rest, 0);
	*end = strtoull(rest + 1, NULL, 0);

	return true;
}

/* How many of @size bytes come before a bad one; -1: none */
static ssize_t before_bad(off64_t offset, size_t size)
{
	uint64_t begin, end, from = (uint64_t)offset;

	if (!bad_bytes(&begin, &end) || from >= end || from + size <= begin)
		return (ssize_t)size;
	if (from < begin)
		return (ssize_t)(begin - from);
	errno = EIO;

	return -1;
}

ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset)
{
	ssize_t good = before_bad(offset, size);

	return good < 0 ? -1 :
	       syscall(SYS_pread64, fd, buffer, (size_t)good, offset);
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ?
	       va_arg(args, mode_t) : 0;
}

int openat64(int folder, const char *path, int flags, ...)
{
	const char *file = getenv("FAULT_FILE");
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (file && !strcmp(file, path)) {
		errno = EACCES;
		return -1;
	}

	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	if (is_set("FAULT_TMPFILE") && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}

	return openat64(AT_FDCWD, path, flags, mode);
}

int fsync(int fd)
{
	if (is_set("FAULT_FSYNC")) {
		errno = EIO;
		return -1;
	}

	return (int)syscall(SYS_fsync, fd);
}
