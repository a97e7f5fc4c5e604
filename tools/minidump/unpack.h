/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A dump as people send it: packed. What of it is worth having is unpacked into
 * temporary files without a name; the archive's own names lead nowhere.
 */
#ifndef MINIDUMP_UNPACK_H
#define MINIDUMP_UNPACK_H

#include <stdint.h>

#include "report.h"

struct member {
	char *folder;		/* in the archive; "" for none */
	char *name;		/* without it */
	uint64_t offset;	/* in unpacked.fd */
	uint64_t size;
};

/* Either an image, or members of one folder */
struct unpacked {
	int image;		/* -1: there is none */
	int fd;			/* of the members; -1: there are none */
	struct member *members;
	size_t count;
};

/*
 * Unpacks what follows in @fd, which may be a pipe. 0, or -1 with the reason in
 * @report; either way unpacked_free() it.
 */
int unpack(struct unpacked *unpacked, int fd, const char *path,
	   struct report *report);
void unpacked_free(struct unpacked *unpacked);

/* A descriptor of what is in the only file there, or -1 with the reason */
int unpack_file(const char *path, struct report *report);

/* unpack-choose.c: of several folders and @images images, the one that is the dump */
int unpack_choose(struct unpacked *unpacked, unsigned int images,
		  const char *path, struct report *report);

#endif
