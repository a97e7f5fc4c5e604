// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what firmware makes of the tables of Linux, for the tests.
 *
 * This reads the tables at the offsets that firmware and the ELF standard
 * define, and includes none of the driver's headers on purpose: a mistake there
 * must not be repeated here.
 */

#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#include <asm/byteorder.h>

#include "qcom_minidump_firmware.h"

static const void *firmware_map(const struct firmware_memory *memory, u64 phys, u64 size)
{
	u64 offset = phys - memory->phys;

	if (offset >= memory->size || size > memory->size - offset)
		return NULL;

	return memory->virt + offset;
}

static u32 le32_at(const void *base, size_t offset)
{
	return le32_to_cpup(base + offset);
}

static u64 le64_at(const void *base, size_t offset)
{
	return le64_to_cpup(base + offset);
}

/* ELF files are in the byte order of the machine */
static u16 u16_at(const void *base, size_t offset)
{
	return *(const u16 *)(base + offset);
}

static u32 u32_at(const void *base, size_t offset)
{
	return *(const u32 *)(base + offset);
}

static u64 u64_at(const void *base, size_t offset)
{
	return *(const u64 *)(base + offset);
}

static const char *firmware_read_table(const void *table, struct firmware_view *view)
{
	unsigned int i;

	for (i = 0; i < view->table_count; i++) {
		const void *entry = table + i * 40;
		struct firmware_region *region = &view->table[i];

		memcpy(region->name, entry, 16);
		region->phys = le64_at(entry, 24);
		region->size = le64_at(entry, 32);

		if (!region->name[0] || strnlen(region->name, 16) > 11)
			return "a region's name is empty or too long for firmware";
		if (le32_at(entry, 16))
			return "a region has a sequence number";
		if (le32_at(entry, 20) != 0x56414c49)
			return "a region is not marked valid";
		if (!region->size || region->size % 4)
			return "a region's size is 0 or no multiple of 4";
	}

	if (strcmp(view->table[0].name, "KELF_HEADER"))
		return "the first region is not KELF_HEADER";

	return NULL;
}

static const char *firmware_check_notes(const void *elf, u64 start, u64 size)
{
	unsigned int registers = 0;
	u64 offset = 0;

	/* Debuggers refuse a file whose notes do not end where the last one ends */
	while (offset < size) {
		const void *note = elf + start + offset;
		u32 name_size, data_size, type;

		if (size - offset < 12)
			return "the notes end within a note's header";
		name_size = ALIGN(u32_at(note, 0), 4);
		data_size = ALIGN(u32_at(note, 4), 4);
		type = u32_at(note, 8);
		if (size - offset - 12 < (u64)name_size + data_size)
			return "the notes end within a note";
		if (type == 1 && !strcmp(note + 12, "CORE"))
			registers++;
		else if (type != 0 || strcmp(note + 12, "VMCOREINFO"))
			return "a note is neither NT_PRSTATUS nor VMCOREINFO";
		offset += 12 + (u64)name_size + data_size;
	}

	return registers == 1 ? NULL : "there is not exactly one NT_PRSTATUS";
}

static const char *firmware_read_segment(const void *elf, u64 *end,
					 unsigned int index, struct firmware_region *region)
{
	const void *phdr = elf + 64 + index * 56;
	const void *shdr = elf + u64_at(elf, 40) + (index + 1) * 64;
	const void *names = elf + u64_at(elf, 40) + 64;
	const char *name;

	if (u32_at(phdr, 0) != 1)
		return "a program header is not PT_LOAD";
	if (u64_at(phdr, 8) != *end)
		return "a segment does not follow the one before it";
	if (u64_at(phdr, 32) != u64_at(phdr, 40) || u64_at(phdr, 48))
		return "a segment has two sizes, or is aligned";
	if (u32_at(shdr, 0) >= u64_at(names, 32))
		return "a section's name is outside the string table";

	name = elf + u64_at(names, 24) + u32_at(shdr, 0);
	if (strnlen(name, 12) > 11)
		return "a section's name has no end";
	strscpy(region->name, name, sizeof(region->name));
	region->virt = u64_at(phdr, 16);
	region->phys = u64_at(phdr, 24);
	region->size = u64_at(phdr, 32);
	*end += region->size;

	if (u64_at(shdr, 16) != region->virt || u64_at(shdr, 24) != u64_at(phdr, 8) ||
	    u64_at(shdr, 32) != region->size)
		return "a section and its segment disagree";

	return NULL;
}

static const char *firmware_read_elf(const void *elf, struct firmware_view *view)
{
	const struct firmware_region *header = &view->table[0];
	u64 end = header->size;
	const char *fault;
	u64 notes, sections;
	unsigned int i;

	if (memcmp(elf, "\177ELF\2", 5) || u16_at(elf, 16) != 4)
		return "the first region is no ELF64 core";
	if (u64_at(elf, 32) != 64 || u16_at(elf, 52) != 64 || u16_at(elf, 54) != 56 ||
	    u16_at(elf, 58) != 64 || u16_at(elf, 62) != 1)
		return "the ELF header has wrong sizes";

	view->elf_count = u16_at(elf, 56);
	if (!view->elf_count || view->elf_count > FIRMWARE_MAX_REGIONS)
		return "the ELF header has too many program headers";
	if (u16_at(elf, 60) != view->elf_count + 1)
		return "the ELF header has another number of sections than of segments";

	notes = u64_at(elf, 64 + 8);
	sections = u64_at(elf, 40);
	if (u32_at(elf, 64) != 4 || notes < 64 + view->elf_count * 56)
		return "the notes do not come first, behind the program headers";
	if (notes + u64_at(elf, 64 + 32) > sections ||
	    sections + (view->elf_count + 1) * 64 > header->size)
		return "the parts of the ELF header overlap or leave it";
	if (u64_at(elf, sections + 64 + 24) < sections + (view->elf_count + 1) * 64 ||
	    u64_at(elf, sections + 64 + 24) + u64_at(elf, sections + 64 + 32) > header->size)
		return "the section names overlap the sections or leave the header";
	if (strcmp(elf + u64_at(elf, sections + 64 + 24) + u32_at(elf, sections + 64), "STR_TBL"))
		return "the string table has another name";

	fault = firmware_check_notes(elf, notes, u64_at(elf, 64 + 32));
	view->elf[0] = *header;
	for (i = 1; !fault && i < view->elf_count; i++)
		fault = firmware_read_segment(elf, &end, i, &view->elf[i]);

	return fault;
}

static const char *firmware_compare(const struct firmware_view *view)
{
	unsigned int both = min(view->table_count, view->elf_count);
	unsigned int all = max(view->table_count, view->elf_count);
	unsigned int i;

	if (all - both > 1)
		return "table and ELF header differ by more than the last region";

	for (i = 0; i < both; i++)
		if (strcmp(view->table[i].name, view->elf[i].name) ||
		    view->table[i].phys != view->elf[i].phys ||
		    view->table[i].size != view->elf[i].size)
			return "table and ELF header disagree on a region";

	return NULL;
}

/**
 * firmware_read() - Read the tables of Linux as firmware would after a crash
 * @entry: the entry of Linux in the G-ToC
 * @memory: where its tables may be
 * @view: filled with what was found
 *
 * Return: NULL, or what is wrong with the tables.
 */
const char *firmware_read(const void *entry, const struct firmware_memory *memory,
			  struct firmware_view *view)
{
	u64 phys = le64_at(entry, 24);
	const void *table, *elf;
	const char *fault;

	memset(view, 0, sizeof(*view));
	if (!le32_at(entry, 0) || le32_at(entry, 4) != 0x454e424c)
		return NULL;

	view->collected = true;
	view->table_count = le32_at(entry, 16);
	if (le32_at(entry, 8) != 0x444f4e45 || le32_at(entry, 12) != 0x4e52)
		return "the regions are to be encrypted";
	if (!view->table_count || view->table_count > FIRMWARE_MAX_REGIONS)
		return "the table has no region, or too many";
	table = firmware_map(memory, phys, view->table_count * 40);
	if (!table || phys % 8)
		return "the table is not in its memory, or not aligned";

	fault = firmware_read_table(table, view);
	if (fault)
		return fault;

	elf = firmware_map(memory, view->table[0].phys, view->table[0].size);
	if (!elf || view->table[0].size < 64 + 56)
		return "the ELF header is not in its memory";

	fault = firmware_read_elf(elf, view);
	if (!fault)
		fault = firmware_compare(view);

	return fault;
}
