// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the kernel log
 *
 * The minidump has printk's ring buffer in place. Nothing is copied, so the dump
 * of a machine that hung has the log up to its last line. There are five
 * regions:
 *
 *   KLOGPTR      KLOGRB                    KLOGDESC, KLOGINFO
 *   +-----+      +--------------------+    +----------------------------+
 *   | prb | ---> | printk_ringbuffer  | -> | one of each for a message  |
 *   +-----+      |  desc_ring         |    +----------------------------+
 *                |  text_data_ring    |    KLOGTEXT
 *                +--------------------+    +----------------------------+
 *                                     `--> | the messages' text         |
 *                                          +----------------------------+
 *
 * Names, sizes and offsets of all this are private to printk. What it publishes,
 * for the tools that read dumps, is in the kernel's VMCOREINFO note: they start at
 * the address of prb and follow the pointers. This file does the same, and so
 * finds exactly what the tools will look for.
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_kernel.h"
#include "qcom_minidump_kmsg.h"

/*
 * The kernel's image is not in the linear map of arm64, and the static log
 * buffer is in the image. A module cannot know where the image ends, as
 * __pa_symbol() wants it, so ask the page tables: the image lies in the range
 * that vmalloc_to_page() serves. Where the linear map has the image (arm), the
 * first answer is right.
 */
static int kernel_page_phys(unsigned long addr, phys_addr_t *phys)
{
	void *virt = (void *)addr;
	struct page *page;

	if (virt_addr_valid(virt)) {
		*phys = virt_to_phys(virt);
		return 0;
	}

	page = is_vmalloc_addr(virt) ? vmalloc_to_page(virt) : NULL;
	if (!page || !pfn_valid(page_to_pfn(page)))
		return -EFAULT;

	*phys = page_to_phys(page) + offset_in_page(virt);
	return 0;
}

/*
 * Find the physical address of a piece, which must be contiguous memory. What
 * printk has in place of its static buffers is from early boot, and contiguous as
 * well, so it is enough to look at both ends.
 */
static int locate_piece(struct minidump_kmsg_piece *piece)
{
	phys_addr_t last;
	int err;

	if (!piece->size)
		return -ERANGE;

	err = kernel_page_phys(piece->addr, &piece->phys);
	if (!err)
		err = kernel_page_phys(piece->addr + piece->size - 1, &last);
	if (!err && last - piece->phys != piece->size - 1)
		err = -ERANGE;

	return err;
}

/* The note's addresses may be anything: see that there is memory before reading */
static int read_piece(struct minidump_kmsg_piece *piece, void *to)
{
	unsigned long end;

	if (check_add_overflow(piece->addr, (unsigned long)piece->size, &end) ||
	    locate_piece(piece))
		return -EFAULT;

	return copy_from_kernel_nofault(to, (const void *)piece->addr, piece->size);
}

static int find_log(struct minidump_kmsg_piece *pieces, const char **culprit)
{
	struct minidump_kmsg_piece *ringbuffer = &pieces[MINIDUMP_KMSG_RINGBUFFER];
	struct minidump_kmsg_piece *pointer = &pieces[MINIDUMP_KMSG_POINTER];
	u8 contents[MINIDUMP_KMSG_RINGBUFFER_MAX];
	struct minidump_kmsg_layout layout;
	const void *note;
	size_t size;
	int err;

	*culprit = "VMCOREINFO note";
	note = qcom_minidump_kernel_vmcoreinfo(&size);
	if (!note)
		return -ENODATA;

	err = qcom_minidump_kmsg_parse_note(note, size, &layout, culprit);
	if (err)
		return err;

	*culprit = qcom_minidump_kmsg_piece_names[MINIDUMP_KMSG_POINTER];
	pointer->addr = layout.prb;
	pointer->size = sizeof(ringbuffer->addr);
	err = read_piece(pointer, &ringbuffer->addr);
	if (err)
		return err;

	*culprit = qcom_minidump_kmsg_piece_names[MINIDUMP_KMSG_RINGBUFFER];
	ringbuffer->size = layout.ringbuffer_size;
	if (ringbuffer->size > sizeof(contents))
		return -ERANGE;

	err = read_piece(ringbuffer, contents);
	if (err)
		return err;

	return qcom_minidump_kmsg_locate(&layout, contents, pieces, culprit);
}

static int locate_log(struct minidump_kmsg_piece *pieces, const char **culprit)
{
	int err;

	err = find_log(pieces, culprit);
	for (int i = 0; !err && i < MINIDUMP_KMSG_PIECES; i++) {
		*culprit = qcom_minidump_kmsg_piece_names[i];
		err = locate_piece(&pieces[i]);
	}

	return err;
}

struct registered_log {
	struct qcom_minidump_handle *handles[MINIDUMP_KMSG_PIECES];
};

static void unregister_log(void *data)
{
	struct registered_log *log = data;

	for (int i = MINIDUMP_KMSG_PIECES - 1; i >= 0; i--)
		qcom_minidump_region_unregister(log->handles[i]);
}

/* All or none: no tool can use some of the pieces without the others */
static void register_log(struct device *dev, struct registered_log *log,
			 const struct minidump_kmsg_piece *pieces)
{
	for (int i = 0; i < MINIDUMP_KMSG_PIECES; i++) {
		const struct qcom_minidump_region region = {
			.name = qcom_minidump_kmsg_piece_names[i],
			.virt = (const void *)pieces[i].addr,
			.phys = pieces[i].phys,
			.size = pieces[i].size,
			.client = KBUILD_MODNAME,
		};

		log->handles[i] = qcom_minidump_region_register(&region);
		if (IS_ERR(log->handles[i])) {
			unregister_log(log);
			return;
		}
	}

	/* On failure it has unregistered the log */
	devm_add_action_or_reset(dev, unregister_log, log);
}

/**
 * qcom_minidump_kmsg_start() - Register the kernel log
 * @dev: the minidump device; the log is unregistered when it is unbound
 *
 * A log that cannot be found, or that is refused, is reported in the kernel log
 * and missing from the dump, which is no reason to have no dump.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_kmsg_start(struct device *dev)
{
	struct minidump_kmsg_piece pieces[MINIDUMP_KMSG_PIECES];
	struct registered_log *log;
	const char *culprit;
	int err;

	log = devm_kzalloc(dev, sizeof(*log), GFP_KERNEL);
	if (!log)
		return;

	err = locate_log(pieces, &culprit);
	if (err)
		dev_warn(dev, "no kernel log in the minidump: %s: %pe\n", culprit, ERR_PTR(err));
	else
		register_log(dev, log, pieces);
}
