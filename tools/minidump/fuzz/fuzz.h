/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fuzz target is a file with this function. It must not only survive: each
 * target says by assert() what has to hold of what was made of the input.
 */
#ifndef MINIDUMP_FUZZ_H
#define MINIDUMP_FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the input as an image or core, and makes a core of it. */
void fuzz_source(const uint8_t *head, size_t head_size, const uint8_t *data,
		 size_t size);

#endif
