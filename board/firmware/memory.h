/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine's RAM, as a file on the host, read by physical address */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory {
	const char *path;
	int fd;
	uint64_t base;
	uint64_t size;
};

void memory_open(struct memory *memory, const char *path, uint64_t base);
void memory_close(struct memory *memory);
bool memory_holds(const struct memory *memory, uint64_t address, uint64_t size);

/*
 * Copies out of RAM what lies at @address, which memory_holds(). The guest may
 * still run: whatever is to be checked and then used is copied once, first.
 */
void memory_copy(const struct memory *memory, uint64_t address, void *to, size_t size);

#endif /* MEMORY_H */
