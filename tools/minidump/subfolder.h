/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_SUBFOLDER_H
#define MINIDUMP_SUBFOLDER_H

#include "piece.h"
#include "report.h"

/*
 * A folder without files of a dump, in which only one folder has some, stands
 * for that one: source->fd becomes it. 0, or -1 with the reason: there are
 * several, or none
 */
int subfolder_enter(struct source *source, struct report *report);

#endif
