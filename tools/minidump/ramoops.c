// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "ramoops.h"
#include "util.h"

#define SIGNATURE	0x43474244	/* DBGC */
#define HEAD_SIZE	12

/* A record says when it was made and, by its last letter, if compressed. */
#define RECORD_MARK	"===="
#define RECORD_HEAD_MAX	40

/* Of a ring of @size bytes, @have are there: those at its end may be lost. */
static void unroll(const uint8_t *ring, size_t start, size_t have,
		   struct ramoops_text *text)
{
	size_t old = start < have ? have - start : 0;

	if (start > have)
		start = have;
	text->text = allocate(have);
	text->length = have;
	memcpy(text->text, ring + start, old);
	memcpy(text->text + old, ring, start);
}

/* Length of "====SECONDS.MICROSECONDS-C\n" if the text begins so, else 0 */
static size_t compressed_head(const struct ramoops_text *text)
{
	size_t limit = min_u64(text->length, RECORD_HEAD_MAX);
	const char *end;

	if (limit < sizeof(RECORD_MARK) ||
	    memcmp(text->text, RECORD_MARK, strlen(RECORD_MARK)))
		return 0;
	end = memchr(text->text, '\n', limit);
	if (!end || end[-1] != 'C' || end[-2] != '-')
		return 0;

	return (size_t)(end - text->text) + 1;
}

static const char *inflate_from(z_stream *stream, struct ramoops_text *out)
{
	int ret = Z_OK;

	while (ret == Z_OK && out->length < INFLATED_MAX) {
		out->text = realloc(out->text, out->length + 64 * KIB);
		if (!out->text)
			out_of_memory();
		stream->next_out = (Bytef *)out->text + out->length;
		stream->avail_out = 64 * KIB;
		ret = inflate(stream, Z_SYNC_FLUSH);
		out->length += 64 * KIB - stream->avail_out;
	}

	return ret == Z_STREAM_END ? NULL :
		"its record is compressed, and not by deflate or damaged";
}

/* pstore compresses records by raw deflate unless told otherwise. */
static const char *inflate_record(struct ramoops_text *text, size_t head)
{
	struct ramoops_text plain = { 0 };
	const char *problem;
	z_stream stream = {
		.next_in = (Bytef *)text->text + head,
		.avail_in = (uInt)(text->length - head),
	};

	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		out_of_memory();
	problem = inflate_from(&stream, &plain);
	inflateEnd(&stream);
	free(text->text);
	*text = plain;

	return problem;
}

bool ramoops_is_zone(const uint8_t *zone, size_t size)
{
	/* A zone of ftrace has the kernel's version in the lower three bytes. */
	return size >= HEAD_SIZE && zone[3] == SIGNATURE >> 24;
}

const char *ramoops_text(const uint8_t *zone, size_t size,
			 struct ramoops_text *text)
{
	const char *problem = NULL, *other;
	uint32_t start, length;
	size_t have, head;

	*text = (struct ramoops_text){ 0 };
	if (size < HEAD_SIZE)
		return "too short for a zone of ramoops";
	if (get_le32(zone) != SIGNATURE)
		return "not a zone of text of ramoops: wrong signature";

	start = get_le32(zone + 4);
	length = get_le32(zone + 8);
	have = min_u64(length, size - HEAD_SIZE);
	if (have < length)
		problem = "its text goes on behind the zone's end";
	if (start > length) {
		problem = "its ring is damaged: nothing says where it begins";
		start = 0;
	}

	unroll(zone + HEAD_SIZE, start, have, text);
	head = compressed_head(text);
	other = head ? inflate_record(text, head) : NULL;

	return problem ? problem : other;
}
