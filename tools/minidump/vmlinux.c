// SPDX-License-Identifier: GPL-2.0-only
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"
#include "util.h"
#include "vmlinux.h"

#define CHUNK (1 * MIB)

#define BUILD_ID_MAX 64		/* bytes; the usual kinds have 16 or 20 */

static bool build_id(Elf *elf, char *text)
{
	const void *bytes;
	ssize_t size = dwelf_elf_gnu_build_id(elf, &bytes), i;

	if (size <= 0 || size > BUILD_ID_MAX)
		return false;
	for (i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", ((const uint8_t *)bytes)[i]);

	return true;
}

/*
 * Is the string in @size bytes of the file from @offset on? @error: why not all
 * of them could be read
 */
static bool is_in_range(int fd, uint64_t offset, uint64_t size,
			const char *string, int *error)
{
	size_t length = strlen(string), got;
	uint8_t *bytes = allocate(CHUNK);
	bool found = false;

	/* The end of each chunk is the beginning of the next. */
	while (!found && size >= length) {
		got = read_at(fd, bytes, min_u64(size, CHUNK), offset);
		if (got < length) {
			*error = errno;
			break;
		}
		found = memmem(bytes, got, string, length);
		offset += got - length + 1;
		size -= got - length + 1;
	}
	free(bytes);

	return found;
}

static uint64_t file_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : (uint64_t)st.st_size;
}

/* Do its read-only data have this string? */
static bool contains(Elf *elf, int fd, const char *string, int *error)
{
	uint64_t left = file_size(fd);
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) ||
		    header.sh_type != SHT_PROGBITS ||
		    (header.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) !=
		    SHF_ALLOC)
			continue;
		/* All together they are no more than the file. */
		if (header.sh_size > left)
			break;
		left -= header.sh_size;
		if (is_in_range(fd, header.sh_offset, header.sh_size, string,
				error))
			return true;
	}

	return false;
}

static void compare_build_id(const char *expected, const char *path, Elf *elf,
			     const char **by, struct report *report)
{
	char found[2 * BUILD_ID_MAX + 1];

	if (!build_id(elf, found))
		report_problem(report, "%s has no build id", path);
	else if (strcasecmp(expected, found))
		report_problem(report,
			       "%s is of another build: its build id is %s, the dump's is %s",
			       path, found, expected);
	else
		*by = "build id";
}

static void compare_banner(const struct dump *dump, const char *path, Elf *elf,
			   int fd, const char **by, struct report *report)
{
	char banner[512], line[513];
	int error = 0;

	if (!dump_banner(dump, banner, sizeof(banner))) {
		report_problem(report,
			       "the dump has neither build id nor banner: nothing says if %s is of it",
			       path);
		return;
	}

	snprintf(line, sizeof(line), "%s\n", banner);
	if (contains(elf, fd, line, &error))
		*by = "banner";
	else if (error)
		report_problem(report, "%s: %s", path, strerror(error));
	else
		report_problem(report, "%s is of another build: it lacks \"%s\"",
			       path, banner);
}

static int open_regular(const char *path, struct report *report)
{
	/* Opening a FIFO must not wait for somebody to write into it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return report_error(report, "%s: %s", path, strerror(errno));
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);

	return report_error(report, "%s: not a regular file", path);
}

/*
 * libelf allocates for every section that is claimed, which is bearable as long
 * as e_shnum tells their number.
 */
static bool claims_too_much(int fd)
{
	uint8_t ehdr[sizeof(Elf64_Ehdr)];

	if (read_at(fd, ehdr, sizeof(ehdr), 0) < sizeof(ehdr))
		return true;

	return ehdr[EI_CLASS] == ELFCLASS64 ?
	       !get_le16(ehdr + offsetof(Elf64_Ehdr, e_shnum)) :
	       !get_le16(ehdr + offsetof(Elf32_Ehdr, e_shnum));
}

int vmlinux_check(const struct dump *dump, const char *path, const char **by,
		  struct report *report)
{
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	char expected[2 * BUILD_ID_MAX + 1];
	int fd = open_regular(path, report), ret = 0;
	Elf *elf;

	*by = NULL;
	if (fd < 0)
		return -1;

	elf_version(EV_CURRENT);
	elf = claims_too_much(fd) ? NULL :
	      elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf_kind(elf) != ELF_K_ELF)
		ret = report_error(report, "%s: not an ELF file with sections",
				   path);
	else if (vmcoreinfo && vmcoreinfo_get(vmcoreinfo, "BUILD-ID", expected,
					      sizeof(expected)))
		compare_build_id(expected, path, elf, by, report);
	else
		compare_banner(dump, path, elf, fd, by, report);
	elf_end(elf);
	close(fd);

	return ret;
}
