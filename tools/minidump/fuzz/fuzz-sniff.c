// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mman.h>
#include <unistd.h>

#include "../sniff.h"
#include "../util.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	enum form form;
	uint64_t at;

	assert(fd >= 0 && !write_at(fd, data, size, 0));
	form = form_search(fd, &at);
	if (form != FORM_UNKNOWN) {
		assert(at < size);
		assert(form_of_dump(data + at, size - at) == form);
		assert(form == FORM_RAWDUMP || form == FORM_CORE);
	}
	form = form_of(data, size);
	assert(form_name(form));
	close(fd);

	return 0;
}
