// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "../pmsg.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ramoops_text text = { 0 };
	size_t i, lines = 0;

	if (!pmsg_text((const char *)data, size, &text)) {
		assert(!text.text);
		return 0;
	}
	for (i = 0; i < text.length; i++)
		lines += text.text[i] == '\n';
	assert(lines >= 1);
	free(text.text);

	return 0;
}
