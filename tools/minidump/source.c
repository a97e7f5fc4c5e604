// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "image.h"
#include "input.h"
#include "raw.h"
#include "source.h"
#include "subfolder.h"

/* Opening a FIFO must not wait for somebody to write into it. */
static int open_path(const char *path)
{
	if (!strcmp(path, "-"))
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

int source_open(struct source *source, const char *path,
		struct report *report)
{
	const struct input *input = input_given();
	struct stat st;

	*source = (struct source){
		.path = path, .fd = -1, .start = input->offset,
	};
	if (input->ram_count)
		return raw_open_files(source, input->ram, input->ram_count,
				      report);

	source->fd = open_path(path);
	if (source->fd < 0 || fstat(source->fd, &st))
		return report_error(report, "%s: %s", path, strerror(errno));

	if (S_ISDIR(st.st_mode))
		return subfolder_enter(source, report) ? -1 :
		       folder_read(source, report);
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return image_read(source, false, report);
	if (S_ISFIFO(st.st_mode) && !strcmp(path, "-"))
		return image_read(source, true, report);

	return report_error(report,
			    "%s: neither a folder nor a file nor a block device",
			    path);
}

void source_close(struct source *source)
{
	size_t i;

	for (i = 0; i < source->count; i++)
		free(source->pieces[i].name);
	free(source->pieces);
	for (i = 0; i < source->held_count; i++)
		close(source->held[i]);
	free(source->held);
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
}
