/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_PACKED_H
#define MINIDUMP_PACKED_H

#include <stdbool.h>

#include "piece.h"
#include "report.h"

/*
 * Unpacks what source->fd holds, from where it stands. Either source->fd
 * becomes the image that was in it, and @is_image is set, or the pieces are
 * those of the folder that was in it. 0, or -1 with the reason
 */
int packed_read(struct source *source, bool *is_image, struct report *report);

#endif
