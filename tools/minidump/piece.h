/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device handed out, whatever its form: a list of pieces.
 *
 *   folder of md_*.BIN     one piece a file, also of a folder that was packed
 *   rawdump image          one piece a section
 *   ELF core or coredump   one piece, the whole file
 *   raw memory             one piece a region
 *
 * A piece is raw bytes with a name and perhaps a physical address. What the
 * pieces mean is said by an ELF header in one of them: see dump.h.
 */
#ifndef MINIDUMP_PIECE_H
#define MINIDUMP_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source_kind {
	SOURCE_FOLDER,
	SOURCE_RAWDUMP,
	SOURCE_CORE,
	SOURCE_RAM,
};

enum piece_type {
	PIECE_MEMORY,
	PIECE_CPU_CONTEXT,	/* in firmware's own format */
	PIECE_OTHER,
};

struct piece {
	char *name;		/* as the device gave it: not to be trusted */
	size_t prefix;		/* behind "md_", before the region's name */
	enum piece_type type;
	uint64_t phys;		/* 0 when nobody told */
	int fd;			/* of the file that holds it; -1: one of its own */
	uint64_t offset;	/* in that file */
	uint64_t size;		/* how much of it is there */
	uint64_t announced;	/* how much of it there should be */
	bool taken;		/* by a region, or it is the header */
	const char *why;	/* it is taken, or not; NULL: nothing wants it */
};

struct source {
	enum source_kind kind;
	const char *path;
	int fd;			/* the folder, or the file */
	uint64_t start;		/* where in the file the image begins */
	uint64_t size;		/* of the file */
	bool packed;		/* the file is what was in an archive or a pipe */
	int *held;		/* more descriptors, of pieces */
	size_t held_count;
	struct piece *pieces;
	size_t count;
};

struct piece *source_add_piece(struct source *source, const char *name,
			       size_t name_length);

/* Closes @fd with the source. */
void source_hold(struct source *source, int fd);

/* A descriptor of its own, or -1 with errno set */
int piece_open(const struct source *source, const struct piece *piece);

/*
 * Copies up to @size bytes from @offset of the piece; returns how many. errno
 * says why there are fewer, as read_at() does.
 */
size_t piece_read(const struct source *source, const struct piece *piece,
		  void *buffer, size_t size, uint64_t offset);

/*
 * A piece's name without what firmware put around it: "md_KCONSOLE.BIN" and
 * "KCONSOLE" have the same key. It points into the name.
 */
struct piece_key {
	const char *text;
	size_t length;
};

struct piece_key piece_key(const struct piece *piece);
bool key_is(struct piece_key key, const char *name);
/* Is it @name and, straight after, a number? Puts that into @number. */
bool key_is_numbered(struct piece_key key, const char *name,
		     uint32_t *number);

/* The piece of this name, or NULL; upper and lower case are the same */
const struct piece *source_find(const struct source *source, const char *name);

#endif
