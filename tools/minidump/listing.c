// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <strings.h>

#include "listing.h"

/* Cuts off what stands before the first of @separators. */
static struct token cut(struct token *rest, const char *separators)
{
	struct token first = { rest->text, 0 };

	while (first.length < rest->length &&
	       (!first.text[first.length] ||
		!strchr(separators, first.text[first.length])))
		first.length++;

	rest->text += first.length;
	rest->length -= first.length;
	if (rest->length) {
		rest->text++;
		rest->length--;
	}

	return first;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}

static bool parse_address(struct token word, uint64_t *address)
{
	size_t i;

	if (word.length < 3 || word.length > 18 ||
	    strncasecmp(word.text, "0x", 2))
		return false;

	*address = 0;
	for (i = 2; i < word.length; i++) {
		if (hex_digit(word.text[i]) < 0)
			return false;
		*address = *address << 4 | (uint64_t)hex_digit(word.text[i]);
	}

	return true;
}

static bool is_file(struct token word)
{
	return word.length > 4 &&
	       !strncasecmp(word.text + word.length - 4, ".bin", 4);
}

/* Without the folders before it, of either kind of system */
static struct token base_name(struct token path)
{
	struct token name = path;

	while (path.length)
		name = cut(&path, "/\\");

	return name;
}

static bool parse_line(struct token line, struct listing_entry *entry)
{
	bool has_address = false, has_file = false;
	struct token word;

	while (line.length && !(has_address && has_file)) {
		word = cut(&line, " \t\r,;\"");
		if (!has_address && parse_address(word, &entry->address)) {
			has_address = true;
		} else if (!has_file && is_file(word)) {
			entry->file = base_name(word);
			has_file = true;
		}
	}

	return has_address && has_file;
}

bool listing_next(struct token *rest, struct listing_entry *entry)
{
	while (rest->length)
		if (parse_line(cut(rest, "\n"), entry))
			return true;

	return false;
}
