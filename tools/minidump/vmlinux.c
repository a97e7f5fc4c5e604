// SPDX-License-Identifier: GPL-2.0-only
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "vmlinux.h"

static bool build_id_in(Elf_Data *data, char *text)
{
	size_t offset = 0, name, desc, i;
	const uint8_t *bytes;
	GElf_Nhdr note;

	while ((offset = gelf_getnote(data, offset, &note, &name, &desc))) {
		bytes = data->d_buf;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
		    memcmp(bytes + name, "GNU", 4) ||
		    note.n_descsz > BUILD_ID_MAX)
			continue;
		for (i = 0; i < note.n_descsz; i++)
			sprintf(text + 2 * i, "%02x", bytes[desc + i]);
		return true;
	}

	return false;
}

bool vmlinux_build_id(Elf *elf, char *text)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf_Data *data;

	text[0] = '\0';
	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) ||
		    header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		if (data && build_id_in(data, text))
			return true;
	}

	return false;
}

bool vmlinux_contains(Elf *elf, const char *string)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf_Data *data;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) ||
		    header.sh_type != SHT_PROGBITS ||
		    (header.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) !=
		    SHF_ALLOC)
			continue;
		data = elf_rawdata(section, NULL);
		if (data && data->d_buf &&
		    memmem(data->d_buf, data->d_size, string, strlen(string)))
			return true;
	}

	return false;
}
