// SPDX-License-Identifier: GPL-2.0-only
/* Other containers: rawdump images, lists of addresses, coredumps */
#include <dirent.h>
#include <elf.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "testdump.h"

#define SECTION_SIZE 64

struct image {
	FILE *file;
	uint8_t *headers;
	uint32_t count;
	size_t first;		/* offset of the first data */
	size_t next;
};

static void put(uint8_t *to, uint64_t value, size_t size)
{
	memcpy(to, &value, size);
}

static void add_section(struct image *image, const char *name, uint64_t phys,
			const uint8_t *bytes, size_t size)
{
	uint8_t *section = image->headers + 56 + SECTION_SIZE * image->count++;

	put(section, 1, 4);
	put(section + 6, 0x1000, 2);
	put(section + 8, phys ? 1 : 3, 4);
	put(section + 12, image->next, 8);
	put(section + 20, size, 8);
	put(section + 28, phys, 8);
	memcpy(section + 44, name, strnlen(name, 20));

	if (fseek(image->file, (long)image->next, SEEK_SET) ||
	    fwrite(bytes, 1, size, image->file) != size)
		err(2, "image");
	image->next += size;
}

static uint64_t phys_of_file(const struct machine *machine, const char *file)
{
	const struct memory *memory;
	char name[128];
	size_t i;

	for (i = 0; i < machine->count; i++) {
		memory = &machine->regions[i];
		snprintf(name, sizeof(name), memory->seq ? "md_%s%u.BIN" :
			 "md_%s.BIN", memory->name, memory->seq);
		if (!strcmp(name, file))
			return memory->phys;
	}

	return 0;
}

static void add_files(struct image *image, const struct machine *machine,
		      const char *folder, bool bare_names)
{
	struct dirent **entries;
	char path[4096], name[256];
	int count = scandir(folder, &entries, NULL, alphasort), i;
	uint64_t phys;
	uint8_t *bytes;
	size_t size;

	for (i = 0; i < count; i++) {
		if (entries[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder,
			 entries[i]->d_name);
		bytes = read_file(path, &size);
		phys = phys_of_file(machine, entries[i]->d_name);
		snprintf(name, sizeof(name), "%s", entries[i]->d_name);
		if (bare_names) {
			memmove(name, name + 3, strlen(name) - 2);
			name[strlen(name) - 4] = '\0';
			phys = 0;
		}
		add_section(image, name, phys, bytes, size);
		free(bytes);
	}
}

static int compare_phys(const void *a, const void *b)
{
	const struct memory *left = a, *right = b;

	return left->phys < right->phys ? -1 : left->phys > right->phys;
}

/* All memory as ranges of 64 MiB without a name: regions lie within them. */
static void add_ranges(struct image *image, const struct machine *machine,
		       const char *folder)
{
	const size_t range = 64u << 20;
	struct machine sorted = *machine;
	char path[4096];
	uint64_t begin;
	uint8_t *bytes;
	size_t size, i;

	snprintf(path, sizeof(path), "%s/md_KELF_HEADER.BIN", folder);
	bytes = read_file(path, &size);
	add_section(image, "KELF_HEADER", 0, bytes, size);
	free(bytes);

	qsort(sorted.regions, sorted.count, sizeof(*sorted.regions),
	      compare_phys);
	for (i = 0; i < sorted.count;) {
		begin = sorted.regions[i].phys / range * range;
		bytes = get_memory(range);
		for (; i < sorted.count &&
		     sorted.regions[i].phys - begin < range; i++)
			memcpy(bytes + (sorted.regions[i].phys - begin),
			       sorted.regions[i].bytes,
			       sorted.regions[i].size);
		add_section(image, "DDRCS", begin, bytes, range);
		free(bytes);
	}
}

void write_image(const struct machine *machine, const char *folder,
		 const char *path, const char *kind)
{
	struct image image = { .first = 56 + SECTION_SIZE * MAX_REGIONS };
	static const uint8_t context[] = "registers, in firmware's format";

	image.file = fopen(path, "w+e");
	if (!image.file)
		err(2, "%s", path);
	image.headers = get_memory(image.first);
	image.next = image.first;

	if (!strcmp(kind, "ranges"))
		add_ranges(&image, machine, folder);
	else
		add_files(&image, machine, folder, !strcmp(kind, "bare"));
	if (!strcmp(kind, "context")) {
		add_section(&image, "CPU_CONTEXT", 0, context,
			    sizeof(context));
		put(image.headers + 56 + SECTION_SIZE * (image.count - 1) + 8,
		    2, 4);
	}

	memcpy(image.headers, "Raw_Dmp!", 8);
	put(image.headers + 10, 0x1000, 2);
	put(image.headers + 12, 1, 4);
	put(image.headers + 36, image.next, 8);
	put(image.headers + 44, image.next, 8);
	put(image.headers + 52, image.count, 4);
	rewind(image.file);
	if (fwrite(image.headers, 1, image.first, image.file) != image.first ||
	    fclose(image.file))
		err(2, "%s", path);
	free(image.headers);
}

/* load.cmm, which says of every file what address it is from */
void write_full_listing(const struct machine *machine, const char *folder)
{
	const struct memory *memory;
	char *text = NULL;
	size_t size, i;
	FILE *list = open_memstream(&text, &size);

	fprintf(list, "title \"minidump\"\n");
	for (i = 0; i < machine->count; i++) {
		memory = &machine->regions[i];
		fprintf(list, memory->seq ?
			"d.load.binary md_%s%u.BIN 0x%llx /noclear\r\n" :
			"d.load.binary md_%s.BIN%.0u 0x%llx /noclear\r\n",
			memory->name, memory->seq,
			(unsigned long long)memory->phys);
	}
	fclose(list);
	write_file(folder, "load.cmm", text, size);
	free(text);
}

/* As remoteproc writes it: ELF header, sections, string table, data */
struct coredump {
	int elf_class;
	size_t ehdr;
	size_t shdr;
	uint8_t *bytes;
	uint16_t sections;
};

static void put_section(struct coredump *dump, uint32_t name, uint32_t type,
			uint64_t address, uint64_t offset, uint64_t size)
{
	uint8_t *to = dump->bytes + dump->ehdr + dump->shdr * dump->sections++;

	if (dump->elf_class == ELFCLASS32)
		*(Elf32_Shdr *)to = (Elf32_Shdr){
			.sh_name = name, .sh_type = type,
			.sh_addr = (uint32_t)address,
			.sh_offset = (uint32_t)offset,
			.sh_size = (uint32_t)size,
		};
	else
		*(Elf64_Shdr *)to = (Elf64_Shdr){
			.sh_name = name, .sh_type = type, .sh_addr = address,
			.sh_offset = offset, .sh_size = size,
		};
}

static void put_ehdr(const struct coredump *dump, uint16_t sections)
{
	Elf64_Ehdr *wide = (void *)dump->bytes;
	Elf32_Ehdr *narrow = (void *)dump->bytes;

	memcpy(wide->e_ident, ELFMAG, SELFMAG);
	wide->e_ident[EI_CLASS] = (uint8_t)dump->elf_class;
	wide->e_ident[EI_DATA] = ELFDATA2LSB;
	wide->e_ident[EI_VERSION] = EV_CURRENT;
	wide->e_type = ET_CORE;
	wide->e_machine = EM_QDSP6;
	wide->e_version = EV_CURRENT;
	if (dump->elf_class == ELFCLASS32) {
		narrow->e_shoff = (uint32_t)dump->ehdr;
		narrow->e_ehsize = (uint16_t)dump->ehdr;
		narrow->e_shentsize = (uint16_t)dump->shdr;
		narrow->e_shnum = sections;
		narrow->e_shstrndx = 1;
	} else {
		wide->e_shoff = dump->ehdr;
		wide->e_ehsize = (uint16_t)dump->ehdr;
		wide->e_shentsize = (uint16_t)dump->shdr;
		wide->e_shnum = sections;
		wide->e_shstrndx = 1;
	}
}

void write_coredump(const struct machine *machine, const char *file,
		    int elf_class)
{
	struct coredump dump = {
		.elf_class = elf_class,
		.ehdr = elf_class == ELFCLASS32 ? 52 : 64,
		.shdr = elf_class == ELFCLASS32 ? 40 : 64,
	};
	size_t strings, strings_size = 9, data, i, at = 9;
	const struct memory *memory;

	strings = dump.ehdr + (machine->count + 2) * dump.shdr;
	for (i = 0; i < machine->count; i++)
		strings_size += strlen(machine->regions[i].name) + 1;
	data = strings + strings_size;
	dump.bytes = get_memory(data + (16u << 20));
	put_ehdr(&dump, (uint16_t)(machine->count + 2));
	put_section(&dump, 0, 0, 0, 0, 0);
	put_section(&dump, 1, SHT_STRTAB, 0, strings, strings_size);
	memcpy(dump.bytes + strings + 1, "STR_TBL", 8);

	for (i = 0; i < machine->count; i++) {
		memory = &machine->regions[i];
		memcpy(dump.bytes + strings + at, memory->name,
		       strlen(memory->name));
		put_section(&dump, (uint32_t)at, SHT_PROGBITS, memory->phys,
			    data, memory->size);
		memcpy(dump.bytes + data, memory->bytes, memory->size);
		data += memory->size;
		at += strlen(memory->name) + 1;
	}
	write_file("", file, dump.bytes, data);
	free(dump.bytes);
}
