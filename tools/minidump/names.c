// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "names.h"
#include "util.h"

#define MACHINE_DIGITS_MAX 8

static const char * const header_names[] = {
	"KELF_HEADER", "KELF_HDR", "KELF",
};

enum name_rank name_rank(const char *name)
{
	size_t length = strlen(name);

	if (!strcasecmp(name, "load.cmm") || !strcasecmp(name, "dump_info.txt"))
		return NAME_LISTING;
	if (length <= 4 || strcasecmp(name + length - 4, ".bin"))
		return NAME_OTHER;

	return length > 7 && !strncasecmp(name, "md_", 3) ? NAME_MD : NAME_BIN;
}

bool name_is_memory(const char *name)
{
	return !strncasecmp(name, "DDRCS", 5) && name_rank(name) == NAME_BIN;
}

bool key_is_counted(struct piece_key key, const char *name)
{
	size_t i = strlen(name);

	if (key.length < i || strncasecmp(key.text, name, i))
		return false;
	if (i + 1 < key.length && key.text[i] == '_')
		i++;
	for (; i < key.length; i++)
		if (!isdigit((unsigned char)key.text[i]))
			return false;

	return true;
}

static bool is_header(struct piece_key key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(header_names); i++)
		if (key_is_counted(key, header_names[i]))
			return true;

	return false;
}

/* How long "ID_" is at its beginning; 0: it is not there */
static size_t machine_length(struct piece_key key)
{
	size_t i = 0;

	while (i < key.length && i <= MACHINE_DIGITS_MAX &&
	       isxdigit((unsigned char)key.text[i]))
		i++;

	return i && i <= MACHINE_DIGITS_MAX && i < key.length &&
	       key.text[i] == '_' ? i + 1 : 0;
}

/* The piece that is the header of a machine with an ID, and no other's */
static int find_machine(const struct source *source,
			const struct piece **found, struct report *report)
{
	struct piece_key key, before;
	size_t length, i;

	for (i = 0; i < source->count; i++) {
		key = piece_key(&source->pieces[i]);
		if (is_header(key)) {
			*found = NULL;
			return 0;
		}
		length = machine_length(key);
		key.text += length;
		key.length -= length;
		if (!length || !is_header(key))
			continue;
		key.text -= length;
		before = *found ? piece_key(*found) : key;
		if (strncasecmp(before.text, key.text, length))
			return report_error(report,
					    "%s: dumps of several machines in it (%s and %s): put them into folders",
					    source->path, (*found)->name,
					    source->pieces[i].name);
		*found = &source->pieces[i];
	}

	return 0;
}

int names_find_machine(struct source *source, struct report *report)
{
	const struct piece *header = NULL;
	struct piece_key machine, key;
	size_t length, i;

	if (find_machine(source, &header, report))
		return -1;
	if (!header)
		return 0;

	machine = piece_key(header);
	length = machine_length(machine);
	for (i = 0; i < source->count; i++) {
		key = piece_key(&source->pieces[i]);
		if (machine_length(key) == length &&
		    !strncasecmp(key.text, machine.text, length))
			source->pieces[i].prefix = length;
	}

	return 0;
}
