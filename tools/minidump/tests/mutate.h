/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Damages dumps as somebody would who knows their structure, and runs every
 * command on them.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILES_MAX	64
#define NAME_SIZE	64

struct file {
	char name[NAME_SIZE];
	uint8_t *bytes;
	size_t size;
	size_t hole;		/* bytes that follow, all zeros */
	bool is_fifo;
};

/* A folder's files or, if there is no folder, one */
struct input {
	bool is_folder;
	struct file files[FILES_MAX];
	size_t count;
	/* What the damage says about itself cannot be told from what is right. */
	bool beyond_telling;
};

/* The same numbers on every machine, for the same seed */
struct random {
	uint64_t state;
};

uint32_t random_below(struct random *random, uint32_t limit);

void input_load(struct input *input, const char *path);
/* Frees what a copy has; the bytes are its own. */
void input_copy(struct input *to, const struct input *from);
void input_free(struct input *input);
/* As @path, which must not be there */
void input_store(const struct input *input, const char *path);

/* The program's own main(), under another name */
int minidump_main(int argc, char **argv);

/* mutate-damage.c */
void input_damage(struct input *input, struct random *random);

#endif
