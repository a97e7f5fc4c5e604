// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "util.h"

struct output {
	const char *path;
	char *hidden;		/* its name before it has its own, or NULL */
	int fd;
};

/* For the ways out of the program, which have no other way to find it */
static char *_Atomic unfinished;

static void remove_unfinished(void)
{
	if (unfinished)
		unlink(unfinished);
}

static void die(int number)
{
	remove_unfinished();
	/* The default action was restored by SA_RESETHAND. */
	raise(number);
}

/* What else is no way out, SIGSTOP, cannot be had, nor can SIGKILL. */
static bool ends_program(int number)
{
	switch (number) {
	case SIGCHLD:
	case SIGCONT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGURG:
	case SIGWINCH:
		return false;
	default:
		return true;
	}
}

static void watch_ways_out(void)
{
	struct sigaction action = { .sa_handler = die,
				    .sa_flags = SA_RESETHAND };
	struct sigaction before;
	int number;

	atexit(remove_unfinished);
	for (number = 1; number <= SIGRTMAX; number++)
		if (ends_program(number) &&
		    !sigaction(number, NULL, &before) &&
		    before.sa_handler == SIG_DFL)
			sigaction(number, &action, NULL);
}

/*
 * Renaming over a device node or a folder would destroy it, and a link is
 * somebody's way to have the file elsewhere.
 */
static int check_target(const char *path, struct report *report)
{
	struct stat st;

	if (!*path)
		return report_error(report, "the output's name is empty");
	if (lstat(path, &st))
		return errno == ENOENT ? 0 :
		       report_error(report, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return report_error(report,
				    "%s: exists and is not a regular file",
				    path);

	return 0;
}

/* @name in the folder of @path */
static char *beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	char *other = allocate(folder + strlen(name) + 1);

	memcpy(other, path, folder);
	memcpy(other + folder, name, strlen(name) + 1);

	return other;
}

static int open_nameless(const char *path)
{
	char *folder;
	int fd;

	/* The way to give it a name later leads through here. */
	if (access("/proc/self/fd", X_OK))
		return -1;

	folder = beside(path, ".");
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	free(folder);

	return fd;
}

static int open_hidden(struct output *output, struct report *report)
{
	sigset_t all, before;

	watch_ways_out();
	output->hidden = beside(output->path, ".minidump.XXXXXX");
	/* No signal may come before it is known what to remove. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	output->fd = mkostemp(output->hidden, O_CLOEXEC);
	if (output->fd >= 0)
		unfinished = output->hidden;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (output->fd >= 0)
		return 0;

	free(output->hidden);

	return report_error(report, "%s: %s", output->path, strerror(errno));
}

/* What was in a machine's memory is its owner's business: mode 0600. */
static int output_open(struct output *output, const char *path,
		       struct report *report)
{
	*output = (struct output){ .path = path };
	if (check_target(path, report))
		return -1;

	output->fd = open_nameless(path);
	if (output->fd >= 0)
		return 0;

	return open_hidden(output, report);
}

static int link_nameless(int fd, const char *path)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);

	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static int link_hidden(struct output *output)
{
	char name[32];
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -1;
	snprintf(name, sizeof(name), ".minidump.%016llx",
		 (unsigned long long)random);
	watch_ways_out();
	output->hidden = beside(output->path, name);
	unfinished = output->hidden;

	return link_nameless(output->fd, output->hidden);
}

/* A name that is taken can only be replaced by one that is there. */
static int give_name(struct output *output)
{
	if (!output->hidden) {
		if (!link_nameless(output->fd, output->path))
			return 0;
		if (errno != EEXIST || link_hidden(output))
			return -1;
	}
	if (rename(output->hidden, output->path))
		return -1;
	unfinished = NULL;

	return 0;
}

/* Some file systems tell only when they are synced that there is no room. */
static int output_commit(struct output *output, uint64_t size,
			 struct report *report)
{
	if (ftruncate(output->fd, (off_t)size) || fsync(output->fd) ||
	    give_name(output))
		return report_error(report, "%s: %s", output->path,
				    strerror(errno));

	return 0;
}

static void output_close(struct output *output)
{
	remove_unfinished();
	unfinished = NULL;
	free(output->hidden);
	close(output->fd);
}

int output_make(const char *path, output_writer write, void *context,
		struct report *report)
{
	struct output output;
	uint64_t size = 0;
	int ret;

	if (output_open(&output, path, report))
		return -1;

	ret = write(context, output.fd, &size, report);
	if (!ret)
		ret = output_commit(&output, size, report);
	output_close(&output);

	return ret;
}
