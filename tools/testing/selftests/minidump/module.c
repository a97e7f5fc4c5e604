// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and unloads the test module, and asks it for regions.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "minidump_test.h"
#include "test_modules/minidump_test_regions.h"

static int device = -1;

/* The module lies beside this program */
static int open_module(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length < 0)
		return -1;
	path[length] = '\0';
	*(strrchr(path, '/') + 1) = '\0';
	if (strlen(path) + sizeof(MODULE_NAME ".ko") > sizeof(path))
		return -1;
	strcat(path, MODULE_NAME ".ko");
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* By a node of our own, as whoever makes them in /dev may not have come to it yet */
static int open_device(void)
{
	static const char node[] = "/dev/minidump_test_node";
	unsigned int major, minor;
	struct bytes file;
	int numbers, fd;

	if (!file_read("/sys/class/misc/minidump_test/dev", &file))
		return -1;
	numbers = sscanf((char *)file.at, "%u:%u", &major, &minor);
	free(file.at);
	unlink(node);
	if (numbers != 2 || mknod(node, S_IFCHR | 0600, makedev(major, minor))) {
		wrong("%s: %s", node, strerror(errno));
		return -1;
	}
	fd = open(node, O_RDWR | O_CLOEXEC);
	unlink(node);
	return fd;
}

/* Built for another kernel, or not signed as this one wants it */
static bool is_unwanted(int error)
{
	return error == ENOEXEC || error == EKEYREJECTED || error == ENOKEY || error == EPERM;
}

bool module_load(const char **skip)
{
	int fd = open_module();
	long ret;

	if (fd < 0) {
		*skip = "there is no " MODULE_NAME ".ko";
		return true;
	}
	/* What an interrupted run left */
	if (!access("/sys/module/" MODULE_NAME, F_OK) && !module_unload()) {
		close(fd);
		return false;
	}
	ret = syscall(SYS_finit_module, fd, "", 0);
	if (ret && is_unwanted(errno))
		*skip = "the kernel does not take " MODULE_NAME ".ko";
	else if (ret)
		wrong(MODULE_NAME ".ko: %s", strerror(errno));
	close(fd);
	if (ret)
		return *skip;
	device = open_device();
	if (device < 0) {
		module_unload();
		return wrong("the device minidump_test cannot be opened");
	}
	return true;
}

bool module_unload(void)
{
	if (device >= 0)
		close(device);
	device = -1;
	if (syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK))
		return wrong("unloading " MODULE_NAME ": %s", strerror(errno));
	return true;
}

int page_add(unsigned int page, const char *name, uint64_t size, uint64_t shift,
	     struct region *added)
{
	struct minidump_test_region wanted = { .page = page, .size = size, .shift = shift };

	snprintf(wanted.name, sizeof(wanted.name), "%s", name);
	if (ioctl(device, MINIDUMP_TEST_ADD, &wanted))
		return errno;
	if (added) {
		snprintf(added->name, sizeof(added->name), "%s", name);
		snprintf(added->client, sizeof(added->client), MODULE_NAME);
		added->physical = wanted.phys;
		added->virtual = wanted.virt;
		added->size = size;
	}
	return 0;
}

int page_remove(unsigned int page)
{
	struct minidump_test_region wanted = { .page = page };

	return ioctl(device, MINIDUMP_TEST_REMOVE, &wanted) ? errno : 0;
}
