/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Of which boot a text out of ramoops is. What is of the boot that crashed is
 * in its log, too, with the same time: a text whose time the log covers but
 * whose lines it lacks is of an earlier boot.
 */
#ifndef MINIDUMP_BOOTS_H
#define MINIDUMP_BOOTS_H

#include <stddef.h>

#include "log.h"
#include "records.h"

enum boot {
	BOOT_UNKNOWN,		/* there is nothing to compare it with */
	BOOT_THIS,
	BOOT_EARLIER,
};

/* Of each of @records, into @boots */
void boots_of_records(const struct records *records, struct log *log,
		      enum boot *boots);
enum boot boot_of_text(const char *text, size_t length, struct log *log);
const char *boot_name(enum boot boot);

#endif
