// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes remoteproc believe in a crash, and compares the log and the coredump that
 * Linux makes with what is wanted.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rproc.h"

static int kmsg;

void open_log(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		give_up("/dev/kmsg");
}

static bool contains_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

/* Takes in what the kernel logs, up to and with the line of that processor and word */
void read_log(struct log *log, const struct processor *p, const char *word)
{
	static const char *const splats[] = {
		"BUG", "WARNING", "Call trace", "KASAN", "Oops", "Unable to handle",
		"Internal error", "vmalloc error", "allocation failure", NULL
	};
	static const char *const usual[] = {
		"handling crash", "recovering ", "crash detected", "stopped remote", "is now up",
		"direct-loading firmware", NULL
	};
	char record[8192], device[40], name[40], *text;
	ssize_t got;

	snprintf(device, sizeof(device), "remoteproc remoteproc%u: ", p->rproc);
	snprintf(name, sizeof(name), "minidump-test-%u ", p->id);
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
			log->anonymous |= strncmp(text, device, strlen(device));
			snprintf(log->messages + used, sizeof(log->messages) - used,
				 "# %s\n", text);
		}
	} while (got < 0 || !strstr(text, name) || !strstr(text, word));
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
struct dump take_dump(const struct processor *p)
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
struct dump crash(const struct processor *p, struct log *log)
{
	char path[100];

	memset(log, 0, sizeof(*log));
	snprintf(path, sizeof(path), "/sys/kernel/debug/remoteproc/remoteproc%u/crash", p->rproc);
	write_file(path, "2");
	read_log(log, p, "is now up");
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

bool is_elf32(const struct dump *dump)
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

bool as_wanted(const struct dump *dump, const struct processor *p, int wanted,
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
void expect(const struct processor *p, const char *what, int wanted,
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
	if (log.anonymous)
		say("# a message does not name remoteproc%u\n", p->rproc);
	result(ok && !log.splats && log.count == wanted_messages && !log.anonymous, "%s", what);
	free(dump.bytes);
}

void expect_entry(const struct processor *p, const char *what, struct entry entry,
			 int wanted, unsigned int wanted_messages)
{
	lay_entry(p, &entry);
	expect(p, what, wanted, NULL, wanted_messages);
	entry = good_entry(p, 3);
	lay_entry(p, &entry);
}

