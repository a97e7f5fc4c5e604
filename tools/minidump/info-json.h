/* SPDX-License-Identifier: GPL-2.0-only */
/* What "minidump info" tells, as JSON; minidump(1) has the schema */
#ifndef MINIDUMP_INFO_JSON_H
#define MINIDUMP_INFO_JSON_H

#include "report.h"
#include "summary.h"

void info_print_json(const struct summary *summary,
		     const struct report *report);

#endif
