// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "kcrash.h"
#include "util.h"

#define REGION		"KCRASH"
#define REGION_MAX	(4 * KIB)

static const char first_key[] = "version=";
static const char last_line[] = "\ncomplete=1\n";

#define NANOSECONDS	UINT64_C(1000000000)

/* "12.345678", of which the fraction may have up to nine digits */
static bool get_time(const char *text, const char *key, uint64_t *nanoseconds)
{
	uint64_t seconds, unit = NANOSECONDS;
	char value[32], *end;

	if (!vmcoreinfo_get(text, key, value, sizeof(value)) ||
	    value[0] < '0' || value[0] > '9')
		return false;
	seconds = strtoull(value, &end, 10);
	if (seconds > UINT64_MAX / NANOSECONDS - 1)
		return false;
	*nanoseconds = seconds * NANOSECONDS;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9' && unit > 1; end++) {
			unit /= 10;
			*nanoseconds += unit * (uint64_t)(*end - '0');
		}

	return !*end;
}

static void get_text(const char *text, const char *key, char *value,
		     size_t size)
{
	if (!vmcoreinfo_get(text, key, value, size))
		value[0] = '\0';
}

static bool is_whole(const char *text)
{
	size_t length = strlen(text), last = sizeof(last_line) - 1;

	return !strncmp(text, first_key, sizeof(first_key) - 1) &&
	       length > last && !strcmp(text + length - last, last_line);
}

bool kcrash_parse(struct kcrash *kcrash, const char *text)
{
	*kcrash = (struct kcrash){ 0 };
	/* Written last, after a crash only */
	if (!text[0])
		return true;
	if (!is_whole(text) ||
	    !vmcoreinfo_get(text, "what", kcrash->kind, sizeof(kcrash->kind)))
		return false;

	kcrash->there = true;
	get_text(text, "message", kcrash->message, sizeof(kcrash->message));
	get_text(text, "comm", kcrash->comm, sizeof(kcrash->comm));
	get_text(text, "missing", kcrash->missing, sizeof(kcrash->missing));
	get_text(text, "unknown", kcrash->unknown, sizeof(kcrash->unknown));
	get_text(text, "boot", kcrash->boot_id, sizeof(kcrash->boot_id));
	kcrash->has_time = get_time(text, "time", &kcrash->nanoseconds);
	kcrash->has_cpu = vmcoreinfo_get_decimal(text, "cpu", &kcrash->cpu);
	kcrash->has_pid = vmcoreinfo_get_decimal(text, "pid", &kcrash->pid);
	kcrash->has_oopses = vmcoreinfo_get_decimal(text, "oopses",
						    &kcrash->oopses);

	return true;
}

void kcrash_read(struct kcrash *kcrash, const struct dump *dump,
		 struct report *report)
{
	const struct region *region = dump_find(dump, REGION);
	char text[REGION_MAX + 1];
	size_t size;

	*kcrash = (struct kcrash){ 0 };
	if (!region)
		return;
	size = region_read(dump, region, text,
			   min_u64(region->have, REGION_MAX), 0);
	text[size] = '\0';
	if (kcrash_parse(kcrash, text))
		return;
	report_about(report, "landmark", region->name);
	report_problem(report, "%s is not whole: what it tells is left out",
		       region->name);
}
