/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the board's boot firmware knows of the memory that it shares with Linux.
 *
 * These are firmware's own numbers, written down from the contract and not
 * taken from Linux: were one of Linux' offsets wrong, the dump would show it.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

/*
 * SMEM, layout version 12:
 *
 *   0           header: version, "initialized"
 *   4 KiB       the global partition: header, then one item after the other
 *   size - 4 KiB  partition table, then the information block
 */
#define SMEM_VERSION_BOOT		0x5c	/* version[7], that of the boot loader */
#define SMEM_INITIALIZED		0xc0
#define SMEM_FREE_OFFSET		0xc4
#define SMEM_AVAILABLE			0xc8
#define SMEM_RESERVED			0xcc
#define SMEM_GLOBAL_PARTITION_VERSION	(12u << 16)

#define SMEM_PAGE			0x1000	/* header, and table at the end */
#define SMEM_SIZE_MIN			(4 * SMEM_PAGE)

#define SMEM_TABLE_MAGIC		0x434f5424u	/* $TOC */
#define SMEM_TABLE_VERSION		4
#define SMEM_TABLE_ENTRIES		8
#define SMEM_TABLE_SIZE			32
#define SMEM_TABLE_ENTRY_SIZE		48
#define SMEM_ENTRY_OFFSET		0
#define SMEM_ENTRY_LENGTH		4
#define SMEM_ENTRY_HOST0		12
#define SMEM_ENTRY_HOST1		14
#define SMEM_ENTRY_CACHELINE		16

#define SMEM_INFO_MAGIC			0x49494953u	/* SIII */
#define SMEM_INFO_LENGTH		4
#define SMEM_INFO_BASE			8
#define SMEM_INFO_ITEM_COUNT		16
#define SMEM_INFO_SIZE			20

#define SMEM_PARTITION_MAGIC		0x54525024u	/* $PRT */
#define SMEM_PARTITION_HOST0		4
#define SMEM_PARTITION_HOST1		6
#define SMEM_PARTITION_LENGTH		8
#define SMEM_PARTITION_FREE_UNCACHED	12
#define SMEM_PARTITION_FREE_CACHED	16
#define SMEM_PARTITION_SIZE		32
#define SMEM_HOST_GLOBAL		0xfffe

#define SMEM_ITEM_CANARY		0xa5a5
#define SMEM_ITEM_NUMBER		2
#define SMEM_ITEM_LENGTH		4	/* with the padding behind the data */
#define SMEM_ITEM_PADDING_DATA		8
#define SMEM_ITEM_PADDING_HEADER	10
#define SMEM_ITEM_SIZE			16

/* The G-ToC and what hangs from it */
#define MINIDUMP_ITEM			602

/* The item about the memory's chips, in its third form: frequencies in kHz at 72 */
#define DRAM_ITEM			603
#define DRAM_SIZE			200
#define DRAM_FREQUENCY			72

#define TOC_STATUS			0
#define TOC_REVISION			4
#define TOC_ENABLED			8
#define TOC_SIZE			16

#define SUBSYSTEM_STATUS		0
#define SUBSYSTEM_ENABLED		4
#define SUBSYSTEM_ENCRYPTION		8
#define SUBSYSTEM_ENCRYPTION_REQUIRED	12
#define SUBSYSTEM_REGION_COUNT		16
#define SUBSYSTEM_REGIONS		24
#define SUBSYSTEM_SIZE			32

#define REGION_NAME			0
#define REGION_NAME_SIZE		16
#define REGION_SEQ_NUM			16
#define REGION_VALID			20
#define REGION_ADDRESS			24
#define REGION_LENGTH			32
#define REGION_SIZE			40

#define WORD_ENBL			0x454e424cu
#define WORD_VALI			0x56414c49u

/* How much this firmware takes: from Linux, and from all subsystems together */
#define APSS				0
#define APSS_REGIONS_MAX		201
#define ALL_REGIONS_MAX			300

#endif /* LAYOUT_H */
