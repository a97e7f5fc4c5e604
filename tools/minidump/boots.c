// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "boots.h"
#include "util.h"

/* Enough not to be deceived by lines that every boot has at that time */
#define SAMPLES		4
#define MICROSECOND	1000

/* The last lines of a text that have a time, and what the log has of them */
struct sample {
	struct log_line lines[SAMPLES];
	uint64_t microseconds[SAMPLES];
	size_t count;		/* of all lines; the last SAMPLES are kept */
	size_t found;
};

static void take_sample(void *context, const struct log_line *line)
{
	struct sample *sample = context;
	size_t i = sample->count % SAMPLES;

	if (!line->has_time || !line->length)
		return;
	sample->lines[i] = *line;
	/* The ring has nanoseconds, but a text does not. */
	sample->microseconds[i] = line->nanoseconds / MICROSECOND;
	sample->count++;
}

static bool is_same(const struct log_line *a, const struct log_line *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

struct comparison {
	struct sample *samples;
	size_t count;
	uint64_t first, last;
	bool has_times;
};

static void compare_line(void *context, const struct log_line *line)
{
	struct comparison *comparison = context;
	uint64_t microseconds = line->nanoseconds / MICROSECOND;
	struct sample *sample;
	size_t i, j;

	if (!line->has_time)
		return;
	if (!comparison->has_times)
		comparison->first = line->nanoseconds;
	comparison->has_times = true;
	if (line->nanoseconds > comparison->last)
		comparison->last = line->nanoseconds;

	for (i = 0; i < comparison->count; i++) {
		sample = &comparison->samples[i];
		for (j = 0; j < min_u64(sample->count, SAMPLES); j++)
			if (sample->microseconds[j] == microseconds)
				sample->found += is_same(&sample->lines[j],
							 line);
	}
}

static enum boot judge(const struct comparison *comparison,
		       const struct sample *sample)
{
	size_t i, covered = 0, later = 0, count = min_u64(sample->count, SAMPLES);

	if (!comparison->has_times || !count)
		return BOOT_UNKNOWN;
	if (sample->found)
		return BOOT_THIS;

	/* What is older than the log's first line may have left it since. */
	for (i = 0; i < count; i++) {
		covered += sample->lines[i].nanoseconds >= comparison->first;
		later += sample->lines[i].nanoseconds > comparison->last;
	}

	return covered == count || later ? BOOT_EARLIER : BOOT_UNKNOWN;
}

static void compare(struct comparison *comparison, struct log *log)
{
	/* A log that is made of records says nothing about them. */
	if (log->origin == LOG_RING || log->origin == LOG_CONSOLE)
		log_each(log, compare_line, comparison);
}

static void read_records(struct boots *boots, const struct dump *dump,
			 struct log *log)
{
	struct comparison comparison = { 0 };
	const struct record *record;
	size_t i;

	records_read(&boots->records, dump);
	comparison.count = boots->records.count;
	comparison.samples = allocate(comparison.count *
				      sizeof(*comparison.samples));
	boots->of = allocate(comparison.count * sizeof(*boots->of));
	for (i = 0; i < comparison.count; i++) {
		record = &boots->records.list[i];
		log_each_of_text(record->text, record->length, take_sample,
				 &comparison.samples[i]);
	}
	compare(&comparison, log);
	for (i = 0; i < comparison.count; i++)
		boots->of[i] = judge(&comparison, &comparison.samples[i]);
	free(comparison.samples);
}

static void read_console(struct boots *boots, const struct dump *dump,
			 struct log *log)
{
	struct sample sample = { 0 };
	struct comparison comparison = { .samples = &sample, .count = 1 };
	size_t length;
	char *text;

	if (log->origin != LOG_RING)
		return;
	text = records_console(dump, &length);
	if (!text)
		return;
	boots->has_console = true;
	log_each_of_text(text, length, take_sample, &sample);
	compare(&comparison, log);
	boots->console = judge(&comparison, &sample);
	free(text);
}

void boots_read(struct boots *boots, const struct dump *dump, struct log *log)
{
	*boots = (struct boots){ 0 };
	read_records(boots, dump, log);
	read_console(boots, dump, log);
}

void boots_free(struct boots *boots)
{
	records_free(&boots->records);
	free(boots->of);
}

enum boot boots_of_zone(const struct boots *boots, const struct extent *zone)
{
	size_t i;

	if (zone_is(zone, "KCONSOLE"))
		return boots->console;
	for (i = 0; i < boots->records.count; i++)
		if (!strcmp(boots->records.list[i].zone, zone->name))
			return boots->of[i];

	return BOOT_UNKNOWN;
}

const char *boot_name(enum boot boot)
{
	static const char * const names[] = {
		[BOOT_UNKNOWN] = "unknown",
		[BOOT_THIS] = "this",
		[BOOT_EARLIER] = "earlier",
	};

	return names[boot];
}
