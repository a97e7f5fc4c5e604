/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The global table of contents: which subsystem wants which regions saved. It
 * is walked as boot firmware does after a crash.
 *
 *   16 bytes, then for each subsystem
 *     u32 status, u32 enabled, u32 encryption, u32 encryption required,
 *     u32 count of regions, u32 padding, u64 address of an array of
 *       char name[16], u32 sequence number, u32 valid, u64 address, u64 size
 */
#ifndef MINIDUMP_TOC_H
#define MINIDUMP_TOC_H

#include "smem.h"

#define TOC_NAME_SIZE	16

struct toc_region {
	unsigned int subsystem;	/* 0: Linux */
	char name[TOC_NAME_SIZE];
	uint32_t sequence;
	uint64_t address;	/* all of it is in the memory */
	uint64_t size;
};

struct toc {
	struct toc_region regions[TOC_REGIONS_MAX];
	size_t count;
};

/* 0, or -1 with the reason in @report; regions that cannot be are left out. */
int toc_read(const struct ram *ram, const struct smem_item *item,
	     struct toc *toc, struct report *report);

#endif
