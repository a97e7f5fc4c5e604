/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_FOLDER_H
#define MINIDUMP_FOLDER_H

#include "piece.h"
#include "report.h"

/* Describes the folder that is open as source->fd. 0, or -1 with the reason */
int folder_read(struct source *source, struct report *report);

/* What is left to do when all files are pieces. 0, or -1 with the reason */
int folder_settle(struct source *source, struct report *report);

#endif
