/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the kernel log. All but qcom_minidump_kmsg_start() only calculates;
 * KUnit tests it with notes and ring buffers that no kernel has.
 */
#ifndef __QCOM_MINIDUMP_KMSG_H__
#define __QCOM_MINIDUMP_KMSG_H__

#include <linux/types.h>

struct device;

/*
 * printk's struct printk_ringbuffer is copied to the stack to look into it.
 * It has 88 bytes today; one that outgrows this is not the one known here.
 */
#define MINIDUMP_KMSG_RINGBUFFER_MAX	256

/**
 * struct minidump_kmsg_layout - What VMCOREINFO says about the kernel log
 * @prb:		address of printk's pointer to its ring buffer
 * @ringbuffer_size:	size of struct printk_ringbuffer
 * @desc_ring:		offset of the descriptor ring in it
 * @text_data_ring:	offset of the text ring in it
 * @count_bits:		offset in a descriptor ring of log2 of the count of
 *			descriptors, and of infos
 * @descs:		offset in a descriptor ring of the descriptors' address
 * @infos:		offset in a descriptor ring of the infos' address
 * @desc_size:		size of a descriptor
 * @info_size:		size of an info
 * @size_bits:		offset in a text ring of log2 of the text's size
 * @data:		offset in a text ring of the text's address
 */
struct minidump_kmsg_layout {
	unsigned long prb;
	unsigned long ringbuffer_size;
	unsigned long desc_ring;
	unsigned long text_data_ring;
	unsigned long count_bits;
	unsigned long descs;
	unsigned long infos;
	unsigned long desc_size;
	unsigned long info_size;
	unsigned long size_bits;
	unsigned long data;
};

/* The pieces of the kernel log, in the order in which a reader needs them */
enum minidump_kmsg_piece_id {
	MINIDUMP_KMSG_POINTER,
	MINIDUMP_KMSG_RINGBUFFER,
	MINIDUMP_KMSG_DESCRIPTORS,
	MINIDUMP_KMSG_INFOS,
	MINIDUMP_KMSG_TEXT,
	MINIDUMP_KMSG_PIECES
};

/* The names of their regions */
extern const char * const qcom_minidump_kmsg_piece_names[MINIDUMP_KMSG_PIECES];

/**
 * struct minidump_kmsg_piece - A piece of the kernel log
 * @addr: virtual address
 * @phys: physical address, which is for qcom_minidump_kmsg_start() to find
 * @size: in bytes, rounded up to the multiple of 4 that a region needs
 */
struct minidump_kmsg_piece {
	unsigned long addr;
	phys_addr_t phys;
	size_t size;
};

int qcom_minidump_kmsg_parse_note(const void *note, size_t size,
				  struct minidump_kmsg_layout *layout,
				  const char **culprit);
int qcom_minidump_kmsg_locate(const struct minidump_kmsg_layout *layout,
			      const void *contents, struct minidump_kmsg_piece *pieces,
			      const char **culprit);

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_KMSG)
void qcom_minidump_kmsg_start(struct device *dev);
#else
static inline void qcom_minidump_kmsg_start(struct device *dev)
{
}
#endif

#endif /* __QCOM_MINIDUMP_KMSG_H__ */
