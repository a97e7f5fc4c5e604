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

#include <linux/align.h>
#include <linux/elf.h>
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
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_kmsg.h"

/*
 * printk counts both rings with 32-bit numbers: log_buf_len= ends at 2 GiB, and
 * each descriptor stands for 32 bytes of text.
 */
#define RING_BITS_MAX	31

static const char * const piece_names[MINIDUMP_KMSG_PIECES] = {
	[MINIDUMP_KMSG_POINTER]		= "KLOGPTR",
	[MINIDUMP_KMSG_RINGBUFFER]	= "KLOGRB",
	[MINIDUMP_KMSG_DESCRIPTORS]	= "KLOGDESC",
	[MINIDUMP_KMSG_INFOS]		= "KLOGINFO",
	[MINIDUMP_KMSG_TEXT]		= "KLOGTEXT",
};

#define NOTE_LINE(_key, _base, _member) \
	{ _key, _base, offsetof(struct minidump_kmsg_layout, _member) }

static const struct {
	const char *key;
	unsigned int base;
	size_t member;
} note_lines[] = {
	NOTE_LINE("SYMBOL(prb)", 16, prb),
	NOTE_LINE("SIZE(printk_ringbuffer)", 10, ringbuffer_size),
	NOTE_LINE("OFFSET(printk_ringbuffer.desc_ring)", 10, desc_ring),
	NOTE_LINE("OFFSET(printk_ringbuffer.text_data_ring)", 10, text_data_ring),
	NOTE_LINE("OFFSET(prb_desc_ring.count_bits)", 10, count_bits),
	NOTE_LINE("OFFSET(prb_desc_ring.descs)", 10, descs),
	NOTE_LINE("OFFSET(prb_desc_ring.infos)", 10, infos),
	NOTE_LINE("SIZE(prb_desc)", 10, desc_size),
	NOTE_LINE("SIZE(printk_info)", 10, info_size),
	NOTE_LINE("OFFSET(prb_data_ring.size_bits)", 10, size_bits),
	NOTE_LINE("OFFSET(prb_data_ring.data)", 10, data),
};

/*
 * Read the number of the line "key=number". A last line without its newline
 * may have lost digits, so it does not count.
 */
static int read_note_line(const char *text, size_t size, const char *key,
			  unsigned int base, unsigned long *number)
{
	const char *end = text + size;
	size_t length = strlen(key);
	const char *newline;
	char digits[24];

	for (; (newline = memchr(text, '\n', end - text)); text = newline + 1) {
		if (newline - text <= length || memcmp(text, key, length) ||
		    text[length] != '=')
			continue;

		text += length + 1;
		length = newline - text;
		if (length >= sizeof(digits))
			return -ERANGE;

		memcpy(digits, text, length);
		digits[length] = '\0';
		return kstrtoul(digits, base, number);
	}

	return -ENODATA;
}

/**
 * qcom_minidump_kmsg_parse_note() - Read what VMCOREINFO says about the log
 * @note: the ELF note, aligned to 4
 * @size: bytes that may be read there; the note may be shorter
 * @layout: what it says, as numbers; none is checked yet
 * @culprit: set, on failure, to what is wrong
 *
 * Return: 0, -ENODATA if the note or a line in it is missing or cut off,
 * -ERANGE or -EINVAL if a number is none.
 */
int qcom_minidump_kmsg_parse_note(const void *note, size_t size,
				  struct minidump_kmsg_layout *layout,
				  const char **culprit)
{
	size_t text_offset = sizeof(struct elf_note) + VMCOREINFO_NOTE_NAME_BYTES;
	const struct elf_note *header = note;
	const char *text = note + text_offset;
	int err;

	*culprit = "VMCOREINFO note";
	if (size < text_offset ||
	    header->n_namesz != sizeof(VMCOREINFO_NOTE_NAME) ||
	    memcmp(header + 1, VMCOREINFO_NOTE_NAME, header->n_namesz) ||
	    header->n_descsz > size - text_offset)
		return -ENODATA;

	size = strnlen(text, header->n_descsz);
	for (int i = 0; i < ARRAY_SIZE(note_lines); i++) {
		*culprit = note_lines[i].key;
		err = read_note_line(text, size, note_lines[i].key,
				     note_lines[i].base,
				     (void *)layout + note_lines[i].member);
		if (err)
			return err;
	}

	return 0;
}

static int read_member(const struct minidump_kmsg_layout *layout,
		       const void *contents, unsigned long ring,
		       unsigned long member, void *value, size_t size)
{
	size_t offset, end;

	if (check_add_overflow(ring, member, &offset) ||
	    check_add_overflow(offset, size, &end) ||
	    end > layout->ringbuffer_size)
		return -ERANGE;

	memcpy(value, contents + offset, size);
	return 0;
}

/* An array whose address stands in a ring, and log2 of its length beside it */
static int locate_array(const struct minidump_kmsg_layout *layout,
			const void *contents, unsigned long ring,
			unsigned long bits_member, unsigned long addr_member,
			size_t element_size, struct minidump_kmsg_piece *piece)
{
	unsigned int bits;

	if (read_member(layout, contents, ring, bits_member, &bits, sizeof(bits)) ||
	    read_member(layout, contents, ring, addr_member, &piece->addr,
			sizeof(piece->addr)))
		return -ERANGE;

	if (bits > RING_BITS_MAX ||
	    check_mul_overflow((size_t)1 << bits, element_size, &piece->size))
		return -ERANGE;

	return 0;
}

/* Make a region's size of a piece's: a dump knows no smaller unit than 4 bytes */
static int round_piece(struct minidump_kmsg_piece *piece)
{
	unsigned long end;

	if (!piece->addr || !piece->size ||
	    check_add_overflow(piece->size, (size_t)3, &piece->size))
		return -ERANGE;

	piece->size = ALIGN_DOWN(piece->size, 4);
	if (check_add_overflow(piece->addr, (unsigned long)piece->size, &end))
		return -ERANGE;

	return 0;
}

static bool overlaps(const struct minidump_kmsg_piece *piece,
		     const struct minidump_kmsg_piece *other)
{
	return piece->addr < other->addr + other->size &&
	       other->addr < piece->addr + piece->size;
}

/**
 * qcom_minidump_kmsg_locate() - Find the pieces of the log in its ring buffer
 * @layout: what VMCOREINFO says
 * @ringbuffer: address of the ring buffer
 * @contents: a copy of its @layout->ringbuffer_size bytes
 * @pieces: the MINIDUMP_KMSG_PIECES pieces
 * @culprit: set, on failure, to what is wrong
 *
 * Whatever the numbers are, nothing outside @contents is read, no piece is
 * empty or wraps around, and no two overlap: tools take the first segment that
 * covers an address and expect the whole object in it.
 *
 * Return: 0, or -ERANGE if the numbers describe no log.
 */
int qcom_minidump_kmsg_locate(const struct minidump_kmsg_layout *layout,
			      unsigned long ringbuffer, const void *contents,
			      struct minidump_kmsg_piece *pieces,
			      const char **culprit)
{
	pieces[MINIDUMP_KMSG_POINTER].addr = layout->prb;
	pieces[MINIDUMP_KMSG_POINTER].size = sizeof(ringbuffer);
	pieces[MINIDUMP_KMSG_RINGBUFFER].addr = ringbuffer;
	pieces[MINIDUMP_KMSG_RINGBUFFER].size = layout->ringbuffer_size;

	*culprit = "descriptor ring";
	if (locate_array(layout, contents, layout->desc_ring,
			 layout->count_bits, layout->descs, layout->desc_size,
			 &pieces[MINIDUMP_KMSG_DESCRIPTORS]) ||
	    locate_array(layout, contents, layout->desc_ring,
			 layout->count_bits, layout->infos, layout->info_size,
			 &pieces[MINIDUMP_KMSG_INFOS]))
		return -ERANGE;

	*culprit = "text ring";
	if (locate_array(layout, contents, layout->text_data_ring,
			 layout->size_bits, layout->data, sizeof(char),
			 &pieces[MINIDUMP_KMSG_TEXT]))
		return -ERANGE;

	for (int i = 0; i < MINIDUMP_KMSG_PIECES; i++) {
		*culprit = piece_names[i];
		if (round_piece(&pieces[i]))
			return -ERANGE;

		for (int j = 0; j < i; j++)
			if (overlaps(&pieces[i], &pieces[j]))
				return -ERANGE;
	}

	return 0;
}

/*
 * The kernel's image is not in the linear map of arm64, and the static log
 * buffer is in the image. A module cannot know where the image ends, as
 * __pa_symbol() wants it, so ask the page tables: the image lies in the range
 * that vmalloc_to_page() serves. Where the linear map has the image (arm), the
 * first answer is right.
 */
static int __init kernel_page_phys(unsigned long addr, phys_addr_t *phys)
{
	const void *virt = (const void *)addr;
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

	*culprit = piece_names[MINIDUMP_KMSG_POINTER];
	err = read_memory(layout.prb, &ringbuffer, sizeof(ringbuffer));
	if (err)
		return err;

	*culprit = piece_names[MINIDUMP_KMSG_RINGBUFFER];
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
			.name = piece_names[i],
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
		culprit = piece_names[i];
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
