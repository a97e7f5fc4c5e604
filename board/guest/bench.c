// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's program of the measurements. What it says goes to the console, in
 * the form of minidump_bench.c, which does most of the work.
 *
 *   board_scenario=
 *     boot      say how long it took to get here, then power off
 *     measure   load minidump's modules, and have minidump_bench measure them
 *               as they come, up to a panic
 *     driver    load a driver without log and registers, and have its probe and an
 *               oops measured, then power off
 *     large     load them, register much memory, and panic
 *
 * The counter starts with the machine and is for user space to read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t counter(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

_Noreturn static void power_off(void)
{
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

_Noreturn static void fail(const char *what)
{
	printf("minidump_bench: failed %s: %s\n", what, strerror(errno));
	power_off();
}

static void load(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		fail(path);
	close(fd);
}

static void run(const char *what)
{
	static const char path[] = "/sys/module/minidump_bench/parameters/run";
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, what, strlen(what)) < 0)
		fail(what);
	close(fd);
}

/* What reads the table of contents is in the kernel, for remote processors */
static void load_driver(void)
{
	mkdir("/sys", 0755);
	if (mount("sysfs", "/sys", "sysfs", 0, NULL))
		fail("mount sysfs");
	load("qcom-minidump");
	load("minidump_bench");
}

static void load_clients(void)
{
	load("qcom-minidump-ramoops");
}

static void measure(void)
{
	load_driver();
	run("calls");
	run("probe");
	load_clients();
	run("oops");
	run("panic");
}

static void measure_driver(void)
{
	load_driver();
	run("probe");
	run("empty");
}

static void leave_large_dump(void)
{
	load_driver();
	load_clients();
	run("large");
	run("panic");
}

int main(void)
{
	uint64_t ticks = counter();
	const char *scenario = getenv("board_scenario");

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("minidump_bench: boot %llu\n", (unsigned long long)ticks);
	if (scenario && !strcmp(scenario, "measure"))
		measure();
	else if (scenario && !strcmp(scenario, "driver"))
		measure_driver();
	else if (scenario && !strcmp(scenario, "large"))
		leave_large_dump();
	power_off();
}
