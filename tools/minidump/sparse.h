/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_SPARSE_H
#define MINIDUMP_SPARSE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes into a new file, in which what is not written reads as zeros: blocks
 * of zeros are left out, and the others are written as few runs. 0, or -1 with
 * errno set
 */
int write_sparsely(int fd, const void *buffer, size_t size, uint64_t offset);

#endif
