/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Of which boot a text out of ramoops is. What is of the boot that crashed is
 * in its log, too, with the same time: a text whose time the log covers but
 * whose lines it lacks is of an earlier boot.
 */
#ifndef MINIDUMP_BOOTS_H
#define MINIDUMP_BOOTS_H

#include <stdbool.h>

#include "log.h"
#include "records.h"
#include "zones.h"

enum boot {
	BOOT_UNKNOWN,		/* there is nothing to compare it with */
	BOOT_THIS,
	BOOT_EARLIER,
};

/* The texts of a dump that may be of another boot than its log */
struct boots {
	struct records records;
	enum boot *of;		/* each record */
	bool has_console;	/* and the log is not that */
	enum boot console;	/* of KCONSOLE */
};

void boots_read(struct boots *boots, const struct dump *dump,
		struct log *log);
void boots_free(struct boots *boots);

enum boot boots_of_zone(const struct boots *boots,
			const struct extent *zone);
const char *boot_name(enum boot boot);

#endif
