// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "crash.h"
#include "util.h"

#define NANOSECONDS	UINT64_C(1000000000)

/* Trouble that a panic follows from comes this close before it. */
#define TROUBLE_NANOSECONDS (5 * NANOSECONDS)

static const char panic_start[] = "Kernel panic - not syncing: ";
static const char oops_start[] = "Internal error: ";

/* How reports of trouble begin; those of an oops come first. */
static const struct {
	const char *start;
	bool is_oops;
} troubles[] = {
	{ "Unable to handle kernel ", true },
	{ "kernel BUG at ", true },
	{ oops_start, true },
	{ "Insufficient stack space to handle exception", true },
	{ "SError Interrupt on CPU", true },
	{ "watchdog: BUG: ", false },
	{ "watchdog: Watchdog detected hard LOCKUP", false },
	{ "Watchdog detected hard LOCKUP", false },
	{ "BUG: ", false },
	{ "INFO: task ", false },
	{ "INFO: rcu_", false },
	{ "rcu: INFO: ", false },
	{ "Out of memory and no killable processes", false },
};

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static void keep(char *to, const char *text)
{
	size_t length = strnlen(text, CRASH_TEXT_MAX - 1);

	memcpy(to, text, length);
	to[length] = '\0';
}

static void at_time(struct crash *crash, const struct log_line *line)
{
	crash->has_time = line->has_time;
	crash->nanoseconds = line->nanoseconds;
}

/* Of a time long before, or ended: it was survived. */
static bool is_recent(const struct crash *crash, const struct log_line *line)
{
	return !line->has_time ||
	       line->nanoseconds - crash->trouble_time <= TROUBLE_NANOSECONDS;
}

static void take_trouble(struct crash *crash, const char *text, bool is_oops,
			 const struct log_line *line)
{
	/* The first line of a report says most. */
	if (crash->in_trouble && is_recent(crash, line))
		return;

	crash->in_trouble = true;
	crash->trouble_time = line->nanoseconds;
	crash->has_task = false;
	keep(crash->cause, text);
	if (!is_oops)
		return;
	crash->kind = CRASH_OOPS;
	keep(crash->message, text);
	at_time(crash, line);
}

static void take_panic(struct crash *crash, const char *text,
		       const struct log_line *line)
{
	bool of_oops = strstr(text, "Fatal exception") ||
		       starts_with(text, "Oops") ||
		       starts_with(text, "Attempted to kill") ||
		       starts_with(text, "Aiee");

	if (!crash->cause[0] || (!of_oops && !is_recent(crash, line))) {
		crash->cause[0] = '\0';
		crash->has_task = false;
	}
	crash->kind = CRASH_PANIC;
	keep(crash->message, text);
	at_time(crash, line);
}

/* "CPU: 1 UID: 0 PID: 71 Comm: sh Not tainted ...", before 6.12 without UID */
static void take_task(struct crash *crash, const char *text)
{
	const char *pid = strstr(text, " PID: "), *comm = strstr(text, " Comm: ");
	const char *end;
	size_t length;

	if (crash->has_task || !pid || !comm || comm < pid)
		return;
	comm += strlen(" Comm: ");
	end = strstr(comm, " Tainted: ");
	if (!end)
		end = strstr(comm, " Not tainted");
	if (strstr(comm, " Kdump: ") &&
	    (!end || strstr(comm, " Kdump: ") < end))
		end = strstr(comm, " Kdump: ");
	if (!end)
		end = comm + strlen(comm);

	length = min_u64((uint64_t)(end - comm), sizeof(crash->comm) - 1);
	memcpy(crash->comm, comm, length);
	crash->comm[length] = '\0';
	crash->cpu = (uint32_t)strtoul(text + strlen("CPU: "), NULL, 10);
	crash->pid = (uint32_t)strtoul(pid + strlen(" PID: "), NULL, 10);
	crash->has_task = true;
}

/* "Internal error: Oops: 0000000096000045 [#1] PREEMPT SMP" */
static void count_oops(struct crash *crash, const char *text)
{
	const char *number = strstr(text, "[#");

	if (number)
		crash->oopses = (uint32_t)strtoul(number + 2, NULL, 10);
	else
		crash->oopses++;
}

/* "... setting system clock to 2026-11-22T09:00:00 UTC (1795338000)" */
static void take_wall_clock(struct crash *crash, const char *text,
			    const struct log_line *line)
{
	const char *at = strstr(text, "setting system clock to ");
	long long seconds;
	char *end;

	at = at ? strstr(at, " UTC (") : NULL;
	if (!at || !line->has_time)
		return;
	seconds = strtoll(at + strlen(" UTC ("), &end, 10);
	if (*end != ')' || seconds <= 0 || seconds > INT32_MAX * 100ll)
		return;
	crash->has_wall_clock = true;
	crash->boot_seconds = seconds -
			      (int64_t)(line->nanoseconds / NANOSECONDS);
}

static void take_times(struct crash *crash, const struct log_line *line)
{
	crash->lines++;
	if (!line->has_time)
		return;
	if (!crash->has_times)
		crash->first = line->nanoseconds;
	crash->has_times = true;
	if (line->nanoseconds > crash->last)
		crash->last = line->nanoseconds;
}

void crash_line(void *context, const struct log_line *line)
{
	struct crash *crash = context;
	char text[2 * CRASH_TEXT_MAX];
	size_t length = min_u64(line->length, sizeof(text) - 1), i;

	memcpy(text, line->text, length);
	text[length] = '\0';
	take_times(crash, line);
	take_wall_clock(crash, text, line);
	/* What follows a panic are other CPUs' last words, and a dump. */
	if (crash->kind == CRASH_PANIC && !starts_with(text, "CPU: "))
		return;

	if (starts_with(text, panic_start)) {
		take_panic(crash, text + strlen(panic_start), line);
		return;
	}
	if (starts_with(text, "CPU: "))
		take_task(crash, text);
	if (starts_with(text, "---[ end trace"))
		crash->in_trouble = false;
	for (i = 0; i < ARRAY_SIZE(troubles); i++)
		if (starts_with(text, troubles[i].start))
			break;
	if (i < ARRAY_SIZE(troubles))
		take_trouble(crash, text, troubles[i].is_oops, line);
	if (starts_with(text, oops_start))
		count_oops(crash, text);
}

const char *crash_kind_name(enum crash_kind kind)
{
	static const char * const names[] = {
		[CRASH_UNKNOWN] = "unknown",
		[CRASH_OOPS] = "oops",
		[CRASH_PANIC] = "panic",
	};

	return names[kind];
}
