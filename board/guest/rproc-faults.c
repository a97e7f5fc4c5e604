// SPDX-License-Identifier: GPL-2.0-only
/*
 * A processor crashes, and one of the allocations on the way to its coredump fails,
 * one after the other. remoteproc makes the coredump on behalf of the task that asks
 * for the recovery, if it does not recover processors by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail-nth.h"
#include "rproc.h"

#define REGIONS		3
#define REGION_NAMES	"FIRST,SECOND,LAST_BYTES"

static bool is_in_state(const struct processor *p, const char *wanted)
{
	char path[100], state[20] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/class/remoteproc/remoteproc%u/state", p->rproc);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, state, sizeof(state) - 1) < 0)
		give_up(path);
	close(fd);
	state[strcspn(state, "\n")] = '\0';
	return !strcmp(state, wanted);
}

/* A worker of remoteproc's takes notice */
static void have_crash(const struct processor *p)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/kernel/debug/remoteproc/remoteproc%u/crash", p->rproc);
	write_file(path, "2");
	while (!is_in_state(p, "crashed"))
		sched_yield();
}

/*
 * A coredump has all regions, or there is none, whatever fails. It comes before the
 * processor is started again: where that fails, there is no more to try.
 */
void test_failing_memory(const struct processor *p)
{
	unsigned int nth = 0, whole = 0, bad = 0;
	bool failed;
	struct dump dump;
	char path[100];
	int recovery;

	expect(p, "a coredump before anything fails", REGIONS, REGION_NAMES, 0);
	snprintf(path, sizeof(path), "/sys/kernel/debug/remoteproc/remoteproc%u/recovery",
		 p->rproc);
	write_file(path, "disabled");
	recovery = open(path, O_WRONLY | O_CLOEXEC);
	if (recovery < 0)
		give_up(path);
	fail_nth_open();
	do {
		have_crash(p);
		fail_nth_set(++nth);
		if (pwrite(recovery, "recover", 7, 0) < 0 && errno != EFAULT && errno != ENOMEM)
			give_up(path);
		failed = fail_nth_has_failed();
		fail_nth_set(0);
		/* It may not even have read that word */
		if (is_in_state(p, "crashed") && pwrite(recovery, "recover", 7, 0) != 7)
			give_up(path);
		dump = take_dump(p);
		if (dump.bytes && !as_wanted(&dump, p, REGIONS, REGION_NAMES)) {
			say("# after number %u has failed\n", nth);
			bad++;
		}
		whole += !!dump.bytes;
		free(dump.bytes);
	} while (failed && is_in_state(p, "running") && nth < NTH_MAX);
	say("# a coredump: %u allocations and copies failed, and %u times there was none\n",
	    nth - !failed, nth - whole);
	result(!bad && whole && whole < nth, "coredumps are whole, or there is none");
	test_leaks();
}
