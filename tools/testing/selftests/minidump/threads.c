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
#define TRIES_PER_WRITER	1000

struct writer {
	pthread_t thread;
	unsigned int number;
	unsigned int pages;
	unsigned int added;
	unsigned int refused;
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

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

static bool toggle(struct writer *w, unsigned int i, bool *present)
{
	unsigned int page = w->number * PAGES_PER_WRITER + i;
	char name[16];
	int error;

	snprintf(name, sizeof(name), "W%u_%u", w->number, i);
	if (*present)
		error = page_remove(page);
	else
		error = page_add(page, name, 4 + 4 * page, 0, NULL);
	if (error)
		return wrong("%s %s: %s", *present ? "removing" : "adding", name, strerror(error));
	w->added += !*present;
	*present = !*present;
	return true;
}

static void *write_at_random(void *argument)
{
	bool present[PAGES_PER_WRITER] = { false };
	struct writer *w = argument;
	uint32_t random = w->number;

	for (unsigned int step = 0; w->good && step < STEPS_PER_WRITER; step++) {
		unsigned int i = next_random(&random) % w->pages;

		w->good = toggle(w, i, &present[i]);
	}
	return NULL;
}

/* A name has one owner at any time */
static void *write_one_name(void *argument)
{
	struct writer *w = argument;

	for (unsigned int i = 0; w->good && i < TRIES_PER_WRITER; i++) {
		int error = page_add(w->number, "RACE", 4, 0, NULL);

		if (error == EEXIST) {
			w->refused++;
			continue;
		}
		if (error)
			w->good = wrong("adding RACE: %s", strerror(error));
		else if (atomic_fetch_add(&owners, 1))
			w->good = wrong("RACE was added twice");
		if (!error) {
			w->added++;
			atomic_fetch_sub(&owners, 1);
			error = page_remove(w->number);
			if (error)
				w->good = wrong("removing RACE: %s", strerror(error));
		}
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

static void start(pthread_t *thread, void *(*function)(void *), void *argument, bool *good)
{
	int error = pthread_create(thread, NULL, function, argument);

	if (error) {
		*thread = 0;
		*good = wrong("no thread: %s", strerror(error));
	}
}

static void finish(pthread_t thread)
{
	if (thread)
		pthread_join(thread, NULL);
}

static bool run_threads(void *(*function)(void *), unsigned int pages)
{
	struct reader readers[] = {
		{ .read = read_regions, .good = true },
		{ .read = read_limits, .good = true },
		{ .read = read_toc, .good = true },
		{ .read = read_elf, .good = true },
	};
	struct writer writers[WRITERS];
	bool good = true;

	atomic_store(&writers_done, false);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		start(&readers[i].thread, read_all_along, &readers[i], &readers[i].good);
	for (unsigned int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){ .number = i, .pages = pages, .good = true };
		start(&writers[i].thread, function, &writers[i], &writers[i].good);
	}
	for (unsigned int i = 0; i < WRITERS; i++) {
		finish(writers[i].thread);
		printf("# thread %u: %u added, %u refused\n", i, writers[i].added,
		       writers[i].refused);
		good = good && writers[i].good;
	}
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

bool test_threads(void)
{
	struct limits limits;
	unsigned int pages;

	if (!limits_read(&limits))
		return false;
	pages = (limits.maximum - limits.used) / WRITERS;
	if (!pages)
		return wrong("%u of %u regions in use", limits.used, limits.maximum);
	return run_threads(write_at_random, pages < PAGES_PER_WRITER ? pages : PAGES_PER_WRITER);
}

bool test_race(void)
{
	return run_threads(write_one_name, 1);
}
