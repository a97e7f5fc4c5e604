// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "kcrash.h"
#include "util.h"

#define REGION		"KCRASH"
#define REGION_MAX	(4 * KIB)

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

void kcrash_parse(struct kcrash *kcrash, const char *text)
{
	*kcrash = (struct kcrash){ 0 };
	if (!vmcoreinfo_get(text, "kind", kcrash->kind, sizeof(kcrash->kind)))
		return;

	kcrash->there = true;
	vmcoreinfo_get(text, "message", kcrash->message,
		       sizeof(kcrash->message));
	vmcoreinfo_get(text, "comm", kcrash->comm, sizeof(kcrash->comm));
	vmcoreinfo_get(text, "missing", kcrash->missing,
		       sizeof(kcrash->missing));
	vmcoreinfo_get(text, "boot_id", kcrash->boot_id,
		       sizeof(kcrash->boot_id));
	kcrash->has_time = get_time(text, "time", &kcrash->nanoseconds);
	kcrash->has_cpu = vmcoreinfo_get_decimal(text, "cpu", &kcrash->cpu);
	kcrash->has_pid = vmcoreinfo_get_decimal(text, "pid", &kcrash->pid);
	kcrash->has_count = vmcoreinfo_get_decimal(text, "count",
						   &kcrash->count);
}

void kcrash_read(struct kcrash *kcrash, const struct dump *dump)
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
	kcrash_parse(kcrash, text);
}
