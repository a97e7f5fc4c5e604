// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

#define IMAGE_HEADER	56
#define IMAGE_SECTION	64

struct field {
	size_t offset;
	size_t size;
};

/* Each list ends with a field of no size. */
static const struct field ehdr_fields[] = {
	{ EI_CLASS, 1 }, { EI_DATA, 1 },
	{ offsetof(Elf64_Ehdr, e_type), 2 },
	{ offsetof(Elf64_Ehdr, e_machine), 2 },
	{ offsetof(Elf64_Ehdr, e_phoff), 8 },
	{ offsetof(Elf64_Ehdr, e_shoff), 8 },
	{ offsetof(Elf64_Ehdr, e_phentsize), 2 },
	{ offsetof(Elf64_Ehdr, e_phnum), 2 },
	{ offsetof(Elf64_Ehdr, e_shentsize), 2 },
	{ offsetof(Elf64_Ehdr, e_shnum), 2 },
	{ offsetof(Elf64_Ehdr, e_shstrndx), 2 },
	{ 0, 0 }
};

static const struct field phdr_fields[] = {
	{ offsetof(Elf64_Phdr, p_type), 4 },
	{ offsetof(Elf64_Phdr, p_flags), 4 },
	{ offsetof(Elf64_Phdr, p_offset), 8 },
	{ offsetof(Elf64_Phdr, p_vaddr), 8 },
	{ offsetof(Elf64_Phdr, p_paddr), 8 },
	{ offsetof(Elf64_Phdr, p_filesz), 8 },
	{ offsetof(Elf64_Phdr, p_memsz), 8 },
	{ 0, 0 }
};

static const struct field shdr_fields[] = {
	{ offsetof(Elf64_Shdr, sh_name), 4 },
	{ offsetof(Elf64_Shdr, sh_type), 4 },
	{ offsetof(Elf64_Shdr, sh_addr), 8 },
	{ offsetof(Elf64_Shdr, sh_offset), 8 },
	{ offsetof(Elf64_Shdr, sh_size), 8 },
	{ offsetof(Elf64_Shdr, sh_link), 4 },
	{ 0, 0 }
};

static const struct field image_fields[] = {
	{ 0, 8 }, { 8, 2 }, { 10, 2 }, { 12, 4 }, { 36, 8 }, { 44, 8 },
	{ 52, 4 }, { 0, 0 }
};

/* All but the name, which says what the bytes are */
static const struct field section_fields[] = {
	{ 0, 4 }, { 4, 2 }, { 6, 2 }, { 8, 4 }, { 12, 8 }, { 20, 8 }, { 28, 8 },
	{ 0, 0 }
};

/* Any of the first words of what is no table */
static const struct field first_words[] = {
	{ 0, 4 }, { 4, 4 }, { 8, 4 }, { 12, 4 }, { 0, 0 }
};

static uint64_t get(const uint8_t *from, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, from, size);

	return value;
}

uint32_t random_below(struct random *random, uint32_t limit)
{
	random->state = random->state * 6364136223846793005u +
			1442695040888963407u;

	return (uint32_t)((random->state >> 33) % limit);
}

static uint64_t damaged_value(struct random *random, uint64_t value,
			      size_t size)
{
	static const uint64_t values[] = {
		0, 1, 2, 4, 64, 0xff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff,
		0x100000000, 0x7fffffffffffffff, 0x8000000000000000,
		0xfffffffffffff000, 0xffffffffffffffff,
	};
	static const int64_t steps[] = { -64, -8, -4, -1, 1, 4, 8, 64, 4096 };

	switch (random_below(random, 4)) {
	case 0:
		return value + (uint64_t)steps[random_below(random,
				sizeof(steps) / sizeof(*steps))];
	case 1:
		return value ^ 1ull << random_below(random,
						    (uint32_t)size * 8);
	default:
		return values[random_below(random,
				sizeof(values) / sizeof(*values))];
	}
}

static void damage(struct file *file, size_t base, const struct field *fields,
		   struct random *random)
{
	uint32_t count = 0;
	uint64_t value;
	uint8_t *at;

	while (fields[count].size)
		count++;
	fields += random_below(random, count);
	at = file->bytes + base + fields->offset;
	if (base + fields->offset + fields->size > file->size)
		return;
	value = damaged_value(random, get(at, fields->size), fields->size);
	memcpy(at, &value, fields->size);
}

static void damage_entry(struct file *file, struct random *random)
{
	const Elf64_Ehdr *ehdr = (const void *)file->bytes;
	bool phdr = random_below(random, 2);
	uint32_t count = phdr ? ehdr->e_phnum : ehdr->e_shnum;
	uint64_t base = phdr ? ehdr->e_phoff : ehdr->e_shoff;

	if (!count)
		return;
	base += (uint64_t)random_below(random, count) *
		(phdr ? sizeof(Elf64_Phdr) : sizeof(Elf64_Shdr));
	if (base > file->size)
		return;
	if (phdr)
		damage(file, base, phdr_fields, random);
	else
		damage(file, base, shdr_fields, random);
}

/* The notes, the names, or anything else between */
static void damage_byte(struct file *file, struct random *random)
{
	if (file->size)
		file->bytes[random_below(random, (uint32_t)file->size)] ^=
			(uint8_t)(1 + random_below(random, 255));
}

static void damage_elf(struct file *file, struct random *random)
{
	switch (random_below(random, 6)) {
	case 0:
		damage(file, 0, ehdr_fields, random);
		break;
	case 1:
		damage_byte(file, random);
		break;
	default:
		damage_entry(file, random);
	}
}

static void damage_image(struct file *file, struct random *random)
{
	uint32_t count = (uint32_t)get(file->bytes + 52, 4);

	if (!random_below(random, 4) || !count || count > FILES_MAX)
		damage(file, 0, image_fields, random);
	else
		damage(file, IMAGE_HEADER + IMAGE_SECTION *
		       random_below(random, count), section_fields, random);
}

static void resize(struct input *input, size_t index, struct random *random,
		   uint32_t times)
{
	struct file *file = &input->files[index];
	size_t size = file->size;

	switch (random_below(random, 4)) {
	case 0:
		file->size -= size ? 1 : 0;
		break;
	case 1:
		file->size = size ? random_below(random, (uint32_t)size) : 0;
		break;
	case 2:
		file->size = 0;
		break;
	default:
		/* A file that was cut before has zeros in its end then. */
		input->beyond_telling |= times > 1;
		file->hole = 1ull << random_below(random, 27);
	}
}

static void remove_file(struct input *input, size_t index)
{
	free(input->files[index].bytes);
	input->files[index] = input->files[--input->count];
}

static void swap_case(struct file *file)
{
	char *c;

	for (c = file->name; *c; c++)
		*c = (char)(islower((unsigned char)*c) ?
			    toupper((unsigned char)*c) :
			    tolower((unsigned char)*c));
}

/* One more file of the same name but for its case, with other bytes */
static void add_twin(struct input *input, size_t index)
{
	struct file *twin;

	if (input->count == FILES_MAX || !input->files[index].bytes)
		return;
	twin = &input->files[input->count++];
	*twin = input->files[index];
	twin->bytes = malloc(twin->size + 1);
	if (!twin->bytes)
		abort();
	memset(twin->bytes, 0x5a, twin->size);
	swap_case(twin);
}

static void add_list(struct input *input, struct random *random)
{
	struct file *list;
	char *text;

	if (input->count == FILES_MAX)
		return;
	text = malloc(256);
	if (!text)
		abort();
	list = &input->files[input->count++];
	*list = (struct file){ .bytes = (uint8_t *)text };
	snprintf(list->name, sizeof(list->name), "load.cmm");
	list->size = (size_t)snprintf(text, 256, "d.load.binary %s 0x%x\n",
				      input->files[random_below(random,
						(uint32_t)input->count - 1)].name,
				      random_below(random, 1u << 31));
}

static bool is_elf(const struct file *file)
{
	return file->size >= sizeof(Elf64_Ehdr) &&
	       !memcmp(file->bytes, ELFMAG, SELFMAG);
}

static bool is_image(const struct file *file)
{
	return file->size >= IMAGE_HEADER && !memcmp(file->bytes, "Raw_Dmp!", 8);
}

static void damage_folder(struct input *input, struct random *random,
			  uint32_t times)
{
	size_t index = random_below(random, (uint32_t)input->count);
	struct file *file = &input->files[index];

	switch (random_below(random, 8)) {
	case 0:
		resize(input, index, random, times);
		break;
	case 1:
		if (input->count > 1)
			remove_file(input, index);
		break;
	case 2:
		/* Of a file that is damaged, too, it cannot be told. */
		input->beyond_telling |= times > 1;
		add_twin(input, index);
		break;
	case 3:
		add_list(input, random);
		break;
	case 4:
		file->is_fifo = true;
		break;
	case 5:
		swap_case(file);
		break;
	default:
		input->beyond_telling = true;
		for (index = 0; index < input->count; index++)
			if (is_elf(&input->files[index]))
				damage_elf(&input->files[index], random);
		if (!is_elf(file))
			damage(file, 0, first_words, random);
	}
}

void input_damage(struct input *input, struct random *random)
{
	uint32_t times = 1 + random_below(random, 3), i;

	for (i = 0; i < times; i++) {
		if (input->is_folder) {
			damage_folder(input, random, times);
		} else if (is_image(input->files)) {
			if (random_below(random, 8))
				damage_image(input->files, random);
			else
				resize(input, 0, random, times);
		} else if (random_below(random, 8)) {
			input->beyond_telling = true;
			damage_elf(input->files, random);
		} else {
			resize(input, 0, random, times);
		}
	}
}
