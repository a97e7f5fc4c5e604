/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a dump has that may be text: zones of ramoops, and regions of vendors
 * that are nothing but text. Zones are found whether or not there is a header.
 */
#ifndef MINIDUMP_ZONES_H
#define MINIDUMP_ZONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "extent.h"
#include "ramoops.h"
#include "util.h"

/* Regions, then pieces that no region is of; @*index is 0 at first */
bool zone_next(const struct dump *dump, size_t *index, struct extent *zone);

/* Is it @name, with or without what firmware put around that? */
bool zone_is(const struct extent *zone, const char *name);
/* The same, and then a number, as in KDMESG3 */
bool zone_is_numbered(const struct extent *zone, const char *name,
		      uint32_t *number);

/*
 * The text of it, to be freed: of a zone of ramoops, of Android's log records
 * in one, or of a region that is text. NULL, or why there is none, or not all.
 */
const char *zone_text(const struct dump *dump, const struct extent *zone,
		      struct ramoops_text *text);

#endif
