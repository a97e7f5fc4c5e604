// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying and filling for the driver, each byte a store of its own. In which
 * order memcpy() stores is nobody's promise, so it goes either way.
 */
#include "stubs.h"

bool proof_backwards;

void *memcpy(void *to, const void *from, size_t size)
{
	const volatile u8 *source = from;
	volatile u8 *target = to;
	size_t i;

	if (proof_backwards) {
		for (i = size; i-- > 0;)
			target[i] = source[i];
	} else {
		for (i = 0; i < size; i++)
			target[i] = source[i];
	}
	return to;
}

void *memset(void *to, int value, size_t size)
{
	volatile u8 *target = to;
	size_t i;

	for (i = 0; i < size; i++)
		target[i] = (u8)value;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const volatile u8 *left = a, *right = b;
	size_t i;

	for (i = 0; i < size; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}
