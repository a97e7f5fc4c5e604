// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "input.h"

static struct input given;

const struct input *input_given(void)
{
	return &given;
}

bool input_set_offset(const char *number)
{
	char *end;

	errno = 0;
	given.offset = strtoull(number, &end,
				strncasecmp(number, "0x", 2) ? 10 : 16);

	return isdigit((unsigned char)*number) && !*end && !errno;
}

bool input_add_ram(const char *file)
{
	if (given.ram_count == RAM_PARTS_MAX)
		return false;
	given.ram[given.ram_count++] = file;

	return true;
}
