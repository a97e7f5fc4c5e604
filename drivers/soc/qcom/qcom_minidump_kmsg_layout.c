// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: where the kernel log lies, by what VMCOREINFO says of it
 *
 * This only calculates, with numbers that may be anything. Nothing but the note
 * and the copy of the ring buffer is read.
 */

#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/vmcore_info.h>

#include "qcom_minidump_kmsg.h"

/*
 * printk counts both rings with 32-bit numbers: log_buf_len= ends at 2 GiB, and
 * each descriptor stands for 32 bytes of text.
 */
#define RING_BITS_MAX	31

const char * const qcom_minidump_kmsg_piece_names[MINIDUMP_KMSG_PIECES] = {
	[MINIDUMP_KMSG_POINTER]		= "KLOGPTR",
	[MINIDUMP_KMSG_RINGBUFFER]	= "KLOGRB",
	[MINIDUMP_KMSG_DESCRIPTORS]	= "KLOGDESC",
	[MINIDUMP_KMSG_INFOS]		= "KLOGINFO",
	[MINIDUMP_KMSG_TEXT]		= "KLOGTEXT",
};

#define NOTE_LINE(_key, _base, _member) \
	{ _key, sizeof(_key) - 1, _base, offsetof(struct minidump_kmsg_layout, _member) }

static const struct {
	const char *key;
	size_t length;
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

static int read_number(const char *text, size_t length, unsigned int base,
		       unsigned long *number)
{
	char digits[24];

	if (length >= sizeof(digits))
		return -ERANGE;

	memcpy(digits, text, length);
	digits[length] = '\0';
	if (strlen(digits) != length)
		return -EINVAL;

	return kstrtoul(digits, base, number);
}

/*
 * All names that are looked for begin with pr, and few others do. What stands
 * before a name is OFFSET( or SYMBOL(, which are as long, or SIZE(.
 */
static bool may_be_key(const char *line, size_t length)
{
	const char *name;

	if (length < strlen("OFFSET(pr"))
		return false;

	name = line + (line[1] == 'I' ? strlen("SIZE(") : strlen("OFFSET("));
	return name[0] == 'p' && name[1] == 'r';
}

/* The index in note_lines[] of the key that a line begins with, if there is one */
static int find_key(const char *line, size_t length)
{
	if (!may_be_key(line, length))
		return -ENOENT;

	for (int i = 0; i < ARRAY_SIZE(note_lines); i++)
		if (length > note_lines[i].length && line[note_lines[i].length] == '=' &&
		    !memcmp(line, note_lines[i].key, note_lines[i].length))
			return i;

	return -ENOENT;
}

/*
 * Read all lines "key=number" in one pass; the first line of a key counts. A last
 * line without its newline may have lost digits, so it does not count.
 */
static int read_note_text(const char *text, const char *end,
			  struct minidump_kmsg_layout *layout, const char **culprit)
{
	unsigned long missing = BIT(ARRAY_SIZE(note_lines)) - 1;
	const char *newline;
	int err, i;

	for (; missing && (newline = memchr(text, '\n', end - text)); text = newline + 1) {
		i = find_key(text, newline - text);
		if (i < 0 || !(missing & BIT(i)))
			continue;

		*culprit = note_lines[i].key;
		text += note_lines[i].length + 1;
		err = read_number(text, newline - text, note_lines[i].base,
				  (void *)layout + note_lines[i].member);
		if (err)
			return err;
		missing &= ~BIT(i);
	}

	if (!missing)
		return 0;

	*culprit = note_lines[__ffs(missing)].key;
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

	*culprit = "VMCOREINFO note";
	if (size < text_offset ||
	    header->n_namesz != sizeof(VMCOREINFO_NOTE_NAME) ||
	    memcmp(header + 1, VMCOREINFO_NOTE_NAME, header->n_namesz) ||
	    header->n_descsz > size - text_offset)
		return -ENODATA;

	return read_note_text(text, text + header->n_descsz, layout, culprit);
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
 * @contents: a copy of the ring buffer's @layout->ringbuffer_size bytes
 * @pieces: the MINIDUMP_KMSG_PIECES pieces; of the ring buffer's and of the one of
 *	    the pointer to it, the address is set
 * @culprit: set, on failure, to what is wrong
 *
 * Whatever the numbers are, nothing outside @contents is read, no piece is
 * empty or wraps around, and no two overlap: tools take the first segment that
 * covers an address and expect the whole object in it.
 *
 * Return: 0, or -ERANGE if the numbers describe no log.
 */
int qcom_minidump_kmsg_locate(const struct minidump_kmsg_layout *layout,
			      const void *contents, struct minidump_kmsg_piece *pieces,
			      const char **culprit)
{
	pieces[MINIDUMP_KMSG_POINTER].size = sizeof(unsigned long);
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
		*culprit = qcom_minidump_kmsg_piece_names[i];
		if (round_piece(&pieces[i]))
			return -ERANGE;

		for (int j = 0; j < i; j++)
			if (overlaps(&pieces[i], &pieces[j]))
				return -ERANGE;
	}

	return 0;
}
