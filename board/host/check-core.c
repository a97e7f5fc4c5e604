// SPDX-License-Identifier: GPL-2.0-only
/*
 * check-core DUMP RAM RAM-BASE - is what firmware saved of Linux a whole core?
 *
 * DUMP holds regions.txt, md_*.BIN and minidump.elf, RAM the memory they were
 * taken from. Each region must have the same bytes in all three places, and the
 * ELF headers must say of each region what the table says. Prints a line for
 * each difference: what was seen and what was wanted.
 */
#include <err.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define REGIONS_MAX	1024

/* What core dumps of arm64 have in NT_PRSTATUS */
#define PRSTATUS_SIZE	392

struct file {
	const char *path;
	const uint8_t *bytes;
	size_t size;
};

struct region {
	char name[32];
	char file[64];
	uint64_t address;
	uint64_t size;
};

struct dump {
	const char *directory;
	struct region regions[REGIONS_MAX];
	size_t region_count;
	struct file core;
	struct file ram;
	uint64_t ram_base;
	Elf *elf;
	GElf_Ehdr header;
};

static unsigned int differences;

__attribute__((format(printf, 1, 2)))
static void differs(const char *format, ...)
{
	va_list args;

	differences++;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void want(uint64_t seen, uint64_t wanted, const char *whose, const char *what)
{
	if (seen != wanted)
		differs("%s: %s is %#" PRIx64 ", wanted %#" PRIx64, whose, what, seen, wanted);
}

static struct file map_file(const char *path)
{
	struct file file = { .path = path };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		err(2, "%s", path);
	file.size = (size_t)status.st_size;
	if (file.size) {
		file.bytes = mmap(NULL, file.size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (file.bytes == MAP_FAILED)
			err(2, "%s", path);
	}
	close(fd);
	return file;
}

static char *in_dump(const struct dump *dump, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", dump->directory, name) < 0)
		err(2, "%s", name);
	return path;
}

static void read_regions(struct dump *dump)
{
	char *path = in_dump(dump, "regions.txt");
	FILE *listing = fopen(path, "r");
	char line[512];

	if (!listing)
		err(2, "%s", path);
	while (fgets(line, sizeof(line), listing)) {
		struct region *region = &dump->regions[dump->region_count];
		unsigned int subsystem;

		if (line[0] == '#')
			continue;
		if (dump->region_count == REGIONS_MAX ||
		    sscanf(line, "%u\t%*u\t%31[^\t]\t%*u\t%*[^\t]\t%" SCNx64 "\t%" SCNu64 "\t%63s",
			   &subsystem, region->name, &region->address, &region->size,
			   region->file) != 5)
			errx(2, "%s: not understood: %s", path, line);
		if (subsystem == 0)
			dump->region_count++;
	}
	fclose(listing);
	free(path);
}

/* Where RAM has the region, or NULL with a word about it */
static const uint8_t *region_in_ram(const struct dump *dump, const struct region *region)
{
	if (region->address < dump->ram_base || region->size > dump->ram.size ||
	    region->address - dump->ram_base > dump->ram.size - region->size) {
		differs("%s: %#" PRIx64 " bytes at %#" PRIx64 " are not in RAM",
			region->name, region->size, region->address);
		return NULL;
	}
	return dump->ram.bytes + (region->address - dump->ram_base);
}

static void want_bytes(const uint8_t *seen, const uint8_t *wanted, size_t size,
		       const char *whose, const char *where)
{
	for (size_t i = 0; i < size; i++) {
		if (seen[i] == wanted[i])
			continue;
		differs("%s: byte %#zx of %s is %#x, wanted %#x as in RAM", whose, i, where,
			seen[i], wanted[i]);
		return;
	}
}

static void check_file(const struct dump *dump, const struct region *region)
{
	const uint8_t *ram = region_in_ram(dump, region);
	char *path = in_dump(dump, region->file);
	struct file file = map_file(path);

	want(file.size, region->size, region->file, "its size");
	if (ram && file.size == region->size)
		want_bytes(file.bytes, ram, file.size, region->name, region->file);
	if (file.size)
		munmap((void *)file.bytes, file.size);
	free(path);
}

static void check_segment(const struct dump *dump, size_t index, uint64_t offset)
{
	const struct region *region = &dump->regions[index];
	const uint8_t *ram = region_in_ram(dump, region);
	GElf_Phdr segment;

	if (!gelf_getphdr(dump->elf, (int)index, &segment)) {
		differs("%s: no program header", region->name);
		return;
	}
	want(segment.p_type, PT_LOAD, region->name, "p_type");
	want(segment.p_paddr, region->address, region->name, "p_paddr");
	want(segment.p_filesz, region->size, region->name, "p_filesz");
	want(segment.p_memsz, region->size, region->name, "p_memsz");
	want(segment.p_offset, offset, region->name, "p_offset");
	want(segment.p_align, 0, region->name, "p_align");
	if (ram && offset <= dump->core.size && region->size <= dump->core.size - offset)
		want_bytes(dump->core.bytes + offset, ram, region->size, region->name,
			   "its segment");

	for (size_t other = 1; other < index; other++) {
		GElf_Phdr before;

		if (gelf_getphdr(dump->elf, (int)other, &before) &&
		    segment.p_vaddr - before.p_vaddr >= before.p_memsz &&
		    before.p_vaddr - segment.p_vaddr >= segment.p_memsz)
			continue;
		differs("%s: overlaps with %s at virtual address %#" PRIx64, region->name,
			dump->regions[other].name, segment.p_vaddr);
	}
}

/*
 * One more program header of a region, by which a copy is found at its original's
 * physical address: with the page offset that the original's virtual address has
 */
static void check_alias(const struct dump *dump, size_t number)
{
	GElf_Phdr alias, segment;
	char label[32];

	snprintf(label, sizeof(label), "alias %zu", number);
	if (!gelf_getphdr(dump->elf, (int)(dump->region_count + number), &alias)) {
		differs("%s: no program header", label);
		return;
	}
	want(alias.p_type, PT_LOAD, label, "p_type");
	for (size_t i = 1; i < dump->region_count; i++) {
		if (!gelf_getphdr(dump->elf, (int)i, &segment) ||
		    segment.p_offset != alias.p_offset)
			continue;
		want(alias.p_filesz, segment.p_filesz, label, "p_filesz");
		want(alias.p_memsz, segment.p_memsz, label, "p_memsz");
		want(alias.p_vaddr % 4096, segment.p_paddr % 4096, label, "p_vaddr");
		want(alias.p_paddr % 4096, segment.p_vaddr % 4096, label, "p_paddr");
		if (alias.p_vaddr == segment.p_vaddr || alias.p_paddr == segment.p_paddr)
			differs("%s: it has an address of %s", label, dump->regions[i].name);
		return;
	}
	differs("%s: of no region", label);
}

static void check_section(const struct dump *dump, size_t number, const char *wanted_name,
			  const struct region *region, uint64_t offset)
{
	Elf_Scn *scn = elf_getscn(dump->elf, number);
	GElf_Shdr section;
	const char *name;

	if (!scn || !gelf_getshdr(scn, &section)) {
		differs("%s: no section header %zu", wanted_name, number);
		return;
	}
	name = elf_strptr(dump->elf, dump->header.e_shstrndx, section.sh_name);
	if (!name || strcmp(name, wanted_name))
		differs("section %zu is named %s, wanted %s", number, name ? name : "nothing",
			wanted_name);
	if (!region)
		return;
	want(section.sh_type, SHT_PROGBITS, wanted_name, "sh_type");
	want(section.sh_size, region->size, wanted_name, "sh_size");
	want(section.sh_offset, offset, wanted_name, "sh_offset");
}

/* PT_NOTE: NT_PRSTATUS, then VMCOREINFO, and it ends where the last one ends */
static void check_notes(const struct dump *dump)
{
	size_t offset = 0, next, name_at, desc_at;
	Elf_Data *notes;
	GElf_Phdr segment;
	GElf_Nhdr note;
	const char *text;

	if (!gelf_getphdr(dump->elf, 0, &segment) || segment.p_type != PT_NOTE) {
		differs("program header 0 is no PT_NOTE");
		return;
	}
	notes = elf_getdata_rawchunk(dump->elf, (int64_t)segment.p_offset, segment.p_filesz,
				     ELF_T_NHDR);
	if (!notes) {
		differs("notes of %#" PRIx64 " bytes at %#" PRIx64 " are not in the file",
			segment.p_filesz, segment.p_offset);
		return;
	}

	next = gelf_getnote(notes, offset, &note, &name_at, &desc_at);
	text = notes->d_buf;
	if (!next || note.n_namesz != 5 || memcmp(text + name_at, "CORE", 5) ||
	    note.n_type != NT_PRSTATUS)
		differs("the first note is no NT_PRSTATUS");
	else
		want(note.n_descsz, PRSTATUS_SIZE, "NT_PRSTATUS", "its size");

	offset = next;
	next = offset ? gelf_getnote(notes, offset, &note, &name_at, &desc_at) : 0;
	if (!next || note.n_namesz != 11 || memcmp(text + name_at, "VMCOREINFO", 11) ||
	    note.n_type != 0)
		differs("the second note, at %#zx, is no VMCOREINFO", offset);
	else if (!memmem(text + desc_at, note.n_descsz, "\nSYMBOL(prb)=", 13))
		differs("VMCOREINFO does not tell where the log is");

	/* Then those of CPUs that a panic has stopped, and nothing else */
	while (next && next < segment.p_filesz) {
		offset = next;
		next = gelf_getnote(notes, offset, &note, &name_at, &desc_at);
		if (!next || note.n_namesz != 5 || memcmp(text + name_at, "CORE", 5) ||
		    note.n_type != NT_PRSTATUS || note.n_descsz != PRSTATUS_SIZE)
			differs("the note at %#zx is no NT_PRSTATUS", offset);
	}
	want(next, segment.p_filesz, "notes", "the end of the last one");
}

static bool has_region(const struct dump *dump, const char *name)
{
	for (size_t i = 1; i < dump->region_count; i++)
		if (!strcmp(dump->regions[i].name, name))
			return true;
	return false;
}

static void check_core(const struct dump *dump)
{
	uint64_t offset = dump->regions[0].size;
	size_t sections;

	want(dump->header.e_type, ET_CORE, "ELF header", "e_type");
	want(dump->header.e_machine, EM_AARCH64, "ELF header", "e_machine");
	want(dump->header.e_phoff, 64, "ELF header", "e_phoff");
	/* A panic adds some, with the kernel's data */
	if (dump->header.e_phnum < dump->region_count || !has_region(dump, "KSTACKTAB0"))
		want(dump->header.e_phnum, dump->region_count, "ELF header", "e_phnum");
	/* No section is number 0, the names' section comes next */
	if (elf_getshdrnum(dump->elf, &sections))
		errx(2, "%s: %s", dump->core.path, elf_errmsg(-1));
	want(sections, dump->region_count + 1, "ELF header", "e_shnum");

	check_notes(dump);
	check_section(dump, 1, "STR_TBL", NULL, 0);
	for (size_t i = 1; i < dump->region_count; i++) {
		const struct region *region = &dump->regions[i];

		check_segment(dump, i, offset);
		check_section(dump, i + 1, region->name, region, offset);
		offset += region->size;
	}
	for (size_t i = 0; dump->region_count + i < dump->header.e_phnum; i++)
		check_alias(dump, i);
	want(dump->core.size, offset, "minidump.elf", "its size");
}

int main(int argc, char **argv)
{
	static struct dump dump;
	char *end, *path;

	if (argc != 4) {
		fputs("usage: check-core DUMP-DIRECTORY RAM-FILE RAM-BASE\n", stderr);
		return 2;
	}
	dump.directory = argv[1];
	dump.ram = map_file(argv[2]);
	dump.ram_base = strtoull(argv[3], &end, 0);
	if (*end || end == argv[3])
		errx(2, "%s: wanted an address", argv[3]);

	read_regions(&dump);
	if (!dump.region_count) {
		differs("no region of Linux was saved");
		return 1;
	}
	for (size_t i = 0; i < dump.region_count; i++)
		check_file(&dump, &dump.regions[i]);

	path = in_dump(&dump, "minidump.elf");
	dump.core = map_file(path);
	elf_version(EV_CURRENT);
	dump.elf = elf_memory((char *)dump.core.bytes, dump.core.size);
	if (!dump.elf || !gelf_getehdr(dump.elf, &dump.header))
		errx(2, "%s: %s", path, elf_errmsg(-1));
	check_core(&dump);
	elf_end(dump.elf);
	free(path);
	return differences ? 1 : 0;
}
