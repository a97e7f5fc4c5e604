// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a machine until it ends, or until the guest has said enough.
 *
 * The program starts QEMU with two connections of its own: QMP, by which it
 * stops the machine and learns why it ended, and the guest's results port.
 * The guest says what happens; no decision here depends on how long it takes.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage_text[] =
"usage: board-run [option...] -- QEMU ARGUMENT...\n"
"  --results FILE   write what the guest says on its results port to FILE\n"
"  --stop-after N   stop the machine for good after N lines \"heartbeat ...\"\n"
"  --timeout N      give up after N seconds (300)\n"
"Prints why the machine ended: guest-reset, guest-shutdown, stopped.\n";

/* Room for QEMU's arguments and the few that are added */
#define ARGUMENTS_MAX	128

/* One end of a connection that carries lines of text */
struct line_reader {
	int fd;
	size_t used;
	char line[4096];
};

struct machine {
	pid_t pid;
	struct line_reader qmp;
	struct line_reader port;
	FILE *results;
	unsigned long heartbeats;
	unsigned long stop_after;
	bool stopping;
	char reason[64];
};

/* No line of ours is longer than the buffer; one that is arrives in pieces */
static bool read_lines(struct line_reader *reader, struct machine *machine,
		       void (*handle)(struct machine *machine, const char *line))
{
	ssize_t got = read(reader->fd, reader->line + reader->used,
			   sizeof(reader->line) - 1 - reader->used);
	char *start = reader->line, *end;

	if (got <= 0)
		return false;
	reader->used += (size_t)got;
	reader->line[reader->used] = '\0';

	while ((end = memchr(start, '\n', reader->used - (size_t)(start - reader->line)))) {
		*end = '\0';
		handle(machine, start);
		start = end + 1;
	}
	reader->used -= (size_t)(start - reader->line);
	memmove(reader->line, start, reader->used);
	if (reader->used == sizeof(reader->line) - 1) {
		reader->line[reader->used] = '\0';
		handle(machine, reader->line);
		reader->used = 0;
	}
	return true;
}

static void qmp_send(const struct machine *machine, const char *command)
{
	/* A machine that is gone already has no use for the command */
	if (dprintf(machine->qmp.fd, "{\"execute\": \"%s\"}\n", command) < 0)
		warn("QMP %s", command);
}

static void handle_port(struct machine *machine, const char *line)
{
	fprintf(machine->results, "%s\n", line);
	fflush(machine->results);

	if (strncmp(line, "heartbeat ", 10))
		return;
	machine->heartbeats++;
	if (machine->heartbeats == machine->stop_after)
		qmp_send(machine, "stop");
}

static void handle_qmp(struct machine *machine, const char *line)
{
	static const char key[] = "\"reason\": \"";
	const char *reason;

	if (strstr(line, "\"QMP\"")) {
		qmp_send(machine, "qmp_capabilities");
	} else if (strstr(line, "\"event\": \"STOP\"")) {
		/* Every CPU has stopped: RAM is as the guest left it */
		machine->stopping = true;
		qmp_send(machine, "quit");
	} else if (strstr(line, "\"event\": \"SHUTDOWN\"") && !machine->reason[0]) {
		reason = strstr(line, key);
		snprintf(machine->reason, sizeof(machine->reason), "%.*s",
			 reason ? (int)strcspn(reason + strlen(key), "\"") : 7,
			 reason ? reason + strlen(key) : "unknown");
	} else if (strstr(line, "\"error\"")) {
		warnx("QMP: %s", line);
	}
}

/* Starts QEMU; its own words, which are complaints, go to our stderr */
static void start(struct machine *machine, int argc, char **argv)
{
	char qmp_option[64], port_option[64];
	char *arguments[ARGUMENTS_MAX];
	int qmp[2], port[2], count = 0;

	if (argc > ARGUMENTS_MAX - 11)
		errx(2, "too many arguments for QEMU: %d", argc);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, qmp) || socketpair(AF_UNIX, SOCK_STREAM, 0, port))
		err(EXIT_FAILURE, "socketpair");

	snprintf(qmp_option, sizeof(qmp_option), "socket,id=qmp,fd=%d", qmp[1]);
	snprintf(port_option, sizeof(port_option), "socket,id=results,fd=%d", port[1]);
	while (count < argc) {
		arguments[count] = argv[count];
		count++;
	}
	arguments[count++] = "-chardev";
	arguments[count++] = qmp_option;
	arguments[count++] = "-mon";
	arguments[count++] = "chardev=qmp,mode=control";
	arguments[count++] = "-chardev";
	arguments[count++] = port_option;
	arguments[count++] = "-device";
	arguments[count++] = "virtio-serial-device";
	arguments[count++] = "-device";
	arguments[count++] = "virtserialport,chardev=results,name=results";
	arguments[count] = NULL;

	machine->pid = fork();
	if (machine->pid < 0)
		err(EXIT_FAILURE, "fork");
	if (machine->pid == 0) {
		close(qmp[0]);
		close(port[0]);
		/* The machine does not outlive the program that watches it */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(arguments[0], arguments);
		err(127, "%s", arguments[0]);
	}
	close(qmp[1]);
	close(port[1]);
	machine->qmp.fd = qmp[0];
	machine->port.fd = port[0];
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* Follows the machine until both connections have ended; false: it never ended */
static bool follow(struct machine *machine, time_t timeout)
{
	struct pollfd fds[] = {
		{ .fd = machine->qmp.fd, .events = POLLIN },
		{ .fd = machine->port.fd, .events = POLLIN },
	};
	time_t deadline = now() + timeout;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		time_t left = deadline - now();
		int ready = left > 0 ? poll(fds, 2, (int)left * 1000) : 0;

		if (ready < 0 && errno != EINTR)
			err(EXIT_FAILURE, "poll");
		if (ready == 0)
			return false;
		if (ready < 0)
			continue;
		if (fds[0].revents && !read_lines(&machine->qmp, machine, handle_qmp))
			fds[0].fd = -1;
		if (fds[1].revents && !read_lines(&machine->port, machine, handle_port))
			fds[1].fd = -1;
	}
	return true;
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end || value == 0)
		errx(2, "%s: wanted a number above 0", text);
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "results", required_argument, NULL, 'r' },
		{ "stop-after", required_argument, NULL, 's' },
		{ "timeout", required_argument, NULL, 't' },
		{ NULL }
	};
	static struct machine machine;
	const char *results = "/dev/null";
	unsigned long timeout = 300;
	int option, status;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			results = optarg;
			break;
		case 's':
			machine.stop_after = number(optarg);
			break;
		case 't':
			timeout = number(optarg);
			break;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind == argc) {
		fputs(usage_text, stderr);
		return 2;
	}

	machine.results = fopen(results, "w");
	if (!machine.results)
		err(EXIT_FAILURE, "%s", results);
	signal(SIGPIPE, SIG_IGN);
	start(&machine, argc - optind, argv + optind);

	if (!follow(&machine, (time_t)timeout)) {
		kill(machine.pid, SIGKILL);
		waitpid(machine.pid, NULL, 0);
		errx(EXIT_FAILURE, "the machine did not end within %lu seconds; it said \"heartbeat\" %lu times",
		     timeout, machine.heartbeats);
	}
	if (waitpid(machine.pid, &status, 0) != machine.pid)
		err(EXIT_FAILURE, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(EXIT_FAILURE, "%s failed (status %#x)", argv[optind], status);
	if (fclose(machine.results))
		err(EXIT_FAILURE, "%s", results);

	puts(machine.stopping ? "stopped" : machine.reason);
	return EXIT_SUCCESS;
}
