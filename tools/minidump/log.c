// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "records.h"
#include "util.h"

#define NANOSECONDS	UINT64_C(1000000000)

/* "[   12.345678] " and what follows: false if it is not that */
static bool take_time(const char **text, const char *end, uint64_t *time)
{
	uint64_t seconds = 0, fraction = 0;
	const char *p = *text;
	int digits = 0;

	if (p == end || *p++ != '[')
		return false;
	while (p < end && *p == ' ')
		p++;
	for (; p < end && *p >= '0' && *p <= '9' && digits < 10; p++, digits++)
		seconds = seconds * 10 + (uint64_t)(*p - '0');
	if (!digits || p == end || *p++ != '.')
		return false;
	for (digits = 0; p < end && *p >= '0' && *p <= '9' && digits < 6;
	     p++, digits++)
		fraction = fraction * 10 + (uint64_t)(*p - '0');
	if (digits != 6 || p == end || *p++ != ']')
		return false;
	if (p < end && *p == ' ')
		p++;
	*text = p;
	*time = seconds * NANOSECONDS + fraction * 1000;

	return true;
}

/* "<6>", of which the facility is no matter here */
static bool take_level(const char **text, const char *end, int *level)
{
	const char *p = *text;
	int number = 0, digits = 0;

	if (p == end || *p++ != '<')
		return false;
	for (; p < end && *p >= '0' && *p <= '9' && digits < 3; p++, digits++)
		number = number * 10 + (*p - '0');
	if (!digits || p == end || *p++ != '>')
		return false;
	*text = p;
	*level = number & 7;

	return true;
}

void log_each_of_text(const char *text, size_t length, log_sink sink,
		      void *context)
{
	const char *end = text + length, *stop;
	struct log_line line;

	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (!stop)
			stop = end;
		line = (struct log_line){ .level = -1 };
		take_level(&text, stop, &line.level);
		line.has_time = take_time(&text, stop, &line.nanoseconds);
		line.text = text;
		line.length = (size_t)(stop - text);
		sink(context, &line);
	}
}

/* A record may have several lines, which all are of its time. */
static void split_record(const struct ring_record *record, log_sink sink,
			 void *context)
{
	const char *text = record->text, *end = text + record->length, *stop;
	struct log_line line = {
		.has_time = true,
		.nanoseconds = record->nanoseconds,
		.level = record->level,
	};

	do {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (!stop)
			stop = end;
		line.text = text;
		line.length = (size_t)(stop - text);
		sink(context, &line);
		text = stop + 1;
	} while (text < end);
}

static void each_of_ring(struct log *log, log_sink sink, void *context)
{
	struct ring_record record;
	const char *problem;
	struct ring *ring = ring_open(log->dump, &problem);

	while (ring && ring_next(ring, &record))
		split_record(&record, sink, context);
	if (ring)
		log->lost = ring->lost;
	free(ring);
}

void log_each(struct log *log, log_sink sink, void *context)
{
	if (log->origin == LOG_RING)
		each_of_ring(log, sink, context);
	else if (log->text)
		log_each_of_text(log->text, log->length, sink, context);
}

static bool has_record(const struct dump *dump, const char **problem)
{
	struct ring *ring = ring_open(dump, problem);
	struct ring_record record;
	bool found = ring && ring_next(ring, &record);

	if (ring && !found)
		*problem = "it has no record that is whole";
	free(ring);

	return found;
}

void log_open(struct log *log, const struct dump *dump)
{
	*log = (struct log){ .dump = dump, .origin = LOG_RING };
	if (has_record(dump, &log->ring_problem))
		return;

	log->origin = LOG_CONSOLE;
	log->text = records_console(dump, &log->length);
	if (log->text)
		return;

	log->origin = LOG_RECORD;
	log->text = records_newest(dump, &log->length);
	if (!log->text)
		log->origin = LOG_NONE;
}

void log_close(struct log *log)
{
	free(log->text);
	*log = (struct log){ 0 };
}

const char *log_origin_name(enum log_origin origin)
{
	static const char * const names[] = {
		[LOG_NONE] = "none",
		[LOG_RING] = "the kernel's ring buffer",
		[LOG_CONSOLE] = "KCONSOLE, what the console showed",
		[LOG_RECORD] = "KDMESG, what pstore recorded",
	};

	return names[origin];
}
