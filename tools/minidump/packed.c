// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "limits.h"
#include "lists.h"
#include "names.h"
#include "packed.h"
#include "unpack.h"

static void replace_fd(struct source *source, int *fd)
{
	close(source->fd);
	source->fd = *fd;
	*fd = -1;
}

/* Files without "md_" count where there are none with it. */
static enum name_rank highest_rank(const struct unpacked *unpacked)
{
	enum name_rank highest = NAME_BIN;
	size_t i;

	for (i = 0; i < unpacked->count; i++)
		if (name_rank(unpacked->members[i].name) > highest)
			highest = name_rank(unpacked->members[i].name);

	return highest;
}

static void add_pieces(struct source *source, const struct unpacked *unpacked)
{
	enum name_rank rank = highest_rank(unpacked);
	const struct member *member;
	struct piece *piece;
	size_t i;

	for (i = 0; i < unpacked->count; i++) {
		member = &unpacked->members[i];
		if (name_rank(member->name) != rank)
			continue;
		piece = source_add_piece(source, member->name,
					 strlen(member->name));
		piece->fd = source->fd;
		piece->offset = member->offset;
		piece->size = member->size;
		piece->announced = member->size;
		source->size += member->size;
	}
}

static void read_lists(struct source *source, const struct unpacked *unpacked,
		       struct report *report)
{
	struct piece lists[LISTINGS_MAX];
	const struct member *member;
	size_t count = 0, i;

	for (i = 0; i < unpacked->count; i++) {
		member = &unpacked->members[i];
		if (name_rank(member->name) != NAME_LISTING)
			continue;
		if (count == LISTINGS_MAX) {
			report_problem(report, "%s: one list too many, ignored",
				       member->name);
			continue;
		}
		lists[count++] = (struct piece){
			.name = member->name,
			.fd = source->fd,
			.offset = member->offset,
			.size = member->size,
		};
	}
	lists_read(source, lists, count, report);
}

int packed_read(struct source *source, bool *is_image, struct report *report)
{
	struct unpacked unpacked;
	int ret;

	ret = unpack(&unpacked, source->fd, source->path, report);
	*is_image = !ret && unpacked.image >= 0;
	if (*is_image) {
		replace_fd(source, &unpacked.image);
	} else if (!ret) {
		source->kind = SOURCE_FOLDER;
		replace_fd(source, &unpacked.fd);
		add_pieces(source, &unpacked);
		read_lists(source, &unpacked, report);
		ret = folder_settle(source, report);
	}
	unpacked_free(&unpacked);

	return ret;
}
