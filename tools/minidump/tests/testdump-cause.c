// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine whose dump tells how it came to its crash: a log of one's choice,
 * frame records on its stack, and regions of text.
 */
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "testdump.h"

#define IMAGE(offset)	(0xffffffd012000000ull + (offset))
#define MODULE		0xffffffd000001000ull
#define LINEAR(phys)	(0xffffff8000000000ull + (phys) - 0x80000000ull)
#define STACK		0xffffffc080000000ull
#define STACK_SIZE	16384
#define MODULES		40	/* of variant "modules" */

static struct memory *find(struct machine *machine, const char *name)
{
	size_t i;

	for (i = 0; i < machine->count; i++)
		if (!strcmp(machine->regions[i].name, name))
			return &machine->regions[i];
	errx(2, "no region %s", name);
}

static void put(struct memory *memory, size_t offset, uint64_t value,
		size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		memory->bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

/* The stack of the CPU; addresses on it are given as offsets */
static struct memory *stack;

static void put_record(size_t at, uint64_t fp, uint64_t lr)
{
	put(stack, at, fp ? STACK + fp : 0, 8);
	put(stack, at + 8, lr, 8);
}

/* What an exception saves of who it interrupted: {fp, pc} or {0, 0, 2} */
static size_t put_exception(size_t at, bool marked, uint64_t fp, uint64_t lr,
			    uint64_t pc)
{
	size_t record = at + (marked ? 296 : 304);

	memset(stack->bytes + at, 0, 336);
	put(stack, at + 8 * 29, STACK + fp, 8);
	put(stack, at + 8 * 30, lr, 8);
	put(stack, at + 8 * 32, pc, 8);
	put_record(record, marked ? 0 : fp, marked ? 0 : pc);
	put(stack, record + 16, marked ? 2 : 0, 8);

	return record;
}

/* An interrupt of a function that a module's called */
static void add_frames(struct machine *machine, const char *variant)
{
	struct memory registers = { .bytes = machine->prstatus };
	bool marked = !strcmp(variant, "marked");
	uint64_t sign = !strcmp(variant, "signed") ? 0x5a2b4d0000000000ull : 0;
	size_t last = marked ? STACK_SIZE - 24 : STACK_SIZE - 16, record;

	stack = find(machine, "KSTACK");
	put(&registers, 112 + 8 * 29, STACK + 0x1000, 8);
	put(&registers, 112 + 8 * 31, STACK + 0x0ff0, 8);
	record = put_exception(0x1200, marked, 0x2000, IMAGE(0x10030),
			       IMAGE(0x10040));
	put_record(0x1000, 0x1100, IMAGE(0x10010) ^ sign);
	put_record(0x1100, record, IMAGE(0x10020) ^ sign);
	put_record(0x2000, 0x2100, (MODULE + 0x234) ^ sign);
	put_record(0x2100, last, IMAGE(0x10050) ^ sign);
	put_record(last, 0, 0);
	if (marked)
		put(stack, last + 16, 1, 8);
	/* A chain that leads back to where it was */
	if (!strcmp(variant, "circle"))
		put_record(0x2100, 0x1000, IMAGE(0x10050));
	if (!strcmp(variant, "away"))
		put_record(0x2100, 0x10000, IMAGE(0x10050));
}

static void add_text(struct machine *machine, const char *name, uint64_t phys,
		     const char *text)
{
	struct memory *memory = machine_add(machine, name, phys, LINEAR(phys),
					    round_up(strlen(text), 4) + 32);

	memset(memory->bytes, 0, memory->size);
	memcpy(memory->bytes, text, strlen(text));
}

/* As the kernel has it: one that is gone lay where another is now. */
static void add_demo(struct machine *machine)
{
	add_text(machine, "KMODULES", 0x90014000,
		 " one 0xffffffd000001000 8192 0x0 0 - 0x1000\n"
		 "demo 0xffffffd000001000 8192 0xffffffd000010000 4096 0123abcd0000 0x1000\n"
		 "cut 0xffffffd0000");
}

/* Frames that are each of a module of its own */
static void add_modules(struct machine *machine)
{
	static char lines[64 * MODULES];
	struct memory registers = { .bytes = machine->prstatus };
	size_t length = 0, i;

	stack = find(machine, "KSTACK");
	put(&registers, 112 + 8 * 29, STACK + 0x1000, 8);
	put(&registers, 112 + 8 * 31, STACK + 0x0ff0, 8);
	for (i = 0; i < MODULES; i++) {
		put_record(0x1000 + 16 * i, 0x1010 + 16 * i,
			   MODULE + 4096 * i + 0x10);
		length += (size_t)sprintf(lines + length,
					  "m%zu 0x%llx 4096\n", i,
					  MODULE + 4096 * i);
	}
	put_record(0x1000 + 16 * i, STACK_SIZE - 16, IMAGE(0x10050));
	put_record(STACK_SIZE - 16, 0, 0);
	add_text(machine, "KMODULES", 0x90014000, lines);
}

static void put_registers(uint8_t *prstatus, uint32_t cpu, uint64_t fp,
			  uint64_t pc)
{
	struct memory note = { .bytes = prstatus };

	put(&note, 32, cpu + 1, 4);
	put(&note, 112 + 8 * 29, fp, 8);
	put(&note, 112 + 8 * 31, fp - 16, 8);
	put(&note, 112 + 8 * 32, pc, 8);
}

/*
 * Where a panic on CPU 1 stopped the others: one idle, one that waits for a
 * lock, and one whose stack is not in the dump. Before them, what CPU 1 itself had
 * interrupted, which its own chain leads to.
 */
static void add_others(struct machine *machine)
{
	const uint64_t stacks[] = { STACK + 0x8000, STACK + 0x10000 };

	machine->other_count = 4;
	machine->others = get_memory(4 * sizeof(*machine->others));
	put_registers(machine->others[0], 1001, STACK, IMAGE(0x10040));
	put_registers(machine->others[1], 0, stacks[0] + 0x3f00, IMAGE(0x20000));
	put_registers(machine->others[2], 2, stacks[1] + 0x3e00, IMAGE(0x21000));
	put_registers(machine->others[3], 3, STACK + 0x20000, IMAGE(0x22000));

	stack = machine_add(machine, "KSTACK0", 0x90020000, stacks[0],
			    STACK_SIZE);
	put(stack, 0x3f00, stacks[0] + 0x3ff0, 8);
	put(stack, 0x3f08, IMAGE(0x20010), 8);
	put_record(0x3ff0, 0, 0);
	stack = machine_add(machine, "KSTACK2", 0x90028000, stacks[1],
			    STACK_SIZE);
	put(stack, 0x3e00, stacks[1] + 0x3f00, 8);
	put(stack, 0x3e08, IMAGE(0x21010), 8);
	put(stack, 0x3f00, stacks[1] + 0x3ff0, 8);
	put(stack, 0x3f08, IMAGE(0x21020), 8);
	put_record(0x3ff0, 0, 0);
}

struct ring {
	struct memory *head, *descs, *infos, *text;
	uint64_t count, size;	/* of records, of text */
	uint64_t lpos;
};

/* Where a block of this size goes: it does not wrap, but begins anew */
static uint64_t next_lpos(const struct ring *ring, uint64_t size)
{
	uint64_t next = ring->lpos + size;

	if ((ring->lpos ^ (next - 1)) & ~(ring->size - 1))
		next = (next & ~(ring->size - 1)) + size;

	return next;
}

static void put_line(struct ring *ring, uint64_t id, unsigned int level,
		     double seconds, const char *line)
{
	uint64_t index = id % ring->count, begin = ring->lpos, next, at;
	size_t length = strlen(line);

	put(ring->descs, 24 * index, 2ull << 62 | id, 8);	/* finalized */
	put(ring->infos, 88 * index, id, 8);
	put(ring->infos, 88 * index + 8, (uint64_t)(seconds * 1e6) * 1000, 8);
	put(ring->infos, 88 * index + 16, length, 2);
	put(ring->infos, 88 * index + 19, level << 5, 1);
	if (!length) {
		/* An empty line needs no block, and one that was lost has none. */
		put(ring->descs, 24 * index + 8, 3, 8);
		put(ring->descs, 24 * index + 16, 3, 8);
		return;
	}

	next = next_lpos(ring, round_up(8 + length, 8));
	at = begin & (ring->size - 1);
	if ((begin ^ (next - 1)) & ~(ring->size - 1))
		at = 0;
	put(ring->text, at, id, 8);
	memcpy(ring->text->bytes + at + 8, line, length);
	put(ring->descs, 24 * index + 8, begin, 8);
	put(ring->descs, 24 * index + 16, next, 8);
	ring->lpos = next;
}

/* Lines of "LEVEL SECONDS TEXT"; "\n" in a text is a newline. */
static void put_log(struct machine *machine, const char *file)
{
	struct ring ring = {
		find(machine, "KPRB_RB"), find(machine, "KPRB_DESC"),
		find(machine, "KPRB_INFO"), find(machine, "KPRB_TEXT"),
		.count = 32, .size = 4096, .lpos = -4096ull,
	};
	char line[4096], *text, *newline;
	FILE *from = fopen(file, "re");
	unsigned long level;
	uint64_t id = 0;
	double seconds;

	if (!from)
		err(2, "%s", file);
	memset(ring.descs->bytes, 0, ring.descs->size);
	memset(ring.text->bytes, 0, ring.text->size);
	for (; fgets(line, sizeof(line), from); id++) {
		line[strcspn(line, "\n")] = '\0';
		level = strtoul(line, &text, 10);
		seconds = strtod(text, &text);
		text += *text == ' ';
		while ((newline = strstr(text, "\\n"))) {
			*newline = '\n';
			memmove(newline + 1, newline + 2, strlen(newline + 1));
		}
		put_line(&ring, id, (unsigned int)level, seconds, text);
	}
	fclose(from);
	put(ring.head, 24, id - 1, 8);
	put(ring.head, 32, id > ring.count ? id - ring.count : 0, 8);
}

static void add_zone(struct machine *machine, const char *name, uint64_t phys,
		     const void *bytes, size_t size)
{
	struct memory *zone = machine_add(machine, name, phys, LINEAR(phys),
					  1024);

	put(zone, 0, 0x43474244, 4);
	put(zone, 4, size, 4);
	put(zone, 8, size, 4);
	memcpy(zone->bytes + 12, bytes, size);
}

/* Android's logger: head, payload; the first one has lost its beginning. */
static void add_logcat(struct machine *machine)
{
	static const char lost[] = "ttle of a record";
	static const uint8_t message[] =
		"l\x29\x00\xe8\x03\x0a\x00\x00\x0b\x00\x10\x7f\x02\x6b\x00\xe1\xf5\x05"
		"\x04Tag\0message of an app";
	static const uint8_t event[] =
		"l\x26\x00\xe8\x03\x0a\x00\x02\x0c\x00\x10\x7f\x02\x6b\x00\xe1\xf5\x05"
		"\x2a\x00\x00\x00\x03\x03\x00\xff\xff\xff\xff\x02\x02\x00\x00\x00\x6f\x6b"
		"\x03\x00";
	uint8_t log[256];
	size_t size = 0;

	memcpy(log, lost, sizeof(lost) - 1);
	size += sizeof(lost) - 1;
	memcpy(log + size, message, 0x29);
	size += 0x29;
	memcpy(log + size, event, 0x26);
	size += 0x26;
	add_zone(machine, "KLOGCAT", 0x90010000, log, size);
}

static void add_records(struct machine *machine)
{
	static const char this_boot[] =
		"====1795338100.000001-D\nOops#1 Part1\n"
		"<6>[    3.000000] sysrq: Trigger a crash\n";
	static const char earlier[] =
		"====1795330000.000001-D\nPanic#1 Part1\n"
		"<6>[    3.500000] sysrq: Trigger a crash\n"
		"<0>[    3.600000] Kernel panic - not syncing: old\n";

	add_zone(machine, "KDMESG2", 0x90012000, this_boot,
		 sizeof(this_boot) - 1);
	add_zone(machine, "KDMESG3", 0x90013000, earlier, sizeof(earlier) - 1);
}

static void add_vmcoreinfo(struct machine *machine, const char *variant)
{
	const char *more = "";
	char *text;

	if (!strcmp(variant, "signed"))
		more = "NUMBER(KERNELPACMASK)=0xffffff8000000000\n";
	else if (!strcmp(variant, "wide"))
		more = "NUMBER(VA_BITS)=52\n"
		       "NUMBER(PHYS_OFFSET)=0xfff1000040000000\n"
		       "NUMBER(TCR_EL1_T1SZ)=0x10\n";
	if (asprintf(&text, "%sSYMBOL(_stext)=%llx\n%s", machine->vmcoreinfo,
		     IMAGE(0), more) < 0)
		err(2, NULL);
	free(machine->vmcoreinfo);
	machine->vmcoreinfo = text;
}

void machine_add_cause(struct machine *machine, const char *variant,
		       const char *log)
{
	add_vmcoreinfo(machine, variant);
	add_frames(machine, variant);
	add_logcat(machine);
	add_records(machine);
	if (!strcmp(variant, "modules"))
		add_modules(machine);
	else
		add_demo(machine);
	add_text(machine, "KVENDOR", 0x90015000, "boot reason: watchdog\n");
	if (log)
		put_log(machine, log);
	if (!strcmp(variant, "cpus"))
		add_others(machine);
	if (!strcmp(variant, "noted"))
		add_text(machine, "KCRASH", 0x90016000,
			 "version=1\nwhat=oops\nmessage=Oops - BUG\n"
			 "time=2.500000001\ncpu=3\npid=71\ncomm=a=b c\n"
			 "oopses=1\nmissing=1-2,5\nunknown=0\n"
			 "boot=00000000-1111-2222-3333-444444444444\n"
			 "complete=1\n");
}

/* All in one region at this address, where the pointers lead */
#define SEED_VIRT	IMAGE(0)

uint8_t *make_cause_seed(struct machine *machine, size_t *size)
{
	static const char * const names[] = {
		"KPRB", "KPRB_RB", "KPRB_DESC", "KPRB_INFO", "KPRB_TEXT",
	};
	size_t text = strlen(machine->vmcoreinfo) + 1, at = 512, i;
	uint64_t virt[5];
	uint8_t *seed = get_memory(text + 16384);
	struct memory all = { .bytes = seed + text };
	struct memory *part;

	for (i = 0; i < 5; i++) {
		part = find(machine, names[i]);
		memcpy(all.bytes + at, part->bytes, part->size);
		virt[i] = SEED_VIRT + at;
		at += round_up(part->size, 8);
	}
	put(&all, 512, virt[1], 8);
	put(&all, virt[1] - SEED_VIRT + 8, virt[2], 8);
	put(&all, virt[1] - SEED_VIRT + 16, virt[3], 8);
	put(&all, virt[1] - SEED_VIRT + 56, virt[4], 8);
	/* Registers, and a chain of three records */
	put(&all, 8 * 29, SEED_VIRT + 288, 8);
	put(&all, 8 * 32, IMAGE(0x4000), 8);
	put(&all, 288, SEED_VIRT + 304, 8);
	put(&all, 296, IMAGE(0x4010), 8);
	put(&all, 304, SEED_VIRT + 320, 8);
	put(&all, 312, IMAGE(0x4020), 8);
	*size = text + at;
	snprintf((char *)seed, text, "%s", machine->vmcoreinfo);
	memcpy(strstr((char *)seed, "SYMBOL(prb)=") + 12, "ffffffd012000200", 16);

	return seed;
}
