// SPDX-License-Identifier: GPL-2.0-only
/*
 * minidump - makes a core of what a Qualcomm device hands out after a crash
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"
#include "util.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct command *const commands[] = {
	&elf_command, &list_command, &info_command, &log_command,
	&backtrace_command, &extract_command, &verify_command, &pack_command,
	&unpack_command,
};

static void print_help(FILE *to)
{
	size_t i;

	fputs("Usage: minidump COMMAND [OPTION]... SRC...\n"
	      "Makes a core of what a Qualcomm device hands out after a crash.\n"
	      "\n", to);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-9s %s\n", commands[i]->name,
			commands[i]->summary);
	fputs("\n"
	      "SRC is a folder of md_*.BIN files, a rawdump image or partition, an ELF\n"
	      "core, or a remote processor's coredump; also packed by gzip, xz, zstd, zip\n"
	      "or tar; - is standard input.\n"
	      "\n"
	      "  -h, --help     this, or behind a COMMAND that command's help\n"
	      "  -V, --version  version\n"
	      "\n"
	      "Exit status: 0 all is whole; 1 done, but something is missing or damaged;\n"
	      "2 not done.\n", to);
}

static noreturn void command_help(const struct command *command)
{
	printf("Usage: minidump %s %s\n%s.\n\n%s", command->name,
	       command->synopsis, command->summary, command->options);
	fputs("  -O, --offset=N     the dump begins at byte N of SRC\n"
	      "  -R, --ram=FILE@ADDRESS\n"
	      "                     instead of SRC: raw memory from that address on,\n"
	      "                     hexadecimal; may be given more than once\n",
	      stdout);
	exit(STATUS_WHOLE);
}

noreturn void command_usage(const struct command *command, const char *what)
{
	if (what)
		fprintf(stderr, "minidump %s: %s\n", command->name, what);
	fprintf(stderr, "Usage: minidump %s %s\n", command->name,
		command->synopsis);
	exit(STATUS_FAILED);
}

/* The options as getopt_long() wants them, both ways */
struct getopt_tables {
	size_t count;
	char letters[2 * COMMAND_OPTIONS_MAX + 1];
	struct option names[COMMAND_OPTIONS_MAX + 1];
};

static void add_option(struct getopt_tables *tables, char letter,
		       const char *name, bool has_argument)
{
	size_t length = strlen(tables->letters);

	tables->letters[length] = letter;
	if (has_argument)
		tables->letters[length + 1] = ':';
	tables->names[tables->count++] = (struct option){
		.name = name,
		.has_arg = has_argument ? required_argument : no_argument,
		.val = letter,
	};
}

/* Options of every command; false: it is none of them */
static bool take_common_option(const struct command *command, int letter)
{
	switch (letter) {
	case 'h':
		command_help(command);
	case 'O':
		if (!input_set_offset(optarg))
			command_usage(command, "--offset is not a number");
		return true;
	case 'R':
		if (!input_add_ram(optarg))
			command_usage(command, "too many times --ram");
		return true;
	default:
		return false;
	}
}

void command_options(const struct command *command, int argc, char **argv,
		     const struct command_option *options)
{
	const struct command_option *option;
	struct getopt_tables tables = { 0 };
	int letter;

	for (option = options; option->name; option++)
		add_option(&tables, option->letter, option->name,
			   option->argument);
	add_option(&tables, 'h', "help", false);
	add_option(&tables, 'O', "offset", true);
	add_option(&tables, 'R', "ram", true);

	while ((letter = getopt_long(argc, argv, tables.letters, tables.names,
				     NULL)) != -1) {
		for (option = options; option->name; option++)
			if (option->letter == letter)
				break;
		if (!option->name && !take_common_option(command, letter))
			command_usage(command, NULL);
		if (option->argument)
			*option->argument = optarg;
		else if (option->given)
			*option->given = true;
	}
}

const char *command_source(const struct command *command, int argc,
			   char **argv)
{
	/* Memory was given in its place. */
	if (input_given()->ram_count)
		return "--ram";
	if (optind == argc)
		command_usage(command, "SRC is missing");

	return argv[optind++];
}

const char *command_operand(const struct command *command, int argc,
			    char **argv)
{
	const char *source = command_source(command, argc, argv);

	if (optind < argc)
		command_usage(command, "one SRC at a time");

	return source;
}

int command_end(struct report *report, int failed)
{
	int status = STATUS_WHOLE;

	if (fflush(stdout) || ferror(stdout))
		failed = report_error(report, "standard output: write error");
	if (report->problems)
		status = STATUS_DAMAGED;
	if (failed)
		status = STATUS_FAILED;
	report_print(report, stderr);
	report_free(report);

	return status;
}

int command_into(const struct command *command, int argc, char **argv,
		 struct command_option into, const char *missing,
		 int (*make)(const char *path, const char *to,
			     struct report *report))
{
	struct command_option options[] = { into, { 0 } };
	struct report report = { 0 };
	const char *path, *to = NULL;

	options[0].argument = &to;
	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);
	if (!to)
		command_usage(command, missing);

	return command_end(&report, make(path, to, &report));
}

int main(int argc, char **argv)
{
	size_t i;

	/* To be told of a full disk by write() is better than to be killed. */
	signal(SIGXFSZ, SIG_IGN);

	if (argc < 2) {
		print_help(stderr);
		return STATUS_FAILED;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_help(stdout);
		return STATUS_WHOLE;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("minidump " VERSION);
		return STATUS_WHOLE;
	}

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i]->name))
			return commands[i]->run(commands[i], argc - 1,
						argv + 1);

	fprintf(stderr, "minidump: no command %s; see minidump --help\n",
		argv[1]);

	return STATUS_FAILED;
}
