/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_IMAGE_H
#define MINIDUMP_IMAGE_H

#include <stdbool.h>

#include "piece.h"
#include "report.h"

/*
 * Reads a file, block device or pipe as source->fd: a rawdump image, an ELF
 * core, or either or a folder packed. 0, or -1 with the reason
 */
int image_read(struct source *source, bool is_pipe, struct report *report);

#endif
