// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util.h"

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

void make_printable(char *text)
{
	for (; *text; text++)
		if (!is_printable(*text))
			*text = '?';
}

void print_printable(FILE *to, const char *text)
{
	for (; *text; text++)
		putc(is_printable(*text) ? *text : '?', to);
}

void print_json_string(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(to, "\\%c", *text);
		else if (is_printable(*text))
			putc(*text, to);
		else
			fprintf(to, "\\u%04x", (unsigned char)*text);
	}
	putc('"', to);
}

void print_escaped(FILE *to, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (is_printable(text[i]) || text[i] == '\n' ||
		    text[i] == '\t')
			putc(text[i], to);
		else
			fprintf(to, "\\x%02x", (unsigned char)text[i]);
	}
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!is_alphanumeric(*text) && !strchr("_./+:,@%-", *text))
			return false;

	return true;
}

static bool is_all_printable(const char *text)
{
	for (; *text; text++)
		if (!is_printable(*text))
			return false;

	return true;
}

/* Between '...' every byte stands for itself, and a terminal would see it. */
static void print_quoted(FILE *to, const char *text)
{
	putc('\'', to);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", to);
		else
			putc(*text, to);
	}
	putc('\'', to);
}

static void print_dollar_quoted(FILE *to, const char *text)
{
	fputs("$'", to);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fprintf(to, "\\%c", *text);
		else if (is_printable(*text))
			putc(*text, to);
		else
			fprintf(to, "\\%03o", (unsigned char)*text);
	}
	putc('\'', to);
}

void print_shell_word(FILE *to, const char *path)
{
	char *own = NULL;

	if (*path == '-' && asprintf(&own, "./%s", path) < 0)
		out_of_memory();
	if (own)
		path = own;

	if (*path && is_plain(path))
		fputs(path, to);
	else if (is_all_printable(path))
		print_quoted(to, path);
	else
		print_dollar_quoted(to, path);
	free(own);
}
