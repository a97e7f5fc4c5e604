/* SPDX-License-Identifier: GPL-2.0-only */
/* Which kernel is this vmlinux? */
#ifndef MINIDUMP_VMLINUX_H
#define MINIDUMP_VMLINUX_H

#include <libelf.h>
#include <stdbool.h>

#define BUILD_ID_MAX 64		/* bytes; the usual kinds have 16 or 20 */

/* In hexadecimal, in 2 * BUILD_ID_MAX + 1 bytes */
bool vmlinux_build_id(Elf *elf, char *text);

/* Do its read-only data have this string? */
bool vmlinux_contains(Elf *elf, const char *string);

#endif
