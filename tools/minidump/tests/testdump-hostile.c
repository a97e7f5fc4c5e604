// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small inputs that would take all memory or all time of a program that
 * believes them, and a way to see what a program takes.
 */
#include <elf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testdump.h"

#define ENTRIES		4000
#define VIRT(i)		(0xffff000080000000ull + 4096ull * (i))
#define PHYS(i)		(0x80000000ull + 4096ull * (i))

struct hostile {
	uint8_t *bytes;
	Elf64_Ehdr *ehdr;
	Elf64_Phdr *phdr;
	Elf64_Shdr *shdr;
	char *strings;
	size_t size;
};

static void start(struct hostile *elf, size_t strings)
{
	size_t phdrs = sizeof(Elf64_Ehdr);
	size_t shdrs = phdrs + ENTRIES * sizeof(Elf64_Phdr);
	size_t names = shdrs + (ENTRIES + 2) * sizeof(Elf64_Shdr);

	elf->size = names + strings;
	elf->bytes = get_memory(elf->size);
	elf->ehdr = (void *)elf->bytes;
	elf->phdr = (void *)(elf->bytes + phdrs);
	elf->shdr = (void *)(elf->bytes + shdrs);
	elf->strings = (char *)elf->bytes + names;
	memcpy(elf->ehdr->e_ident, ELFMAG, SELFMAG);
	elf->ehdr->e_ident[EI_CLASS] = ELFCLASS64;
	elf->ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
	elf->ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	elf->ehdr->e_type = ET_CORE;
	elf->ehdr->e_machine = EM_AARCH64;
	elf->ehdr->e_version = EV_CURRENT;
	elf->ehdr->e_ehsize = sizeof(Elf64_Ehdr);
	elf->ehdr->e_phoff = phdrs;
	elf->ehdr->e_phentsize = sizeof(Elf64_Phdr);
	elf->ehdr->e_phnum = ENTRIES;
	elf->ehdr->e_shoff = shdrs;
	elf->ehdr->e_shentsize = sizeof(Elf64_Shdr);
	elf->ehdr->e_shnum = ENTRIES + 2;
	elf->ehdr->e_shstrndx = 1;
	elf->shdr[1] = (Elf64_Shdr){
		.sh_type = SHT_STRTAB, .sh_offset = names, .sh_size = strings,
	};
}

static void add(struct hostile *elf, size_t index, uint32_t name,
		uint64_t offset, uint64_t size)
{
	elf->phdr[index] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = offset,
		.p_vaddr = VIRT(index), .p_paddr = PHYS(index),
		.p_filesz = size, .p_memsz = size,
	};
	elf->shdr[index + 2] = (Elf64_Shdr){
		.sh_name = name, .sh_type = SHT_PROGBITS,
		.sh_addr = VIRT(index), .sh_offset = offset, .sh_size = size,
	};
}

static void write_all(const char *path, const struct hostile *elf, off_t size)
{
	write_file("", path, elf->bytes, elf->size);
	if (size && truncate(path, size))
		err(2, "%s", path);
	free(elf->bytes);
}

/* Each section's name is what is left of a string table of 1 MiB. */
static void make_names(const char *path)
{
	size_t strings = 1 << 20, i;
	struct hostile elf;

	start(&elf, strings);
	memset(elf.strings + 1, 'A', strings - 2);
	for (i = 0; i < ENTRIES; i++)
		add(&elf, i, 1 + (uint32_t)i % 16, elf.size + 4 * i, 4);
	write_all(path, &elf, (off_t)(elf.size + 4 * ENTRIES));
}

/* All regions have one name. */
static void make_twins(const char *path)
{
	struct hostile elf;
	size_t i;

	start(&elf, 4);
	memcpy(elf.strings, "\0KA", 4);
	for (i = 0; i < ENTRIES; i++)
		add(&elf, i, 1, elf.size + 4 * i, 4);
	write_all(path, &elf, (off_t)(elf.size + 4 * ENTRIES));
}

/* Each segment is all of a file of 1 TiB, and none has VMCOREINFO. */
static void make_scan(const char *path)
{
	off_t size = (off_t)1 << 40;
	struct hostile elf;
	size_t i;

	start(&elf, 1);
	for (i = 0; i < ENTRIES; i++)
		add(&elf, i, 0, 0, (uint64_t)size);
	write_all(path, &elf, size);
}

/* So does each page look like the beginning of VMCOREINFO. */
static void make_notes(const char *path)
{
	size_t header, pages = 2048, i;
	struct hostile elf;
	uint8_t *all;

	start(&elf, 1);
	header = round_up(elf.size, 4096);
	for (i = 0; i < ENTRIES; i++) {
		add(&elf, i, 0, header, pages * 4096);
		elf.phdr[i].p_paddr = PHYS(i * pages);
	}
	all = get_memory(header + pages * 4096);
	memcpy(all, elf.bytes, elf.size);
	for (i = 0; i < pages; i++) {
		memcpy(all + header + 4096 * i,
		       (uint32_t[]){ 11, 1 << 20, 0 }, 12);
		memcpy(all + header + 4096 * i + 12, "VMCOREINFO", 10);
	}
	free(elf.bytes);
	elf.bytes = all;
	elf.size = header + pages * 4096;
	write_all(path, &elf, 0);
}

/*
 * As many notes as a program believes, half their bytes small ones, and the rest
 * CPUs without an id: what looks at all notes for each CPU sees most then.
 */
static void make_cpus(const char *path)
{
	static const uint32_t small[] = { 2, 0, 0, 'A' };
	static const uint32_t cpu[] = { 5, 392, 1, 0x45524f43 /* CORE */, 0 };
	size_t room = 1 << 20, at = 0;
	struct hostile elf;
	uint8_t *notes;

	start(&elf, room + 4);
	notes = (uint8_t *)elf.strings;
	elf.ehdr->e_phnum = 2;
	elf.ehdr->e_shoff = 0;
	elf.ehdr->e_shnum = 0;
	elf.phdr[0] = (Elf64_Phdr){
		.p_type = PT_NOTE, .p_offset = elf.size - room - 4,
	};
	add(&elf, 1, 0, elf.size - 4, 4);
	for (; at < room / 2; at += sizeof(small))
		memcpy(notes + at, small, sizeof(small));
	for (; at + sizeof(cpu) + 392 <= room; at += sizeof(cpu) + 392) {
		memcpy(notes + at, cpu, sizeof(cpu));
		notes[at + sizeof(cpu) + 112] = 1;	/* x0 */
	}
	elf.phdr[0].p_filesz = at;
	write_all(path, &elf, 0);
}

static void write_files(const char *folder, const char *pattern, size_t step)
{
	char name[300];
	size_t i;

	for (i = 0; i < ENTRIES; i++) {
		snprintf(name, sizeof(name), pattern, i * step);
		write_file(folder, name, "1234", 4);
	}
}

/* Names of 200 letters that differ only at their ends, two regions of each */
static void make_pairs(const char *folder)
{
	char letters[201], name[256];
	struct hostile elf;
	size_t i, at = 1;

	memset(letters, 'A', 200);
	letters[0] = 'K';
	letters[200] = '\0';
	start(&elf, 1 + ENTRIES * 210);
	for (i = 0; i < ENTRIES; i++) {
		add(&elf, i, (uint32_t)at, elf.size + 4 * i, 4);
		at += (size_t)sprintf(elf.strings + at, "%s%zu", letters,
				      i / 2) + 1;
	}
	write_file(folder, "md_KELF1.BIN", elf.bytes, elf.size);
	free(elf.bytes);
	snprintf(name, sizeof(name), "md_%sB%%zu.BIN", letters);
	write_files(folder, name, 1);
}

/* Regions without a name, and files whose numbers are of none of them */
static void make_unnamed(const char *folder)
{
	struct hostile elf;
	size_t i;

	start(&elf, 1);
	elf.ehdr->e_shnum = 0;
	elf.ehdr->e_shoff = 0;
	for (i = 0; i < ENTRIES; i++)
		add(&elf, i, 0, elf.size + 4 * i, 4);
	write_file(folder, "md_KELF1.BIN", elf.bytes, elf.size);
	free(elf.bytes);
	write_files(folder, "md_KAAAAAAAAAAAAAAAA1%zu.BIN", 2);
}

/* Lists in every spelling of load.cmm, and all files at one address */
static void make_lists(const char *folder)
{
	static const char line[] = "0x80000000 md_KA0.BIN\n";
	size_t size = 1 << 20, at, i, bit;
	char *text = get_memory(size), name[] = "load.cmm";

	make_unnamed(folder);
	for (at = 0; at + sizeof(line) < size; at += sizeof(line) - 1)
		memcpy(text + at, line, sizeof(line) - 1);
	for (i = 0; i < ENTRIES; i++)
		at -= (size_t)snprintf(text + at - 60, 60,
				       "0x80000000 md_KAAAAAAAAAAAAAAAA1%zu.BIN\n",
				       i * 2);
	for (i = 0; i < 64; i++) {
		memcpy(name, "load.cmm", 8);
		for (bit = 0; bit < 8; bit++)
			if (i >> bit & 1 && name[bit] != '.')
				name[bit] -= 'a' - 'A';
		write_file(folder, name, text, size);
	}
	free(text);
}

void write_hostile(const char *kind, const char *path)
{
	static const struct {
		const char *kind;
		void (*make)(const char *path);
	} makers[] = {
		{ "names", make_names },
		{ "twins", make_twins },
		{ "scan", make_scan },
		{ "notes", make_notes },
		{ "cpus", make_cpus },
		{ "pairs", make_pairs },
		{ "unnamed", make_unnamed },
		{ "lists", make_lists },
	};
	size_t i;

	for (i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
		if (strcmp(makers[i].kind, kind))
			continue;
		makers[i].make(path);
		return;
	}
	errx(2, "nothing hostile is called %s", kind);
}

/* Runs a command; 0 if it took at most so much of both, whatever it said */
int run_limited(const char *seconds, const char *kib, char **command)
{
	struct rlimit limit = { 60, 60 };
	struct rusage usage;
	double took;
	int status;
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		setrlimit(RLIMIT_CPU, &limit);
		execv(command[0], command);
		err(127, "%s", command[0]);
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		err(2, "wait");
	took = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	printf("%.2f s, %ld KiB, status 0x%x\n", took, usage.ru_maxrss, status);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 2)
		errx(1, "it ended with status 0x%x", status);
	if (took > strtod(seconds, NULL) ||
	    usage.ru_maxrss > strtol(kib, NULL, 10))
		errx(1, "it took %.2f s and %ld KiB, may take %s s and %s KiB",
		     took, usage.ru_maxrss, seconds, kib);

	return 0;
}
