// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the kernel has mapped the bank that firmware would read: the page-table
 * dump has all mappings, and /proc/kcore what is there. Of those that are of
 * normal memory, but not cached, one is to begin with the ELF header.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define HEADER_MAX	(64 * 1024)
#define PAGE		4096

static char header[HEADER_MAX], seen[HEADER_MAX];

static ssize_t read_header(void)
{
	int fd = open("/sys/kernel/debug/qcom_minidump/elf_header", O_RDONLY | O_CLOEXEC);
	ssize_t size = 0, count;

	if (fd < 0)
		return -1;
	while ((count = read(fd, header + size, sizeof(header) - (size_t)size)) > 0)
		size += count;
	close(fd);

	return size;
}

/* Kernel memory; false if there is none, or none that may be read */
static bool read_kernel(int kcore, unsigned long address, void *to, size_t size)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;

	if (pread(kcore, &ehdr, sizeof(ehdr), 0) != (ssize_t)sizeof(ehdr))
		return false;
	for (int i = 0; i < ehdr.e_phnum; i++) {
		if (pread(kcore, &phdr, sizeof(phdr), (off_t)(ehdr.e_phoff + i * sizeof(phdr))) !=
		    (ssize_t)sizeof(phdr))
			return false;
		if (phdr.p_type == PT_LOAD && address >= phdr.p_vaddr &&
		    address - phdr.p_vaddr < phdr.p_memsz)
			return pread(kcore, to, size,
				     (off_t)(phdr.p_offset + (address - phdr.p_vaddr))) == (ssize_t)size;
	}

	return false;
}

static bool begins_with_header(int kcore, unsigned long start, unsigned long end, size_t size)
{
	for (unsigned long page = start; page < end && end - page >= size; page += PAGE)
		if (read_kernel(kcore, page, seen, SELFMAG) && !memcmp(seen, header, SELFMAG) &&
		    read_kernel(kcore, page, seen, size) && !memcmp(seen, header, size))
			return true;

	return false;
}

void tell_mapping(void)
{
	FILE *tables = fopen("/sys/kernel/debug/kernel_page_tables", "r");
	int kcore = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	ssize_t size = read_header();
	unsigned long start, end;
	unsigned int count = 0;
	char line[300];

	if (!tables || kcore < 0 || size < SELFMAG) {
		fault("page tables, kcore or ELF header");
		return;
	}
	while (fgets(line, sizeof(line), tables))
		if (strstr(line, "MEM/NORMAL-NC") &&
		    sscanf(line, "0x%lx-0x%lx", &start, &end) == 2 &&
		    begins_with_header(kcore, start, end, (size_t)size))
			count++;
	say("fact uncached-banks %u", count);
	fclose(tables);
	close(kcore);
}
