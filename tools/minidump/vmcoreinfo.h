/* SPDX-License-Identifier: GPL-2.0-only */
/* VMCOREINFO: lines of KEY=VALUE in which a kernel tells what it is. */
#ifndef MINIDUMP_VMCOREINFO_H
#define MINIDUMP_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VMCOREINFO_NAME		"VMCOREINFO"

/* OSRELEASE, as uname() has it */
#define RELEASE_SIZE	65

/* The value behind "KEY=", without its newline; false: there is none */
bool vmcoreinfo_get(const char *vmcoreinfo, const char *key, char *value,
		    size_t size);
bool vmcoreinfo_get_hex(const char *vmcoreinfo, const char *key,
			uint64_t *value);
bool vmcoreinfo_get_decimal(const char *vmcoreinfo, const char *key,
			    uint64_t *value);

/*
 * The text of VMCOREINFO out of @bytes, which are the note or its contents
 * alone; NULL if they are neither. To be freed.
 */
char *vmcoreinfo_text(const uint8_t *bytes, size_t size);

#endif
