// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's only program. The kernel command line says what it does:
 *
 *   board_load=1      load the modules listed in /modules, in that order
 *   board_unload=1    then unload them, the last one first
 *   board_crash_cpu=  crash on that CPU
 *   board_crash_sysctl=NAME=VALUE
 *                     set kernel.NAME just before the crash
 *   board_steps=      what happens to the kernel in between (steps.c)
 *   board_scenario=
 *     crash     leave a marker in the log, then crash the kernel
 *     freeze    leave a marker, keep the machine busy and say so until it is
 *               stopped from outside
 *     poweroff  leave a marker, then end orderly
 *     run       leave a marker, run the program /run with the results port as
 *               its output, look for leaks, then end orderly; with board_crash=,
 *               crash meanwhile, in a way that the kernel survives
 *     reboot    leave a marker, then reboot
 *     kexec     leave a marker, then go over to the kernel that a step has loaded
 *
 * Before that it tells facts about the kernel. All it says goes to the results
 * port, a line each: a word that says what the line is about, then the rest.
 *
 *   fact NAME VALUE      something about this boot
 *   debugfs FILE TEXT    a line of a file that minidump has in debugfs
 *   log TEXT             a line of the kernel log that mentions minidump
 *   trouble TEXT         a line of the kernel log that tells of a kernel fault
 *   pstore FILE          a file that the previous boot left in pstore
 *   found FILE MARKER    and the marker in it
 *   marker VALUE         the marker left in this boot
 *   heartbeat N          the busy machine is still alive
 *   ended STATUS         the exit status of /run
 *   leak TEXT            a line of what kmemleak says
 *   fault TEXT           something that init wanted to do failed
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define MODULES_MAX	32
/* In seconds, more than MSECS_MIN_AGE of mm/kmemleak.c */
#define KMEMLEAK_AGE	6
#define MARKER_PREFIX	"board marker "

struct module_list {
	char names[MODULES_MAX][64];
	unsigned int count;
};

static int port = -1;

void say(const char *format, ...)
{
	char line[1200];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (length > (int)sizeof(line) - 2)
		length = sizeof(line) - 2;
	line[length++] = '\n';
	if (write(port, line, (size_t)length) != length)
		dprintf(STDERR_FILENO, "results port: %s\n", strerror(errno));
}

void fault(const char *what)
{
	say("fault %s: %s", what, strerror(errno));
}

_Noreturn static void power_off(void)
{
	reboot(RB_POWER_OFF);
	fault("power off");
	for (;;)
		pause();
}

static void mount_one(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL))
		dprintf(STDERR_FILENO, "mount %s: %s\n", where, strerror(errno));
}

/* A worker of the kernel makes the port, and then connects it to the host */
static void open_port(void)
{
	while ((port = open("/dev/vport0p1", O_WRONLY | O_CLOEXEC)) < 0 &&
	       (errno == ENOENT || errno == ENXIO))
		sched_yield();
}

/*
 * Linux 7.3 forgets, when it wakes up, that the host has the port open, and asks
 * for that before it can hear the answer. A driver that is bound anew asks again.
 */
void reconnect_port(void)
{
	char target[PATH_MAX];
	const char *device;
	ssize_t length;

	close(port);
	port = -1;
	length = readlink("/sys/class/virtio-ports/vport0p1/device", target, sizeof(target) - 1);
	if (length > 0) {
		target[length] = '\0';
		device = strrchr(target, '/') + 1;
		write_file("/sys/bus/virtio/drivers/virtio_console/unbind", device, strlen(device));
		write_file("/sys/bus/virtio/drivers/virtio_console/bind", device, strlen(device));
	}
	open_port();
}

static bool option(const char *name)
{
	const char *value = getenv(name);

	return value && !strcmp(value, "1");
}

bool read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, size - 1);
	close(fd);
	if (got < 0)
		return false;
	text[got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

bool try_write(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;
	bool written;

	if (fd < 0)
		return false;
	written = write(fd, text, length) == (ssize_t)length;
	error = errno;
	close(fd);
	errno = error;
	return written;
}

bool write_file(const char *path, const char *text, size_t length)
{
	bool written = try_write(path, text, length);

	if (!written)
		fault(path);
	return written;
}

/* qcom-smem has found SMEM if its driver has a device */
static void tell_smem(void)
{
	DIR *directory = opendir("/sys/bus/platform/drivers/qcom-smem");
	struct dirent *entry;
	bool bound = false;

	while (directory && (entry = readdir(directory)))
		if (strstr(entry->d_name, ".smem"))
			bound = true;
	if (directory)
		closedir(directory);
	say("fact smem %s", bound ? "bound" : "none");
}

static void tell_device(void)
{
	static const char device[] = "/sys/bus/platform/devices/qcom-minidump";

	if (access(device, F_OK))
		say("fact minidump-device none");
	else if (access("/sys/bus/platform/devices/qcom-minidump/driver", F_OK))
		say("fact minidump-device unbound");
	else
		say("fact minidump-device bound");
	say("fact minidump-debugfs %s",
	    access("/sys/kernel/debug/qcom_minidump", F_OK) ? "none" : "there");
}

/* What the driver shows of its tables; a kernel without the driver has none */
static void tell_debugfs(const char *name)
{
	char path[PATH_MAX], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/qcom_minidump/%s", name);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		say("debugfs %s %s", name, line);
	}
	if (file)
		fclose(file);
}

/* Where the kernel runs: another address at each boot */
static void tell_address(void)
{
	FILE *symbols = fopen("/proc/kallsyms", "r");
	char line[256];

	while (symbols && fgets(line, sizeof(line), symbols)) {
		if (strstr(line, " _stext\n")) {
			say("fact stext %.16s", line);
			break;
		}
	}
	if (symbols)
		fclose(symbols);
}

static void tell_facts(void)
{
	struct utsname names;
	char text[256];

	if (read_file("/sys/devices/system/cpu/online", text, sizeof(text)))
		say("fact cpus %s", text);
	if (!read_file("/sys/module/pstore/parameters/backend", text, sizeof(text)))
		strcpy(text, "none");
	say("fact pstore-backend %s", text);
	if (!uname(&names))
		say("fact release %s", names.release);
	tell_address();
	if (read_file("/sys/module/minidump_test_crash/sections/.text", text, sizeof(text)))
		say("fact test-module %s", text);
	if (read_file("/sys/module/minidump_test_crash/sections/.text.unlikely", text, sizeof(text)))
		say("fact test-module-cold %s", text);
	if (read_file("/sys/kernel/debug/qcom_smem/dram_frequencies", text, sizeof(text)))
		say("fact dram-frequencies %s", text);
	tell_smem();
	tell_device();
	say("fact remoteproc %s",
	    access("/sys/bus/platform/drivers/qcom_q6v5_pas", F_OK) ? "none" : "there");
	tell_debugfs("regions");
	tell_debugfs("toc");
	tell_debugfs("limits");
}

static bool tells_of_trouble(const char *line)
{
	static const char *const signs[] = {
		"WARNING: ", "BUG: ", "Oops", "Call trace", "Unable to handle", "KASAN",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(line, signs[i]))
			return true;
	return false;
}

/* Goes on where it stopped the last time */
static void tell_log(void)
{
	static int log = -1;
	char record[8192];
	ssize_t got;

	if (log < 0)
		log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	while ((got = read(log, record, sizeof(record) - 1)) > 0 ||
	       (got < 0 && errno == EPIPE)) {
		char *text;

		if (got < 0)
			continue;
		record[got] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text++;
		text[strcspn(text, "\n")] = '\0';
		if (tells_of_trouble(text))
			say("trouble %s", text);
		else if (strcasestr(text, "minidump") && !strstr(text, "Linux version"))
			say("log %s", text);
	}
	if (errno != EAGAIN)
		fault("/dev/kmsg");
}

static void tell_pstore_file(const char *name)
{
	char path[PATH_MAX], line[4096];
	FILE *file;

	snprintf(path, sizeof(path), "/pstore/%s", name);
	say("pstore %s", name);
	file = fopen(path, "r");
	if (!file) {
		fault(path);
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		const char *marker = strstr(line, MARKER_PREFIX);

		if (marker)
			say("found %s %.32s", name, marker + strlen(MARKER_PREFIX));
	}
	fclose(file);
}

static void tell_pstore(void)
{
	DIR *directory = opendir("/pstore");
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			tell_pstore_file(entry->d_name);
	if (directory)
		closedir(directory);
}

static void load_modules(struct module_list *modules)
{
	FILE *list = fopen("/modules", "r");
	char name[64], path[128];

	if (!list) {
		fault("/modules");
		return;
	}
	while (modules->count < MODULES_MAX && fscanf(list, "%63s", name) == 1) {
		int fd;

		snprintf(path, sizeof(path), "/%s.ko", name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0)) {
			fault(path);
		} else {
			say("fact loaded %s", name);
			strcpy(modules->names[modules->count++], name);
		}
		close(fd);
	}
	fclose(list);
}

/* The kernel writes '_' in a module's name where its file has '-' */
static void unload_modules(struct module_list *modules)
{
	while (modules->count > 0) {
		char *name = modules->names[--modules->count];

		for (char *c = name; *c; c++)
			if (*c == '-')
				*c = '_';
		if (syscall(SYS_delete_module, name, O_NONBLOCK))
			fault(name);
		else
			say("fact unloaded %s", name);
	}
}

static void leave_marker(void)
{
	char line[sizeof(MARKER_PREFIX) + 33];
	uint64_t value[2];

	if (getrandom(value, sizeof(value), 0) != sizeof(value)) {
		fault("getrandom");
		return;
	}
	snprintf(line, sizeof(line), MARKER_PREFIX "%016llx%016llx\n",
		 (unsigned long long)value[0], (unsigned long long)value[1]);
	/* A kernel without pstore has no /dev/pmsg0 */
	if (write_file("/dev/kmsg", line, strlen(line)) &&
	    (access("/dev/pmsg0", F_OK) || write_file("/dev/pmsg0", line, strlen(line))))
		say("marker %.32s", line + strlen(MARKER_PREFIX));
}

/*
 * What looks for hangs has to be patient until here: on a slow machine, the way of
 * a kernel that does not hang may take longer than one is to last.
 */
static void set_sysctl(char *setting)
{
	const char *name = strsep(&setting, "=");
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", name);
	if (setting)
		write_file(path, setting, strlen(setting));
	else
		say("fault no value for %s", name);
}

/* In the way that minidump_test_crash knows under that name, or else by sysrq */
static void crash(const char *how)
{
	const char *cpu = getenv("board_crash_cpu");
	char *sysctl = getenv("board_crash_sysctl");
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu ? (size_t)atoi(cpu) : 0, &cpus);
	if (cpu && sched_setaffinity(0, sizeof(cpus), &cpus))
		fault("board_crash_cpu");
	if (sysctl)
		set_sysctl(sysctl);
	if (how && *how)
		write_file("/sys/module/minidump_test_crash/parameters/how", how, strlen(how));
	else
		write_file("/proc/sysrq-trigger", "c", 1);
}

/* Two processes that log without end, one of which tells how far it is */
_Noreturn static void stay_busy(void)
{
	pid_t child = fork();
	char line[64];
	int length;

	if (child < 0)
		fault("fork");
	for (unsigned long i = 0;; i++) {
		length = snprintf(line, sizeof(line), "board activity %lu\n", i);
		write_file(i % 2 ? "/dev/pmsg0" : "/dev/kmsg", line, (size_t)length);
		if (child && i % 8 == 0)
			say("heartbeat %lu", i / 8);
	}
}

static void run_program(void)
{
	int status = 0;
	pid_t child = fork();

	if (!child) {
		dup2(port, STDOUT_FILENO);
		execl("/run", "/run", (char *)NULL);
		fault("/run");
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		fault("running /run");
	else
		say("ended %d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void tell_leaks(void)
{
	static const char path[] = "/sys/kernel/debug/kmemleak";
	char line[500];
	FILE *file;

	if (access(path, F_OK))
		return;
	/* It tells of nothing that was allocated within the last five seconds */
	sleep(KMEMLEAK_AGE);
	/* What was in a register during one scan is found by the next */
	write_file(path, "scan", 4);
	write_file(path, "scan", 4);
	file = fopen(path, "r");
	if (!file) {
		fault(path);
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		say("leak %s", line);
	}
	fclose(file);
}

/* In a process of its own, which does nothing else until it is killed */
static pid_t start_crashing(const char *how)
{
	pid_t child = fork();

	if (!child) {
		crash(how);
		_exit(0);
	}
	if (child < 0)
		fault("fork");
	return child;
}

static void run(void)
{
	const char *how = getenv("board_crash");
	pid_t crashing = how && *how ? start_crashing(how) : 0;

	run_program();
	if (crashing > 0 && (kill(crashing, SIGKILL) || waitpid(crashing, NULL, 0) != crashing))
		fault("ending the crashes");
	tell_leaks();
	tell_log();
}

int main(void)
{
	const char *scenario = getenv("board_scenario");
	struct module_list modules = { .count = 0 };

	mount_one("devtmpfs", "/dev");
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	mount_one("debugfs", "/sys/kernel/debug");
	open_port();

	if (option("board_load"))
		load_modules(&modules);
	/* It may have been one of them */
	mount_one("pstore", "/pstore");
	take_steps();
	tell_facts();
	tell_pstore();
	if (option("board_unload")) {
		unload_modules(&modules);
		tell_device();
	}
	leave_marker();
	tell_log();

	if (scenario && !strcmp(scenario, "crash"))
		crash(getenv("board_crash"));
	else if (scenario && !strcmp(scenario, "freeze"))
		stay_busy();
	else if (scenario && !strcmp(scenario, "run"))
		run();
	else if (scenario && !strcmp(scenario, "reboot"))
		reboot(RB_AUTOBOOT);
	else if (scenario && !strcmp(scenario, "kexec"))
		start_next_kernel();
	else if (!scenario || strcmp(scenario, "poweroff"))
		say("fault no such scenario: %s", scenario ? scenario : "none");
	power_off();
}
