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
#include "util.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct command *const commands[] = {
	&elf_command, &list_command, &info_command, &log_command,
	&backtrace_command, &extract_command, &verify_command, &pack_command,
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
	      "core, or a remote processor's coredump.\n"
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
	char letters[2 * COMMAND_OPTIONS_MAX + 1];
	struct option names[COMMAND_OPTIONS_MAX + 1];
};

static void add_option(struct getopt_tables *tables, size_t index,
		       const struct command_option *option)
{
	size_t length = strlen(tables->letters);

	tables->letters[length] = option->letter;
	if (option->argument)
		tables->letters[length + 1] = ':';
	tables->names[index] = (struct option){
		.name = option->name,
		.has_arg = option->argument ? required_argument : no_argument,
		.val = option->letter,
	};
}

void command_options(const struct command *command, int argc, char **argv,
		     const struct command_option *options)
{
	static const struct command_option help = { 'h', "help", NULL, NULL };
	const struct command_option *option;
	struct getopt_tables tables = { 0 };
	size_t count = 0;
	int letter;

	for (option = options; option->name; option++)
		add_option(&tables, count++, option);
	add_option(&tables, count, &help);

	while ((letter = getopt_long(argc, argv, tables.letters, tables.names,
				     NULL)) != -1) {
		if (letter == help.letter)
			command_help(command);
		for (option = options; option->name; option++)
			if (option->letter == letter)
				break;
		if (!option->name)
			command_usage(command, NULL);
		if (option->argument)
			*option->argument = optarg;
		else
			*option->given = true;
	}
}

const char *command_operand(const struct command *command, int argc,
			    char **argv)
{
	if (optind != argc - 1)
		command_usage(command, optind < argc ? "one SRC at a time" :
			      "SRC is missing");

	return argv[optind];
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
