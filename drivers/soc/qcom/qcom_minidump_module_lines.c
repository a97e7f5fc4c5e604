// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the text that tells where modules are
 *
 * The system may die at any moment, and the text has to be right then. So a line
 * is there once its first character is, which is written last, and it is gone
 * once a blank has taken that character's place. A line that is gone leaves its
 * room to one that is not longer:
 *
 *	nvme 0xffffffc07a2c1000 40960 0x0 0 4d3e...07 0x0\n
 *	 vme_core 0xffffffc07a2a4000 94208 0x0 0 91c0...5b 0x0\n
 *	xfs 0xffffffc07a300000 1462272 0x0 0 c1a2...e4 0x0           \n
 *	\0
 */

#include <linux/compiler.h>
#include <linux/string.h>

#include <asm/barrier.h>

#include "qcom_minidump_modules.h"

/* The line behind this one, or the end of the text */
static char *next_line(char *line)
{
	return strchr(line, '\n') + 1;
}

static bool is_gone(const char *line)
{
	return *line == ' ';
}

/* Room for a line: where one is gone, or at the end. @room does not count '\n'. */
static char *find_room(const struct minidump_module_lines *lines, size_t length,
		       size_t *room)
{
	char *line, *next;

	for (line = lines->text; *line; line = next) {
		next = next_line(line);
		*room = next - line - 1;
		if (is_gone(line) && *room >= length)
			return line;
	}

	/* This line's '\n' and the zero that ends the text have to fit as well */
	*room = length;
	return line + length + 1 < lines->text + lines->size ? line : NULL;
}

/**
 * qcom_minidump_module_lines_add() - Add a line
 * @lines: the text
 * @line: what to add, without '\n'; not empty, and does not begin with a blank
 *
 * Return: false if there is no room for it.
 */
bool qcom_minidump_module_lines_add(const struct minidump_module_lines *lines,
				    const char *line)
{
	size_t length = strlen(line);
	size_t room;
	char *to;

	to = find_room(lines, length, &room);
	if (!to)
		return false;

	memcpy(to + 1, line + 1, length - 1);
	memset(to + length, ' ', room - length);
	to[room] = '\n';
	smp_wmb(); /* the line is complete before it is there */
	WRITE_ONCE(*to, *line);

	return true;
}

/**
 * qcom_minidump_module_lines_find() - Find the line of a module
 * @lines: the text
 * @name: of the module
 *
 * Return: the line, or NULL if there is none.
 */
char *qcom_minidump_module_lines_find(const struct minidump_module_lines *lines,
				      const char *name)
{
	size_t length = strlen(name);
	char *line;

	for (line = lines->text; *line; line = next_line(line))
		if (!strncmp(line, name, length) && line[length] == ' ')
			return line;

	return NULL;
}

/**
 * qcom_minidump_module_lines_remove() - Remove a line
 * @line: what qcom_minidump_module_lines_find() returned; NULL is ignored
 */
void qcom_minidump_module_lines_remove(char *line)
{
	if (line)
		WRITE_ONCE(*line, ' ');
}
