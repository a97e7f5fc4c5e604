// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t magic[4] = "\177ELF";

	if (size >= sizeof(magic))
		fuzz_source(magic, sizeof(magic), data + sizeof(magic),
			    size - sizeof(magic));

	return 0;
}
