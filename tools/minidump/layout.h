/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_LAYOUT_H
#define MINIDUMP_LAYOUT_H

#include "dump.h"

/*
 * Reads what the ELF header in dump->header_bytes says: the regions, without a
 * piece yet, and the note segments. 0, or -1 with the reason in @report; then
 * the dump is as it was before.
 */
int layout_read(struct dump *dump, struct report *report);
/* Forgets all that layout_read() made. */
void layout_forget(struct dump *dump);

#endif
