/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names and texts that come out of a dump, made fit for a terminal, for JSON
 * and for a shell. Whoever made the dump may have chosen them to do harm.
 */
#ifndef MINIDUMP_TEXT_H
#define MINIDUMP_TEXT_H

#include <stdbool.h>
#include <stdio.h>

static inline bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* Replaces what a terminal may act upon by '?'. */
void make_printable(char *text);
void print_printable(FILE *to, const char *text);

/* With its quotes. Bytes beyond ASCII become the code point of that number. */
void print_json_string(FILE *to, const char *text);

/* Lines of text for a terminal: what it may act upon becomes \xNN. */
void print_escaped(FILE *to, const char *text, size_t length);

/*
 * A path as one word for the shell, quoted where it needs to be, so that to
 * paste it is safe. It never looks like an option.
 */
void print_shell_word(FILE *to, const char *path);

#endif
