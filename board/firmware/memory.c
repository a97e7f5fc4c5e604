// SPDX-License-Identifier: GPL-2.0-only
#include <assert.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

void memory_open(struct memory *memory, const char *path, uint64_t base)
{
	struct stat status;

	memory->path = path;
	memory->base = base;
	memory->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (memory->fd < 0 || fstat(memory->fd, &status) < 0)
		err(EXIT_FAILURE, "%s", path);
	if (status.st_size <= 0 || (uint64_t)status.st_size > UINT64_MAX - base)
		errx(EXIT_FAILURE, "%s: %jd bytes of RAM at %#" PRIx64 " cannot be",
		     path, (intmax_t)status.st_size, base);
	memory->size = (uint64_t)status.st_size;
}

void memory_close(struct memory *memory)
{
	close(memory->fd);
}

bool memory_holds(const struct memory *memory, uint64_t address, uint64_t size)
{
	return address >= memory->base && size <= memory->size &&
	       address - memory->base <= memory->size - size;
}

void memory_copy(const struct memory *memory, uint64_t address, void *to, size_t size)
{
	uint8_t *bytes = to;

	assert(memory_holds(memory, address, size));
	while (size) {
		off_t offset = (off_t)(address - memory->base);
		ssize_t got = pread(memory->fd, bytes, size, offset);

		if (got < 0)
			err(EXIT_FAILURE, "%s: at %#" PRIx64, memory->path, address);
		if (got == 0)
			errx(EXIT_FAILURE, "%s: cut short at %#" PRIx64, memory->path, address);
		bytes += got;
		address += (uint64_t)got;
		size -= (size_t)got;
	}
}
