// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "../crash.h"
#include "../log.h"
#include "../records.h"
#include "../util.h"
#include "fuzz.h"

struct check {
	const char *end;
	struct crash crash;
};

static void check_line(void *context, const struct log_line *line)
{
	struct check *check = context;

	assert(line->text + line->length <= check->end);
	assert(!memchr(line->text, '\n', line->length));
	crash_line(&check->crash, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = allocate(size);
	struct record record = { 0 };
	struct check check = { .end = text + size };

	memcpy(text, data, size);
	record_parse(&record, text, size);
	assert(record.text >= text && record.text + record.length == text + size);
	log_each_of_text(record.text, record.length, check_line, &check);
	assert(check.crash.kind == CRASH_UNKNOWN || check.crash.message[0] ||
	       check.crash.kind == CRASH_PANIC);
	free(text);

	return 0;
}
