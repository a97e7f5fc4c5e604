// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's only program when remote processors are to crash.
 *
 * The processors are areas of reserved memory called rprocN@..., where N is the
 * number of their entry in the G-ToC. Results go to the results port as KTAP. By
 * its argument:
 *
 * nothing	everything is tried
 * fixes	what holds on plain mainline with no more than the fixes
 * scribbled	somebody outside changes the tables all the time, and what is to
 *		be shown is that Linux takes no harm
 * unknown	SMEM does not admit the G-ToC's number
 * failing	allocations fail, one after the other
 * found	tables are left as they are found, whatever they are
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rproc.h"

static unsigned int tests, failures;
static int port = STDOUT_FILENO;

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(port, format, args);
	va_end(args);
}

void result(bool ok, const char *format, ...)
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

_Noreturn void give_up(const char *what)
{
	say("Bail out! %s: %s\n", what, strerror(errno));
	power_off();
}

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		give_up(path);
	close(fd);
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

static void start_processors(bool lay)
{
	load_module();
	for (unsigned int i = 0; i < processor_count; i++) {
		struct processor *p = &processors[i];
		struct log log = { 0 };

		p->rproc = i;
		if (lay) {
			fill(p, i);
			lay_good_table(p);
		}
		set_attribute(p, "coredump", "enabled");
		set_attribute(p, "state", "start");
		read_log(&log, p, "is now up");
	}
}

static void unload_module(void)
{
	for (unsigned int i = 0; i < processor_count; i++)
		set_attribute(&processors[i], "state", "stop");
	result(!syscall(SYS_delete_module, "minidump_test_rproc", O_NONBLOCK),
	       "the processors can be taken away");
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
		while ((port = open("/dev/vport0p1", O_WRONLY | O_CLOEXEC)) < 0 &&
		       (errno == ENOENT || errno == ENXIO))
			sched_yield();
	open_log();
}

/* For whoever looks into the memory of the machine afterwards */
static void leave_marker(void)
{
	write_file("/dev/kmsg", "board marker of a hostile machine\n");
	write_file("/dev/pmsg0", "board marker of a hostile machine\n");
}

/* Whether Linux takes harm, and what it says, is seen on the console */
static void test_as_found(void)
{
	for (unsigned int i = 0; i < processor_count; i++) {
		struct log log;

		free(crash(&processors[i], &log).bytes);
		result(true, "processor %u has crashed and is up again", processors[i].id);
	}
	leave_marker();
}

/* The one to try everything with: the first that is not Linux itself */
static const struct processor *victim(void)
{
	return &processors[processors[0].id == LINUX_ID];
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	prepare();
	say("TAP version 13\n");
	find_areas();
	if (strcmp(mode, "found"))
		find_toc();
	start_processors(strcmp(mode, "found"));
	if (!strcmp(mode, "found")) {
		test_as_found();
		unload_module();
	} else if (!strcmp(mode, "scribbled")) {
		say("# scribble\n");
		test_changing_table(victim(), "table that is changed from outside while it is read");
	} else if (!strcmp(mode, "failing")) {
		test_failing_memory(victim());
	} else if (!strcmp(mode, "unknown")) {
		expect(victim(), "no such item in SMEM: full coredump", FULL_DUMP, NULL, 0);
	} else {
		test_each_processor();
		if (!strcmp(mode, "fixes"))
			test_fixes(victim());
		else
			test_everything(victim());
		unload_module();
	}
	say("1..%u\n", tests);
	power_off();
}
