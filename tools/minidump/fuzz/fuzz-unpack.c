// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../names.h"
#include "../unpack.h"
#include "../util.h"
#include "fuzz.h"

/* Members of one folder that lie in the file, one behind the other */
static void check_members(const struct unpacked *unpacked)
{
	const struct member *member;
	struct stat st;
	size_t i;

	assert(unpacked->fd >= 0 && !fstat(unpacked->fd, &st));
	for (i = 0; i < unpacked->count; i++) {
		member = &unpacked->members[i];
		assert(name_rank(member->name) != NAME_OTHER);
		assert(!strpbrk(member->name, "/\\"));
		assert(!strcmp(member->folder, unpacked->members[0].folder));
		assert(member->offset <= (uint64_t)st.st_size &&
		       member->size <= (uint64_t)st.st_size - member->offset);
		assert(!i || member->offset >= member[-1].offset +
					       member[-1].size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	struct report report = { 0 };
	struct unpacked unpacked;

	assert(fd >= 0 && !write_at(fd, data, size, 0));
	if (!unpack(&unpacked, fd, "archive", &report)) {
		/* An image, or a folder, never both, never neither */
		assert((unpacked.image >= 0) == !unpacked.count);
		if (unpacked.count)
			check_members(&unpacked);
	}
	unpacked_free(&unpacked);
	report_free(&report);
	close(fd);

	return 0;
}
