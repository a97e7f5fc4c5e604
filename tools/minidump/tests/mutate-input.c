// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mutate.h"

static void load_file(struct input *input, int folder, const char *path,
		      const char *name)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	struct file *file;
	struct stat st;

	if (input->count == FILES_MAX || fd < 0 || fstat(fd, &st))
		err(2, "%s", path);
	file = &input->files[input->count++];
	snprintf(file->name, sizeof(file->name), "%s", name);
	file->size = (size_t)st.st_size;
	file->bytes = malloc(file->size + 1);
	if (!file->bytes || read(fd, file->bytes, file->size) != st.st_size)
		err(2, "%s", path);
	close(fd);
}

void input_load(struct input *input, const char *path)
{
	struct dirent **entries;
	int count, folder, i;

	*input = (struct input){ 0 };
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		load_file(input, AT_FDCWD, path, "input");
		return;
	}

	input->is_folder = true;
	count = scandir(path, &entries, NULL, alphasort);
	for (i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.')
			load_file(input, folder, entries[i]->d_name,
				  entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	close(folder);
}

void input_copy(struct input *to, const struct input *from)
{
	struct file *file;
	size_t i;

	*to = *from;
	for (i = 0; i < to->count; i++) {
		file = &to->files[i];
		file->bytes = malloc(file->size + 1);
		if (!file->bytes)
			err(2, NULL);
		memcpy(file->bytes, from->files[i].bytes, file->size);
	}
}

void input_free(struct input *input)
{
	size_t i;

	for (i = 0; i < input->count; i++)
		free(input->files[i].bytes);
	input->count = 0;
}

static void store_file(const struct file *file, int folder, const char *name)
{
	int fd;

	/* The last file of a name is the one; nobody would read from a FIFO. */
	unlinkat(folder, name, 0);
	if (file->is_fifo) {
		mkfifoat(folder, name, 0600);
		return;
	}
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0600);
	if (fd < 0 || write(fd, file->bytes, file->size) !=
		      (ssize_t)file->size ||
	    ftruncate(fd, (off_t)(file->size + file->hole)))
		err(2, "%s", name);
	close(fd);
}

void input_store(const struct input *input, const char *path)
{
	int folder;
	size_t i;

	if (!input->is_folder) {
		store_file(input->files, AT_FDCWD, path);
		return;
	}

	if (mkdir(path, 0700))
		err(2, "%s", path);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < input->count; i++)
		store_file(&input->files[i], folder, input->files[i].name);
	close(folder);
}
