// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "../limits.h"
#include "../ramoops.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ramoops_text text;
	const char *problem = ramoops_text(data, size, &text);

	/* A text or a reason why there is none */
	assert(text.text ? text.length <= size + INFLATED_MAX : !!problem);
	free(text.text);

	return 0;
}
