// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's only program when remote processors are to crash.
 *
 * It plays the firmware of each of them: it lays the table of regions in the
 * processor's carve-out and fills the entry in the G-ToC, both by physical
 * address. Then it makes remoteproc believe in a crash and looks at the
 * coredump that Linux makes. What it knows of the layout is written down here
 * from the contract, not taken from Linux.
 *
 * The processors are areas of reserved memory called rprocN@..., where N is the
 * number of their entry. Results go to the results port as KTAP. With the
 * argument "scribbled", somebody outside changes the tables all the time, and
 * what is to be shown is that Linux takes no harm.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In seconds, more than MSECS_MIN_AGE of mm/kmemleak.c */
#define KMEMLEAK_AGE	6

/* The layout of the G-ToC */
#define TOC_ITEM		602
#define TOC_SIZE		16
#define ENTRY_SIZE		32
#define ENTRY_STATUS		0
#define ENTRY_ENABLED		4
#define ENTRY_ENCRYPTION	8
#define ENTRY_REQUIRED		12
#define ENTRY_COUNT		16
#define ENTRY_TABLE		24
#define REGION_SIZE		40
#define REGION_NAME_SIZE	16
#define REGION_SEQ_NUM		16
#define REGION_VALID		20
#define REGION_ADDRESS		24
#define REGION_BYTES		32

#define ENBL			0x454e424cu
#define DSBL			0x4453424cu
#define DONE			0x444f4e45u
#define NONE			0x4e4f4e45u
#define STRT			0x53545254u
#define NR			0x00004e52u
#define VALI			0x56414c49u
#define INVA			0x494e5641u

/* How many regions Linux takes from a processor, as its guide says */
#define REGIONS_MAX		4096u

/* Where in its carve-out a processor has its table, and what it dumps */
#define TABLE_OFFSET		0x1000u
#define DATA_OFFSET		0x40000u

#define PROCESSORS_MAX		8

struct area {
	uint64_t address;
	uint64_t size;
	volatile uint8_t *bytes;
};

struct processor {
	unsigned int id;
	unsigned int rproc;
	struct area carveout;
};

/* An entry of the G-ToC, in the CPU's order */
struct entry {
	uint32_t status;
	uint32_t enabled;
	uint32_t encryption;
	uint32_t count;
	uint64_t table;
};

/* What the kernel logged of one crash */
struct log {
	char messages[4096];
	unsigned int count;
	unsigned int splats;
};

struct dump {
	uint8_t *bytes;
	size_t size;
};

/* What a crash leads to, apart from a number of regions */
enum { NO_DUMP = -1, FULL_DUMP = -2 };

static struct processor processors[PROCESSORS_MAX];
static unsigned int processor_count;
static struct area smem;
static volatile uint8_t *toc;
static unsigned int subsystems;

static unsigned int tests, failures;
static int port = STDOUT_FILENO;
static int kmsg;

__attribute__((format(printf, 1, 2)))
static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(port, format, args);
	va_end(args);
}

__attribute__((format(printf, 2, 3)))
static void result(bool ok, const char *format, ...)
{
	char what[200];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	tests++;
	failures += !ok;
	say("%s %u %s\n", ok ? "ok" : "not ok", tests, what);
}

_Noreturn static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

_Noreturn static void give_up(const char *what)
{
	say("Bail out! %s: %s\n", what, strerror(errno));
	power_off();
}

/* Shared memory is mapped as device memory: no access that is not aligned */
static void put32(volatile uint8_t *at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void put64(volatile uint8_t *at, uint64_t value)
{
	put32(at, (uint32_t)value);
	put32(at + 4, (uint32_t)(value >> 32));
}

static uint32_t get16(const volatile uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

static uint32_t get32(const volatile uint8_t *at)
{
	return get16(at) | get16(at + 2) << 16;
}

static void lay_entry(const struct processor *p, const struct entry *entry)
{
	volatile uint8_t *at = toc + TOC_SIZE + ENTRY_SIZE * p->id;

	put32(at + ENTRY_STATUS, entry->status);
	put32(at + ENTRY_ENABLED, entry->enabled);
	put32(at + ENTRY_ENCRYPTION, entry->encryption);
	put32(at + ENTRY_REQUIRED, NR);
	put32(at + ENTRY_COUNT, entry->count);
	put64(at + ENTRY_TABLE, entry->table);
}

/* @shift moves the table by some bytes, off its alignment */
static void lay_shifted_region(const struct processor *p, unsigned int shift, unsigned int index,
			       const char *name, uint32_t valid, uint64_t address, uint64_t size)
{
	volatile uint8_t *at = p->carveout.bytes + TABLE_OFFSET + shift + REGION_SIZE * index;
	size_t length = strlen(name);

	for (size_t i = 0; i < REGION_NAME_SIZE; i++)
		at[i] = i < length ? (uint8_t)name[i] : 0;
	put32(at + REGION_SEQ_NUM, 0);
	put32(at + REGION_VALID, valid);
	put64(at + REGION_ADDRESS, address);
	put64(at + REGION_BYTES, size);
}

static void lay_region(const struct processor *p, unsigned int index, const char *name,
		       uint32_t valid, uint64_t address, uint64_t size)
{
	lay_shifted_region(p, 0, index, name, valid, address, size);
}

static uint64_t carveout_end(const struct processor *p)
{
	return p->carveout.address + p->carveout.size;
}

static struct entry good_entry(const struct processor *p, uint32_t count)
{
	return (struct entry){
		.status = 1,
		.enabled = ENBL,
		.encryption = DONE,
		.count = count,
		.table = p->carveout.address + TABLE_OFFSET,
	};
}

static void lay_good_table(const struct processor *p)
{
	uint64_t data = p->carveout.address + DATA_OFFSET;
	struct entry entry = good_entry(p, 3);

	if (p->id >= subsystems)
		return;
	lay_region(p, 0, "FIRST", VALI, data, 0x1004);
	lay_region(p, 1, "SECOND", VALI, data + 0x5000, 4);
	lay_region(p, 2, "LAST_BYTES", VALI, carveout_end(p) - 64, 64);
	lay_entry(p, &entry);
}

static void fill(const struct processor *p, uint32_t seed)
{
	for (uint64_t i = 0; i < p->carveout.size; i += 4) {
		seed = seed * 1664525 + 1013904223;
		put32(p->carveout.bytes + i, seed);
	}
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		give_up(path);
	close(fd);
}

static bool contains_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

/* Takes in what the kernel logs, up to and with the line that has both words */
static void read_log(struct log *log, const char *word, const char *other)
{
	static const char *const splats[] = {
		"BUG", "WARNING", "Call trace", "KASAN", "Oops", "Unable to handle",
		"Internal error", "vmalloc error", "allocation failure", NULL
	};
	static const char *const usual[] = {
		"handling crash", "recovering ", "crash detected", "stopped remote", "is now up",
		"direct-loading firmware", NULL
	};
	char record[8192], *text;
	ssize_t got;

	do {
		got = read(kmsg, record, sizeof(record) - 1);
		if (got < 0 && errno == EPIPE)
			continue;
		if (got < 0)
			give_up("/dev/kmsg");
		record[got] = '\0';
		text = strchr(record, ';');
		text = text ? text + 1 : record;
		text[strcspn(text, "\n")] = '\0';

		if (contains_any(text, splats)) {
			say("# %s\n", text);
			log->splats++;
		}
		if (strcasestr(text, "minidump") && !contains_any(text, usual)) {
			size_t used = strlen(log->messages);

			log->count++;
			snprintf(log->messages + used, sizeof(log->messages) - used,
				 "# %s\n", text);
		}
	} while (got < 0 || !strstr(text, word) || !strstr(text, other));
}

static void read_all(int fd, struct dump *dump)
{
	size_t room = 0;
	ssize_t got;

	do {
		if (room - dump->size < 65536) {
			room = 2 * room + 65536;
			dump->bytes = realloc(dump->bytes, room);
			if (!dump->bytes)
				give_up("coredump");
		}
		got = read(fd, dump->bytes + dump->size, room - dump->size);
		if (got < 0)
			give_up("coredump");
		dump->size += (size_t)got;
	} while (got);
}

/*
 * Reads the coredump and dismisses it. A device has one at a time, so the next
 * crash has to wait until the kernel has done away with this one.
 */
static struct dump take_dump(const struct processor *p)
{
	struct dump dump = { 0 };
	char link[100], path[120];
	struct stat st;
	int fd;

	snprintf(link, sizeof(link), "/sys/class/remoteproc/remoteproc%u/devcoredump", p->rproc);
	snprintf(path, sizeof(path), "%s/data", link);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return dump;
	if (fd < 0)
		give_up(path);
	read_all(fd, &dump);
	if (write(fd, "0", 1) != 1)
		give_up(path);
	close(fd);
	while (!lstat(link, &st))
		sched_yield();
	return dump;
}

/* The processor is up again when remoteproc is done with the coredump */
static struct dump crash(const struct processor *p, struct log *log)
{
	char path[100], name[40];

	memset(log, 0, sizeof(*log));
	snprintf(path, sizeof(path), "/sys/kernel/debug/remoteproc/remoteproc%u/crash", p->rproc);
	snprintf(name, sizeof(name), "minidump-test-%u ", p->id);
	write_file(path, "2");
	read_log(log, name, "is now up");
	return take_dump(p);
}

/* Does the dump hold what lies in the carve-out, or 0xff for what lies outside? */
static bool same_bytes(const uint8_t *got, const struct processor *p, uint64_t address, size_t size)
{
	bool inside = address >= p->carveout.address && address + size <= carveout_end(p);

	for (size_t i = 0; i < size; i++) {
		uint8_t wanted = inside ? p->carveout.bytes[address - p->carveout.address + i] : 0xff;

		if (got[i] != wanted) {
			say("# %#x at %#llx, wanted %#x\n", got[i],
			    (unsigned long long)address + i, wanted);
			return false;
		}
	}
	return true;
}

static bool is_elf32(const struct dump *dump)
{
	return dump->bytes && dump->size >= 52 && !memcmp(dump->bytes, "\177ELF\1", 5);
}

/* The number of regions in a minidump, and their names with commas; or -1 */
static int list_regions(const struct dump *dump, const struct processor *p, char *names,
			size_t names_size)
{
	uint32_t table, count, strings, strings_size;

	names[0] = '\0';
	if (!is_elf32(dump) || get32(dump->bytes + 28))
		return -1;
	table = get32(dump->bytes + 32);
	count = get16(dump->bytes + 48);
	if (count < 2 || table > dump->size || 40 * count > dump->size - table)
		return -1;
	strings = get32(dump->bytes + table + 40 + 16);
	strings_size = get32(dump->bytes + table + 40 + 20);
	if (strings > dump->size || strings_size > dump->size - strings)
		return -1;
	/* The first two are none and the names */
	for (uint32_t i = 2; i < count; i++) {
		const uint8_t *section = dump->bytes + table + 40 * i;
		uint32_t name = get32(section), address = get32(section + 12);
		uint32_t offset = get32(section + 16), size = get32(section + 20);
		size_t used = strlen(names);

		if (name >= strings_size || offset > dump->size || size > dump->size - offset) {
			say("# section %u leaves the dump\n", i);
			return -1;
		}
		if (!same_bytes(dump->bytes + offset, p, address, size))
			return -1;
		snprintf(names + used, names_size - used, "%s%s", i > 2 ? "," : "",
			 (const char *)dump->bytes + strings + name);
	}
	return (int)count - 2;
}

static bool is_full(const struct dump *dump, const struct processor *p)
{
	const uint8_t *segment = dump->bytes + 52;

	return is_elf32(dump) && dump->size == 52 + 32 + p->carveout.size &&
	       get32(segment + 12) == p->carveout.address &&
	       get32(segment + 16) == p->carveout.size &&
	       same_bytes(segment + 32, p, p->carveout.address, p->carveout.size);
}

static bool as_wanted(const struct dump *dump, const struct processor *p, int wanted,
		      const char *wanted_names)
{
	static char names[REGIONS_MAX * REGION_NAME_SIZE];
	int regions = list_regions(dump, p, names, sizeof(names));
	bool ok;

	if (wanted == NO_DUMP)
		ok = !dump->bytes;
	else if (wanted == FULL_DUMP)
		ok = is_full(dump, p);
	else
		ok = regions == wanted && (!wanted_names || !strcmp(names, wanted_names));
	if (!ok)
		say("# got %zu bytes, %d regions %.200s; wanted %d %s\n", dump->size, regions,
		    names, wanted, wanted_names ? wanted_names : "");
	return ok;
}

/* A crash gives so many regions, of these names, or NO_DUMP, or FULL_DUMP */
static void expect(const struct processor *p, const char *what, int wanted,
		   const char *wanted_names, unsigned int wanted_messages)
{
	struct dump dump;
	struct log log;
	bool ok;

	dump = crash(p, &log);
	ok = as_wanted(&dump, p, wanted, wanted_names);
	say("%s", log.messages);
	if (log.count != wanted_messages)
		say("# %u messages, wanted %u\n", log.count, wanted_messages);
	result(ok && !log.splats && log.count == wanted_messages, "%s", what);
	free(dump.bytes);
}

static void expect_entry(const struct processor *p, const char *what, struct entry entry,
			 int wanted, unsigned int wanted_messages)
{
	lay_entry(p, &entry);
	expect(p, what, wanted, NULL, wanted_messages);
	entry = good_entry(p, 3);
	lay_entry(p, &entry);
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
	struct entry entry;

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

	entry = good_entry(p, 200);
	entry.table = carveout_end(p) - 199 * REGION_SIZE;
	expect_entry(p, "last region behind the carve-out: no coredump", entry, NO_DUMP, 1);
	lay_good_table(p);
}

static void test_addresses(const struct processor *p)
{
	/* QEMU's UART, RAM from its begin, and what no CPU can address */
	const uint64_t bad[] = {
		0x1, 0x1000, 0x09000000, 0x40000000, 0x40200000, 0x48000000,
		p->carveout.address - 0x1000, p->carveout.address - REGION_SIZE,
		p->carveout.address + (1ull << 32), 1ull << 36, 1ull << 40,
		(1ull << 44) - 40, 1ull << 44, (1ull << 48) - 40, 1ull << 48, (1ull << 52) - 40,
		1ull << 52, 1ull << 63, 0xffff000000000000, UINT64_MAX - 119, UINT64_MAX - 39,
		UINT64_MAX,
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
	for (unsigned int shift = 1; shift < 8; shift++) {
		lay_shifted_region(p, shift, 0, "FIRST", VALI, p->carveout.address + DATA_OFFSET, 8);
		entry = good_entry(p, 1);
		entry.table += shift;
		snprintf(what, sizeof(what), "table %u bytes off its alignment", shift);
		expect_entry(p, what, entry, 1, 0);
	}
	lay_good_table(p);
}

static void test_sizes(const struct processor *p)
{
	const uint64_t bad[] = {
		0, p->carveout.size + 1, 1ull << 32, (1ull << 32) + 4, 1ull << 63, UINT64_MAX,
	};
	uint64_t start = p->carveout.address, data = start + DATA_OFFSET;
	char what[100];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		lay_region(p, 1, "BAD", VALI, data, bad[i]);
		snprintf(what, sizeof(what), "region of %#llx bytes is skipped",
			 (unsigned long long)bad[i]);
		expect(p, what, 2, "FIRST,LAST_BYTES", 1);
	}
	lay_region(p, 1, "BAD", VALI, UINT64_MAX - 3, 5);
	expect(p, "region that wraps is skipped", 2, "FIRST,LAST_BYTES", 1);

	lay_region(p, 0, "ALL", VALI, start, p->carveout.size);
	lay_region(p, 1, "ALL", VALI, start, p->carveout.size);
	expect(p, "regions are no more than the carve-out together", 1, "ALL", 1);

	lay_region(p, 0, "BAD", VALI, data, 0);
	lay_region(p, 1, "BAD", VALI, data, 0);
	lay_region(p, 2, "BAD", VALI, data, 0);
	expect(p, "nothing but bad regions: no coredump", NO_DUMP, NULL, 1);
	lay_good_table(p);
}

static void test_regions(const struct processor *p)
{
	uint64_t data = p->carveout.address + DATA_OFFSET;

	lay_region(p, 1, "FIRST", VALI, data, 0x1004);
	expect(p, "two regions alike", 3, "FIRST,FIRST,LAST_BYTES", 0);
	lay_region(p, 1, "RAM", VALI, 0x41000000, 8);
	expect(p, "region in Linux' RAM is not read", 3, "FIRST,RAM,LAST_BYTES", 0);
	lay_region(p, 1, "EDGE", VALI, carveout_end(p) - 4, 8);
	expect(p, "region over the edge is not read", 3, "FIRST,EDGE,LAST_BYTES", 0);
	lay_region(p, 1, "INVALID", INVA, data, 0);
	expect(p, "region that is not valid", 2, "FIRST,LAST_BYTES", 0);
	lay_region(p, 1, "0123456789abcdef", VALI, data, 8);
	expect(p, "name without an end", 3, "FIRST,0123456789abcde,LAST_BYTES", 0);
	lay_region(p, 1, "../a\x01\x1b[b\xff", VALI, data, 8);
	expect(p, "name not fit to print", 3, "FIRST,.._a__[b_,LAST_BYTES", 0);
	lay_good_table(p);
	expect(p, "a good table again", 3, "FIRST,SECOND,LAST_BYTES", 0);
}

/* Changes words of the entry and of the table, without end */
_Noreturn static void scribble(const struct processor *p)
{
	volatile uint8_t *entry = toc + TOC_SIZE + ENTRY_SIZE * p->id;
	uint64_t random = 602;

	for (;;) {
		volatile uint8_t *region;

		random = random * 6364136223846793005 + 1442695040888963407;
		region = p->carveout.bytes + TABLE_OFFSET + REGION_SIZE * ((random >> 33) % 200);
		region[(random >> 20) % REGION_NAME_SIZE] = (uint8_t)random;
		put32(region + REGION_VALID, random & 1 ? VALI : INVA);
		put64(region + REGION_ADDRESS, random & 2 ?
		      p->carveout.address + (random >> 44) : random);
		put64(region + REGION_BYTES, random >> (random >> 58));
		put32(entry + ENTRY_COUNT, random & 0xf000 ?
		      200 : (uint32_t)random >> (random >> 59));
		put64(entry + ENTRY_TABLE, random & 0xf00 ?
		      p->carveout.address + TABLE_OFFSET + (random >> 61) * REGION_SIZE : random);
	}
}

static void test_changing_table(const struct processor *p, const char *what)
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

static void test_leaks(void)
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

static void map(struct area *area)
{
	static int fd = -1;
	void *bytes;

	if (fd < 0)
		fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	bytes = mmap(NULL, area->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		     (off_t)area->address);
	if (bytes == MAP_FAILED)
		give_up("/dev/mem");
	area->bytes = bytes;
}

/* A reserved area's address and size, 64 bits each and big endian */
static void read_area(const char *node, struct area *area)
{
	char path[PATH_MAX];
	uint64_t reg[2];
	int fd;

	snprintf(path, sizeof(path), "/proc/device-tree/reserved-memory/%s/reg", node);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, reg, sizeof(reg)) != sizeof(reg))
		give_up(path);
	close(fd);
	area->address = __builtin_bswap64(reg[0]);
	area->size = __builtin_bswap64(reg[1]);
	map(area);
}

static int by_id(const void *a, const void *b)
{
	const struct processor *p = a, *q = b;

	return (p->id > q->id) - (p->id < q->id);
}

static void find_areas(void)
{
	DIR *directory = opendir("/proc/device-tree/reserved-memory");
	struct dirent *node;
	unsigned int id;

	while (directory && (node = readdir(directory))) {
		if (!strncmp(node->d_name, "smem@", 5))
			read_area(node->d_name, &smem);
		if (sscanf(node->d_name, "rproc%u@", &id) == 1 && processor_count < PROCESSORS_MAX) {
			processors[processor_count].id = id;
			read_area(node->d_name, &processors[processor_count++].carveout);
		}
	}
	if (!directory || !smem.bytes || !processor_count)
		give_up("no SMEM or no processors in the device tree");
	closedir(directory);
	qsort(processors, processor_count, sizeof(processors[0]), by_id);
}

/* Walks the items of SMEM's global partition, which begins in its second page */
static void find_toc(void)
{
	const volatile uint8_t *partition = smem.bytes + 0x1000;
	uint32_t end = get32(partition + 12);

	for (uint32_t at = 32; at < end;) {
		const volatile uint8_t *item = partition + at;
		uint32_t size = get32(item + 4), data = at + 16 + get16(item + 10);

		if (get16(item + 2) == TOC_ITEM) {
			toc = smem.bytes + 0x1000 + data;
			subsystems = (size - get16(item + 8) - TOC_SIZE) / ENTRY_SIZE;
			return;
		}
		at = data + size;
	}
	give_up("no G-ToC in SMEM");
}

static void load_module(void)
{
	char ids[100] = "ids=", starts[200] = "starts=", sizes[200] = "sizes=", all[600];
	int fd = open("/minidump_test_rproc.ko", O_RDONLY | O_CLOEXEC);

	for (unsigned int i = 0; i < processor_count; i++) {
		const struct processor *p = &processors[i];
		const char *comma = i ? "," : "";

		snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%u", comma, p->id);
		snprintf(starts + strlen(starts), sizeof(starts) - strlen(starts), "%s%#llx",
			 comma, (unsigned long long)p->carveout.address);
		snprintf(sizes + strlen(sizes), sizeof(sizes) - strlen(sizes), "%s%#llx",
			 comma, (unsigned long long)p->carveout.size);
	}
	snprintf(all, sizeof(all), "%s %s %s", ids, starts, sizes);
	if (fd < 0 || syscall(SYS_finit_module, fd, all, 0))
		give_up("minidump_test_rproc.ko");
	close(fd);
}

static void set_attribute(const struct processor *p, const char *name, const char *value)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/class/remoteproc/remoteproc%u/%s", p->rproc, name);
	write_file(path, value);
}

static void start_processors(void)
{
	char name[40];

	load_module();
	for (unsigned int i = 0; i < processor_count; i++) {
		struct processor *p = &processors[i];
		struct log log = { 0 };

		p->rproc = i;
		fill(p, i);
		lay_good_table(p);
		set_attribute(p, "coredump", "enabled");
		set_attribute(p, "state", "start");
		snprintf(name, sizeof(name), "minidump-test-%u ", p->id);
		read_log(&log, name, "is now up");
	}
}

static void unload_module(void)
{
	for (unsigned int i = 0; i < processor_count; i++)
		set_attribute(&processors[i], "state", "stop");
	result(!syscall(SYS_delete_module, "minidump_test_rproc", O_NONBLOCK),
	       "the processors can be taken away");
}

static void test_each_processor(void)
{
	for (unsigned int i = 0; i < processor_count; i++) {
		const struct processor *p = &processors[i];
		char what[100];

		if (p->id < subsystems) {
			snprintf(what, sizeof(what), "coredump of subsystem %u of %u", p->id,
				 subsystems);
			expect(p, what, 3, "FIRST,SECOND,LAST_BYTES", 0);
		} else {
			snprintf(what, sizeof(what), "subsystem %u of %u: no coredump", p->id,
				 subsystems);
			expect(p, what, NO_DUMP, NULL, 1);
		}
	}
}

static void prepare(void)
{
	static const struct {
		const char *type, *where;
	} mounts[] = {
		{ "devtmpfs", "/dev" }, { "proc", "/proc" }, { "sysfs", "/sys" },
		{ "debugfs", "/sys/kernel/debug" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL);
	}
	/* Without that port, everything goes to the console */
	if (!getenv("board_no_port"))
		while ((port = open("/dev/vport0p1", O_WRONLY | O_CLOEXEC)) < 0 && errno == ENOENT)
			sched_yield();
	kmsg = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		give_up("/dev/kmsg");
}

int main(int argc, char **argv)
{
	const struct processor *p = processors;

	prepare();
	say("TAP version 13\n");
	find_areas();
	find_toc();
	start_processors();
	if (argc > 1 && !strcmp(argv[1], "scribbled")) {
		say("# scribble\n");
		test_changing_table(p, "table that is changed from outside while it is read");
	} else {
		test_each_processor();
		test_words(p);
		test_counts(p);
		test_addresses(p);
		test_sizes(p);
		test_regions(p);
		test_scribble(p);
		test_repetition(p);
		test_leaks();
		unload_module();
	}
	say("1..%u\n", tests);
	power_off();
}
