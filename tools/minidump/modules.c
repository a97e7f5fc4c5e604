// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modules.h"
#include "text.h"
#include "util.h"

#define MODULES_REGION	"KMODULES"

#define KERNEL_SIZE_MAX	(256 * MIB)	/* from _stext on */

/* The word at @*line, which moves behind it; false at the end of the line */
static bool next_word(const char **line, const char *end, char *word,
		      size_t size)
{
	const char *start = *line;
	size_t length;

	while (start < end && (*start == ' ' || *start == '\t'))
		start++;
	for (length = 0; start + length < end; length++)
		if (start[length] == ' ' || start[length] == '\t')
			break;
	*line = start + length;
	if (!length || length >= size)
		return false;
	memcpy(word, start, length);
	word[length] = '\0';

	return true;
}

/* @base: of a number without 0x in front */
static bool next_number(const char **line, const char *end, int base,
			uint64_t *number)
{
	char word[24], *stop;

	if (!next_word(line, end, word, sizeof(word)) ||
	    strspn(word, "0123456789abcdefABCDEFx") != strlen(word))
		return false;
	errno = 0;
	*number = strtoull(word, &stop, word[1] == 'x' ? 16 : base);

	return !errno && !*stop;
}

static bool is_name(const char *name)
{
	for (; *name; name++)
		if (!is_alphanumeric(*name) && *name != '_' && *name != '-')
			return false;

	return true;
}

static bool is_build_id(const char *text)
{
	return text[strspn(text, "0123456789abcdef")] == '\0';
}

static void parse_line(struct modules *modules, const char *line,
		       const char *end)
{
	struct module module = { 0 };

	/* The kernel takes a line back by a blank at its beginning. */
	if (*line == ' ' ||
	    !next_word(&line, end, module.name, sizeof(module.name)) ||
	    !is_name(module.name) ||
	    !next_number(&line, end, 16, &module.address) ||
	    !next_number(&line, end, 10, &module.size) || !module.size ||
	    !range_is_sane(module.address, module.size))
		return;
	if (!next_number(&line, end, 16, &module.init_address) ||
	    !next_number(&line, end, 10, &module.init_size) ||
	    !range_is_sane(module.init_address, module.init_size)) {
		module.init_address = 0;
		module.init_size = 0;
	} else if (!next_word(&line, end, module.build_id,
			      sizeof(module.build_id)) ||
		   !is_build_id(module.build_id)) {
		module.build_id[0] = '\0';
	}

	modules->list = grow_array(modules->list, modules->count,
				   sizeof(*modules->list));
	modules->list[modules->count++] = module;
}

void modules_parse(struct modules *modules, const char *text, size_t length)
{
	const char *line = text, *end = text + length, *stop;

	for (; line < end && *line && modules->count < MAX_ENTRIES;
	     line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		if (!stop)
			return;	/* what has no end was not written to it */
		parse_line(modules, line, stop);
	}
}

void modules_read(struct modules *modules, const struct dump *dump)
{
	const struct region *region = dump_find(dump, MODULES_REGION);
	size_t size;
	char *text;

	*modules = (struct modules){ 0 };
	if (!region)
		return;

	size = min_u64(region->have, MODULES_MAX);
	text = allocate(size);
	size = region_read(dump, region, text, size, 0);
	modules_parse(modules, text, size);
	free(text);
}

void modules_free(struct modules *modules)
{
	free(modules->list);
	*modules = (struct modules){ 0 };
}

bool modules_is_kernel(const struct dump *dump, uint64_t address,
		       uint64_t *offset)
{
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	uint64_t start;

	if (!vmcoreinfo ||
	    !vmcoreinfo_get_hex(vmcoreinfo, "SYMBOL(_stext)", &start))
		return false;
	*offset = address - start;

	return *offset < KERNEL_SIZE_MAX;
}

/* An @address below wraps, and so is beyond any size. */
static bool is_within(uint64_t address, uint64_t start, uint64_t size,
		      uint64_t *offset)
{
	*offset = address - start;

	return *offset < size;
}

static const struct module *find(const struct modules *modules,
				 uint64_t address, uint64_t *offset,
				 bool *is_init)
{
	const struct module *module;
	size_t i;

	for (i = 0; i < modules->count; i++) {
		module = &modules->list[i];
		*is_init = is_within(address, module->init_address,
				     module->init_size, offset);
		if (*is_init || is_within(address, module->address,
					  module->size, offset))
			return module;
	}

	return NULL;
}

const struct module *modules_find(const struct modules *modules,
				  uint64_t address)
{
	uint64_t offset;
	bool is_init;

	return find(modules, address, &offset, &is_init);
}

bool modules_place(const struct modules *modules, uint64_t address,
		   char *text, size_t size)
{
	const struct module *module;
	uint64_t offset;
	bool is_init;

	module = find(modules, address, &offset, &is_init);
	if (module)
		snprintf(text, size, "%s%s+0x%" PRIx64, module->name,
			 is_init ? ".init" : "", offset);

	return module;
}
