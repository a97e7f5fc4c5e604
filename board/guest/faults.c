// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has the kernel's allocations and copies to user space fail, one after the
 * other: everything is done again and again, each time with the next one failing,
 * until it has gone through without. Whichever way it ends, nothing may be lost,
 * and when nothing fails any more, everything must work as before.
 *
 * To be /run of init's; the report is KTAP. board_faults_step=N on the kernel
 * command line has one of N fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fail-nth.h"
#include "../../tools/testing/selftests/minidump/test_modules/minidump_test_regions.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define MINIDUMP	"qcom-minidump"
#define MINIDUMP_CLIENT	"qcom_minidump"
#define RAMOOPS_CLIENT	"qcom_minidump_ramoops"

#define REGIONS_MAX	256
#define FILE_MAX	(64 * 1024)
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

struct table {
	unsigned int count;
	struct {
		char name[16], client[32];
		bool waiting;
	} regions[REGIONS_MAX];
};

/**
 * struct operation - What is disturbed
 * @within:	only on behalf of that function of the kernel, if it says so
 * @prepare:	makes the state that it starts from; called before each attempt
 * @run:	does it; false if it failed
 * @judge:	looks at what it has left
 * @undo:	and at what works then, when nothing fails; called after each attempt
 */
struct operation {
	const char *name, *within;
	void (*prepare)(void);
	bool (*run)(void);
	bool (*judge)(bool succeeded);
	bool (*undo)(bool succeeded);
};

static int test_device;
/* All regions, with everything bound */
static struct table complete;
/* Each of the allocations is tried, or one of so many */
static unsigned int step = 1;
/* What is wrong, for whoever reports it */
static char complaint[400];

_Noreturn void give_up(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

__attribute__((format(printf, 1, 2)))
static bool wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(complaint, sizeof(complaint), format, args);
	va_end(args);
	return false;
}

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		give_up(path);
	return fd;
}

/* A whole file; returns its size, or -1 */
static ssize_t read_fd(int fd, char *text)
{
	ssize_t size = 0, got;

	while ((got = pread(fd, text + size, FILE_MAX - (size_t)size, size)) > 0)
		size += got;
	return got < 0 ? -1 : size;
}

static void read_table(struct table *table)
{
	FILE *file = fopen(DEBUGFS "qcom_minidump/regions", "r");
	char line[256], slot[8];

	if (!file)
		give_up("regions");
	table->count = 0;
	while (fgets(line, sizeof(line), file)) {
		unsigned int i = table->count;

		if (i == REGIONS_MAX ||
		    sscanf(line, "%7s %15s %*s %*s %31s", slot, table->regions[i].name,
			   table->regions[i].client) != 3)
			give_up(line);
		table->regions[i].waiting = slot[0] == '-';
		/* The first line is the columns' names */
		table->count += strcmp(slot, "slot") != 0;
	}
	fclose(file);
}

static bool has_region(const struct table *table, const char *name)
{
	for (unsigned int i = 0; i < table->count; i++)
		if (!strcmp(table->regions[i].name, name))
			return true;
	return false;
}

/* How many regions firmware finds */
static unsigned int published(void)
{
	FILE *file = fopen(DEBUGFS "qcom_minidump/toc", "r");
	unsigned int count = 0;
	char line[256];

	if (!file)
		give_up("toc");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "0 0x%*x/valid 0x%*x/ENBL %*s %*s %u", &count) == 1)
			break;
	fclose(file);
	return count;
}

static bool is_of(const char *name, const char *client)
{
	for (unsigned int i = 0; i < complete.count; i++)
		if (!strcmp(complete.regions[i].name, name))
			return !strcmp(complete.regions[i].client, client);
	return false;
}

static bool is_zone(const char *name)
{
	return is_of(name, RAMOOPS_CLIENT);
}

/* What comes and goes with the minidump device: its probe can do without any of it */
static bool may_be_missing(const char *name)
{
	return is_of(name, MINIDUMP_CLIENT);
}

/* The tables have all of @wanted that @missing does not excuse, and agree */
static bool check_table(const struct table *wanted, bool (*excused)(const char *name))
{
	static struct table seen;
	unsigned int waiting = 0;

	read_table(&seen);
	for (unsigned int i = 0; i < wanted->count; i++)
		if (!has_region(&seen, wanted->regions[i].name) &&
		    !(excused && excused(wanted->regions[i].name)))
			return wrong("%s is lost", wanted->regions[i].name);
	for (unsigned int i = 0; i < seen.count; i++) {
		if (!has_region(wanted, seen.regions[i].name))
			return wrong("%s was left", seen.regions[i].name);
		waiting += seen.regions[i].waiting;
	}
	if (published() != seen.count - waiting || (waiting && waiting != seen.count))
		return wrong("firmware finds %u regions of %u, of which %u wait", published(),
			     seen.count, waiting);
	return true;
}

static bool is_bound(const char *device)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/driver", device);
	return !access(path, F_OK);
}

/* Of a driver of the platform bus, and its one device */
struct binding {
	const char *driver, *device;
	int bind, unbind;
};

static struct binding minidump = { .driver = MINIDUMP, .device = MINIDUMP };
static struct binding ramoops = { .driver = "ramoops", .device = "4f800000.ramoops" };

static void open_binding(struct binding *binding)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/bind", binding->driver);
	binding->bind = open_file(path, O_WRONLY);
	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/unbind", binding->driver);
	binding->unbind = open_file(path, O_WRONLY);
	if (!is_bound(binding->device))
		give_up(binding->device);
}

static bool write_device(int fd, const struct binding *binding)
{
	return pwrite(fd, binding->device, strlen(binding->device), 0) > 0;
}

static bool bind_again(const struct binding *binding)
{
	if (is_bound(binding->device) && !write_device(binding->unbind, binding))
		return wrong("%s cannot be unbound", binding->device);
	if (!write_device(binding->bind, binding))
		return wrong("%s cannot be bound: %s", binding->device, strerror(errno));
	return check_table(&complete, NULL);
}

static void unbind_minidump(void)
{
	if (!write_device(minidump.unbind, &minidump))
		give_up("unbinding");
}

static bool bind_minidump(void)
{
	return write_device(minidump.bind, &minidump);
}

static bool judge_minidump(bool succeeded)
{
	if (succeeded != is_bound(MINIDUMP))
		return wrong("binding says it %s, and the device is %sbound",
			     succeeded ? "succeeded" : "failed", succeeded ? "not " : "");
	if (!succeeded && published())
		return wrong("firmware finds regions though there is no driver");
	return check_table(&complete, may_be_missing);
}

static bool rebind_minidump(bool succeeded)
{
	(void)succeeded;
	return bind_again(&minidump);
}

static void unbind_ramoops(void)
{
	if (!write_device(ramoops.unbind, &ramoops))
		give_up("unbinding");
}

static bool bind_ramoops(void)
{
	return write_device(ramoops.bind, &ramoops);
}

/* Memory that is not ramoops' any more must not be in the table */
static bool judge_ramoops(bool succeeded)
{
	static struct table seen;

	if (!check_table(&complete, is_zone))
		return false;
	read_table(&seen);
	for (unsigned int i = 0; !succeeded && i < seen.count; i++)
		if (is_zone(seen.regions[i].name))
			return wrong("%s was left", seen.regions[i].name);
	return true;
}

static bool rebind_ramoops(bool succeeded)
{
	(void)succeeded;
	return bind_again(&ramoops);
}

/* Regions of the test module's, of which number 0 is the one that is disturbed */
static bool add_region(unsigned int page)
{
	struct minidump_test_region region = { .page = page, .size = 256 };

	snprintf(region.name, sizeof(region.name), "FAULT%u", page);
	return !ioctl(test_device, MINIDUMP_TEST_ADD, &region);
}

static bool remove_region(unsigned int page)
{
	struct minidump_test_region region = { .page = page };

	return !ioctl(test_device, MINIDUMP_TEST_REMOVE, &region);
}

/* How many are there beside number 0, for the banks to be full */
static unsigned int fill;

static bool add_one(void)
{
	return add_region(0);
}

static struct table with_fill;

static bool is_disturbed(const char *name)
{
	return !strcmp(name, "FAULT0");
}

/*
 * Where it fails, nothing has changed. It is the test module that fails in the end,
 * when it cannot tell what it has done.
 */
static bool judge_region(bool succeeded)
{
	static struct table seen, wanted;
	int error = errno;

	read_table(&seen);
	if (succeeded && !has_region(&seen, "FAULT0"))
		return wrong("FAULT0 is not there");
	if (!succeeded && error != EFAULT && has_region(&seen, "FAULT0"))
		return wrong("FAULT0 is there, though it was refused: %s", strerror(error));
	wanted = with_fill;
	strcpy(wanted.regions[wanted.count++].name, "FAULT0");
	return check_table(&wanted, is_disturbed);
}

static bool take_region_back(bool succeeded)
{
	(void)succeeded;
	remove_region(0);
	if (!add_region(0))
		return wrong("FAULT0 cannot be added: %s", strerror(errno));
	if (!remove_region(0))
		return wrong("FAULT0 cannot be removed: %s", strerror(errno));
	return check_table(&with_fill, NULL);
}

static void want_fill(unsigned int count)
{
	for (; fill < count; fill++)
		if (!add_region(fill + 1))
			give_up("filling the banks");
	for (; fill > count; fill--)
		if (!remove_region(fill))
			give_up("emptying the banks");
	read_table(&with_fill);
}

static unsigned int limit(const char *name)
{
	FILE *file = fopen(DEBUGFS "qcom_minidump/limits", "r");
	unsigned int value, found = 0;
	char line[128], word[64];

	if (!file)
		give_up("limits");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %u", word, &value) == 2 && !strcmp(word, name))
			found = value;
	fclose(file);
	return found;
}

static void leave_room(void)
{
	want_fill(0);
	if (limit("used") == limit("capacity"))
		want_fill(1);
}

/*
 * Banks that have grown do not shrink, but those of another probe are no larger
 * than needed
 */
static void fill_banks(void)
{
	want_fill(0);
	if (!bind_again(&minidump))
		give_up(complaint);
	want_fill(limit("capacity") - limit("used"));
}

/* Which of them is read, what is in it, and what was read last */
static int view;
static char view_wanted[FILE_MAX], view_seen[FILE_MAX];
static ssize_t view_size, view_read;
static const char *view_path;

static void prepare_view(void)
{
	want_fill(0);
	view = open_file(view_path, O_RDONLY);
	view_size = read_fd(view, view_wanted);
	close(view);
}

static bool read_view(void)
{
	view_read = -1;
	view = open(view_path, O_RDONLY | O_CLOEXEC);
	if (view < 0)
		return false;
	view_read = read_fd(view, view_seen);
	close(view);
	return view_read >= 0;
}

static bool judge_view(bool succeeded)
{
	if (succeeded && (view_read != view_size ||
			  memcmp(view_seen, view_wanted, (size_t)view_size)))
		return wrong("%s has %zd bytes, which are not the %zd of before", view_path,
			     view_read, view_size);
	return true;
}

static bool read_view_again(bool succeeded)
{
	(void)succeeded;
	return read_view() && judge_view(true);
}

/* Has the allocation or copy of that number fail; false if there are not so many */
static bool disturb(const struct operation *operation, unsigned int nth, bool *succeeded)
{
	bool failed;
	int error;

	operation->prepare();
	fail_nth_set(nth);
	*succeeded = operation->run();
	error = errno;
	failed = fail_nth_has_failed();
	fail_nth_set(0);
	errno = error;
	return failed;
}

static bool test_operation(const struct operation *operation)
{
	unsigned int nth = 1, tried = 0, failures = 0;
	bool succeeded, failed;

	fail_nth_within(operation->within);
	do {
		failed = disturb(operation, nth, &succeeded);
		tried += failed;
		failures += !succeeded;
		if (!operation->judge(succeeded) || !operation->undo(succeeded))
			goto number;
		if (!succeeded && !failed) {
			wrong("it fails, though nothing else did");
			goto number;
		}
		nth += step;
	} while (failed && nth < NTH_MAX);
	printf("# %s: %u allocations and copies failed, and %u times all of it\n",
	       operation->name, tried, failures);
	return tried || wrong("nothing failed");

number:
	printf("# number %u fails, and %s: %s\n", nth, succeeded ? "nothing else" : "all of it",
	       complaint);
	return false;
}

static const struct operation operations[] = {
	{ "binding the device", NULL, unbind_minidump, bind_minidump, judge_minidump,
	  rebind_minidump },
	/* ramoops itself does not survive it */
	{ "registering ramoops' zones", "minidump_ramoops_zone_added", unbind_ramoops,
	  bind_ramoops, judge_ramoops, rebind_ramoops },
	{ "registering a region", NULL, leave_room, add_one, judge_region, take_region_back },
	{ "growing the banks", NULL, fill_banks, add_one, judge_region, take_region_back },
};

static const char *const views[] = { "regions", "toc", "limits", "elf_header" };

static void load_test_module(void)
{
	int fd = open_file("/minidump_test_regions.ko", O_RDONLY);

	if (syscall(SYS_finit_module, fd, "", 0))
		give_up("minidump_test_regions.ko");
	close(fd);
	test_device = open_file("/dev/minidump_test", O_RDWR);
}

static void report(bool good, const char *what, const char *of)
{
	static unsigned int number;

	number++;
	if (!good)
		printf("# %s\n", complaint);
	printf("%sok %u %s%s\n", good ? "" : "not ", number, what, of);
	fflush(stdout);
}

int main(void)
{
	const char *wanted_step = getenv("board_faults_step");

	if (wanted_step)
		step = (unsigned int)atoi(wanted_step);
	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(operations) + ARRAY_SIZE(views) + 1);
	load_test_module();
	fail_nth_open();
	open_binding(&minidump);
	open_binding(&ramoops);
	/* Its files do not survive that ramoops goes, see KASAN */
	if (umount("/pstore"))
		give_up("/pstore");
	read_table(&complete);

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		report(test_operation(&operations[i]), operations[i].name, "");
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		struct operation operation = { views[i], NULL, prepare_view, read_view, judge_view,
					       read_view_again };
		char path[64];

		snprintf(path, sizeof(path), DEBUGFS "qcom_minidump/%s", views[i]);
		view_path = path;
		report(test_operation(&operation), "reading debugfs' ", views[i]);
	}

	want_fill(0);
	close(test_device);
	if (syscall(SYS_delete_module, "minidump_test_regions", O_NONBLOCK))
		give_up("unloading");
	report(bind_again(&minidump), "everything is as before", "");
	return 0;
}
