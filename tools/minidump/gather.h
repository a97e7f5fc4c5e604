/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_GATHER_H
#define MINIDUMP_GATHER_H

#include "dump.h"

/*
 * Gathers the notes of a dump and completes them from the rest of it. With
 * @search every page may be looked at to find VMCOREINFO.
 */
void notes_gather(struct dump *dump, bool search, struct report *report);
void notes_free(struct notes *notes);

#endif
