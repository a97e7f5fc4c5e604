// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pmsg.h"
#include "zones.h"

#define BLOCK 4096

bool zone_next(const struct dump *dump, size_t *index, struct extent *zone)
{
	const struct piece *piece;
	size_t i = (*index)++;

	if (i < dump->region_count) {
		*zone = extent_of_region(&dump->regions[i]);
		return true;
	}

	for (i -= dump->region_count; i < dump->source.count;
	     i++, (*index)++) {
		piece = &dump->source.pieces[i];
		if (piece->taken)
			continue;
		*zone = extent_of_piece(piece);
		return true;
	}

	return false;
}

static struct piece_key zone_key(const struct extent *zone)
{
	struct piece as_piece = { .name = (char *)zone->name };

	return piece_key(&as_piece);
}

bool zone_is(const struct extent *zone, const char *name)
{
	return key_is(zone_key(zone), name);
}

bool zone_is_numbered(const struct extent *zone, const char *name,
		      uint32_t *number)
{
	struct piece_key key = zone_key(zone);
	size_t length = strlen(name);

	/* Here, unlike in what firmware numbers, the first one is 0. */
	if (key.length == length + 1 && key.text[length] == '0') {
		*number = 0;
		key.length--;
		return key_is(key, name);
	}

	return key_is_numbered(key, name, number);
}

/* Text, and then perhaps zeros up to the end of the region */
static bool is_text(const char *bytes, size_t size, size_t *length)
{
	size_t i;

	while (size && !bytes[size - 1])
		size--;
	for (i = 0; i < size; i++)
		if ((bytes[i] < ' ' || bytes[i] == '\177') &&
		    bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r')
			return false;
	*length = size;

	return size;
}

static const char *decode(uint8_t *bytes, size_t size,
			  struct ramoops_text *text)
{
	struct ramoops_text plain;
	const char *problem;
	size_t length;

	problem = ramoops_text(bytes, size, text);
	if (text->text) {
		if (pmsg_text(text->text, text->length, &plain)) {
			free(text->text);
			*text = plain;
		}
		return problem;
	}
	if (ramoops_is_zone(bytes, size) ||
	    !is_text((char *)bytes, size, &length))
		return problem;
	text->text = copy_string((char *)bytes, length);
	text->length = length;

	return NULL;
}

/* What cannot be read is zeros, and costs no more than its block. */
static size_t read_zone(const struct dump *dump, const struct extent *zone,
			uint8_t *bytes, size_t size, const char **unread)
{
	uint64_t begin = zone->piece->offset + zone->skip;
	size_t done, block, got, gaps = 0;

	for (done = 0; done < size; done += got) {
		block = min_u64(size - done, BLOCK - (begin + done) % BLOCK);
		got = piece_read(&dump->source, zone->piece, bytes + done,
				 size - done, zone->skip + done);
		/* One bad block may have made the whole of it fail. */
		if (!got && errno)
			got = piece_read(&dump->source, zone->piece,
					 bytes + done, block,
					 zone->skip + done);
		if (got)
			continue;
		*unread = errno ? strerror(errno) : "its file became shorter";
		if (!errno || gaps++ == GAPS_MAX)
			break;
		got = block;
	}

	return done;
}

const char *zone_text(const struct dump *dump, const struct extent *zone,
		      struct ramoops_text *text)
{
	size_t size = min_u64(zone->have, ZONE_MAX), got;
	const char *problem, *unread = NULL;
	uint8_t *bytes;

	*text = (struct ramoops_text){ 0 };
	if (!zone->piece || !size)
		return "it is missing";

	bytes = allocate(size);
	got = read_zone(dump, zone, bytes, size, &unread);
	problem = decode(bytes, got, text);
	free(bytes);
	text->is_unread = unread;

	return unread ? unread : problem;
}
