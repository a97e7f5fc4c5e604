// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "fail-nth.h"

static int nth_file;

static void set_option(const char *what, const char *option, const char *value)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", what, option);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		give_up(path);
	close(fd);
}

/* Everything that a task asks for, whether it could wait for memory or not */
void fail_nth_open(void)
{
	set_option("failslab", "ignore-gfp-wait", "N");
	set_option("failslab", "verbose", "0");
	set_option("fail_page_alloc", "ignore-gfp-wait", "N");
	set_option("fail_page_alloc", "ignore-gfp-highmem", "N");
	set_option("fail_page_alloc", "min-order", "0");
	set_option("fail_page_alloc", "verbose", "0");
	set_option("fail_usercopy", "verbose", "0");
	nth_file = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_file < 0)
		give_up("fail-nth");
}

/* From where a function begins to where the next one does */
static void find_function(const char *function, unsigned long *start, unsigned long *end)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long address;
	char line[256], name[128];

	*start = *end = 0;
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx %*s %127s", &address, name) != 2)
			continue;
		if (*start && address > *start && (!*end || address < *end))
			*end = address;
		if (!strcmp(name, function))
			*start = address;
	}
	if (!*end)
		give_up(function);
	fclose(file);
}

void fail_nth_within(const char *function)
{
	static const char *const whats[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	unsigned long start = 0, end = ~0ul;
	char text[32];

	if (function)
		find_function(function, &start, &end);
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		snprintf(text, sizeof(text), "%#lx", start);
		set_option(whats[i], "require-start", text);
		snprintf(text, sizeof(text), "%#lx", end);
		set_option(whats[i], "require-end", text);
	}
}

/* Writing copies from user space: if that is what fails, it does not fail again */
void fail_nth_set(unsigned int nth)
{
	ssize_t length;
	char text[16];

	length = snprintf(text, sizeof(text), "%u", nth);
	if (pwrite(nth_file, text, (size_t)length, 0) != length &&
	    pwrite(nth_file, text, (size_t)length, 0) != length)
		give_up("fail-nth");
}

/* Reading copies to user space: if that is what fails, nothing had before */
bool fail_nth_has_failed(void)
{
	char text[16];

	return pread(nth_file, text, sizeof(text), 0) > 0 && text[0] == '0';
}
