/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A zone of ramoops: a head of 12 bytes and a ring of text.
 *
 *   u32 signature, u32 start, u32 size, then the ring
 *
 * The oldest byte is at start once the ring is full; before, start equals size.
 * What lies behind size is error correction data.
 */
#ifndef MINIDUMP_RAMOOPS_H
#define MINIDUMP_RAMOOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ramoops_text {
	char *text;		/* to be freed; NULL: there is none at all */
	size_t length;
	bool is_unread;		/* something of the zone could not be read */
};

/* NULL, or why there is no text in the zone, or not all of it */
const char *ramoops_text(const uint8_t *zone, size_t size,
			 struct ramoops_text *text);

/* Does it begin as each zone of ramoops does, whatever is in it? */
bool ramoops_is_zone(const uint8_t *zone, size_t size);

#endif
