// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pmsg.h"
#include "util.h"

#define MAGIC		'l'
#define HEAD_SIZE	18
#define PAYLOAD_MAX	4068	/* of the logger, and it adds nothing */
#define LOGS		8
#define LOG_EVENTS	2
#define LOG_STATS	5
#define LOG_SECURITY	6

/* Values of events: lists may have lists in them. */
#define VALUE_INT	0
#define VALUE_LONG	1
#define VALUE_STRING	2
#define VALUE_LIST	3
#define VALUE_FLOAT	4
#define DEPTH_MAX	8

struct record {
	uint16_t uid, pid, tid;
	uint8_t log;
	uint32_t seconds, nanoseconds;
	const uint8_t *payload;
	size_t payload_size;
};

/* The record at @bytes; returns its size, 0 if there is none */
static size_t parse(const uint8_t *bytes, size_t size, struct record *record)
{
	size_t length;

	if (size <= HEAD_SIZE || bytes[0] != MAGIC)
		return 0;
	length = get_le16(bytes + 1);
	if (length <= HEAD_SIZE || length > HEAD_SIZE + PAYLOAD_MAX ||
	    length > size)
		return 0;

	record->uid = get_le16(bytes + 3);
	record->pid = get_le16(bytes + 5);
	record->log = bytes[7];
	record->tid = get_le16(bytes + 8);
	record->seconds = get_le32(bytes + 10);
	record->nanoseconds = get_le32(bytes + 14);
	record->payload = bytes + HEAD_SIZE;
	record->payload_size = length - HEAD_SIZE;
	if (record->log >= LOGS || record->nanoseconds >= 1000000000)
		return 0;

	return length;
}

static bool is_binary(const struct record *record)
{
	return record->log == LOG_EVENTS || record->log == LOG_STATS ||
	       record->log == LOG_SECURITY;
}

struct cursor {
	const uint8_t *at;
	size_t left;
};

static bool take(struct cursor *cursor, size_t size, const uint8_t **bytes)
{
	if (cursor->left < size)
		return false;
	*bytes = cursor->at;
	cursor->at += size;
	cursor->left -= size;

	return true;
}

static bool print_value(FILE *to, struct cursor *cursor, int depth);

static bool print_list(FILE *to, struct cursor *cursor, int depth)
{
	const uint8_t *count;
	int i;

	if (depth == DEPTH_MAX || !take(cursor, 1, &count))
		return false;
	putc('[', to);
	for (i = 0; i < *count; i++) {
		if (i)
			putc(',', to);
		if (!print_value(to, cursor, depth + 1))
			return false;
	}
	putc(']', to);

	return true;
}

static bool print_value(FILE *to, struct cursor *cursor, int depth)
{
	const uint8_t *type, *value;
	uint32_t bits;
	float number;

	if (!take(cursor, 1, &type))
		return false;
	if (*type == VALUE_LIST)
		return print_list(to, cursor, depth);
	if (*type == VALUE_LONG) {
		if (!take(cursor, 8, &value))
			return false;
		fprintf(to, "%" PRId64, (int64_t)get_le64(value));
		return true;
	}
	if (*type > VALUE_FLOAT || !take(cursor, 4, &value))
		return false;

	bits = get_le32(value);
	if (*type == VALUE_INT) {
		fprintf(to, "%" PRId32, (int32_t)bits);
	} else if (*type == VALUE_FLOAT) {
		memcpy(&number, &bits, sizeof(number));
		fprintf(to, "%g", (double)number);
	} else {
		if (!take(cursor, bits, &value))
			return false;
		fwrite(value, 1, bits, to);
	}

	return true;
}

static void print_event(FILE *to, const struct record *record)
{
	struct cursor cursor = { record->payload, record->payload_size };
	const uint8_t *tag;

	if (!take(&cursor, 4, &tag))
		return;
	fprintf(to, "I [%" PRIu32 "]: ", get_le32(tag));
	if (cursor.left && !print_value(to, &cursor, 0))
		fputs(" (damaged)", to);
}

/* The priority's letter, the tag, and the message without its newline */
static void print_message(FILE *to, const struct record *record)
{
	static const char letters[] = "??VDIWEFS";
	const char *tag = (const char *)record->payload + 1;
	size_t left = record->payload_size - 1, tag_length;
	uint8_t priority = record->payload[0];
	const char *message;

	tag_length = strnlen(tag, left);
	message = tag + tag_length;
	left -= tag_length;
	if (left) {
		message++;
		left = strnlen(message, left - 1);
	}
	if (left && message[left - 1] == '\n')
		left--;
	fprintf(to, "%c %.*s: %.*s",
		priority < sizeof(letters) - 1 ? letters[priority] : '?',
		(int)tag_length, tag, (int)left, message);
}

static void print_record(FILE *to, const struct record *record)
{
	time_t seconds = record->seconds;
	char date[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(to, "%s.%03" PRIu32 " +0000 %5u %5u %5u ", date,
		record->nanoseconds / 1000000, record->uid, record->pid,
		record->tid);
	if (is_binary(record))
		print_event(to, record);
	else
		print_message(to, record);
	putc('\n', to);
}

/*
 * The ring's oldest record has lost its beginning. A letter l is no rarity in
 * text, so a record counts only if another, or the end, follows it.
 */
static size_t find_first(const uint8_t *bytes, size_t size)
{
	struct record record;
	size_t at, length;

	for (at = 0; at < size; at++) {
		length = parse(bytes + at, size - at, &record);
		if (length && (at + length == size ||
			       parse(bytes + at + length, size - at - length,
				     &record)))
			return at;
	}

	return size;
}

bool pmsg_text(const char *text, size_t size, struct ramoops_text *out)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t at = find_first(bytes, size), length;
	struct record record;
	FILE *to;

	if (at == size)
		return false;

	to = open_memstream(&out->text, &out->length);
	if (!to)
		out_of_memory();
	while (at < size && ftell(to) < (long)ZONE_MAX) {
		length = parse(bytes + at, size - at, &record);
		if (length)
			print_record(to, &record);
		else
			length = find_first(bytes + at, size - at);
		at += length;
	}
	if (fclose(to))
		out_of_memory();

	return true;
}
