// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>

#include "text.h"

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

static bool is_plain_word(const char *text)
{
	if (!*text)
		return false;

	for (; *text; text++)
		if (!is_alphanumeric(*text) && !strchr("_./+:,@%-", *text))
			return false;

	return true;
}

void print_shell_word(FILE *to, const char *text)
{
	if (is_plain_word(text)) {
		fputs(text, to);
		return;
	}

	putc('\'', to);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", to);
		else
			putc(*text, to);
	}
	putc('\'', to);
}
