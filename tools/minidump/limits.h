/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much is believed of what a dump claims. Together these keep any input,
 * of any size, below 64 MiB of memory and two seconds, apart from the time it
 * takes to read the input once. tests/mutate.c holds the program to that.
 *
 * The debug information of vmlinux and of modules is not of the dump, but of
 * whoever built them: elfutils maps it and takes what it needs to read it.
 */
#ifndef MINIDUMP_LIMITS_H
#define MINIDUMP_LIMITS_H

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)

/*
 * Files, sections, program headers. Firmware takes 201 regions from Linux, and
 * no coredump comes near this.
 */
#define MAX_ENTRIES		4096

/* A region's name; it may be that of a file. */
#define NAME_LENGTH_MAX		255

/* 201 regions with notes take 30 KiB; vendor kernels' headers, 64. */
#define HEADER_MAX		(4 * MIB)
#define HEADER_ROOM_MAX		(16 * MIB)	/* before the first region of a core */
#define NOTE_SEGMENTS_MAX	16
#define NOTES_MAX		(1 * MIB)
#define VMCOREINFO_MAX		(64 * KIB)

/* Pages looked at, all regions together, when VMCOREINFO is searched */
#define SEARCH_PAGES_MAX	(512 * 1024)

/* load.cmm and its like */
#define LISTING_MAX		(1 * MIB)
#define LISTINGS_MAX		4

/* A zone of ramoops, and what may become of a record that is compressed */
#define ZONE_MAX		(16 * MIB)
#define INFLATED_MAX		(16 * MIB)

/* Records of pstore that are kept: a megabyte of ramoops has room for 112. */
#define RECORDS_MAX		128
#define RECORDS_SIZE_MAX	(8 * MIB)

/* KMODULES, which has 64 KiB */
#define MODULES_MAX		(1 * MIB)

/* A hostile table can have something wrong in every entry. */
#define REPORT_LINES_MAX	1000

/* Places of one region that cannot be read, before the rest is given up */
#define GAPS_MAX		64

/* What comes out of an archive, and into temporary files: a phone's memory */
#define SPOOL_MAX		(32 * 1024 * MIB)
#define SPOOL_MAX_TEXT		"32 GiB"

/* An archive or a folder may hold more than the dump, but not without end. */
#define ENTRIES_MAX		65536
#define FOLDER_LENGTH_MAX	4096

/* Decompressors take what their input asks for; this does for "xz -8". */
#define UNPACK_MEMORY_MAX	(44 * MIB)
#define UNPACK_MEMORY_TEXT	"44 MiB"

/* How far into a file an image or a core is looked for */
#define SNIFF_MAX		(256 * MIB)

/* Files of raw memory; boot firmware writes one for each chip select or so. */
#define RAM_PARTS_MAX		64

/* SMEM: its size, its items, and pages that only look as if they were its */
#define SMEM_SIZE_MAX		(16 * MIB)
#define SMEM_ITEMS_MAX		4096
#define SMEM_CANDIDATES_MAX	256

/* Regions that firmware takes from Linux, and from all subsystems together */
#define LINUX_REGIONS_MAX	201
#define TOC_REGIONS_MAX		300
#define TOC_SUBSYSTEMS_MAX	64

/* More memory than any machine has that leaves a dump of this kind */
#define CORE_SIZE_MAX		(1024 * 1024 * MIB)

#endif
