// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "note.h"
#include "util.h"
#include "vmcoreinfo.h"

static const char first_key[] = "OSRELEASE=";

char *vmcoreinfo_text(const uint8_t *bytes, size_t size)
{
	struct note note;
	size_t position = 0;

	if (note_next(bytes, size, &position, &note) == NOTE_FOUND &&
	    note_is(&note, VMCOREINFO_NAME)) {
		bytes = note.desc;
		size = note.desc_size;
	}

	/* The kernel writes this line before all others. */
	if (size < strlen(first_key) ||
	    memcmp(bytes, first_key, strlen(first_key)))
		return NULL;

	return copy_string((const char *)bytes, size);
}

bool vmcoreinfo_get(const char *vmcoreinfo, const char *key, char *value,
		    size_t size)
{
	size_t key_length = strlen(key), length;
	const char *line = vmcoreinfo;

	while (*line) {
		length = strcspn(line, "\n");
		if (length > key_length && !strncmp(line, key, key_length) &&
		    line[key_length] == '=') {
			length -= key_length + 1;
			if (length >= size)
				return false;
			memcpy(value, line + key_length + 1, length);
			value[length] = '\0';
			return true;
		}
		line += length;
		line += *line == '\n';
	}

	return false;
}

bool vmcoreinfo_get_hex(const char *vmcoreinfo, const char *key,
			uint64_t *value)
{
	char text[20], *end;

	if (!vmcoreinfo_get(vmcoreinfo, key, text, sizeof(text)) ||
	    strspn(text, "0123456789abcdefABCDEFx") != strlen(text))
		return false;

	errno = 0;
	*value = strtoull(text, &end, 16);

	return !errno && end != text && !*end;
}

bool vmcoreinfo_get_decimal(const char *vmcoreinfo, const char *key,
			    uint64_t *value)
{
	char text[22], *end;

	if (!vmcoreinfo_get(vmcoreinfo, key, text, sizeof(text)) ||
	    !text[0] || strspn(text, "0123456789") != strlen(text))
		return false;

	errno = 0;
	*value = strtoull(text, &end, 10);

	return !errno;
}
