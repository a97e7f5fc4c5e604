// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU B describes a crash at one instant of an operation of CPU A, or CPU A does
 * an operation at one instant of that, and may stop in its midst.
 *
 * What a CPU stores into words that both share may reach the other one late: at
 * the storing CPU's next barrier. That is how CPU B finds them in every other run.
 */
#include <string.h>
#include <ucontext.h>

#include "driver.h"
#include "judge.h"
#include "machine.h"
#include "play.h"
#include "snapshot.h"

/* In how many instants a CPU that describes a crash makes that known */
#define HANDSHAKE		64

/* The words that CPUs share, as the other CPU sees them */
static uint8_t seen[1024];

/* At which instant, of how many so far, the other CPU comes in */
static struct {
	unsigned int stride;
	uint64_t count, at;
	bool late;
} plan;

static void show_words(void)
{
	struct span words = driver_words();

	memcpy(seen, words.start, words.size);
}

static void words_became_visible(void)
{
	if (machine.cpu == CPU_A)
		show_words();
}

static void crash_alone(void)
{
	static struct snapshot snapshot;

	if (machine.cpu != CPU_A || !machine.changed ||
	    (plan.count++ % plan.stride && !machine.turned))
		return;
	machine.instant = NULL;
	take_snapshot(&snapshot);
	crash_on_b(plan.count % 4 == 3, true);
	restore(&snapshot);
	machine.instant = crash_alone;
	machine.changed = machine.turned = false;
}

void play_with_crashes_alone(const struct op *op, unsigned int stride)
{
	plan.stride = stride;
	plan.count = 0;
	machine.instant = crash_alone;
	play(op);
	machine.instant = NULL;
}

/* What one CPU has changed since the other one saw it goes to what that one has */
static void merge(uint8_t *to, const uint8_t *changed, const uint8_t *before, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (changed[i] != before[i])
			to[i] = changed[i];
}

/* Once, at the instant of the plan; CPU B may not have seen the last words of CPU A */
static void crash_between(void)
{
	struct span words = driver_words();
	uint8_t saved[sizeof(seen)];

	if (machine.cpu != CPU_A || plan.count++ != plan.at)
		return;
	machine.instant = NULL;
	if (!plan.late)
		show_words();
	memcpy(saved, words.start, words.size);
	memcpy(words.start, seen, words.size);
	crash_on_b(plan.at % 4 == 3, false);
	merge(saved, words.start, seen, words.size);
	memcpy(words.start, saved, words.size);
}

void play_with_crashes_between(const struct op *op, unsigned int stride)
{
	static struct snapshot snapshot;

	take_snapshot(&snapshot);
	machine.barrier = words_became_visible;
	for (plan.at = 0;; plan.at += stride) {
		plan.late = !plan.late;
		plan.count = 0;
		machine.instant = crash_between;
		show_words();
		play(op);
		if (plan.count <= plan.at)
			break;
		restore(&snapshot);
	}
	machine.instant = NULL;
	machine.barrier = NULL;
}

/* CPU A's operation in the midst of CPU B's description, on a stack of its own */
static struct {
	ucontext_t a, b;
	const struct op *op;
	int error;
	bool runs;
	uint64_t instants, yield_at;	/* of CPU A */
	uint32_t length;		/* of its operation, when it does not yield */
	uint8_t words[sizeof(seen)];	/* of CPU B, while CPU A has not seen them */
	uint8_t b_seen[sizeof(seen)];
} aside;

static void run_aside(void)
{
	aside.error = run_operation(aside.op);
	aside.runs = false;
	swapcontext(&aside.a, &aside.b);
}

static void b_became_visible(void)
{
	struct span words = driver_words();

	if (machine.cpu == CPU_B)
		memcpy(aside.b_seen, words.start, words.size);
}

/* What CPU B had stored, and CPU A had not seen, is there in the end */
static void return_to_b(void)
{
	struct span words = driver_words();

	merge(words.start, aside.words, aside.b_seen, words.size);
	machine.cpu = CPU_B;
	memcpy(aside.b_seen, words.start, words.size);
}

static void wait_for_b(void)
{
	machine.wait = NULL;
	machine.instant = NULL;
	return_to_b();
	swapcontext(&aside.a, &aside.b);
	machine.cpu = CPU_A;
}

/* In the midst of its operation, too, CPU A may let CPU B go on */
static void yield_to_b(void)
{
	if (machine.cpu == CPU_A && aside.instants++ == aside.yield_at)
		wait_for_b();
}

static void operate_between(void)
{
	static uint8_t stack[1 << 16];
	struct span words = driver_words();

	if (machine.cpu != CPU_B || plan.count++ != plan.at)
		return;
	aside.instants = 0;
	machine.instant = yield_to_b;
	memcpy(aside.words, words.start, words.size);
	if (plan.late)
		memcpy(words.start, aside.b_seen, words.size);
	else
		memcpy(aside.b_seen, words.start, words.size);
	getcontext(&aside.a);
	aside.a.uc_stack.ss_sp = stack;
	aside.a.uc_stack.ss_size = sizeof(stack);
	makecontext(&aside.a, run_aside, 0);
	aside.runs = true;
	machine.cpu = CPU_A;
	machine.wait = wait_for_b;
	swapcontext(&aside.b, &aside.a);
	if (!aside.runs) {
		aside.length = (uint32_t)aside.instants;
		return_to_b();
	}
	machine.instant = NULL;
	machine.wait = NULL;
}

/*
 * Each instant has its turn more than once, as CPU A goes on to its end, or to
 * some instant of its own. Those at which CPU B makes itself known come first,
 * and more often.
 */
static uint64_t next_at(unsigned int *round, unsigned int stride)
{
	bool early = plan.at < HANDSHAKE && member_count() < 10;

	if (++*round < (early ? 40 : 4))
		return plan.at;
	*round = 0;
	return plan.at + (early ? 1 : stride);
}

void play_between_crash(const struct op *op, unsigned int stride)
{
	static struct snapshot snapshot;
	struct span words = driver_words();
	unsigned int round = 0;

	aside.length = 0;
	take_snapshot(&snapshot);
	for (plan.at = 0;; plan.at = next_at(&round, stride)) {
		plan.late = round % 2;
		plan.count = 0;
		aside.yield_at = round % 4 < 2 ? UINT64_MAX :
			machine_random(aside.length + 1);
		aside.op = op;
		aside.error = 0;
		begin_operation(op);
		memcpy(aside.b_seen, words.start, words.size);
		machine.barrier = b_became_visible;
		machine.instant = operate_between;
		crash_on_b(plan.at % 4 == 3, false);
		machine.instant = NULL;
		machine.barrier = NULL;
		if (plan.count <= plan.at)
			break;
		machine.cpu = CPU_A;
		if (aside.runs)
			swapcontext(&aside.b, &aside.a);
		end_operation(op, aside.error);
		restore(&snapshot);
	}
	restore(&snapshot);
}