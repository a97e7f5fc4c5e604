/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_COMMAND_H
#define MINIDUMP_COMMAND_H

#include <stdbool.h>
#include <stdnoreturn.h>

#include "open.h"
#include "report.h"

/* As of grep and diff: there is more than "it worked" and "it did not". */
enum status {
	STATUS_WHOLE = 0,
	STATUS_DAMAGED = 1,	/* done, but something of the dump is wrong */
	STATUS_FAILED = 2,	/* not done */
};

struct command {
	const char *name;
	const char *synopsis;
	const char *summary;
	const char *options;	/* one a line, for --help */
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command elf_command;
extern const struct command list_command;
extern const struct command info_command;
extern const struct command extract_command;
extern const struct command verify_command;
extern const struct command pack_command;
extern const struct command unpack_command;
extern const struct command log_command;
extern const struct command backtrace_command;

/* An option that takes an argument, or one that is given or not */
struct command_option {
	char letter;
	const char *name;
	const char **argument;
	bool *given;
};

/* With those of every command: --help, --offset, --ram */
#define COMMAND_OPTIONS_MAX 12

/*
 * Reads the options, which end with an empty one; --help is one of every
 * command. No return if the command line is wrong.
 */
void command_options(const struct command *command, int argc, char **argv,
		     const struct command_option *options);

/* Tells how to use it and exits. */
noreturn void command_usage(const struct command *command, const char *what);

/* The next operand, or what stands for it, or no return */
const char *command_source(const struct command *command, int argc,
			   char **argv);

/* The same of the only operand */
const char *command_operand(const struct command *command, int argc,
			    char **argv);

/*
 * All of a command that makes something of its only operand, and cannot do
 * without the option that says where; @missing is said if that is not given.
 */
int command_into(const struct command *command, int argc, char **argv,
		 struct command_option into, const char *missing,
		 int (*make)(const char *path, const char *to,
			     struct report *report));

/* Prints and frees what was reported; the status that follows from it */
int command_end(struct report *report, int failed);

#endif
