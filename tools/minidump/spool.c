// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"
#include "util.h"

static const char *folder(void)
{
	const char *wanted = secure_getenv("TMPDIR");

	return wanted && *wanted ? wanted : "/var/tmp";
}

/* Some file systems know no file without a name. */
static int open_and_unlink(const char *path)
{
	sigset_t all, before;
	char *name = NULL;
	int fd;

	if (asprintf(&name, "%s/minidump.XXXXXX", path) < 0)
		out_of_memory();
	/* No signal may come between the two calls. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(name);

	return fd;
}

int spool_open(struct report *report)
{
	const char *path = folder();
	int fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = open_and_unlink(path);
	if (fd < 0)
		return report_error(report,
				    "no temporary file in %s: %s; TMPDIR chooses another folder",
				    path, strerror(errno));

	return fd;
}
