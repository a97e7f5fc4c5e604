// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "json.h"
#include "report.h"
#include "text.h"

#define NANOSECONDS	UINT64_C(1000000000)

/* There is one document at a time. */
static int depth;
static bool is_first = true;

static void begin_value(const char *name)
{
	if (!is_first)
		putchar(',');
	if (depth)
		printf("\n%*s", 2 * depth, "");
	is_first = false;
	if (name) {
		print_json_string(stdout, name);
		printf(": ");
	}
}

void json_open(const char *name, char bracket)
{
	begin_value(name);
	putchar(bracket);
	depth++;
	is_first = true;
}

void json_close(char bracket)
{
	depth--;
	if (!is_first)
		printf("\n%*s", 2 * depth, "");
	putchar(bracket);
	is_first = false;
	if (!depth) {
		putchar('\n');
		is_first = true;
	}
}

void json_string(const char *name, const char *value)
{
	begin_value(name);
	print_json_string(stdout, value);
}

void json_number(const char *name, uint64_t value)
{
	begin_value(name);
	printf("%" PRIu64, value);
}

void json_bool(const char *name, bool value)
{
	begin_value(name);
	printf(value ? "true" : "false");
}

void json_address(const char *name, uint64_t value)
{
	begin_value(name);
	printf("\"0x%" PRIx64 "\"", value);
}

void json_seconds(const char *name, uint64_t nanoseconds)
{
	begin_value(name);
	printf("%" PRIu64 ".%06" PRIu64, nanoseconds / NANOSECONDS,
	       nanoseconds % NANOSECONDS / 1000);
}

void json_report(const struct report *report)
{
	static const char * const levels[] = {
		[REPORT_REMARK] = "remark",
		[REPORT_PROBLEM] = "problem",
		[REPORT_ERROR] = "error",
	};
	const struct report_line *line;
	size_t i;

	json_open("problems", '[');
	for (i = 0; i < report->count; i++) {
		line = &report->lines[i];
		json_open(NULL, '{');
		json_string("level", levels[line->level]);
		json_string("code", line->code ? line->code : "other");
		if (line->region)
			json_string("region", line->region);
		json_string("text", line->text);
		json_close('}');
	}
	json_close(']');
}
