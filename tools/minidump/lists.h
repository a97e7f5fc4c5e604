/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_LISTS_H
#define MINIDUMP_LISTS_H

#include "piece.h"
#include "report.h"

/* Gives the pieces of @source the addresses that firmware's lists tell. */
void lists_read(struct source *source, const struct piece *lists, size_t count,
		struct report *report);

#endif
