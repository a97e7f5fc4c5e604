// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "util.h"

static const int fatal_signals[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };

/* For the signal handler, which has no other way to find it */
static char *_Atomic unfinished;

static void remove_unfinished(int number)
{
	if (unfinished)
		unlink(unfinished);
	/* The default action was restored by SA_RESETHAND. */
	raise(number);
}

static void watch_signals(void)
{
	struct sigaction action = { .sa_handler = remove_unfinished,
				    .sa_flags = SA_RESETHAND };
	struct sigaction before;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		if (!sigaction(fatal_signals[i], NULL, &before) &&
		    before.sa_handler == SIG_DFL)
			sigaction(fatal_signals[i], &action, NULL);
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

static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	static const char pattern[] = ".minidump.XXXXXX";
	char *name = allocate(folder + sizeof(pattern));

	memcpy(name, path, folder);
	memcpy(name + folder, pattern, sizeof(pattern));

	return name;
}

int output_open(struct output *output, const char *path,
		struct report *report)
{
	*output = (struct output){ .path = path, .fd = -1 };
	if (check_target(path, report))
		return -1;

	/* What was in a machine's memory is its owner's business: mode 0600. */
	output->temporary = temporary_name(path);
	output->fd = mkostemp(output->temporary, O_CLOEXEC);
	if (output->fd < 0) {
		free(output->temporary);
		output->temporary = NULL;
		return report_error(report, "%s: %s", path, strerror(errno));
	}
	unfinished = output->temporary;
	watch_signals();

	return 0;
}

int output_commit(struct output *output, uint64_t size,
		  struct report *report)
{
	int fd = output->fd;

	if (ftruncate(fd, (off_t)size))
		return report_error(report, "%s: %s", output->path,
				    strerror(errno));
	/* Some file systems tell only now that there is no room. */
	output->fd = -1;
	if (close(fd) || rename(output->temporary, output->path))
		return report_error(report, "%s: %s", output->path,
				    strerror(errno));

	unfinished = NULL;
	free(output->temporary);
	output->temporary = NULL;

	return 0;
}

void output_discard(struct output *output)
{
	if (!output->temporary)
		return;

	unlink(output->temporary);
	unfinished = NULL;
	free(output->temporary);
	output->temporary = NULL;
	if (output->fd >= 0)
		close(output->fd);
}
