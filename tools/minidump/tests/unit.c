// SPDX-License-Identifier: GPL-2.0-only
/*
 * What cannot be reached from the command line without waiting for the right
 * moment: a file that shrinks between two reads, a signal between two writes,
 * a clock. Exits with 0 if all is as it must be.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../copy.h"
#include "../dump.h"
#include "../note.h"
#include "../output.h"
#include "../progress.h"
#include "../sparse.h"
#include "../open.h"
#include "../util.h"
#include "../write.h"

static void want(const char *what, uint64_t got, uint64_t expected)
{
	if (got != expected)
		errx(1, "%s: got %" PRIu64 ", want %" PRIu64, what, got,
		     expected);
}

/* unit shrink DIR FILE OUT N: FILE loses all but 100 bytes once DIR was read */
static void test_shrink(char **argv)
{
	struct report report = { 0 };
	struct dump dump;

	if (dump_open(&dump, argv[0], NEED_HEADER, &report) ||
	    truncate(argv[1], 100) ||
	    output_make(argv[2], core_write, &dump, &report))
		errx(1, "%s", report.lines[report.count - 1].text);
	want("problems", report.problems, strtoull(argv[3], NULL, 0));
	dump_close(&dump);
	report_free(&report);
}

static int die_half_way(void *context, int fd, uint64_t *size,
			struct report *report)
{
	(void)size;
	(void)report;
	want("write", (uint64_t)write_at(fd, "half", 4, 0), 0);
	if (!strcmp(context, "exit"))
		out_of_memory();
	raise(atoi(context));
	errx(1, "the signal was ignored");
}

/*
 * unit die HOW FILE: the end comes when FILE is half written, by a signal or,
 * HOW being "exit", for want of memory.
 */
static void test_die(char **argv)
{
	struct report report = { 0 };

	output_make(argv[1], die_half_way, argv[0], &report);
	errx(2, "%s", report.lines[0].text);
}

static void test_progress(void)
{
	struct progress progress = {
		.total = 200 * MIB, .done = 50 * MIB, .started = 5000,
		.on_terminal = true,
	};
	char line[128];

	want("due before a second is over", progress_due(&progress, 5999), 0);
	want("due after a second", progress_due(&progress, 6000), 1);
	progress.drawn = 6000;
	want("due at once again", progress_due(&progress, 6050), 0);
	want("due a little later", progress_due(&progress, 6100), 1);
	progress.on_terminal = false;
	want("due without a terminal", progress_due(&progress, 9999), 0);

	progress_line(&progress, line, sizeof(line));
	if (strcmp(line, "[############......................................]  25% of 200 MiB"))
		errx(1, "the bar is \"%s\"", line);
	progress.done = 300 * MIB;
	progress_line(&progress, line, sizeof(line));
	if (!strstr(line, "100%"))
		errx(1, "the bar is \"%s\"", line);
}

static int new_file(const char *path, const char *suffix)
{
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s.%s", path, suffix);
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		err(2, "%s", name);

	return fd;
}

static void want_sparse(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		err(2, "fstat");
	if ((uint64_t)st.st_blocks * 512 > 1 * MIB)
		errx(1, "%" PRId64 " blocks", (int64_t)st.st_blocks);
}

/* "begin", a hole up to 32 MiB, "end": ends where the source does */
static void copy_file_with_hole(int from, int to)
{
	struct progress progress;
	struct gaps gaps = { 0 };
	char bytes[5] = "";

	if (write_at(from, "begin", 5, 0) || write_at(from, "end", 3, 32 * MIB))
		err(2, "write");

	progress_start(&progress, 1);
	want("copied", (uint64_t)copy_range(from, 0, to, 1000, 64 * MIB,
					    &progress, &gaps), 32 * MIB + 3);
	want("told", progress.done, 32 * MIB + 3);
	want_sparse(to);
	read_at(to, bytes, 5, 1000);
	want("begin", (uint64_t)memcmp(bytes, "begin", 5), 0);
	want("size", read_at(to, bytes, 5, 32 * MIB + 1000), 3);
	want("end", (uint64_t)memcmp(bytes, "end", 3), 0);
	want("copied from behind the end",
	     (uint64_t)copy_range(from, 64 * MIB, to, 0, 100, &progress,
				  &gaps), 0);
}

/* unit copy FILE: within a file system, to another one, and from a device */
static void test_copy(char **argv)
{
	int file = new_file(argv[0], "from"), memory, zero;
	struct progress progress;
	struct gaps gaps = { 0 };
	int to = new_file(argv[0], "zero");

	copy_file_with_hole(file, new_file(argv[0], "near"));

	memory = memfd_create("from", MFD_CLOEXEC);
	copy_file_with_hole(memory, new_file(argv[0], "far"));

	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	progress_start(&progress, 1);
	want("copied", (uint64_t)copy_range(zero, 0, to, 0, 32 * MIB,
					    &progress, &gaps), 32 * MIB);
	want_sparse(to);
}

/* unit sparse: four blocks that begin within one, the second of them zeros */
static void test_sparse(void)
{
	int fd = memfd_create("sparse", MFD_CLOEXEC);
	static uint8_t bytes[4 * 4096], back[4 * 4096];

	memset(bytes, 0x11, sizeof(bytes));
	memset(bytes + 3000, 0, 2 * 4096);
	want("write", (uint64_t)write_sparsely(fd, bytes, sizeof(bytes), 100),
	     0);
	want("size", (uint64_t)lseek(fd, 0, SEEK_END), sizeof(bytes) + 100);
	read_at(fd, back, sizeof(back), 100);
	want("same", (uint64_t)memcmp(bytes, back, sizeof(back)), 0);
	want("hole", (uint64_t)lseek(fd, 0, SEEK_HOLE), 4096);
	want("data", (uint64_t)lseek(fd, 4096, SEEK_DATA), 2 * 4096);
}

static size_t count_cpus(const struct dump *dump)
{
	struct cpu_state state;
	size_t position = 0, count = 0;

	while (dump_next_cpu(dump, &position, &state))
		count++;

	return count;
}

/* unit cpus FILE: all CPUs among the notes of FILE, and of 64 times as many */
static void test_cpus(char **argv)
{
	struct report report = { 0 };
	struct notes *notes;
	struct dump dump;
	size_t size, count, i;

	if (dump_open(&dump, argv[0], NEED_VMCOREINFO, &report))
		errx(1, "%s", report.lines[report.count - 1].text);
	notes = &dump.notes;
	size = notes->size;
	count = count_cpus(&dump);
	want("CPUs", count, notes->cpu_states);

	notes->size = 64 * size;
	notes->bytes = realloc(notes->bytes, notes->size);
	if (!notes->bytes)
		out_of_memory();
	for (i = 1; i < 64; i++)
		memcpy(notes->bytes + i * size, notes->bytes, size);
	want("CPUs of all", count_cpus(&dump), 64 * count);
	dump_close(&dump);
	report_free(&report);
}

int main(int argc, char **argv)
{
	if (argc == 6 && !strcmp(argv[1], "shrink"))
		test_shrink(argv + 2);
	else if (argc == 4 && !strcmp(argv[1], "die"))
		test_die(argv + 2);
	else if (argc == 3 && !strcmp(argv[1], "copy"))
		test_copy(argv + 2);
	else if (argc == 2 && !strcmp(argv[1], "progress"))
		test_progress();
	else if (argc == 2 && !strcmp(argv[1], "sparse"))
		test_sparse();
	else if (argc == 3 && !strcmp(argv[1], "cpus"))
		test_cpus(argv + 2);
	else
		errx(2, "Usage: unit shrink|die|copy|progress|sparse|cpus [FILE]...");

	return 0;
}
