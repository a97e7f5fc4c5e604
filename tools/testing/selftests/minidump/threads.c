// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers and unregisters from several threads, while others read debugfs.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "minidump_test.h"

#define WRITERS			4
#define STEPS_PER_WRITER	2500
#define PAGES_PER_WRITER	16
/* Each refusal is a line in the log of a machine that may need its log */
#define ROUNDS_PER_WRITER	40

struct writer {
	pthread_t thread;
	unsigned int number;
	unsigned int pages;
	unsigned int added;
	unsigned int refused;
	bool present[PAGES_PER_WRITER];
	bool good;
};

struct reader {
	pthread_t thread;
	bool (*read)(void);
	unsigned int readings;
	bool good;
};

static atomic_bool writers_done;
static atomic_uint owners;
/* Closed until it is known how many writers there are to meet at the barrier */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all_writers;

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

static void pass_gate(void)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
}

static unsigned int page_of(const struct writer *w, unsigned int i)
{
	return w->number * PAGES_PER_WRITER + i;
}

static uint64_t size_of(const struct writer *w, unsigned int i)
{
	return 4 + 4 * page_of(w, i);
}

static void name_of(const struct writer *w, unsigned int i, char *name, size_t size)
{
	snprintf(name, size, "W%u_%u", w->number, i);
}

static bool toggle(struct writer *w, unsigned int i)
{
	bool present = w->present[i];
	char name[16];
	int error;

	name_of(w, i, name, sizeof(name));
	if (present)
		error = page_remove(page_of(w, i));
	else
		error = page_add(page_of(w, i), name, size_of(w, i), 0, NULL);
	if (error)
		return wrong("%s %s: %s", present ? "removing" : "adding", name, strerror(error));
	w->added += !present;
	w->present[i] = !present;
	return true;
}

static void *write_at_random(void *argument)
{
	struct writer *w = argument;
	uint32_t random = w->number;

	pass_gate();
	for (unsigned int step = 0; w->good && step < STEPS_PER_WRITER; step++)
		w->good = toggle(w, next_random(&random) % w->pages);
	return NULL;
}

/*
 * All of them want the name at the same moment, and nobody gives it back before
 * all have tried: one has it then, and the others were refused.
 */
static void *write_one_name(void *argument)
{
	struct writer *w = argument;

	pass_gate();
	for (unsigned int round = 0; round < ROUNDS_PER_WRITER; round++) {
		int error;

		pthread_barrier_wait(&all_writers);
		error = page_add(w->number, "RACE", 4, 0, NULL);
		if (!error)
			atomic_fetch_add(&owners, 1);
		else if (error != EEXIST)
			w->good = wrong("adding RACE: %s", strerror(error));
		w->added += !error;
		w->refused += error == EEXIST;
		pthread_barrier_wait(&all_writers);
		if (error)
			continue;
		if (atomic_exchange(&owners, 0) != 1)
			w->good = wrong("RACE was added twice");
		error = page_remove(w->number);
		if (error)
			w->good = wrong("removing RACE: %s", strerror(error));
	}
	return NULL;
}

static void *read_all_along(void *argument)
{
	struct reader *r = argument;

	do {
		r->good = r->read();
		r->readings++;
	} while (r->good && !atomic_load(&writers_done));
	return NULL;
}

static bool read_regions(void)
{
	static struct regions regions;

	return regions_read(&regions);
}

static bool read_limits(void)
{
	struct limits limits;

	return limits_read(&limits);
}

static bool read_toc(void)
{
	unsigned int count;

	return toc_read(&count);
}

static bool read_elf(void)
{
	return elf_read(NULL);
}

static bool start(pthread_t *thread, void *(*function)(void *), void *argument)
{
	int error = pthread_create(thread, NULL, function, argument);

	if (error)
		*thread = 0;
	return !error || wrong("no thread: %s", strerror(error));
}

static void finish(pthread_t thread)
{
	if (thread)
		pthread_join(thread, NULL);
}

/* Those that cannot be started are missing at the barrier, too */
static bool start_writers(struct writer *writers, void *(*function)(void *), unsigned int pages)
{
	unsigned int started = 0;

	pthread_mutex_lock(&gate);
	for (unsigned int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){ .number = i, .pages = pages, .good = true };
		started += start(&writers[i].thread, function, &writers[i]);
	}
	pthread_barrier_init(&all_writers, NULL, started ? started : 1);
	pthread_mutex_unlock(&gate);
	return started == WRITERS;
}

static bool finish_writers(struct writer *writers)
{
	bool good = true;

	for (unsigned int i = 0; i < WRITERS; i++) {
		finish(writers[i].thread);
		printf("# thread %u: %u added, %u refused\n", i, writers[i].added,
		       writers[i].refused);
		good = good && writers[i].good;
	}
	pthread_barrier_destroy(&all_writers);
	return good;
}

static bool run_threads(struct writer *writers, void *(*function)(void *), unsigned int pages)
{
	struct reader readers[] = {
		{ .read = read_regions, .good = true },
		{ .read = read_limits, .good = true },
		{ .read = read_toc, .good = true },
		{ .read = read_elf, .good = true },
	};
	bool good = true;

	atomic_store(&writers_done, false);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		good = start(&readers[i].thread, read_all_along, &readers[i]) && good;
	good = start_writers(writers, function, pages) && good;
	good = finish_writers(writers) && good;
	atomic_store(&writers_done, true);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		finish(readers[i].thread);
		good = good && readers[i].good;
	}
	printf("# regions read %u times, limits %u, toc %u, elf_header %u\n",
	       readers[0].readings, readers[1].readings, readers[2].readings,
	       readers[3].readings);
	return good;
}

static bool check_left(const struct view *view, const struct writer *w, unsigned int i)
{
	const struct region *region;
	char name[16];

	name_of(w, i, name, sizeof(name));
	region = region_find(&view->regions, name);
	if (!!region != w->present[i])
		return wrong("%s is %s, wanted it %s", name, region ? "there" : "missing",
			     w->present[i] ? "there" : "gone");
	if (region && region->size != size_of(w, i))
		return wrong("%s has %llu bytes, wanted %llu", name,
			     (unsigned long long)region->size,
			     (unsigned long long)size_of(w, i));
	return true;
}

/* Just what each writer has left, beside what was there before */
static bool check_all_left(const struct writer *writers, unsigned int before)
{
	static struct view view;
	unsigned int left = 0;

	if (!view_take(&view))
		return false;
	for (unsigned int i = 0; i < WRITERS * PAGES_PER_WRITER; i++) {
		const struct writer *w = &writers[i / PAGES_PER_WRITER];

		if (!check_left(&view, w, i % PAGES_PER_WRITER))
			return false;
		left += w->present[i % PAGES_PER_WRITER];
	}
	if (view.regions.count != before + left)
		return wrong("%u regions, wanted %u and %u", view.regions.count, before, left);
	return true;
}

bool test_threads(void)
{
	static struct writer writers[WRITERS];
	struct limits limits;
	unsigned int pages;

	if (!limits_read(&limits))
		return false;
	pages = (limits.maximum - limits.used) / WRITERS;
	if (!pages)
		return wrong("%u of %u regions in use", limits.used, limits.maximum);
	if (pages > PAGES_PER_WRITER)
		pages = PAGES_PER_WRITER;
	return run_threads(writers, write_at_random, pages) &&
	       check_all_left(writers, limits.used);
}

bool test_race(void)
{
	static struct writer writers[WRITERS];
	unsigned int added = 0;

	if (!run_threads(writers, write_one_name, 1))
		return false;
	for (unsigned int i = 0; i < WRITERS; i++)
		added += writers[i].added;
	if (added != ROUNDS_PER_WRITER)
		return wrong("RACE was added %u times in %u rounds", added, ROUNDS_PER_WRITER);
	return true;
}
