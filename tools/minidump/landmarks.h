/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the regions of a kernel's dump must have in them. A file that a stitcher
 * put in the wrong place shifts all that follow, and nothing in the structure
 * of the core tells; their contents do.
 */
#ifndef MINIDUMP_LANDMARKS_H
#define MINIDUMP_LANDMARKS_H

#include "dump.h"

/* How many of each kind were there and right */
struct landmarks {
	size_t banners;
	size_t uts;
	size_t zones;		/* of ramoops */
	size_t logs;		/* from "prb" to all parts of the ring */
};

/* Tells of those that are wrong. */
void landmarks_check(const struct dump *dump, struct landmarks *landmarks,
		     struct report *report);

#endif
