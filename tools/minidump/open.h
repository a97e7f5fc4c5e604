/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_OPEN_H
#define MINIDUMP_OPEN_H

#include "dump.h"

/* What a command cannot do without, or would look for */
enum dump_need {
	NEED_PIECES,	/* a source without a usable ELF header will do */
	NEED_HEADER,
	NEED_VMCOREINFO,	/* and search the memory for it, if need be */
	NEED_LOG,		/* search likewise; zones without a header will do */
};

/* 0, or -1 with the reason in @report; either way dump_close() it. */
int dump_open(struct dump *dump, const char *path, enum dump_need need,
	      struct report *report);
void dump_close(struct dump *dump);

#endif
