// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "zones.h"

#define CONSOLE_ZONE	"KCONSOLE"
#define RECORD_ZONE	"KDMESG"

#define RECORDS_MAX	256	/* a megabyte has room for 112 at most */
#define RECORDS_SIZE_MAX (16 * MIB)

static char *take_line(char **text, size_t *length, size_t *line_length)
{
	char *line = *text, *end = memchr(line, '\n', *length);

	if (!end)
		return NULL;
	*line_length = (size_t)(end - line);
	*length -= *line_length + 1;
	*text = end + 1;

	return line;
}

/* "====SECONDS.FRACTION-D", then "Panic#1 Part2" */
bool record_parse(struct record *record, char *text, size_t length)
{
	char head[64], *line;
	size_t size;

	record->text = text;
	record->length = length;
	line = take_line(&text, &length, &size);
	if (!line || size >= sizeof(head) || size < 4 ||
	    memcmp(line, "====", 4))
		return false;
	memcpy(head, line, size);
	head[size] = '\0';
	record->seconds = strtoull(head + 4, NULL, 10);
	record->text = text;
	record->length = length;

	line = take_line(&text, &length, &size);
	if (!line || size >= sizeof(head))
		return true;
	memcpy(head, line, size);
	head[size] = '\0';
	if (sscanf(head, "%31s Part%u", record->title, &record->part) != 2 ||
	    !strchr(record->title, '#')) {
		record->title[0] = '\0';
		return true;
	}
	record->text = text;
	record->length = length;

	return true;
}

static bool add_record(struct records *records, const struct dump *dump,
		       const struct zone *zone, size_t *room)
{
	struct record record = { 0 };
	struct ramoops_text text;

	zone_text(dump, zone, &text);
	if (!text.text)
		return true;
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
	struct zone zone;
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
		    seconds - record->seconds > PARTS_SECONDS)
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
	struct zone zone;
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
