/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * printk's ring buffer, by what VMCOREINFO tells of it:
 *
 *   prb --> printk_ringbuffer
 *             desc_ring: tail_id .. head_id, descs[] and infos[] by id
 *             text_data_ring: blocks of an id and text
 *
 * A descriptor says where the text of a record is: from begin to next, two
 * positions that grow forever. A block does not wrap: one that would begins
 * anew at the ring's first byte.
 */
#ifndef MINIDUMP_RING_H
#define MINIDUMP_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dump.h"
#include "memory.h"

struct ring_record {
	uint64_t seq;
	uint64_t nanoseconds;
	int level;		/* 0 to 7, or -1 where that is not known */
	const char *text;	/* no NUL at its end; good until the next one */
	size_t length;
};

/* A number of VMCOREINFO for each thing that must be known */
struct ring_layout {
	uint64_t ringbuffer_size, desc_ring, text_ring;
	uint64_t count_bits, descs, infos, head_id, tail_id;
	uint64_t desc_size, state, block, begin, next;
	uint64_t info_size, seq, nanoseconds, text_length, caller;
	uint64_t size_bits, data;
	uint64_t counter;
};

struct ring {
	struct ring_layout layout;
	unsigned int count_bits;
	unsigned int size_bits;
	uint64_t id;		/* of the next record */
	uint64_t left;		/* ids from there on */
	uint64_t text_left;	/* what so many records can have at most */
	uint64_t lost;		/* records whose text was not there */
	struct memory_window descs, infos, text;
};

/* To be freed, or NULL with the reason in @problem */
struct ring *ring_open(const struct dump *dump, const char **problem);

/* The next record, from the oldest to the newest; false: there is none left */
bool ring_next(struct ring *ring, struct ring_record *record);

#endif
