// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "rawdump.h"
#include "sniff.h"
#include "util.h"

#define CHUNK (1 * MIB)

static const struct {
	const char *name;
	const char *magic;
	size_t length;
	size_t offset;
} forms[] = {
	[FORM_UNKNOWN] = { .name = "a file of unknown form" },
	[FORM_RAWDUMP] = { "a rawdump image", "Raw_Dmp!", 8, 0 },
	[FORM_CORE] = { "an ELF core", ELFMAG, SELFMAG, 0 },
	[FORM_GZIP] = { "a gzip file", "\x1f\x8b", 2, 0 },
	[FORM_XZ] = { "an xz file", "\xfd\067zXZ\0", 6, 0 },
	[FORM_ZSTD] = { "a zstd file", "\x28\xb5\x2f\xfd", 4, 0 },
	[FORM_ZIP] = { "a zip file", "PK\3\4", 4, 0 },
	[FORM_TAR] = { "a tar file", "ustar", 5, 257 },
	[FORM_BZIP2] = { "a bzip2 file", "BZh", 3, 0 },
	[FORM_LZ4] = { "an lz4 file", "\x04\x22\x4d\x18", 4, 0 },
	[FORM_7ZIP] = { "a 7-Zip file", "7z\xbc\xaf\x27\x1c", 6, 0 },
};

static enum form form_by_magic(const uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = FORM_UNKNOWN + 1; i < ARRAY_SIZE(forms); i++)
		if (forms[i].offset + forms[i].length <= size &&
		    !memcmp(bytes + forms[i].offset, forms[i].magic,
			    forms[i].length))
			return (enum form)i;

	return FORM_UNKNOWN;
}

/*
 * Before it had a magic, tar had only this: the sum of the first block's bytes,
 * those of the sum itself as blanks, in octal digits.
 */
static bool is_old_tar(const uint8_t *bytes, size_t size)
{
	static const size_t at = 148, length = 8;
	uint32_t sum = 0, wanted = 0;
	size_t i;

	if (size < SNIFF_SIZE || !bytes[0])
		return false;

	for (i = at; i < at + length && bytes[i] == ' '; i++)
		;
	for (; i < at + length && bytes[i] >= '0' && bytes[i] <= '7'; i++)
		wanted = wanted * 8 + bytes[i] - '0';
	for (i = 0; i < SNIFF_SIZE; i++)
		sum += i < at || i >= at + length ? bytes[i] : ' ';

	return sum == wanted;
}

enum form form_of(const uint8_t *bytes, size_t size)
{
	enum form form = form_by_magic(bytes, size);

	return form == FORM_UNKNOWN && is_old_tar(bytes, size) ? FORM_TAR : form;
}

const char *form_name(enum form form)
{
	return forms[form].name;
}

bool form_is_packed(enum form form)
{
	return form >= FORM_GZIP && form <= FORM_TAR;
}

enum form form_of_dump(const uint8_t *bytes, size_t size)
{
	enum form form = form_by_magic(bytes, size);

	if (form == FORM_RAWDUMP && size >= RAWDUMP_HEADER_SIZE &&
	    get_le16(bytes + 10) == RAWDUMP_VERSION_MINOR &&
	    get_le32(bytes + 52) - 1 < MAX_ENTRIES)
		return form;
	if (form == FORM_CORE && size >= sizeof(Elf32_Ehdr) &&
	    bytes[EI_DATA] == ELFDATA2LSB && get_le16(bytes + 16) == ET_CORE)
		return form;

	return FORM_UNKNOWN;
}

/*
 * Where in the chunk, in whose first @own bytes, it begins that begins with
 * @first; @own if nowhere
 */
static size_t search_form(const uint8_t *bytes, size_t size, size_t own,
			  int first, enum form form)
{
	const uint8_t *here = bytes, *end = bytes + own;

	while ((here = memchr(here, first, (size_t)(end - here)))) {
		if (form_of_dump(here, size - (size_t)(here - bytes)) == form)
			return (size_t)(here - bytes);
		here++;
	}

	return own;
}

static enum form search_chunk(const uint8_t *bytes, size_t size, size_t own,
			      size_t *at)
{
	size_t image = search_form(bytes, size, own, 'R', FORM_RAWDUMP);
	size_t core = search_form(bytes, size, image, ELFMAG0, FORM_CORE);

	*at = core;
	if (core < image)
		return FORM_CORE;

	return image < own ? FORM_RAWDUMP : FORM_UNKNOWN;
}

enum form form_search(int fd, uint64_t *offset)
{
	uint8_t *bytes = allocate(CHUNK + RAWDUMP_HEADER_SIZE);
	enum form form = FORM_UNKNOWN;
	size_t got = CHUNK, at = 0;
	uint64_t done;

	for (done = 0; form == FORM_UNKNOWN && got >= CHUNK &&
	     done < SNIFF_MAX; done += CHUNK) {
		got = read_at(fd, bytes, CHUNK + RAWDUMP_HEADER_SIZE, done);
		form = search_chunk(bytes, got, min_u64(got, CHUNK), &at);
		*offset = done + at;
	}
	free(bytes);

	return form;
}
