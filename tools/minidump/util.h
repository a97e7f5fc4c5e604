/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_UTIL_H
#define MINIDUMP_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include "limits.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) / alignment * alignment;
}

/* Is [start, start + size) a range, that is, does its end not wrap? */
static inline bool range_is_sane(uint64_t start, uint64_t size)
{
	return size <= UINT64_MAX - start;
}

/* The dump is little endian and its fields need not be aligned. */
static inline uint16_t get_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t get_le32(const uint8_t *p)
{
	return get_le16(p) | (uint32_t)get_le16(p + 2) << 16;
}

static inline uint64_t get_le64(const uint8_t *p)
{
	return get_le32(p) | (uint64_t)get_le32(p + 4) << 32;
}

static inline void put_le16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
}

static inline void put_le32(uint8_t *p, uint32_t value)
{
	put_le16(p, (uint16_t)value);
	put_le16(p + 2, (uint16_t)(value >> 16));
}

static inline void put_le64(uint8_t *p, uint64_t value)
{
	put_le32(p, (uint32_t)value);
	put_le32(p + 4, (uint32_t)(value >> 32));
}

/* These do not return without what was asked for. */
noreturn void out_of_memory(void);
void *allocate(size_t size);
char *copy_string(const char *string, size_t length);
/* Makes room for one more element; the array doubles at powers of two. */
void *grow_array(void *array, size_t count, size_t element);

/*
 * Returns how much it got. Where that is less than @size, errno says why: 0 at
 * the end of the file, else the error.
 */
size_t read_at(int fd, void *buffer, size_t size, uint64_t offset);
/* 0, or -1 with errno set */
int write_at(int fd, const void *buffer, size_t size, uint64_t offset);

#endif
