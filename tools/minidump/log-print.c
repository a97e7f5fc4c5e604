// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "log-print.h"
#include "util.h"

#define NANOSECONDS	UINT64_C(1000000000)
#define LEVELS		8

static const char * const level_names[LEVELS] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
};

/* As of dmesg: worse than an error is red on white, and so on */
static const char * const level_colors[LEVELS] = {
	"\033[7;31m", "\033[7;31m", "\033[1;31m", "\033[31m", "\033[1m", "",
	"", "",
};

static bool add_level(const char *name, size_t length, unsigned int *levels)
{
	bool and_worse = length && name[length - 1] == '+';
	unsigned int i;

	length -= and_worse;
	for (i = 0; i < LEVELS; i++)
		if (strlen(level_names[i]) == length &&
		    !memcmp(level_names[i], name, length))
			break;
	if (i == LEVELS)
		return false;
	*levels |= and_worse ? (2u << i) - 1 : 1u << i;

	return true;
}

bool log_levels(const char *list, unsigned int *levels)
{
	size_t length;

	for (*levels = 0;; list += length + 1) {
		length = strcspn(list, ",");
		if (!add_level(list, length, levels))
			return false;
		if (!list[length])
			return true;
	}
}

void format_wall_clock(int64_t seconds, char *text)
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&time, &tm) ||
	    !strftime(text, WALL_CLOCK_SIZE, "%a %b %e %H:%M:%S %Y", &tm))
		snprintf(text, WALL_CLOCK_SIZE, "?");
}

static void print_time(const struct log_style *style, uint64_t nanoseconds)
{
	uint64_t seconds = nanoseconds / NANOSECONDS;
	char text[WALL_CLOCK_SIZE];

	if (style->wall_clock) {
		format_wall_clock(style->boot_seconds + (int64_t)seconds, text);
		fprintf(style->to, "[%s] ", text);
	} else {
		fprintf(style->to, "[%5" PRIu64 ".%06" PRIu64 "] ", seconds,
			nanoseconds % NANOSECONDS / 1000);
	}
}

/* A dump's bytes may be commands to a terminal. */
static void print_text(FILE *to, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if ((text[i] >= ' ' && text[i] <= '~') || text[i] == '\t')
			putc(text[i], to);
		else
			fprintf(to, "\\x%02x", (unsigned char)text[i]);
	}
}

void log_print_line(void *context, const struct log_line *line)
{
	const struct log_style *style = context;
	const char *color = "";

	/* A line whose level is not known is not to be missed. */
	if (line->level >= 0) {
		if (!(style->levels >> line->level & 1))
			return;
		if (style->color)
			color = level_colors[line->level];
	}
	if (line->has_time) {
		fputs(style->color ? "\033[32m" : "", style->to);
		print_time(style, line->nanoseconds);
		fputs(style->color ? "\033[0m" : "", style->to);
	}
	fputs(color, style->to);
	print_text(style->to, line->text, line->length);
	fputs(*color ? "\033[0m\n" : "\n", style->to);
}
