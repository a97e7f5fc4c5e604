// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of where the minidump driver finds the kernel log. All notes and ring
 * buffers are made here, with numbers that no kernel has, so that a test cannot
 * pass because a driver guessed right.
 */

#include <kunit/test.h>

#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/vmcore_info.h>
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "../qcom_minidump_kmsg.h"

/* The notes */

static const struct {
	const char *key;
	const char *number;
} lines[] = {
	{ "SYMBOL(prb)", "dead4ead" },
	{ "SIZE(printk_ringbuffer)", "101" },
	{ "OFFSET(printk_ringbuffer.desc_ring)", "2" },
	{ "OFFSET(printk_ringbuffer.text_data_ring)", "303" },
	{ "OFFSET(prb_desc_ring.count_bits)", "4" },
	{ "OFFSET(prb_desc_ring.descs)", "505" },
	{ "OFFSET(prb_desc_ring.infos)", "6" },
	{ "SIZE(prb_desc)", "707" },
	{ "SIZE(printk_info)", "8" },
	{ "OFFSET(prb_data_ring.size_bits)", "909" },
	{ "OFFSET(prb_data_ring.data)", "1010" },
};

static const struct minidump_kmsg_layout lines_layout = {
	.prb = 0xdead4ead,
	.ringbuffer_size = 101,
	.desc_ring = 2,
	.text_data_ring = 303,
	.count_bits = 4,
	.descs = 505,
	.infos = 6,
	.desc_size = 707,
	.info_size = 8,
	.size_bits = 909,
	.data = 1010,
};

#define NOTE_TEXT_OFFSET	24

struct note {
	struct {
		u32 namesz;
		u32 descsz;
		u32 type;
		char name[12];
		char text[4096];
	} bytes;
	size_t size;
	struct kunit *test;
};

static void add_text(struct note *note, const char *text)
{
	size_t length = strlen(text);

	KUNIT_ASSERT_LE(note->test, note->bytes.descsz + length,
			sizeof(note->bytes.text));
	memcpy(note->bytes.text + note->bytes.descsz, text, length);
	note->bytes.descsz += length;
	note->size += length;
}

static void add_line(struct note *note, const char *key, const char *number)
{
	add_text(note, key);
	add_text(note, "=");
	add_text(note, number);
	add_text(note, "\n");
}

static struct note *empty_note(struct kunit *test)
{
	struct note *note = kunit_kzalloc(test, sizeof(*note), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, note);
	note->test = test;
	note->bytes.namesz = 11;
	memcpy(note->bytes.name, "VMCOREINFO", 11);
	note->size = NOTE_TEXT_OFFSET;
	return note;
}

/* All lines, but that of @key, if any, has @number, or is left out for NULL */
static struct note *note_with(struct kunit *test, const char *key,
			      const char *number)
{
	struct note *note = empty_note(test);

	for (int i = 0; i < ARRAY_SIZE(lines); i++) {
		if (!key || strcmp(key, lines[i].key))
			add_line(note, lines[i].key, lines[i].number);
		else if (number)
			add_line(note, lines[i].key, number);
	}

	return note;
}

/* Parse an exact copy of the note, for KASAN to see each byte read too many */
static int parse(struct kunit *test, const struct note *note, size_t size,
		 struct minidump_kmsg_layout *layout, const char **culprit)
{
	void *copy = kunit_kzalloc(test, size ?: 1, GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, &note->bytes, size);
	memset(layout, 0x5a, sizeof(*layout));
	*culprit = NULL;
	err = qcom_minidump_kmsg_parse_note(copy, size, layout, culprit);
	kunit_kfree(test, copy);
	return err;
}

static void expect_read(struct kunit *test, const struct note *note)
{
	struct minidump_kmsg_layout layout;
	const char *culprit;

	KUNIT_EXPECT_EQ(test, parse(test, note, note->size, &layout, &culprit), 0);
	KUNIT_EXPECT_EQ(test, layout.prb, lines_layout.prb);
	KUNIT_EXPECT_EQ(test, layout.ringbuffer_size, lines_layout.ringbuffer_size);
	KUNIT_EXPECT_EQ(test, layout.desc_ring, lines_layout.desc_ring);
	KUNIT_EXPECT_EQ(test, layout.text_data_ring, lines_layout.text_data_ring);
	KUNIT_EXPECT_EQ(test, layout.count_bits, lines_layout.count_bits);
	KUNIT_EXPECT_EQ(test, layout.descs, lines_layout.descs);
	KUNIT_EXPECT_EQ(test, layout.infos, lines_layout.infos);
	KUNIT_EXPECT_EQ(test, layout.desc_size, lines_layout.desc_size);
	KUNIT_EXPECT_EQ(test, layout.info_size, lines_layout.info_size);
	KUNIT_EXPECT_EQ(test, layout.size_bits, lines_layout.size_bits);
	KUNIT_EXPECT_EQ(test, layout.data, lines_layout.data);
}

static void expect_refused(struct kunit *test, const struct note *note,
			   size_t size, int want, const char *want_culprit)
{
	struct minidump_kmsg_layout layout;
	const char *culprit;

	KUNIT_EXPECT_EQ(test, parse(test, note, size, &layout, &culprit), want);
	KUNIT_EXPECT_STREQ(test, culprit, want_culprit);
}

static void note_header_is_the_kernels(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct elf_note), 12);
	KUNIT_EXPECT_EQ(test, VMCOREINFO_NOTE_NAME_BYTES, 12);
	KUNIT_EXPECT_EQ(test, offsetof(struct note, bytes.text), NOTE_TEXT_OFFSET);
}

static void each_line_of_a_note_is_read(struct kunit *test)
{
	expect_read(test, note_with(test, NULL, NULL));
}

static void lines_may_come_in_any_order(struct kunit *test)
{
	struct note *note = empty_note(test);

	for (int i = ARRAY_SIZE(lines) - 1; i >= 0; i--)
		add_line(note, lines[i].key, lines[i].number);

	expect_read(test, note);
}

static void lines_that_look_alike_are_not_mixed_up(struct kunit *test)
{
	struct note *note = empty_note(test);

	add_text(note, "\n=\n\n=9\n");
	for (int i = 0; i < ARRAY_SIZE(lines); i++) {
		add_text(note, "X");
		add_line(note, lines[i].key, "1");
		add_line(note, lines[i].key + 1, "2");
		add_text(note, lines[i].key);
		add_text(note, "\n");
		add_text(note, lines[i].key);
		add_line(note, " ", "3");
		add_text(note, lines[i].key);
		add_line(note, "_ring", "4");
		add_line(note, lines[i].key, lines[i].number);
	}

	expect_read(test, note);
}

static void missing_line_is_named(struct kunit *test)
{
	for (int i = 0; i < ARRAY_SIZE(lines); i++) {
		struct note *note = note_with(test, lines[i].key, NULL);

		expect_refused(test, note, note->size, -ENODATA, lines[i].key);
	}
}

static void note_longer_than_its_memory_is_refused(struct kunit *test)
{
	struct note *note = note_with(test, NULL, NULL);

	for (size_t size = 0; size < note->size; size++)
		expect_refused(test, note, size, -ENODATA, "VMCOREINFO note");

	note->bytes.descsz = U32_MAX;
	expect_refused(test, note, note->size, -ENODATA, "VMCOREINFO note");
	note->bytes.descsz = U32_MAX - NOTE_TEXT_OFFSET + 1;
	expect_refused(test, note, note->size, -ENODATA, "VMCOREINFO note");
}

static void text_cut_anywhere_gives_no_number_with_digits_lost(struct kunit *test)
{
	struct note *note = note_with(test, NULL, NULL);
	u32 whole = note->bytes.descsz;

	/* The rest of the text stays behind it: it must not be read on */
	for (u32 cut = 0; cut < whole; cut++) {
		struct minidump_kmsg_layout layout;
		const char *culprit;

		note->bytes.descsz = cut;
		KUNIT_EXPECT_EQ_MSG(test, -ENODATA,
				    parse(test, note, note->size, &layout, &culprit),
				    "cut after %u bytes", cut);
	}
}

static void number_with_a_nul_is_refused(struct kunit *test)
{
	struct note *note = note_with(test, NULL, NULL);
	char *digit = strrchr(note->bytes.text, '0');

	*digit = '\0';
	expect_refused(test, note, note->size, -EINVAL,
		       "OFFSET(prb_data_ring.data)");
}

static void last_line_may_be_shorter_than_any_key(struct kunit *test)
{
	static const char line[] = "SIZE(prb_de";

	for (size_t length = 0; length < sizeof(line); length++) {
		struct note *note = note_with(test, "SIZE(prb_desc)", NULL);
		char text[sizeof(line) + 1];

		snprintf(text, sizeof(text), "%.*s\n", (int)length, line);
		add_text(note, text);
		expect_refused(test, note, note->size, -ENODATA, "SIZE(prb_desc)");
	}
}

static void zeroes_after_the_text_do_no_harm(struct kunit *test)
{
	struct note *note = note_with(test, NULL, NULL);

	note->size = sizeof(note->bytes);
	expect_read(test, note);
	note->bytes.descsz = sizeof(note->bytes.text);
	expect_read(test, note);
}

static void note_of_another_name_is_refused(struct kunit *test)
{
	struct note *note = note_with(test, NULL, NULL);

	note->bytes.namesz = 10;
	expect_refused(test, note, note->size, -ENODATA, "VMCOREINFO note");
	note->bytes.namesz = U32_MAX;
	expect_refused(test, note, note->size, -ENODATA, "VMCOREINFO note");
	note->bytes.namesz = 11;
	note->bytes.name[10] = '2';
	expect_refused(test, note, note->size, -ENODATA, "VMCOREINFO note");
	memset(&note->bytes, 0, sizeof(note->bytes));
	expect_refused(test, note, note->size, -ENODATA, "VMCOREINFO note");
}

static void what_is_no_number_is_refused(struct kunit *test)
{
	static const struct {
		const char *number;
		int err;
	} bad[] = {
		{ "", -EINVAL },
		{ " ", -EINVAL },
		{ "-1", -EINVAL },
		{ " 1", -EINVAL },
		{ "1 ", -EINVAL },
		{ "1=1", -EINVAL },
		{ "12g", -EINVAL },
		{ "0x", -EINVAL },
		{ "000000000000000000000001", -ERANGE },
		{ "00000000000000000000000000000000001", -ERANGE },
	};
	static const char * const keys[] = {
		"SYMBOL(prb)", "SIZE(prb_desc)", "OFFSET(prb_data_ring.data)"
	};

	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		for (int k = 0; k < ARRAY_SIZE(keys); k++) {
			struct note *note = note_with(test, keys[k], bad[i].number);

			expect_refused(test, note, note->size, bad[i].err, keys[k]);
		}
	}
}

static void leading_zeroes_are_read_over(struct kunit *test)
{
	expect_read(test, note_with(test, "SIZE(prb_desc)", "00000000000000000000707"));
	expect_read(test, note_with(test, "SYMBOL(prb)", "0xdead4ead"));
}

static void numbers_up_to_the_largest_long_are_read(struct kunit *test)
{
	struct minidump_kmsg_layout layout;
	const char *culprit;
	struct note *note;
	char number[24];

	/* 2^64 */
	note = note_with(test, "SYMBOL(prb)", "10000000000000000");
	expect_refused(test, note, note->size, -ERANGE, "SYMBOL(prb)");
	note = note_with(test, "SIZE(printk_info)", "18446744073709551616");
	expect_refused(test, note, note->size, -ERANGE, "SIZE(printk_info)");

	snprintf(number, sizeof(number), "%lx", ULONG_MAX);
	note = note_with(test, "SYMBOL(prb)", number);
	KUNIT_EXPECT_EQ(test, parse(test, note, note->size, &layout, &culprit), 0);
	KUNIT_EXPECT_EQ(test, layout.prb, ULONG_MAX);

	snprintf(number, sizeof(number), "%lu", ULONG_MAX);
	note = note_with(test, "SIZE(printk_info)", number);
	KUNIT_EXPECT_EQ(test, parse(test, note, note->size, &layout, &culprit), 0);
	KUNIT_EXPECT_EQ(test, layout.info_size, ULONG_MAX);
}

/* The ring buffers: printk's members in another order, with strange gaps */

struct strange_ringbuffer {
	u8 gap[3];
	struct {
		char *data;
		u16 gap;
		unsigned int size_bits;
	} __packed text_data_ring;
	struct {
		unsigned long infos;
		unsigned long descs;
		u8 gap;
		unsigned int count_bits;
	} __packed desc_ring;
} __packed;

#define RING(member)	offsetof(struct strange_ringbuffer, member)

static const struct minidump_kmsg_layout strange_layout = {
	.prb = 0x1000,
	.ringbuffer_size = sizeof(struct strange_ringbuffer),
	.desc_ring = RING(desc_ring),
	.text_data_ring = RING(text_data_ring),
	.count_bits = RING(desc_ring.count_bits) - RING(desc_ring),
	.descs = RING(desc_ring.descs) - RING(desc_ring),
	.infos = RING(desc_ring.infos) - RING(desc_ring),
	.desc_size = 20,
	.info_size = 100,
	.size_bits = RING(text_data_ring.size_bits) - RING(text_data_ring),
	.data = RING(text_data_ring.data) - RING(text_data_ring),
};

/* 8 descriptors of 20 bytes, 8 infos of 100 bytes, 1024 bytes of text */
static const struct strange_ringbuffer strange_ringbuffer = {
	.text_data_ring.data = (char *)0x3000,
	.text_data_ring.size_bits = 10,
	.desc_ring.descs = 0x4000,
	.desc_ring.infos = 0x5000,
	.desc_ring.count_bits = 3,
};

#define RINGBUFFER_ADDR	0x2000

struct locate_case {
	struct minidump_kmsg_layout layout;
	struct strange_ringbuffer ringbuffer;
	unsigned long addr;
	struct minidump_kmsg_piece pieces[MINIDUMP_KMSG_PIECES];
	const char *culprit;
};

static struct locate_case good_case(void)
{
	return (struct locate_case) {
		.layout = strange_layout,
		.ringbuffer = strange_ringbuffer,
		.addr = RINGBUFFER_ADDR,
	};
}

/* Locate in an exact copy of the ring buffer, again for KASAN */
static int locate(struct kunit *test, struct locate_case *c)
{
	void *contents = kunit_kzalloc(test, sizeof(c->ringbuffer), GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, contents);
	memcpy(contents, &c->ringbuffer, sizeof(c->ringbuffer));
	c->culprit = NULL;
	c->pieces[MINIDUMP_KMSG_POINTER].addr = c->layout.prb;
	c->pieces[MINIDUMP_KMSG_RINGBUFFER].addr = c->addr;
	err = qcom_minidump_kmsg_locate(&c->layout, contents, c->pieces, &c->culprit);
	kunit_kfree(test, contents);
	return err;
}

static void expect_piece(struct kunit *test, const struct locate_case *c, int id,
			 unsigned long addr, size_t size)
{
	KUNIT_EXPECT_EQ_MSG(test, c->pieces[id].addr, addr, "piece %d", id);
	KUNIT_EXPECT_EQ_MSG(test, c->pieces[id].size, size, "piece %d", id);
}

static void expect_no_log(struct kunit *test, struct locate_case c,
			  const char *culprit)
{
	KUNIT_EXPECT_EQ(test, locate(test, &c), -ERANGE);
	KUNIT_EXPECT_STREQ(test, c.culprit, culprit);
}

static void all_pieces_of_the_log_are_found(struct kunit *test)
{
	struct locate_case c = good_case();

	KUNIT_EXPECT_EQ(test, locate(test, &c), 0);
	expect_piece(test, &c, MINIDUMP_KMSG_POINTER, 0x1000, sizeof(long));
	expect_piece(test, &c, MINIDUMP_KMSG_RINGBUFFER, 0x2000,
		     ALIGN(sizeof(struct strange_ringbuffer), 4));
	expect_piece(test, &c, MINIDUMP_KMSG_TEXT, 0x3000, 1024);
	expect_piece(test, &c, MINIDUMP_KMSG_DESCRIPTORS, 0x4000, 160);
	expect_piece(test, &c, MINIDUMP_KMSG_INFOS, 0x5000, 800);
}

static void sizes_are_rounded_up_to_four(struct kunit *test)
{
	for (unsigned int size = 1; size <= 9; size++) {
		struct locate_case c = good_case();

		c.ringbuffer.text_data_ring.size_bits = 0;
		c.ringbuffer.desc_ring.count_bits = 0;
		c.layout.desc_size = size;
		c.layout.info_size = 10 - size;
		KUNIT_EXPECT_EQ(test, locate(test, &c), 0);
		expect_piece(test, &c, MINIDUMP_KMSG_TEXT, 0x3000, 4);
		expect_piece(test, &c, MINIDUMP_KMSG_DESCRIPTORS, 0x4000,
			     (size + 3) / 4 * 4);
		expect_piece(test, &c, MINIDUMP_KMSG_INFOS, 0x5000,
			     (10 - size + 3) / 4 * 4);
	}
}

static void rounding_that_makes_pieces_overlap_is_refused(struct kunit *test)
{
	struct locate_case c = good_case();

	/* One descriptor of 21 bytes, the infos straight after it */
	c.ringbuffer.desc_ring.count_bits = 0;
	c.layout.desc_size = 21;
	c.ringbuffer.desc_ring.infos = 0x4000 + 24;
	KUNIT_EXPECT_EQ(test, locate(test, &c), 0);
	c.ringbuffer.desc_ring.infos = 0x4000 + 23;
	expect_no_log(test, c, "KLOGINFO");
}

static void pieces_side_by_side_are_fine(struct kunit *test)
{
	struct locate_case c = good_case();

	c.layout.prb = 0x3000 - sizeof(long);
	c.ringbuffer.desc_ring.descs = 0x3000 + 1024;
	c.ringbuffer.desc_ring.infos = 0x3000 + 1024 + 160;
	KUNIT_EXPECT_EQ(test, locate(test, &c), 0);
}

static void pieces_that_overlap_are_refused(struct kunit *test)
{
	struct locate_case c = good_case();

	c.layout.prb = RINGBUFFER_ADDR + 8;
	expect_no_log(test, c, "KLOGRB");

	c = good_case();
	c.ringbuffer.desc_ring.descs = RINGBUFFER_ADDR - 159;
	expect_no_log(test, c, "KLOGDESC");

	c = good_case();
	c.ringbuffer.desc_ring.infos = 0x4000;
	expect_no_log(test, c, "KLOGINFO");

	/* The text around all the rest */
	c = good_case();
	c.ringbuffer.text_data_ring.data = (char *)0x10;
	c.ringbuffer.text_data_ring.size_bits = 20;
	expect_no_log(test, c, "KLOGTEXT");
}

static void counts_beyond_31_bits_are_refused(struct kunit *test)
{
	static const unsigned int bad_bits[] = { 32, 33, 63, 64, 65, U32_MAX };
	struct locate_case c = good_case();

	c.ringbuffer.text_data_ring.data = (char *)0x10000000;
	c.ringbuffer.text_data_ring.size_bits = 31;
	KUNIT_EXPECT_EQ(test, locate(test, &c), 0);
	expect_piece(test, &c, MINIDUMP_KMSG_TEXT, 0x10000000, 0x80000000);

	for (int i = 0; i < ARRAY_SIZE(bad_bits); i++) {
		c = good_case();
		c.ringbuffer.text_data_ring.size_bits = bad_bits[i];
		expect_no_log(test, c, "text ring");

		c = good_case();
		c.ringbuffer.desc_ring.count_bits = bad_bits[i];
		expect_no_log(test, c, "descriptor ring");
	}
}

static void sizes_of_zero_are_refused(struct kunit *test)
{
	struct locate_case c = good_case();

	c.layout.desc_size = 0;
	expect_no_log(test, c, "KLOGDESC");

	c = good_case();
	c.layout.info_size = 0;
	expect_no_log(test, c, "KLOGINFO");

	c = good_case();
	c.layout.ringbuffer_size = 0;
	expect_no_log(test, c, "descriptor ring");
}

static void sizes_that_overflow_are_refused(struct kunit *test)
{
	struct locate_case c = good_case();

	/* 8 of them: 2^64, or 2^32 on a 32-bit machine, comes out as 0 */
	c.layout.desc_size = (ULONG_MAX >> 3) + 1;
	expect_no_log(test, c, "descriptor ring");

	c = good_case();
	c.layout.info_size = ULONG_MAX;
	expect_no_log(test, c, "descriptor ring");

	/* It is the rounding that overflows */
	c = good_case();
	c.ringbuffer.desc_ring.count_bits = 0;
	c.layout.desc_size = ULONG_MAX;
	expect_no_log(test, c, "KLOGDESC");
}

static void members_outside_the_ring_buffer_are_refused(struct kunit *test)
{
	const size_t size = sizeof(struct strange_ringbuffer);
	const unsigned long outside[] = {
		size - 3, size, size + 1, ULONG_MAX - 3, ULONG_MAX,
	};
	struct locate_case c;

	for (int i = 0; i < ARRAY_SIZE(outside); i++) {
		c = good_case();
		c.layout.desc_ring = outside[i];
		expect_no_log(test, c, "descriptor ring");

		c = good_case();
		c.layout.count_bits = outside[i];
		expect_no_log(test, c, "descriptor ring");

		c = good_case();
		c.layout.descs = outside[i];
		expect_no_log(test, c, "descriptor ring");

		c = good_case();
		c.layout.infos = outside[i];
		expect_no_log(test, c, "descriptor ring");

		c = good_case();
		c.layout.text_data_ring = outside[i];
		expect_no_log(test, c, "text ring");

		c = good_case();
		c.layout.size_bits = outside[i];
		expect_no_log(test, c, "text ring");

		c = good_case();
		c.layout.data = outside[i];
		expect_no_log(test, c, "text ring");
	}

	/* The sum comes round to the start of the ring buffer */
	c = good_case();
	c.layout.desc_ring = ULONG_MAX - 7;
	c.layout.count_bits = 8;
	expect_no_log(test, c, "descriptor ring");

	/* The last member ends one byte behind the ring buffer */
	c = good_case();
	c.layout.ringbuffer_size--;
	expect_no_log(test, c, "descriptor ring");
}

static void pointers_to_nowhere_are_refused(struct kunit *test)
{
	struct locate_case c = good_case();

	c.layout.prb = 0;
	expect_no_log(test, c, "KLOGPTR");

	c = good_case();
	c.addr = 0;
	expect_no_log(test, c, "KLOGRB");

	c = good_case();
	c.ringbuffer.desc_ring.descs = 0;
	expect_no_log(test, c, "KLOGDESC");

	c = good_case();
	c.ringbuffer.desc_ring.infos = 0;
	expect_no_log(test, c, "KLOGINFO");

	c = good_case();
	c.ringbuffer.text_data_ring.data = NULL;
	expect_no_log(test, c, "KLOGTEXT");
}

static void pieces_that_wrap_around_are_refused(struct kunit *test)
{
	struct locate_case c = good_case();

	c.layout.prb = ULONG_MAX - 6;
	expect_no_log(test, c, "KLOGPTR");

	c = good_case();
	c.ringbuffer.desc_ring.infos = ULONG_MAX - 798;
	expect_no_log(test, c, "KLOGINFO");

	c = good_case();
	c.ringbuffer.text_data_ring.data = (char *)(ULONG_MAX - 1022);
	expect_no_log(test, c, "KLOGTEXT");
}

static struct kunit_case qcom_minidump_kmsg_cases[] = {
	KUNIT_CASE(note_header_is_the_kernels),
	KUNIT_CASE(each_line_of_a_note_is_read),
	KUNIT_CASE(lines_may_come_in_any_order),
	KUNIT_CASE(lines_that_look_alike_are_not_mixed_up),
	KUNIT_CASE(missing_line_is_named),
	KUNIT_CASE(note_longer_than_its_memory_is_refused),
	KUNIT_CASE(text_cut_anywhere_gives_no_number_with_digits_lost),
	KUNIT_CASE(number_with_a_nul_is_refused),
	KUNIT_CASE(last_line_may_be_shorter_than_any_key),
	KUNIT_CASE(zeroes_after_the_text_do_no_harm),
	KUNIT_CASE(note_of_another_name_is_refused),
	KUNIT_CASE(what_is_no_number_is_refused),
	KUNIT_CASE(leading_zeroes_are_read_over),
	KUNIT_CASE(numbers_up_to_the_largest_long_are_read),
	KUNIT_CASE(all_pieces_of_the_log_are_found),
	KUNIT_CASE(sizes_are_rounded_up_to_four),
	KUNIT_CASE(rounding_that_makes_pieces_overlap_is_refused),
	KUNIT_CASE(pieces_side_by_side_are_fine),
	KUNIT_CASE(pieces_that_overlap_are_refused),
	KUNIT_CASE(counts_beyond_31_bits_are_refused),
	KUNIT_CASE(sizes_of_zero_are_refused),
	KUNIT_CASE(sizes_that_overflow_are_refused),
	KUNIT_CASE(members_outside_the_ring_buffer_are_refused),
	KUNIT_CASE(pointers_to_nowhere_are_refused),
	KUNIT_CASE(pieces_that_wrap_around_are_refused),
	{}
};

static struct kunit_suite qcom_minidump_kmsg_suite = {
	.name = "qcom_minidump_kmsg",
	.test_cases = qcom_minidump_kmsg_cases,
};

kunit_test_suite(qcom_minidump_kmsg_suite);
