// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "crash.h"
#include "log-print.h"

static void tell_origin(const struct log *log, struct report *report)
{
	if (log->origin == LOG_RING) {
		report_remark(report, "the log is out of %s",
			      log_origin_name(log->origin));
		return;
	}

	report_problem(report, "the log is out of %s; of the ring buffer: %s",
		       log_origin_name(log->origin), log->ring_problem);
}

static void find_wall_clock(struct log *log, struct log_style *style,
			    struct report *report)
{
	struct crash crash = { 0 };

	log_each(log, crash_line, &crash);
	style->wall_clock = crash.has_wall_clock;
	style->boot_seconds = crash.boot_seconds;
	if (!crash.has_wall_clock)
		report_remark(report,
			      "the log does not tell the time of day: times are seconds since boot");
}

static int show_log(const char *path, struct log_style *style,
		    struct report *report)
{
	struct dump dump;
	struct log log;
	int ret;

	ret = dump_open(&dump, path, NEED_LOG, report);
	if (!ret) {
		log_open(&log, &dump);
		if (log.origin == LOG_NONE) {
			ret = report_error(report,
					   "%s: no log: of the ring buffer: %s; and there is neither KCONSOLE nor KDMESG",
					   path, log.ring_problem);
		} else {
			tell_origin(&log, report);
			if (style->wall_clock)
				find_wall_clock(&log, style, report);
			log_each(&log, log_print_line, style);
			if (log.lost)
				report_problem(report,
					       "%" PRIu64 " records of the log are damaged",
					       log.lost);
		}
		log_close(&log);
	}
	dump_close(&dump);

	return ret;
}

static bool wants_color(const struct command *command, const char *when)
{
	if (!strcmp(when, "auto"))
		return isatty(STDOUT_FILENO);
	if (strcmp(when, "always") && strcmp(when, "never"))
		command_usage(command,
			      "--color is auto, always or never");

	return *when == 'a';
}

static int run(const struct command *command, int argc, char **argv)
{
	struct log_style style = { .to = stdout };
	const char *levels = "debug+", *color = "auto";
	const struct command_option options[] = {
		{ .letter = 'l', .name = "level", .argument = &levels },
		{ .letter = 'L', .name = "color", .argument = &color },
		{ .letter = 'T', .name = "ctime", .given = &style.wall_clock },
		{ 0 },
	};
	struct report report = { 0 };
	const char *path;

	command_options(command, argc, argv, options);
	path = command_operand(command, argc, argv);
	style.color = wants_color(command, color);
	if (!log_levels(levels, &style.levels))
		command_usage(command,
			      "--level is a list of emerg,alert,crit,err,warn,notice,info,debug");

	return command_end(&report, show_log(path, &style, &report));
}

const struct command log_command = {
	.name = "log",
	.synopsis = "[--level LIST] [--ctime] [--color WHEN] SRC",
	.summary = "Print the kernel log",
	.options =
		"  -l, --level=LIST  only lines of these levels; \"warn+\" is that and worse\n"
		"  -T, --ctime       the time of day, where the log tells it, in UTC\n"
		"  -L, --color=WHEN  auto, always or never\n"
		"  -h, --help        this\n",
	.run = run,
};
