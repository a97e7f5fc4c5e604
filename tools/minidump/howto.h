/* SPDX-License-Identifier: GPL-2.0-only */
/* The command lines that open a dump, for this dump */
#ifndef MINIDUMP_HOWTO_H
#define MINIDUMP_HOWTO_H

#include <stdbool.h>
#include <stdint.h>

#include "dump.h"
#include "modules.h"

/* Prints those that work, to be pasted into a shell; @path is the source's. */
void howto_print(const struct dump *dump, const struct modules *modules,
		 const char *path);

/*
 * What crash would take from VMCOREINFO, worked out of the addresses that the
 * regions have. False: they do not tell.
 */
struct address_space {
	unsigned int bits;	/* of virtual addresses */
	uint64_t kimage_voffset;	/* virtual less physical, of the image */
	uint64_t phys_offset;		/* where the linear map begins */
};

bool howto_address_space(const struct dump *dump, struct address_space *space);

#endif
