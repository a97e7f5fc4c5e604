/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the layout that boot firmware, the remote processors and Linux
 * share.
 *
 *   SMEM item 602: the G-ToC           a subsystem's region table, in RAM
 *   +--------------------------+       +----------------------------+
 *   | struct minidump_toc      |   +-> | struct minidump_region [0] |
 *   |  status, revision, ...   |   |   | struct minidump_region [1] |
 *   +--------------------------+   |   | ...                        |
 *   | subsystems[0]   APSS     | --+   +----------------------------+
 *   | subsystems[1]            |         each one names a piece of
 *   | ...                      |         physical memory to save
 *   +--------------------------+
 *
 * Boot firmware makes the item anew at every boot. Each subsystem fills its own
 * entry and keeps its own region table; Linux is subsystem 0. After a crash,
 * firmware walks these tables by physical address and saves what they name.
 *
 * All words are little endian. The 64-bit words sit at multiples of 8, and the
 * padding before them is spelled out because i386 aligns them to 4 only.
 */
#ifndef __SOC_QCOM_QCOM_MINIDUMP_H__
#define __SOC_QCOM_QCOM_MINIDUMP_H__

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* The SMEM item that holds the G-ToC */
#define MINIDUMP_SMEM_ITEM		602

/* The subsystem entry that belongs to Linux */
#define MINIDUMP_SUBSYSTEM_APSS		0

/* minidump_subsystem.status: the subsystem's table is valid */
#define MINIDUMP_SUBSYSTEM_VALID	1

/* minidump_subsystem.enabled: save the subsystem's regions, or do not */
#define MINIDUMP_SUBSYSTEM_ENABLED	('E' << 24 | 'N' << 16 | 'B' << 8 | 'L')
#define MINIDUMP_SUBSYSTEM_DISABLED	('D' << 24 | 'S' << 16 | 'B' << 8 | 'L')

/*
 * minidump_subsystem.encryption_status: regions may be read once their owner
 * has encrypted them, or has found that there is nothing to encrypt.
 */
#define MINIDUMP_ENCRYPTION_DONE	('D' << 24 | 'O' << 16 | 'N' << 8 | 'E')
#define MINIDUMP_ENCRYPTION_NONE	('N' << 24 | 'O' << 16 | 'N' << 8 | 'E')
#define MINIDUMP_ENCRYPTION_STARTED	('S' << 24 | 'T' << 16 | 'R' << 8 | 'T')

/* minidump_subsystem.encryption_required */
#define MINIDUMP_ENCRYPTION_REQUIRED	('Y' << 16 | 'E' << 8 | 'S')
#define MINIDUMP_ENCRYPTION_NOT_REQUIRED ('N' << 8 | 'R')

/* minidump_region.valid: save this region, do not, or not ready yet */
#define MINIDUMP_REGION_VALID		('V' << 24 | 'A' << 16 | 'L' << 8 | 'I')
#define MINIDUMP_REGION_INVALID		('I' << 24 | 'N' << 16 | 'V' << 8 | 'A')
#define MINIDUMP_REGION_INIT		('I' << 24 | 'N' << 16 | 'I' << 8 | 'T')

/*
 * The field for a region's name, and how much of it a name may fill: firmware
 * adds a prefix and a suffix of its own, so it keeps four bytes for itself.
 */
#define MINIDUMP_REGION_NAME_SIZE	16
#define MINIDUMP_REGION_NAME_MAX	11

/* How many regions firmware takes from Linux, the ELF header among them */
#define MINIDUMP_APSS_MAX_REGIONS	201

/* The first region of Linux: an ELF header that describes all the others */
#define MINIDUMP_ELF_HEADER_NAME	"KELF_HEADER"

/**
 * struct minidump_region - One piece of memory that firmware saves
 * @name:	 NUL terminated; becomes part of a file name
 * @seq_num:	 0, or a number that tells regions of one name apart
 * @valid:	 one of MINIDUMP_REGION_*
 * @address:	 physical address
 * @size:	 in bytes, a multiple of 4
 */
struct minidump_region {
	char	name[MINIDUMP_REGION_NAME_SIZE];
	__le32	seq_num;
	__le32	valid;
	__le64	address;
	__le64	size;
};

static_assert(sizeof(struct minidump_region) == 40);
static_assert(offsetof(struct minidump_region, seq_num) == 16);
static_assert(offsetof(struct minidump_region, address) == 24);
static_assert(offsetof(struct minidump_region, size) == 32);

/**
 * struct minidump_subsystem - A subsystem's entry in the G-ToC
 * @status:		 MINIDUMP_SUBSYSTEM_VALID once the rest is meaningful
 * @enabled:		 one of MINIDUMP_SUBSYSTEM_ENABLED, _DISABLED
 * @encryption_status:	 one of MINIDUMP_ENCRYPTION_DONE, _NONE, _STARTED
 * @encryption_required: one of MINIDUMP_ENCRYPTION_REQUIRED, _NOT_REQUIRED
 * @region_count:	 entries in the region table
 * @reserved:		 padding
 * @regions_baseptr:	 physical address of the region table
 */
struct minidump_subsystem {
	__le32	status;
	__le32	enabled;
	__le32	encryption_status;
	__le32	encryption_required;
	__le32	region_count;
	__le32	reserved;
	__le64	regions_baseptr;
};

static_assert(sizeof(struct minidump_subsystem) == 32);
static_assert(offsetof(struct minidump_subsystem, region_count) == 16);
static_assert(offsetof(struct minidump_subsystem, regions_baseptr) == 24);

/**
 * struct minidump_toc - The global table of contents (G-ToC)
 * @status:	 non-zero once firmware has set the table up
 * @revision:	 of this layout
 * @enabled:	 belongs to firmware; Linux does not write it
 * @reserved:	 padding
 * @subsystems:	 one entry for each processor or the like; how many there are
 *		 follows from the size of the SMEM item and differs by firmware
 */
struct minidump_toc {
	__le32	status;
	__le32	revision;
	__le32	enabled;
	__le32	reserved;
	struct minidump_subsystem subsystems[];
};

static_assert(sizeof(struct minidump_toc) == 16);
static_assert(offsetof(struct minidump_toc, subsystems) == 16);

#endif /* __SOC_QCOM_QCOM_MINIDUMP_H__ */
