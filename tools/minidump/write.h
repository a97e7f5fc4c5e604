/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a dump as one ELF core that gdb, drgn, crash and vmcore-dmesg open.
 *
 * Layout of the header: ELF header, program headers at 64 with PT_NOTE first
 * (crash looks no further), notes, section headers, string table. Every
 * payload lies where the dump's own header wants it, if that makes sense, else
 * straight one after another.
 */
#ifndef MINIDUMP_WRITE_H
#define MINIDUMP_WRITE_H

#include <stdint.h>

#include "report.h"

/* An output_writer() whose context is a dump */
int core_write(void *dump, int fd, uint64_t *size, struct report *report);

#endif
