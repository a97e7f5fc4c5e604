/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of init share.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

/* Writes a line to the results port */
__attribute__((format(printf, 1, 2)))
void say(const char *format, ...);

/* To be called when the machine wakes up, before anything is said */
void reconnect_port(void);

/* Says what failed, and why by errno */
void fault(const char *what);

/* Reads a small file's first line; says nothing if there is none */
bool read_file(const char *path, char *text, size_t size);

/* Leaves the reason in errno if it fails */
bool try_write(const char *path, const char *text, size_t length);

/* Says so if it fails */
bool write_file(const char *path, const char *text, size_t length);

/* Does what board_steps says, one step after the other */
void take_steps(void);

/* Says in how many uncached mappings the ELF header for the dump is */
void tell_mapping(void);

/* Goes over to the kernel that a step has loaded; returns only if it cannot */
void start_next_kernel(void);

#endif /* GUEST_H */
