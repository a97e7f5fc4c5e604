// SPDX-License-Identifier: GPL-2.0-only
#include "frames.h"
#include "memory.h"
#include "util.h"

/* Offsets of struct pt_regs, whose first words are x0 to x30, sp, pc */
#define PT_REGS_RECORD_OLD	304	/* u64 stackframe[2] */
#define PT_REGS_RECORD		296	/* struct frame_record_meta */

#define RECORD_SIZE		16
#define RECORD_FINAL		1
#define RECORD_PT_REGS		2

struct unwinder {
	const struct dump *dump;
	frames_link_test is_link;
	void *context;
	struct frames *frames;
	const struct region *stack;	/* that has the last record */
};

struct saved {
	uint64_t fp, link, pc;
};

/* Bit 55 tells the kernel's half of the address space, signed or not. */
static bool is_kernel(uint64_t address)
{
	return address >> 55 & 1;
}

uint64_t frames_strip(const struct dump *dump, uint64_t address)
{
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	uint64_t mask, bits;

	if (!is_kernel(address) || !vmcoreinfo)
		return address;
	if (vmcoreinfo_get_hex(vmcoreinfo, "NUMBER(KERNELPACMASK)", &mask))
		return address | mask;
	if (vmcoreinfo_get_decimal(vmcoreinfo, "NUMBER(VA_BITS)", &bits) &&
	    bits < 55)
		return address | ~0ull << bits;

	return address;
}

static bool add(struct unwinder *unwinder, enum frame_kind kind, uint64_t pc)
{
	struct frames *frames = unwinder->frames;

	if (frames->count == FRAMES_MAX) {
		frames->end = FRAMES_TOO_MANY;
		return false;
	}
	frames->list[frames->count++] = (struct frame){ .kind = kind, .pc = pc };

	return true;
}

/* A program counter, and its caller if that is in the link register only */
static bool add_registers(struct unwinder *unwinder, enum frame_kind kind,
			  uint64_t pc, uint64_t link)
{
	bool is_link;

	if (!add(unwinder, kind, pc))
		return false;

	is_link = !is_kernel(pc) ||
		  (unwinder->is_link &&
		   unwinder->is_link(unwinder->context, pc));
	link = frames_strip(unwinder->dump, link);
	if (!is_kernel(link))
		return true;
	if (is_link)
		return add(unwinder, FRAME_LINK, link);
	unwinder->frames->list[unwinder->frames->count - 1].link = link;

	return true;
}

/* What an exception saved so far in front of its record */
static bool read_registers(const struct unwinder *unwinder, uint64_t record,
			   uint64_t offset, struct saved *saved)
{
	uint8_t bytes[8 * (REG_PC + 1)];

	if (record < offset ||
	    !dump_read_virt(unwinder->dump, record - offset, bytes,
			    sizeof(bytes)))
		return false;
	saved->fp = get_le64(bytes + 8 * REG_FP);
	saved->link = get_le64(bytes + 8 * REG_LR);
	saved->pc = get_le64(bytes + 8 * REG_PC);

	return true;
}

/* Those of {0, 0}: 0 to go on at @*fp */
static int step_marked(struct unwinder *unwinder, uint64_t record,
		       uint64_t *fp)
{
	struct saved saved;
	uint64_t type;

	/* Older kernels end the chain so, and nothing need be behind it. */
	if (!memory_read_u64(unwinder->dump, record + RECORD_SIZE, &type) ||
	    type != RECORD_PT_REGS) {
		unwinder->frames->end = FRAMES_COMPLETE;
		return -1;
	}
	if (!read_registers(unwinder, record, PT_REGS_RECORD, &saved)) {
		unwinder->frames->end = FRAMES_NOT_THERE;
		return -1;
	}
	*fp = saved.fp;

	return add_registers(unwinder, FRAME_INTERRUPTED, saved.pc,
			     saved.link) ? 0 : -1;
}

static int step(struct unwinder *unwinder, uint64_t record, uint64_t *fp)
{
	uint8_t bytes[RECORD_SIZE];
	struct saved saved;
	uint64_t next, pc;

	if (!dump_read_virt(unwinder->dump, record, bytes, sizeof(bytes))) {
		unwinder->frames->end = FRAMES_NOT_THERE;
		return -1;
	}
	next = get_le64(bytes);
	pc = get_le64(bytes + 8);
	if (!next && !pc)
		return step_marked(unwinder, record, fp);

	*fp = next;
	if (read_registers(unwinder, record, PT_REGS_RECORD_OLD, &saved) &&
	    saved.fp == next && saved.pc == pc)
		return add_registers(unwinder, FRAME_INTERRUPTED, pc,
				     saved.link) ? 0 : -1;

	pc = frames_strip(unwinder->dump, pc);
	if (!is_kernel(pc)) {
		unwinder->frames->end = FRAMES_DAMAGED;
		return -1;
	}

	return add(unwinder, FRAME_RETURN, pc) ? 0 : -1;
}

/*
 * A stack grows downwards, so within one each record is above the last. From
 * one stack to another it may go either way; FRAMES_MAX ends a circle.
 */
static bool is_progress(struct unwinder *unwinder, uint64_t record,
			uint64_t fp)
{
	const struct region *stack = memory_region(unwinder->dump, fp,
						   RECORD_SIZE);
	bool same = stack == unwinder->stack;

	unwinder->stack = stack;

	return !(fp & 7) && (!stack || !same || fp > record);
}

void frames_unwind(const struct dump *dump, const struct cpu_state *state,
		   frames_link_test is_link, void *context,
		   struct frames *frames)
{
	uint64_t fp = state->regs[REG_FP];
	struct unwinder unwinder = {
		.dump = dump,
		.is_link = is_link,
		.context = context,
		.frames = frames,
		.stack = memory_region(dump, fp, RECORD_SIZE),
	};

	frames->count = 0;
	frames->end = FRAMES_COMPLETE;
	frames->record = fp;
	if (!add_registers(&unwinder, FRAME_REGISTERS, state->regs[REG_PC],
			   state->regs[REG_LR]))
		return;

	while (!step(&unwinder, frames->record, &fp)) {
		if (!is_progress(&unwinder, frames->record, fp)) {
			frames->end = FRAMES_DAMAGED;
			return;
		}
		frames->record = fp;
	}
}
