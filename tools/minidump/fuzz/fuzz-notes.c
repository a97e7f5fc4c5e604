// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "../note.h"
#include "../vmcoreinfo.h"
#include "fuzz.h"

static void fuzz_vmcoreinfo(const uint8_t *bytes, size_t size)
{
	char *text = vmcoreinfo_text(bytes, size);
	char value[16];
	uint64_t number;

	if (!text)
		return;

	assert(strlen(text) <= size);
	if (vmcoreinfo_get(text, "OSRELEASE", value, sizeof(value)))
		assert(!strchr(value, '\n') && strstr(text, value));
	vmcoreinfo_get_hex(text, "KERNELOFFSET", &number);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t position = 0, before = 0;
	struct cpu_state state;
	struct note note;

	while (note_next(data, size, &position, &note) == NOTE_FOUND) {
		assert(position > before && position <= size);
		assert(note.desc + note.desc_size <= data + position);
		before = position;
		note_cpu_state(&note, EM_AARCH64, &state);
		fuzz_vmcoreinfo(note.desc, note.desc_size);
	}
	fuzz_vmcoreinfo(data, size);

	return 0;
}
