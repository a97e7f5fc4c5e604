// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "text.h"
#include "util.h"

static void add_line(struct report *report, enum report_level level,
		     const char *format, va_list args)
{
	const char *region = report->region;
	const char *code = report->code ? report->code : report->stage;
	struct report_line *line;

	report->code = NULL;
	report->region = NULL;
	if (report->count == REPORT_LINES_MAX && level != REPORT_ERROR) {
		report->dropped++;
		return;
	}

	report->lines = grow_array(report->lines, report->count,
				   sizeof(*report->lines));
	line = &report->lines[report->count++];
	*line = (struct report_line){ .level = level, .code = code };
	if (region)
		line->region = copy_string(region, strlen(region));
	if (vasprintf(&line->text, format, args) < 0)
		out_of_memory();
	make_printable(line->text);
}

void report_remark(struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(report, REPORT_REMARK, format, args);
	va_end(args);
}

int report_problem(struct report *report, const char *format, ...)
{
	va_list args;

	report->problems++;
	va_start(args, format);
	add_line(report, REPORT_PROBLEM, format, args);
	va_end(args);

	return -1;
}

int report_error(struct report *report, const char *format, ...)
{
	va_list args;

	report->problems++;
	va_start(args, format);
	add_line(report, REPORT_ERROR, format, args);
	va_end(args);

	return -1;
}

void report_stage(struct report *report, const char *code)
{
	report->stage = code;
}

void report_about(struct report *report, const char *code, const char *region)
{
	report->code = code;
	report->region = region;
}

void report_print(const struct report *report, FILE *to)
{
	static const char * const prefix[] = {
		[REPORT_REMARK] = "note: ",
		[REPORT_PROBLEM] = "warning: ",
		[REPORT_ERROR] = "",
	};
	size_t i;

	for (i = 0; i < report->count; i++)
		fprintf(to, "minidump: %s%s\n", prefix[report->lines[i].level],
			report->lines[i].text);
	if (report->dropped)
		fprintf(to, "minidump: %zu more like these\n", report->dropped);
}

void report_free(struct report *report)
{
	size_t i;

	for (i = 0; i < report->count; i++) {
		free(report->lines[i].region);
		free(report->lines[i].text);
	}
	free(report->lines);
	*report = (struct report){ 0 };
}
