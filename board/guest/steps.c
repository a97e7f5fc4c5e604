// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may happen to the kernel before the end that the scenario gives it:
 * board_steps=STEP,STEP... are taken one after the other.
 *
 *   unbind:DRIVER:DEVICE  take the driver of the platform bus from the device
 *   bind:DRIVER:DEVICE    give it back
 *   await:DRIVER:DEVICE   go on when there is the device, and the driver has it
 *   load:MODULE:OPTIONS   load /MODULE.ko with these options
 *   unload:MODULE:        unload it
 *   oops:HOW:             in a way of minidump_test_crash, in a process that dies of it
 *   processes:COUNT:      start as many, which wait until the machine ends
 *   spin:CPU:             start one that keeps the CPU in user space
 *   regions               tell what debugfs shows, in lines "regions N TEXT",
 *                         where N counts these steps
 *   mapping               tell how the kernel has mapped the tables
 *   sleep                 suspend to idle, until the clock rings
 *   hibernate             to /dev/vda; go on in the boot that resumes from it
 *   load-next             load the kernel in /next, for the scenario "kexec"
 *   load-capture          load it for the crash
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

/* Until the alarm rings, in seconds; the clock knows no smaller unit */
#define SHORTEST_SLEEP	1
#define LONGEST_SLEEP	64

static void change_driver(const char *what, const char *driver, const char *device)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/%s", driver, what);
	write_file(path, device, strlen(device));
}

/*
 * A worker of the kernel probes again what had to wait for another driver, and
 * makes the device then. To bind it by hand means to wait until the driver is
 * done with it, which is the answer then, or to be faster than it. Linux 7.3 says
 * EAGAIN of a device that it has added, but does not let drivers have yet.
 */
static void await_driver(const char *driver, const char *device)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/bind", driver);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		fault(path);
		return;
	}
	while (write(fd, device, strlen(device)) < 0 && errno != EBUSY) {
		if (errno != ENODEV && errno != EAGAIN) {
			fault(path);
			break;
		}
		sched_yield();
	}
	close(fd);
}

static void tell_regions(void)
{
	FILE *file = fopen("/sys/kernel/debug/qcom_minidump/regions", "r");
	static unsigned int number;
	char line[256];

	number++;
	if (!file) {
		fault("regions");
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		say("regions %u %s", number, line);
	}
	fclose(file);
}

/*
 * The number of events that wake it up goes in first: if the clock rings before
 * the kernel sleeps, it does not go to sleep.
 */
static bool sleep_until_alarm(unsigned int seconds)
{
	static const char clock[] = "/sys/class/rtc/rtc0/wakealarm";
	char count[32], alarm[16];

	snprintf(alarm, sizeof(alarm), "+%u", seconds);
	return read_file("/sys/power/wakeup_count", count, sizeof(count)) &&
	       /* One that was set before and has not rung */
	       try_write(clock, "0", 1) &&
	       try_write(clock, alarm, strlen(alarm)) &&
	       try_write("/sys/power/wakeup_count", count, strlen(count)) &&
	       try_write("/sys/power/state", "freeze", 6);
}

/* The clock's second may be about to end, so that the first alarm rings too soon */
static void go_to_sleep(void)
{
	bool slept = false;

	for (unsigned int seconds = SHORTEST_SLEEP; !slept && seconds <= LONGEST_SLEEP; seconds *= 2)
		slept = sleep_until_alarm(seconds);
	reconnect_port();
	say("fact slept %s", slept ? "yes" : "no");
}

static void hibernate(void)
{
	bool resumed;

	if (swapon("/dev/vda", 0)) {
		fault("/dev/vda");
		return;
	}
	resumed = write_file("/sys/power/disk", "shutdown", 8) &&
		  write_file("/sys/power/state", "disk", 4);
	reconnect_port();
	if (resumed)
		say("fact resumed yes");
}

static void load_module(const char *name, const char *options)
{
	char path[128];
	int file;

	snprintf(path, sizeof(path), "/%s.ko", name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || syscall(SYS_finit_module, file, options, 0))
		fault(path);
	close(file);
}

static void unload_module(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		fault(name);
}

static void survive_oops(const char *how)
{
	pid_t child = fork();

	if (!child) {
		write_file("/sys/module/minidump_test_crash/parameters/how", how, strlen(how));
		_exit(0);
	}
	if (child < 0 || waitpid(child, NULL, 0) != child)
		fault("oops");
}

static void start_processes(int count)
{
	for (; count > 0; count--) {
		pid_t child = fork();

		while (!child)
			pause();
		if (child < 0)
			fault("fork");
	}
}

static void spin(int cpu)
{
	cpu_set_t cpus;
	pid_t child;
	int ends[2];
	char byte;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)cpu, &cpus);
	if (pipe(ends)) {
		fault("pipe");
		return;
	}
	child = fork();
	if (!child) {
		if (sched_setaffinity(0, sizeof(cpus), &cpus))
			fault("sched_setaffinity");
		close(ends[1]);
		for (;;)
			;
	}
	close(ends[1]);
	/* Which ends as the other end is closed there, too */
	if (child < 0 || read(ends[0], &byte, 1))
		fault("spin");
	close(ends[0]);
}

static void load_kernel(unsigned long flags)
{
	int kernel = open("/next/Image", O_RDONLY | O_CLOEXEC);
	int initramfs = open("/next/initramfs", O_RDONLY | O_CLOEXEC);
	char command_line[1024];

	if (kernel < 0 || initramfs < 0 ||
	    !read_file("/next/command-line", command_line, sizeof(command_line)) ||
	    syscall(SYS_kexec_file_load, kernel, initramfs, strlen(command_line) + 1,
		    command_line, flags))
		fault("kexec");
	close(kernel);
	close(initramfs);
}

void start_next_kernel(void)
{
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_KEXEC, NULL);
	fault("kexec");
}

static void take_step(char *step)
{
	const char *what = strsep(&step, ":");
	const char *driver = strsep(&step, ":");

	if (!strcmp(what, "regions"))
		tell_regions();
	else if (!strcmp(what, "mapping"))
		tell_mapping();
	else if (!strcmp(what, "sleep"))
		go_to_sleep();
	else if (!strcmp(what, "hibernate"))
		hibernate();
	else if (!strcmp(what, "load-next"))
		load_kernel(0);
	else if (!strcmp(what, "load-capture"))
		load_kernel(KEXEC_FILE_ON_CRASH);
	else if (!driver || !step)
		say("fault no such step: %s", what);
	else if (!strcmp(what, "await"))
		await_driver(driver, step);
	else if (!strcmp(what, "load"))
		load_module(driver, step);
	else if (!strcmp(what, "oops"))
		survive_oops(driver);
	else if (!strcmp(what, "processes"))
		start_processes(atoi(driver));
	else if (!strcmp(what, "spin"))
		spin(atoi(driver));
	else if (!strcmp(what, "unload"))
		unload_module(driver);
	else
		change_driver(what, driver, step);
}

void take_steps(void)
{
	char *steps = getenv("board_steps");
	char *step;

	while ((step = strsep(&steps, ",")))
		if (*step)
			take_step(step);
}
