/* SPDX-License-Identifier: GPL-2.0-only */
/* What a file is, by the bytes it begins with */
#ifndef MINIDUMP_SNIFF_H
#define MINIDUMP_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum form {
	FORM_UNKNOWN,
	FORM_RAWDUMP,
	FORM_CORE,
	FORM_GZIP,
	FORM_XZ,
	FORM_ZSTD,
	FORM_ZIP,
	FORM_TAR,
	FORM_BZIP2,		/* and what else is common, but not read */
	FORM_LZ4,
	FORM_7ZIP,
};

/* A tar file has its magic behind the first member's name. */
#define SNIFF_SIZE 512

enum form form_of(const uint8_t *bytes, size_t size);

/* An image or a core, and not just its first four or eight bytes */
enum form form_of_dump(const uint8_t *bytes, size_t size);

/* "a gzip file" */
const char *form_name(enum form form);

/* Does it hold others, so that it has to be unpacked? */
bool form_is_packed(enum form form);

/* Where an image or core begins, if not where the file does */
enum form form_search(int fd, uint64_t *offset);

#endif
