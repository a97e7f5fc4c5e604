// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is told of a crash, out of one region of memory: the kernel log, the
 * backtrace, KCRASH. The input is VMCOREINFO, NUL, and the region's bytes; the
 * first 272 of these are also the registers of the CPU.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../crash.h"
#include "../frames.h"
#include "../kcrash.h"
#include "../log.h"
#include "../modules.h"
#include "../signature.h"
#include "../util.h"
#include "fuzz.h"

#define VIRT	UINT64_C(0xffffffd012000000)

static uint64_t lines;

static void count_line(void *context, const struct log_line *line)
{
	struct crash *crash = context;

	assert(line->level >= -1 && line->level <= 7);
	lines++;
	crash_line(crash, line);
}

static void check_log(const struct dump *dump, size_t size)
{
	struct crash crash = { 0 };
	struct log log;

	lines = 0;
	log_open(&log, dump);
	log_each(&log, count_line, &crash);
	assert(log.origin == LOG_RING || !lines);
	assert(log.origin != LOG_RING || lines);
	/* The ring has no more text than bytes, and a line for each record. */
	assert(lines <= 2 * size + 1);
	assert(crash.lines == lines);
	assert(strnlen(crash.message, CRASH_TEXT_MAX) < CRASH_TEXT_MAX);
	assert(strnlen(crash.comm, sizeof(crash.comm)) < sizeof(crash.comm));
	log_close(&log);
}

static bool always(void *context, uint64_t pc)
{
	(void)context;
	(void)pc;

	return true;
}

static void check_frames(const struct dump *dump, const uint8_t *bytes,
			 size_t size, frames_link_test is_link)
{
	static struct frames frames;
	struct signature signature;
	struct modules modules = { 0 };
	struct cpu_state state = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(state.regs) && 8 * i + 8 <= size; i++)
		state.regs[i] = get_le64(bytes + 8 * i);
	frames_unwind(dump, &state, is_link, NULL, &frames);
	assert(frames.count >= 1 && frames.count <= FRAMES_MAX);
	assert(frames.list[0].pc == state.regs[REG_PC]);
	for (i = 1; i < frames.count; i++)
		assert(frames.list[i].kind != FRAME_REGISTERS);

	modules_parse(&modules, (const char *)bytes, size);
	signature_make(&signature, "BUG", &frames, NULL, &modules, dump);
	assert(signature.text[0]);
	assert(signature.count <= SIGNATURE_FRAMES);
	modules_free(&modules);
}

static void check_kcrash(const uint8_t *bytes, size_t size)
{
	char *text = copy_string((const char *)bytes, size);
	struct kcrash kcrash;

	if (!kcrash_parse(&kcrash, text))
		assert(*text && !kcrash.there);
	assert(!kcrash.has_time || kcrash.there);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *bytes = memchr(data, 0, size);
	int fd = memfd_create("memory", MFD_CLOEXEC);
	struct piece piece = { .name = (char *)"" };
	struct region region = {
		.name = (char *)"KALL", .virt = VIRT, .piece = &piece,
	};
	struct dump dump = {
		.source = { .kind = SOURCE_CORE, .path = "", .fd = fd,
			    .pieces = &piece, .count = 1 },
		.machine = EM_AARCH64,
		.regions = &region,
		.region_count = 1,
	};

	assert(fd >= 0);
	if (bytes) {
		dump.notes.vmcoreinfo = (char *)data;
		bytes++;
		size -= (size_t)(bytes - data);
		assert(!write_at(fd, bytes, size, 0));
		dump.source.size = size;
		piece.size = size;
		piece.announced = size;
		region.size = size;
		region.have = size;
		piece.taken = true;
		check_log(&dump, size);
		check_frames(&dump, bytes, size, NULL);
		check_frames(&dump, bytes, size, always);
		check_kcrash(bytes, size);
	}
	close(fd);

	return 0;
}
