/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A short word that is the same for crashes of one bug, whatever the boot, the
 * offset of KASLR, the device: a hash over how it was told and where it
 * happened. By functions' names it holds from one build to another; without a
 * vmlinux, by their places, for one build only. minidump(1) says how it is
 * made: what changes here changes every signature, and wants another prefix.
 */
#ifndef MINIDUMP_SIGNATURE_H
#define MINIDUMP_SIGNATURE_H

#include <stdbool.h>

#include "frames.h"
#include "symbols.h"

#define SIGNATURE_FRAMES	5
#define SIGNATURE_FRAME_SIZE	80

struct signature {
	char text[24];		/* "" when there is nothing to make one of */
	bool by_names;
	char frames[SIGNATURE_FRAMES][SIGNATURE_FRAME_SIZE];
	size_t count;
};

/* What the words of a report have that changes from crash to crash */
void signature_normalize(char *message);

/* @symbols may be NULL, @frames empty, @message "" */
void signature_make(struct signature *signature, const char *message,
		    const struct frames *frames, struct symbols *symbols,
		    const struct modules *modules, const struct dump *dump);

#endif
