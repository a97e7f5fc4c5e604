// SPDX-License-Identifier: GPL-2.0-only
#include "../listing.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct token rest = { text, size };
	struct listing_entry entry;

	while (listing_next(&rest, &entry)) {
		assert(entry.file.length > 0);
		assert(entry.file.text >= text);
		assert(entry.file.text + entry.file.length <= text + size);
		assert(rest.text + rest.length == text + size);
	}

	return 0;
}
