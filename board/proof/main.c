// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets the driver's tables live through all that may happen to them, and looks
 * at them as firmware would after each instruction. Ends with 0 and what it has
 * looked at, or with 1 and the first instant that breaks the promise.
 *
 *   -f    a second CPU comes in at every instant, not only at one of seven
 *   -r N  let them live at random for N instants
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"
#include "judge.h"
#include "machine.h"
#include "play.h"
#include "regions.h"

#define SEED	602u

extern bool proof_backwards;

static const char *scenario_name = "";

_Noreturn void fault(const char *format, ...)
{
	va_list args;

	printf("fault: %s, %s, instant %llu: ", scenario_name, play_context,
	       (unsigned long long)machine.instants);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	_exit(EXIT_FAILURE);
}

static void catch_signal(int number)
{
	fault("an access to memory that there is not (%s)", strsignal(number));
}

static unsigned int ids[REGIONS_MAX];

static void start(unsigned int count, uint8_t entry)
{
	unsigned int first = machine_random(IDS);

	for (unsigned int i = 0; i < count; i++)
		ids[i] = (first + i * 5) % IDS;
	proof_backwards = machine_random(2);
	play(&(struct op){ .kind = OP_START, .ids = ids, .count = count, .entry = entry });
}

static struct op append(void)
{
	proof_backwards = machine_random(2);
	return (struct op){ .kind = OP_APPEND, .id = some_newcomer() };
}

static struct op removal(void)
{
	proof_backwards = machine_random(2);
	return (struct op){ .kind = OP_REMOVE, .id = some_member() };
}

static const struct op stop = { .kind = OP_STOP };

static void append_up_to(unsigned int count)
{
	while (member_count() < count) {
		struct op op = append();

		if (play(&op))
			fault("no region %u", member_count() + 1);
	}
}

/* The entry is what firmware leaves, or what nobody has cleared */
static void starts_and_stops(void)
{
	static const unsigned int counts[] = { 0, 1, 5, 22, 23, 24, 47, 48, 199, 200 };
	static const uint8_t entries[] = { 0, 1, 0xff };

	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (unsigned int j = 0; j < sizeof(entries); j++) {
			start(counts[i], entries[j]);
			play_crash(false, j % 2);
			play(&stop);
		}
}

static void fill_and_empty(void)
{
	struct op op;

	start(0, 0);
	append_up_to(REGIONS_MAX / 2);
	play_crash(false, false);
	append_up_to(REGIONS_MAX);
	op = append();
	if (!play(&op))
		fault("takes a region 201");
	while (member_count()) {
		op = removal();
		play(&op);
	}
	play(&stop);
}

/* The first, one in the middle and the last, by the order of the start */
static void removals_by_place(void)
{
	static const unsigned int counts[] = { 1, 2, 3, 10, 23, 100, 200 };

	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (unsigned int place = 0; place < 3; place++) {
			start(counts[i], 0);
			play(&(struct op){ .kind = OP_REMOVE,
					   .id = ids[place * (counts[i] - 1) / 2] });
			append_up_to(counts[i]);
			play(&stop);
		}
}

static void memory_runs_out(void)
{
	static const unsigned int counts[] = { 23, 47, 95, 191 };
	struct op op;

	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (int allocations = 0; allocations < 8; allocations++) {
			start(counts[i], 0);
			play_crash(false, false);
			op = append();
			machine.allocations = allocations;
			play(&op);
			machine.allocations = -1;
			append_up_to(counts[i] + 2);
			play(&stop);
		}
	for (int allocations = 0; allocations < 8; allocations++) {
		machine.allocations = allocations;
		if (!play(&(struct op){ .kind = OP_START })) {
			machine.allocations = -1;
			play(&stop);
		}
		machine.allocations = -1;
	}
}

/* Of the instants at which the other CPU comes in, one of so many is taken */
static unsigned int coarseness = 7;

/* How an operation is played, and at which of the instants */
struct manner {
	void (*play)(const struct op *op, unsigned int stride);
	bool done;		/* it has been, in the end */
	unsigned int stride[2];	/* with few regions, with many */
};

static void play_all(const struct manner *manner, unsigned int count, bool starts)
{
	unsigned int stride = manner->stride[count > 24] * coarseness;
	struct op op;

	for (unsigned int i = 0; i < count; i++)
		ids[i] = i * 5;
	op = (struct op){ .kind = OP_START, .ids = ids, .count = count };
	if (starts)
		manner->play(&op, stride);
	else
		play(&op);
	for (unsigned int i = 0; i < 5; i++) {
		op = i % 4 == 0 ? append() : removal();
		if (i == 2 || i == 3)
			op.id = ids[i == 2 ? 0 : count - 1];
		if (i == 1)
			op.id = ids[count / 2];
		manner->play(&op, stride);
		if (!manner->done)
			play(&op);
		play_crash(i % 2, false);
	}
	op = stop;
	manner->play(&op, stride);
	if (!manner->done)
		play(&op);
}

static void crashes_alone(void)
{
	static const struct manner few = { play_with_crashes_alone, true, { 1, 0 } };
	static const struct manner many = { play_with_crashes_alone, true, { 3, 31 } };
	static const unsigned int counts[] = { 22, 23, 24, 191, 199 };

	play_all(&few, 3, true);
	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		play_all(&many, counts[i], true);
}

static void crashes_between(void)
{
	static const struct manner manner = { play_with_crashes_between, true, { 1, 71 } };
	static const unsigned int counts[] = { 3, 5 };

	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		play_all(&manner, counts[i], i == 0);
}

static void growth_between_crashes(void)
{
	static const struct manner between = { play_with_crashes_between, true, { 13, 139 } };
	static const struct manner around = { play_between_crash, false, { 13, 139 } };
	static const unsigned int counts[] = { 23, 47 };

	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		play_all(&between, counts[i], false);
		play_all(&around, counts[i], false);
	}
}

static void between_crashes(void)
{
	static const struct manner manner = { play_between_crash, false, { 1, 71 } };

	play_all(&manner, 3, false);
}

/* Anything, for as long as it is wanted */
static void at_random(uint64_t instants)
{
	uint64_t end = machine.instants + instants;
	unsigned int aim = 0;
	struct op op;

	start(machine_random(30), 0xff);
	while (machine.instants < end) {
		if (aim == member_count())
			aim = machine_random(REGIONS_MAX + 1);
		op = machine_random(4) ? (aim > member_count() ? append() : removal()) :
			(member_count() && machine_random(2) ? removal() : append());
		play(&op);
		if (!machine_random(8))
			play_crash(machine_random(2), machine_random(2));
		if (!machine_random(50)) {
			play(&stop);
			start(machine_random(REGIONS_MAX + 1), (uint8_t)machine_random(256));
		}
	}
	play(&stop);
}

/* Some of everything, so few that trap.c can follow */
static void short_life(void)
{
	struct op op;

	start(3, 0xff);
	for (unsigned int i = 0; i < 3; i++) {
		op = append();
		play(&op);
		op = removal();
		play(&op);
		play_crash(i % 2, i % 2);
	}
	for (unsigned int i = 0; i < 4; i++)
		play_crash(false, true);
	play(&stop);
	printf("trace %#llx\n", (unsigned long long)machine.trace);
}

static uint64_t random_instants = 1000000;

static void random_life(void)
{
	at_random(random_instants);
}

static const struct {
	const char *name;
	void (*run)(void);
} scenarios[] = {
	{ "short life", short_life },
	{ "starts and stops", starts_and_stops },
	{ "fill and empty", fill_and_empty },
	{ "removals by place", removals_by_place },
	{ "memory runs out", memory_runs_out },
	{ "growth between crashes", growth_between_crashes },
	{ "crashes between", crashes_between },
	{ "crashes alone", crashes_alone },
	{ "operations between crashes", between_crashes },
	{ "at random", random_life },
};

int main(int argc, char **argv)
{
	uint64_t all = 0, all_readings = 0;
	int option;

	while ((option = getopt(argc, argv, "fr:")) != -1) {
		if (option == 'f')
			coarseness = 1;
		else if (option == 'r')
			random_instants = strtoull(optarg, NULL, 10);
		else
			errx(2, "usage: proof [-f] [-r RANDOM-INSTANTS] [SCENARIO]");
	}
	signal(SIGSEGV, catch_signal);
	signal(SIGBUS, catch_signal);
	setvbuf(stdout, NULL, _IOLBF, 0);

	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		scenario_name = scenarios[i].name;
		if (optind < argc && !strstr(scenario_name, argv[optind]))
			continue;
		memset(driver_state().start, 0, driver_state().size);
		machine_init(SEED + i);
		regions_init();
		promise.absent = true;
		scenarios[i].run();
		printf("%-28s %10llu instants, %8llu readings\n", scenario_name,
		       (unsigned long long)machine.instants, (unsigned long long)readings);
		all += machine.instants;
		all_readings += readings;
	}
	printf("%llu instants, %llu readings\n", (unsigned long long)all,
	       (unsigned long long)all_readings);
	return EXIT_SUCCESS;
}
