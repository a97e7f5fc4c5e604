/* SPDX-License-Identifier: GPL-2.0-only */
/* What the names of files tell, which people and firmware change at will */
#ifndef MINIDUMP_NAMES_H
#define MINIDUMP_NAMES_H

#include <stdbool.h>

#include "piece.h"
#include "report.h"

/* The later, the surer it is that the folder of such a file is a dump */
enum name_rank {
	NAME_OTHER,
	NAME_LISTING,	/* load.cmm and its like */
	NAME_BIN,	/* NAME.BIN */
	NAME_MD,	/* md_NAME.BIN */
};

enum name_rank name_rank(const char *name);

/* A file of raw memory, as boot firmware names them */
bool name_is_memory(const char *name);

/* Is it @name, or @name with any number behind it? */
bool key_is_counted(struct piece_key key, const char *name);

/*
 * The files of a virtual machine are called md_ID_NAME.BIN, with ID in
 * hexadecimal. If the ELF header's is, ID is no part of any name. 0, or -1 with
 * the reason: there are several machines
 */
int names_find_machine(struct source *source, struct report *report);

#endif
