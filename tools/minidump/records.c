// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "zones.h"

#define CONSOLE_ZONE	"KCONSOLE"
#define RECORD_ZONE	"KDMESG"

/* A line of at most @size bytes with its NUL, which the text then lacks */
static bool take_head(struct record *record, char *head, size_t size)
{
	const char *end = memchr(record->text, '\n',
				 min_u64(record->length, size - 1));
	size_t length;

	if (!end)
		return false;
	length = (size_t)(end - record->text);
	memcpy(head, record->text, length);
	head[length] = '\0';

	return true;
}

static void drop_head(struct record *record, const char *head)
{
	record->text += strlen(head) + 1;
	record->length -= strlen(head) + 1;
}

/* "====SECONDS.FRACTION-D", if it was not compressed; "Panic#1 Part2" */
void record_parse(struct record *record, char *text, size_t length)
{
	char head[64];

	record->text = text;
	record->length = length;
	if (take_head(record, head, sizeof(head)) &&
	    !strncmp(head, "====", 4)) {
		record->seconds = strtoull(head + 4, NULL, 10);
		drop_head(record, head);
	}
	if (take_head(record, head, sizeof(head)) &&
	    sscanf(head, "%31s Part%u", record->title, &record->part) == 2 &&
	    strchr(record->title, '#'))
		drop_head(record, head);
	else
		record->title[0] = '\0';
}

static bool add_record(struct records *records, const struct dump *dump,
		       const struct extent *zone, size_t *room)
{
	struct record record = { 0 };
	struct ramoops_text text;

	/* Half a record is better than none. */
	zone_text(dump, zone, &text);
	if (!text.length || text.length > *room) {
		free(text.text);
		return text.length <= *room;
	}
	*room -= text.length;

	snprintf(record.zone, sizeof(record.zone), "%s", zone->name);
	record.bytes = text.text;
	record_parse(&record, text.text, text.length);
	records->list = grow_array(records->list, records->count,
				   sizeof(*records->list));
	records->list[records->count++] = record;

	return true;
}

void records_read(struct records *records, const struct dump *dump)
{
	size_t index = 0, room = RECORDS_SIZE_MAX;
	struct extent zone;
	uint32_t number;

	*records = (struct records){ 0 };
	while (records->count < RECORDS_MAX && zone_next(dump, &index, &zone))
		if (zone_is_numbered(&zone, RECORD_ZONE, &number) &&
		    !add_record(records, dump, &zone, &room))
			return;
}

void records_free(struct records *records)
{
	size_t i;

	for (i = 0; i < records->count; i++)
		free(records->list[i].bytes);
	free(records->list);
	*records = (struct records){ 0 };
}

/*
 * Parts of one record are made within moments. The counts in titles begin anew
 * at every boot, so that a title alone could be of two.
 */
#define PARTS_SECONDS	60

/* Older parts have higher numbers. */
static int compare_parts(const void *a, const void *b)
{
	const struct record *one = a, *other = b;

	return (one->part < other->part) - (one->part > other->part);
}

static char *join(const struct records *records, const char *title,
		  uint64_t seconds, size_t *length)
{
	const struct record *record;
	char *text;
	size_t i;

	*length = 0;
	text = allocate(RECORDS_SIZE_MAX);
	for (i = 0; i < records->count; i++) {
		record = &records->list[i];
		if (strcmp(record->title, title) ||
		    (record->seconds &&
		     seconds - record->seconds > PARTS_SECONDS))
			continue;
		memcpy(text + *length, record->text, record->length);
		*length += record->length;
	}

	return text;
}

char *records_newest(const struct dump *dump, size_t *length)
{
	const struct record *newest = NULL;
	struct records records;
	char title[32], *text = NULL;
	uint64_t seconds;
	size_t i;

	records_read(&records, dump);
	for (i = 0; i < records.count; i++)
		if (!newest || records.list[i].seconds > newest->seconds)
			newest = &records.list[i];
	if (newest) {
		memcpy(title, newest->title, sizeof(title));
		seconds = newest->seconds;
		qsort(records.list, records.count, sizeof(*records.list),
		      compare_parts);
		text = join(&records, title, seconds, length);
	}
	records_free(&records);

	return text;
}

char *records_console(const struct dump *dump, size_t *length)
{
	struct ramoops_text text;
	struct extent zone;
	size_t index = 0;

	while (zone_next(dump, &index, &zone)) {
		if (!zone_is(&zone, CONSOLE_ZONE))
			continue;
		zone_text(dump, &zone, &text);
		if (text.length) {
			*length = text.length;
			return text.text;
		}
		free(text.text);
	}

	return NULL;
}
