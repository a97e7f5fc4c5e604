/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of minidump_test share.
 */
#ifndef MINIDUMP_TEST_H
#define MINIDUMP_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kselftest.h"

/* Older ones have none */
#ifndef __printf
#define __printf(a, b)	__attribute((format(printf, a, b)))
#endif

/* How many regions firmware takes, and a bound for those that may be shown */
#define TABLE_MAXIMUM	201
#define REGIONS_MAX	512

#define HEADER_NAME	"KELF_HEADER"
#define MODULE_NAME	"minidump_test_regions"

/* A line of the file "regions", and the virtual address if it is known */
struct region {
	char name[16];
	char client[64];
	uint64_t physical;
	uint64_t size;
	uint64_t virtual;
};

/* The file "regions": region i has slot i */
struct regions {
	struct region list[REGIONS_MAX];
	unsigned int count;
};

/* Why a region is refused, in the order of the lines of "limits" */
enum refusal {
	NAME_EMPTY,
	NAME_TOO_LONG,
	NAME_CHARACTERS,
	SIZE_ODD,
	RANGE_WRAPS,
	ADDRESSES_DIFFER,
	NAME_TAKEN,
	PHYS_TAKEN,
	TABLE_FULL,
	REFUSALS
};

/* The file "limits" */
struct limits {
	unsigned int used;
	unsigned int capacity;
	unsigned int maximum;
	unsigned int waiting;
	unsigned int refused;
	unsigned int refused_for[REFUSALS];
};

/* All that debugfs shows of Linux' table */
struct view {
	struct regions regions;
	struct limits limits;
};

struct bytes {
	uint8_t *at;
	size_t size;
};

/*
 * Functions that return bool return whether all is well. If not, they have said
 * what they saw and what they wanted.
 */

/* view.c: each reading is checked for what must hold of a file by itself */
__printf(1, 2) bool wrong(const char *format, ...);
bool file_read(const char *path, struct bytes *bytes);
const char *minidump_missing(void);
bool files_are_for_root(void);
bool regions_read(struct regions *regions);
const struct region *region_find(const struct regions *regions, const char *name);
bool limits_read(struct limits *limits);
bool toc_read(unsigned int *count);
bool elf_read(const struct regions *regions);
/* All files at once, and whether they agree */
bool view_take(struct view *view);
bool view_same(const struct view *wanted, const struct view *seen);

/* elf.c: is a region moving, so that its segment and its section differ? */
bool elf_region_moves(const struct bytes *file);
/* Agrees with itself and, unless that is NULL, with @regions */
bool elf_check(const struct bytes *file, const struct regions *regions);

/* module.c: sets @skip to why there are no tests with a module; 0 or an errno */
bool module_load(const char **skip);
bool module_unload(void);
int page_add(unsigned int page, const char *name, uint64_t size, uint64_t shift,
	     struct region *added);
int page_remove(unsigned int page);

/* ramoops.c: sets @skip to why it cannot tell */
bool test_ramoops(const char **skip);

/* threads.c */
bool test_threads(void);
bool test_race(void);

#endif /* MINIDUMP_TEST_H */
