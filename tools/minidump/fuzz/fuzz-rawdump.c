// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_source((const uint8_t *)"Raw_Dmp!", 8, data, size);

	return 0;
}
