// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the kernel log.
 *
 * Puts printk's ring buffer into the minidump, in place: nothing is copied, and
 * a dump of a machine that hung has the log up to its last line. It comes in
 * five regions:
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
 * The names, sizes and offsets of all this are printk's own business. What it
 * tells the world is in the kernel's VMCOREINFO note, for the tools that read
 * dumps; they start at the address of prb and follow the pointers. So does this
 * driver, and so it finds just what the tools will look for.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_kmsg.h"

/*
 * The kernel's image is not in the linear map of arm64, and the static log
 * buffer is in the image. A module cannot know where the image ends, as
 * __pa_symbol() wants it, so ask the page tables: the image lies in the range
 * that vmalloc_to_page() serves. Where the linear map has the image (arm), the
 * first answer is right.
 */
static int __init kernel_page_phys(unsigned long addr, phys_addr_t *phys)
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

/* Physical address of a piece that is memory, and contiguous, all along */
static int __init piece_phys(const struct minidump_kmsg_piece *piece,
			     phys_addr_t *phys)
{
	unsigned long offset = PAGE_SIZE - offset_in_page(piece->addr);
	phys_addr_t next;
	int err;

	err = kernel_page_phys(piece->addr, phys);
	for (; !err && offset < piece->size; offset += PAGE_SIZE) {
		err = kernel_page_phys(piece->addr + offset, &next);
		if (!err && next != *phys + offset)
			err = -ERANGE;
	}

	return err;
}

/* An address out of the note may be anything: see that it is memory first */
static int __init read_memory(unsigned long addr, void *to, size_t size)
{
	struct minidump_kmsg_piece piece = { addr, size };
	unsigned long end;
	phys_addr_t phys;

	if (check_add_overflow(addr, (unsigned long)size, &end) ||
	    piece_phys(&piece, &phys))
		return -EFAULT;

	return copy_from_kernel_nofault(to, (const void *)addr, size);
}

static int __init read_layout(struct minidump_kmsg_layout *layout,
			      const char **culprit)
{
	void *note __free(kfree) = kmalloc(VMCOREINFO_NOTE_SIZE, GFP_KERNEL);
	const void *virt = phys_to_virt(paddr_vmcoreinfo_note());

	*culprit = "VMCOREINFO note";
	if (!note)
		return -ENOMEM;

	/* The kernel may have had no memory for the note: no address then */
	if (read_memory((unsigned long)virt, note, VMCOREINFO_NOTE_SIZE))
		return -ENODATA;

	return qcom_minidump_kmsg_parse_note(note, VMCOREINFO_NOTE_SIZE, layout,
					     culprit);
}

static int __init find_log(struct minidump_kmsg_piece *pieces,
			   const char **culprit)
{
	u8 contents[MINIDUMP_KMSG_RINGBUFFER_MAX];
	struct minidump_kmsg_layout layout;
	unsigned long ringbuffer;
	int err;

	err = read_layout(&layout, culprit);
	if (err)
		return err;

	*culprit = qcom_minidump_kmsg_piece_names[MINIDUMP_KMSG_POINTER];
	err = read_memory(layout.prb, &ringbuffer, sizeof(ringbuffer));
	if (err)
		return err;

	*culprit = qcom_minidump_kmsg_piece_names[MINIDUMP_KMSG_RINGBUFFER];
	if (layout.ringbuffer_size > sizeof(contents))
		return -ERANGE;

	err = read_memory(ringbuffer, contents, layout.ringbuffer_size);
	if (err)
		return err;

	return qcom_minidump_kmsg_locate(&layout, ringbuffer, contents, pieces,
					 culprit);
}

/*
 * At file scope because no device goes with the log: it is there from the
 * first line of a boot to the last.
 */
static struct qcom_minidump_handle *handles[MINIDUMP_KMSG_PIECES];

static void unregister_log(void)
{
	for (int i = MINIDUMP_KMSG_PIECES - 1; i >= 0; i--)
		qcom_minidump_region_unregister(handles[i]);
}

/* All or nothing: tools can make nothing of some of the pieces */
static int __init register_log(const struct minidump_kmsg_piece *pieces,
			       const phys_addr_t *phys)
{
	for (int i = 0; i < MINIDUMP_KMSG_PIECES; i++) {
		struct qcom_minidump_region region = {
			.name = qcom_minidump_kmsg_piece_names[i],
			.virt = (const void *)pieces[i].addr,
			.phys = phys[i],
			.size = pieces[i].size,
			.client = KBUILD_MODNAME,
		};

		handles[i] = qcom_minidump_region_register(&region);
		if (IS_ERR(handles[i])) {
			unregister_log();
			return PTR_ERR(handles[i]);
		}
	}

	return 0;
}

static int __init qcom_minidump_kmsg_init(void)
{
	struct minidump_kmsg_piece pieces[MINIDUMP_KMSG_PIECES];
	phys_addr_t phys[MINIDUMP_KMSG_PIECES];
	const char *culprit;
	int err;

	err = find_log(pieces, &culprit);
	for (int i = 0; !err && i < MINIDUMP_KMSG_PIECES; i++) {
		culprit = qcom_minidump_kmsg_piece_names[i];
		err = piece_phys(&pieces[i], &phys[i]);
	}

	if (err) {
		pr_warn("no kernel log in the minidump: %s: %pe\n", culprit,
			ERR_PTR(err));
		return err;
	}

	return register_log(pieces, phys);
}
module_init(qcom_minidump_kmsg_init);

static void __exit qcom_minidump_kmsg_exit(void)
{
	unregister_log();
}
module_exit(qcom_minidump_kmsg_exit);

/* Be loaded where there is a minidump device, as the driver itself is */
MODULE_ALIAS("platform:qcom-minidump");
MODULE_DESCRIPTION("Qualcomm minidump of the kernel log");
MODULE_LICENSE("GPL");
