// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets CPU A do an operation, or CPU B describe a crash, and says what firmware
 * may find meanwhile, and afterwards.
 */
#include <stdio.h>
#include <string.h>

#include "driver.h"
#include "judge.h"
#include "machine.h"
#include "play.h"

char play_context[256];

static uint32_t crashes, last_pid;

static bool is_settled(unsigned int id)
{
	return promise.before[id] && promise.after[id] && (!promise.absent || promise.starting);
}

unsigned int member_count(void)
{
	return promise.before_count;
}

unsigned int some_member(void)
{
	unsigned int id;

	do
		id = machine_random(IDS);
	while (!promise.before[id]);
	return id;
}

unsigned int some_stranger(void)
{
	unsigned int id;

	do
		id = machine_random(IDS);
	while (promise.before[id] || promise.after[id]);
	return id;
}

/* A region is where this one would be */
static bool is_taken(unsigned int id)
{
	for (unsigned int other = 0; other < IDS; other++)
		if (promise.virt[other][0] == region_of(id).virt && other != id)
			return true;
	return false;
}

unsigned int some_newcomer(void)
{
	for (unsigned int id = 0; id < IDS; id++)
		if (!promise.before[id] && !promise.after[id] && is_taken(id))
			return id;
	return some_stranger();
}

/* Where a region moves to: the first to where one may come, others to where none does */
static uint64_t some_address(unsigned int count)
{
	unsigned int id = some_stranger();

	if (!count && !is_taken(id))
		return region_of(id).virt;
	return 0xffff900000000000u + crashes * 0x100000ull + count * 0x10000u;
}

/* Two other CPUs, one, or none */
static void stop_others(struct crash *crash)
{
	crash->other_count = last_pid % (CPUS + 1);
	for (unsigned int i = 0; i < crash->other_count; i++) {
		crash->others[i].pid = last_pid << 8 | i;
		for (unsigned int j = 0; j < REGISTERS; j++)
			crash->others[i].registers[j] = ~crash->registers[j] + i;
	}
}

/*
 * A crash of a new CPU, or of none, and regions that it moves; the originals of some are
 * in one piece of memory
 */
static unsigned int make_crash(struct crash *crash, struct move *moves, bool hide, bool alone)
{
	unsigned int count = 0;

	promise.aliases[1] = 0;
	promise.maybe_none = true;

	crashes++;
	*crash = (struct crash){ .pid = hide ? 0 : ++last_pid };
	for (unsigned int i = 0; !hide && i < REGISTERS; i++)
		crash->registers[i] = (uint64_t)last_pid * 0x0101010101010101u + i;
	if (!hide && alone)
		stop_others(crash);
	for (unsigned int id = crashes % 3; id < IDS && count < MOVES_MAX; id++) {
		if (!is_settled(id))
			continue;
		moves[count].phys = region_of(id).phys;
		moves[count].virt = some_address(count);
		moves[count].original = id % 4 ? 0x900000000u + crashes * 0x10000ull + count : 0;
		promise.original[id][1] = moves[count].original;
		promise.aliases[1] += !hide && alone && moves[count].original;
		promise.virt[id][1] = moves[count++].virt;
	}
	return count;
}

static void end_crash(bool written)
{
	for (unsigned int id = 0; id < IDS; id++) {
		promise.virt[id][!written] = promise.virt[id][written];
		promise.original[id][!written] = promise.original[id][written];
	}
	promise.aliases[!written] = promise.aliases[written];
	if (written && promise.whole)
		promise.maybe_none = false;
	promise.crash[!written] = promise.crash[written];
	promise.goes_on &= !written;
	promise.describing = false;
	machine_arrive(CPU_B);
	judge(&machine.stored, MARK_ALL);
	judge(&machine.arrived, MARK_ALL);
}

bool crash_on_b(bool hide, bool alone)
{
	uint64_t stores = machine.stores[CPU_B];
	struct move moves[MOVES_MAX];
	enum cpu cpu = machine.cpu;
	struct crash crash;
	unsigned int count = make_crash(&crash, moves, hide, alone);
	bool written;

	promise.crash[1] = crash;
	promise.describing = true;
	machine.cpu = CPU_B;
	proof_enter();
	written = driver_describe(&crash, moves, count, alone);
	proof_leave();
	end_crash(written);
	machine.cpu = cpu;
	if (alone && !written && !promise.absent)
		fault("a crash alone is not described");
	if (!written && machine.stores[CPU_B] != stores)
		fault("a crash is described, and then it is not");
	return written;
}

void begin_operation(const struct op *op)
{
	snprintf(play_context, sizeof(play_context), "%s of %u with %u regions",
		 (const char *[]){ "start", "append", "remove", "stop" }[op->kind],
		 op->kind == OP_START ? op->count : op->id, promise.before_count);
	memcpy(promise.after, promise.before, sizeof(promise.after));
	promise.after_count = promise.before_count;
	promise.starting = op->kind == OP_START;
	promise.maybe_none = true;
	promise.absent = op->kind == OP_START || op->kind == OP_STOP;
	memset(promise.entry, 0, sizeof(promise.entry));

	switch (op->kind) {
	case OP_START:
		for (unsigned int i = 0; i < op->count; i++)
			promise.before[op->ids[i]] = promise.after[op->ids[i]] = true;
		promise.before_count = promise.after_count = op->count;
		machine_fill(ENTRY_OFFSET, op->entry, ENTRY_SIZE);
		memset(promise.entry, op->entry, ENTRY_SIZE);
		break;
	case OP_APPEND:
		promise.after[op->id] = true;
		promise.after_count++;
		for (unsigned int id = 0; id < IDS; id++)
			promise.homing[id] = id != op->id &&
					     promise.virt[id][0] == region_of(op->id).virt;
		break;
	case OP_REMOVE:
		promise.after[op->id] = false;
		promise.after_count--;
		break;
	case OP_STOP:
		break;
	}
	promise.whole = false;
	promise.goes_on = true;
}

/* All of the entry is taken back, but for what is no word of ours */
static void wants_nothing_named(void)
{
	for (unsigned int i = 0; i < ENTRY_SIZE; i++)
		if (machine.ram[ENTRY_OFFSET + i] && (i < 20 || i >= 24))
			fault("byte %u of the entry stays %#x", i, machine.ram[ENTRY_OFFSET + i]);
	machine_wants_no_memory();
}

void end_operation(const struct op *op, int error)
{
	if (error) {
		memcpy(promise.after, promise.before, sizeof(promise.after));
		promise.after_count = promise.before_count;
	} else {
		memcpy(promise.before, promise.after, sizeof(promise.before));
		promise.before_count = promise.after_count;
	}
	for (unsigned int id = 0; id < IDS; id++)
		if (!promise.after[id] || op->kind == OP_STOP ||
		    (!error && promise.homing[id] && promise.virt[id][0] == region_of(op->id).virt))
			promise.virt[id][0] = promise.virt[id][1] = region_of(id).virt;
	memset(promise.homing, 0, sizeof(promise.homing));
	promise.absent = op->kind == OP_STOP || (error && op->kind == OP_START);
	promise.starting = false;
	machine_settle();
	promise.whole = true;
	judge(&machine.stored, MARK_ALL);
	judge(&machine.arrived, MARK_ALL);
	if (op->kind != OP_STOP && !error && table_is_absent(&machine.stored))
		fault("there is no table");
	if (op->kind == OP_STOP) {
		wants_nothing_named();
		memset(promise.before, 0, sizeof(promise.before));
		memset(promise.after, 0, sizeof(promise.after));
		promise.before_count = promise.after_count = 0;
	}
}

static int call(const struct op *op)
{
	switch (op->kind) {
	case OP_START:
		return driver_start(op->ids, op->count);
	case OP_APPEND:
		return driver_append(op->id);
	case OP_REMOVE:
		driver_remove(op->id);
		return 0;
	case OP_STOP:
		driver_stop();
		return 0;
	}
	return 0;
}

__attribute__((weak)) void proof_enter(void)
{
}

__attribute__((weak)) void proof_leave(void)
{
}

int run_operation(const struct op *op)
{
	int error;

	proof_enter();
	error = call(op);
	proof_leave();
	return error;
}

int play(const struct op *op)
{
	int error;

	begin_operation(op);
	error = run_operation(op);
	end_operation(op, error);
	return error;
}

void play_crash(bool hide, bool alone)
{
	snprintf(play_context, sizeof(play_context), "crash with %u regions", promise.before_count);
	if (!crash_on_b(hide, alone))
		fault("a crash is not described, and nobody is at the tables");
	machine_settle();
}
