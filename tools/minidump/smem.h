/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SMEM, the memory that all processors of the machine share, of layout
 * version 12. All little endian.
 *
 *   +--------------------+ 0
 *   | header             | versions, "initialized"
 *   +--------------------+
 *   | partitions         | each a header and items; one is everybody's
 *   +--------------------+ size - 4 KiB
 *   | partition table    | "$TOC", entries, then "SIII" with SMEM's size
 *   +--------------------+ size
 *
 * Nothing in a raw image of memory says where SMEM lies, so the page of its
 * table is searched. Whatever it holds was written by machines that crashed.
 */
#ifndef MINIDUMP_SMEM_H
#define MINIDUMP_SMEM_H

#include "ram.h"

/* Minidump's global table of contents */
#define SMEM_ITEM_MINIDUMP 602

struct smem_item {
	uint64_t address;
	uint64_t size;
};

/* 0, or -1 with the reason in @report */
int smem_find(const struct ram *ram, unsigned int number,
	      struct smem_item *item, struct report *report);

#endif
