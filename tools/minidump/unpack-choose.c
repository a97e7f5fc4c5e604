// SPDX-License-Identifier: GPL-2.0-only
/* Which of the things in an archive is the dump? */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "unpack.h"
#include "util.h"

static void free_member(struct member *member)
{
	free(member->folder);
	free(member->name);
}

void unpacked_free(struct unpacked *unpacked)
{
	size_t i;

	for (i = 0; i < unpacked->count; i++)
		free_member(&unpacked->members[i]);
	free(unpacked->members);
	if (unpacked->fd >= 0)
		close(unpacked->fd);
	if (unpacked->image >= 0)
		close(unpacked->image);
	*unpacked = (struct unpacked){ .image = -1, .fd = -1 };
}

/* A member of the likeliest folder; NULL: there is none */
static const struct member *likeliest(const struct unpacked *unpacked)
{
	const struct member *best = NULL;
	size_t i;

	for (i = 0; i < unpacked->count; i++)
		if (!best || name_rank(unpacked->members[i].name) >
			     name_rank(best->name))
			best = &unpacked->members[i];

	return best && name_rank(best->name) > NAME_LISTING ? best : NULL;
}

/* A member that is as good, elsewhere */
static const struct member *rival(const struct unpacked *unpacked,
				  const struct member *best)
{
	size_t i;

	for (i = 0; i < unpacked->count; i++)
		if (name_rank(unpacked->members[i].name) ==
		    name_rank(best->name) &&
		    strcmp(unpacked->members[i].folder, best->folder))
			return &unpacked->members[i];

	return NULL;
}

/* NULL: that of none */
static void keep_folder(struct unpacked *unpacked, const struct member *of)
{
	char *folder = of ? copy_string(of->folder, strlen(of->folder)) : NULL;
	size_t kept = 0, i;

	for (i = 0; i < unpacked->count; i++)
		if (folder && !strcmp(unpacked->members[i].folder, folder))
			unpacked->members[kept++] = unpacked->members[i];
		else
			free_member(&unpacked->members[i]);
	unpacked->count = kept;
	free(folder);
}

/* Of two members with one name, tar's rule is that the later one counts. */
static void drop_earlier(struct unpacked *unpacked, struct report *report)
{
	struct member *members = unpacked->members;
	size_t kept = 0, i, j;

	for (i = 0; i < unpacked->count; i++) {
		for (j = i + 1; j < unpacked->count; j++)
			if (!strcmp(members[i].name, members[j].name))
				break;
		if (j == unpacked->count) {
			members[kept++] = members[i];
			continue;
		}
		report_problem(report,
			       "%s is in the archive twice, the later one is taken",
			       members[i].name);
		free_member(&members[i]);
	}
	unpacked->count = kept;
}

static int several(const char *path, const char *one, const char *other,
		   struct report *report)
{
	return report_error(report,
			    "%s: holds more than one dump (%s and %s): unpack it and give one of them",
			    path, *one ? one : ".", *other ? other : ".");
}

int unpack_choose(struct unpacked *unpacked, unsigned int images,
		  const char *path, struct report *report)
{
	const struct member *best = likeliest(unpacked), *other;
	bool is_sure = best && name_rank(best->name) == NAME_MD;

	if (images && !is_sure) {
		if (images > 1)
			return several(path, "an image", "another", report);
		keep_folder(unpacked, NULL);
		return 0;
	}
	if (!best)
		return report_error(report,
				    "%s: neither md_*.BIN files nor a rawdump image nor an ELF core in it",
				    path);

	other = rival(unpacked, best);
	if (other)
		return several(path, best->folder, other->folder, report);
	keep_folder(unpacked, best);
	drop_earlier(unpacked, report);
	if (unpacked->image >= 0)
		close(unpacked->image);
	unpacked->image = -1;

	return 0;
}
