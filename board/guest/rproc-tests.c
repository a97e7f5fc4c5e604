// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is to come of a crash of a remote processor, whatever its table says.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rproc.h"

/* In seconds, more than MSECS_MIN_AGE of mm/kmemleak.c */
#define KMEMLEAK_AGE	6

void test_each_processor(void)
{
	for (unsigned int i = 0; i < processor_count; i++) {
		const struct processor *p = &processors[i];
		char what[100];

		snprintf(what, sizeof(what), "subsystem %u of %u", p->id, subsystems);
		if (p->id >= subsystems)
			expect(p, what, NO_DUMP, NULL, 1);
		else if (p->id != LINUX_ID)
			expect(p, what, 3, "FIRST,SECOND,LAST_BYTES", 0);
		else if (linux_has_table())
			/* Linux' own memory is not the processor's */
			expect(p, what, NO_DUMP, NULL, 1);
		else
			expect(p, what, FULL_DUMP, NULL, 0);
	}
}

static void test_words(const struct processor *p)
{
	static const uint32_t words[] = {
		0, 2, 0x01000000, 0xffffffff, ENBL, DSBL, 0x4c424e45, NONE, STRT, 0x454e4f44,
	};
	struct entry entry;
	char what[100];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		entry = good_entry(p, 3);
		entry.status = words[i];
		snprintf(what, sizeof(what), "status %#x: full coredump", words[i]);
		expect_entry(p, what, entry, FULL_DUMP, 0);

		entry = good_entry(p, 3);
		entry.enabled = words[i];
		snprintf(what, sizeof(what), "enabled %#x", words[i]);
		expect_entry(p, what, entry, words[i] == ENBL ? 3 : FULL_DUMP, 0);

		entry = good_entry(p, 3);
		entry.encryption = words[i];
		snprintf(what, sizeof(what), "encryption %#x: no coredump", words[i]);
		expect_entry(p, what, entry, NO_DUMP, 1);
	}
}

static void test_counts(const struct processor *p)
{
	expect_entry(p, "no regions: no coredump", good_entry(p, 0), NO_DUMP, 1);
	expect_entry(p, "one region", good_entry(p, 1), 1, 0);
	for (unsigned int i = 0; i < REGIONS_MAX; i++)
		lay_region(p, i, "MANY", VALI, p->carveout.address + DATA_OFFSET + 4 * i, 4);
	expect_entry(p, "as many regions as there may be", good_entry(p, REGIONS_MAX),
		     (int)REGIONS_MAX, 0);
	expect_entry(p, "one region more: no coredump", good_entry(p, REGIONS_MAX + 1), NO_DUMP, 1);
	expect_entry(p, "2^31 regions: no coredump", good_entry(p, 0x80000000), NO_DUMP, 1);
	expect_entry(p, "2^32 - 1 regions: no coredump", good_entry(p, 0xffffffff), NO_DUMP, 1);
	expect_entry(p, "regions whose size in 32 bits is 24: no coredump",
		     good_entry(p, 0x6666667), NO_DUMP, 1);
	lay_good_table(p);
}

static void test_bad_addresses(const struct processor *p)
{
	const struct processor *other = p + 1;
	/* QEMU's UART, RAM from its begin, and what no CPU can address */
	const uint64_t bad[] = {
		0x1, 0x1000, 0x09000000, 0x40000000, 0x40200000, 0x48000000,
		p->carveout.address - 0x1000, p->carveout.address - REGION_SIZE,
		p->carveout.address - 1, carveout_end(p) - 3 * REGION_SIZE + 1,
		p->carveout.address + (1ull << 32), 1ull << 36, 1ull << 40,
		(1ull << 44) - 40, 1ull << 44, (1ull << 48) - 40, 1ull << 48, (1ull << 52) - 40,
		1ull << 52, 1ull << 63, 0xffff000000000000, UINT64_MAX - 119, UINT64_MAX - 39,
		UINT64_MAX,
		/* A good table, but another processor's */
		other->carveout.address + TABLE_OFFSET,
		/* Half in SMEM, or behind it */
		smem.address - REGION_SIZE, smem.address + smem.size - 2 * REGION_SIZE,
		smem.address + smem.size, smem.address + SMEM_TABLE_OFFSET + (1ull << 32),
	};
	struct entry entry = good_entry(p, 3);
	char what[100];

	entry.table = 0;
	expect_entry(p, "table at 0: full coredump", entry, FULL_DUMP, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		entry.table = bad[i];
		snprintf(what, sizeof(what), "table at %#llx: no coredump",
			 (unsigned long long)bad[i]);
		expect_entry(p, what, entry, NO_DUMP, 1);
	}
}

static void lay_table_at(const struct processor *p, volatile uint8_t *at)
{
	uint64_t data = p->carveout.address + DATA_OFFSET;

	lay_region_at(at, "ONE", VALI, data, 8);
	lay_region_at(at + REGION_SIZE, "TWO", VALI, data + 0x100, 0x200);
	lay_region_at(at + 2 * REGION_SIZE, "THREE", VALI, data, 4);
}

/* A table may be anywhere in the processor's memory and in SMEM, to the last byte */
static void test_good_addresses(const struct processor *p)
{
	const struct {
		const char *what;
		const struct area *area;
		uint64_t offset;
	} places[] = {
		{ "table where the carve-out begins", &p->carveout, 0 },
		{ "table where the carve-out ends", &p->carveout, p->carveout.size - 3 * REGION_SIZE },
		{ "table in SMEM", &smem, SMEM_TABLE_OFFSET },
		{ "table in SMEM, over the edge of a page", &smem, SMEM_TABLE_OFFSET - 44 },
	};
	struct entry entry = good_entry(p, 3);
	char what[100];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		entry.table = places[i].area->address + places[i].offset;
		lay_table_at(p, places[i].area->bytes + places[i].offset);
		lay_entry(p, &entry);
		expect(p, places[i].what, 3, "ONE,TWO,THREE", 0);
	}
	for (unsigned int shift = 1; shift < 8; shift++) {
		entry.table = p->carveout.address + TABLE_OFFSET + shift;
		lay_table_at(p, p->carveout.bytes + TABLE_OFFSET + shift);
		lay_entry(p, &entry);
		snprintf(what, sizeof(what), "table %u bytes off its alignment", shift);
		expect(p, what, 3, "ONE,TWO,THREE", 0);
	}
	lay_good_table(p);
}

static void test_large_regions(const struct processor *p)
{
	const uint64_t bad[] = {
		p->carveout.size + 1, 1ull << 32, (1ull << 32) + 4, 1ull << 63, UINT64_MAX,
	};
	uint64_t start = p->carveout.address;
	char what[100];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		lay_region(p, 1, "BAD", VALI, start, bad[i]);
		snprintf(what, sizeof(what), "region of %#llx bytes is skipped",
			 (unsigned long long)bad[i]);
		expect(p, what, 2, "FIRST,LAST_BYTES", 1);
	}
	lay_region(p, 0, "ALL", VALI, start, p->carveout.size);
	lay_region(p, 1, "ALL", VALI, start, p->carveout.size);
	expect(p, "regions are no more than the carve-out together", 1, "ALL", 1);
	lay_good_table(p);
}

static void test_malformed_regions(const struct processor *p)
{
	uint64_t data = p->carveout.address + DATA_OFFSET;

	lay_region(p, 1, "BAD", VALI, data, 0);
	expect(p, "empty region is skipped", 2, "FIRST,LAST_BYTES", 1);
	lay_region(p, 1, "BAD", VALI, UINT64_MAX - 3, 5);
	expect(p, "region that wraps is skipped", 2, "FIRST,LAST_BYTES", 1);
	lay_region(p, 1, "../a\x01\x1b[b\xff", VALI, data, 8);
	expect(p, "name not fit to print", 3, "FIRST,.._a__[b_,LAST_BYTES", 0);

	lay_region(p, 0, "BAD", VALI, data, 0);
	lay_region(p, 1, "BAD", VALI, data, 0);
	lay_region(p, 2, "BAD", VALI, data, 0);
	expect(p, "nothing but bad regions: no coredump", NO_DUMP, NULL, 1);
	lay_good_table(p);
}

static void test_regions(const struct processor *p)
{
	const struct processor *other = p + 1;
	uint64_t data = p->carveout.address + DATA_OFFSET;

	lay_region(p, 1, "FIRST", VALI, data, 0x1004);
	expect(p, "two regions alike", 3, "FIRST,FIRST,LAST_BYTES", 0);
	lay_region(p, 1, "RAM", VALI, 0x41000000, 8);
	expect(p, "region in Linux' RAM is not read", 3, "FIRST,RAM,LAST_BYTES", 0);
	lay_region(p, 1, "OTHER", VALI, other->carveout.address, 8);
	expect(p, "region in another processor's memory is not read", 3,
	       "FIRST,OTHER,LAST_BYTES", 0);
	lay_region(p, 1, "EDGE", VALI, carveout_end(p) - 4, 8);
	expect(p, "region over the edge is not read", 3, "FIRST,EDGE,LAST_BYTES", 0);
	lay_region(p, 1, "INVALID", INVA, data, 0);
	expect(p, "region that is not valid", 2, "FIRST,LAST_BYTES", 0);
	lay_region(p, 1, "0123456789abcdef", VALI, data, 8);
	expect(p, "name without an end", 3, "FIRST,0123456789abcde,LAST_BYTES", 0);
	lay_good_table(p);
	expect(p, "a good table again", 3, "FIRST,SECOND,LAST_BYTES", 0);
}

/* What is behind the item looks like a G-ToC, as it is one */
static void test_short_item(const struct processor *p)
{
	static const uint32_t sizes[] = { 4, 8, 12, 15, 16, 24, 47 };
	uint32_t padding;
	char what[100];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		padding = set_item_padding(item_length() - sizes[i]);
		snprintf(what, sizeof(what), "G-ToC of %u bytes: no coredump", sizes[i]);
		expect(p, what, NO_DUMP, NULL, 1);
		set_item_padding(padding);
	}
	expect(p, "G-ToC of its own size again", 3, "FIRST,SECOND,LAST_BYTES", 0);
}

static void test_no_table(const struct processor *p)
{
	uint32_t was;

	was = set_item_number(601);
	expect(p, "no G-ToC: full coredump", FULL_DUMP, NULL, 0);
	set_item_number(was);

	was = set_toc_status(0);
	expect(p, "G-ToC that is not set up: full coredump", FULL_DUMP, NULL, 0);
	set_toc_status(was);

	was = set_item_padding(item_length());
	expect(p, "G-ToC of 0 bytes: no coredump", NO_DUMP, NULL, 1);
	set_item_padding(was);

	was = set_item_canary(0);
	expect(p, "broken SMEM: no coredump", NO_DUMP, NULL, 1);
	set_item_canary(was);
	expect(p, "a good G-ToC again", 3, "FIRST,SECOND,LAST_BYTES", 0);
}

void test_changing_table(const struct processor *p, const char *what)
{
	unsigned int dumps = 0, bad = 0;

	for (unsigned int i = 0; i < 300; i++) {
		struct log log;
		struct dump dump = crash(p, &log);

		dumps += !!dump.bytes;
		if (log.splats || log.count > 1 || (dump.bytes && !is_elf32(&dump))) {
			say("# %zu bytes, %u messages\n%s", dump.size, log.count, log.messages);
			bad++;
		}
		free(dump.bytes);
	}
	say("# %u coredumps of 300 crashes, %u faults\n", dumps, bad);
	result(dumps && !bad, "%s", what);
}

static void test_scribble(const struct processor *p)
{
	pid_t child = fork();

	if (child < 0)
		give_up("fork");
	if (!child)
		scribble(p);
	test_changing_table(p, "table that changes while it is read");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	lay_good_table(p);
	expect(p, "a good table after that", 3, "FIRST,SECOND,LAST_BYTES", 0);
}

static void test_repetition(const struct processor *p)
{
	unsigned int good = 0;

	for (unsigned int i = 0; i < 50; i++) {
		struct dump dump;
		struct log log;

		fill(p, i);
		lay_good_table(p);
		dump = crash(p, &log);
		good += as_wanted(&dump, p, 3, "FIRST,SECOND,LAST_BYTES") && !log.count &&
			!log.splats;
		free(dump.bytes);
	}
	result(good == 50, "50 crashes, %u good coredumps", good);
}

void test_leaks(void)
{
	static const char path[] = "/sys/kernel/debug/kmemleak";
	unsigned int leaks = 0;
	char line[500];
	FILE *file;

	if (access(path, F_OK)) {
		result(true, "no leak # SKIP the kernel has no kmemleak");
		return;
	}
	/* It tells of nothing that was allocated within the last five seconds */
	sleep(KMEMLEAK_AGE);
	/* What was in a register during one scan is found by the next */
	write_file(path, "scan");
	write_file(path, "scan");
	file = fopen(path, "r");
	if (!file)
		give_up(path);
	while (fgets(line, sizeof(line), file)) {
		say("# %s", line);
		leaks += !strncmp(line, "unreferenced", 12);
	}
	fclose(file);
	result(!leaks, "no leak");
}

/* What plain mainline does with no more than the fixes */
void test_fixes(const struct processor *p)
{
	test_words(p);
	test_counts(p);
	test_large_regions(p);
	test_regions(p);
	test_short_item(p);
	test_repetition(p);
	test_leaks();
}

void test_everything(const struct processor *p)
{
	test_fixes(p);
	test_bad_addresses(p);
	test_good_addresses(p);
	test_malformed_regions(p);
	test_no_table(p);
	test_scribble(p);
	test_leaks();
}
