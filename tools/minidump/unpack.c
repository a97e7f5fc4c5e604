// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memlimit.h"
#include "names.h"
#include "sniff.h"
#include "sparse.h"
#include "spool.h"
#include "stream.h"
#include "unpack.h"
#include "util.h"

struct unpacking {
	struct archive *archive;
	struct unpacked *to;
	struct stream stream;
	const char *path;
	struct report *report;
	uint64_t end;		/* of the members so far */
	uint64_t passed;	/* of all entries so far, also of those not kept */
	unsigned int images;
	bool is_cut;		/* nothing can be read behind this */
};

/* Where the bytes of an entry go, once it is known what it is */
struct target {
	int fd;
	uint64_t offset;
	uint64_t size;		/* so far */
};

static la_ssize_t on_read(struct archive *archive, void *data,
			  const void **bytes)
{
	struct stream *stream = data;
	int64_t got = stream_read(stream, bytes);

	if (got < 0)
		archive_set_error(archive, EIO, "%s", stream->problem);

	return got;
}

static la_int64_t on_seek(struct archive *archive, void *data,
			  la_int64_t offset, int whence)
{
	int64_t position = stream_seek(data, offset, whence);

	if (position < 0)
		archive_set_error(archive, errno, "%s", strerror(errno));

	return position < 0 ? ARCHIVE_FATAL : position;
}

/*
 * Only what is built into libarchive: it would run programs for other filters.
 * No program is run for a dump.
 */
static int add_formats(struct archive *archive)
{
	return archive_read_support_filter_xz(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_zstd(archive) == ARCHIVE_OK &&
	       archive_read_support_format_tar(archive) == ARCHIVE_OK &&
	       archive_read_support_format_zip(archive) == ARCHIVE_OK &&
	       archive_read_support_format_raw(archive) == ARCHIVE_OK ? 0 : -1;
}

static const char *what_is_wrong(const struct unpacking *unpacking)
{
	const char *text = archive_error_string(unpacking->archive);

	if (!text)
		return "it is damaged";

	return strcasestr(text, "memory") ?
	       "it takes more than " UNPACK_MEMORY_TEXT " of memory" : text;
}

static int open_archive(struct unpacking *unpacking)
{
	struct archive *archive = unpacking->archive;

	if (add_formats(archive))
		return report_error(unpacking->report,
				    "%s: libarchive is built without xz, zstd, zip or tar: unpack it first",
				    unpacking->path);

	archive_read_set_read_callback(archive, on_read);
	/* Others would only be taken for zip that end as zip does. */
	if (stream_is_seekable_zip(&unpacking->stream))
		archive_read_set_seek_callback(archive, on_seek);
	archive_read_set_callback_data(archive, &unpacking->stream);
	if (archive_read_open1(archive) != ARCHIVE_OK)
		return report_error(unpacking->report, "%s: %s: unpack it first",
				    unpacking->path, what_is_wrong(unpacking));
	/* One filter and what is below it; more are there to waste time. */
	if (archive_filter_count(archive) > 2)
		return report_error(unpacking->report,
				    "%s: compressed more than once: unpack it first",
				    unpacking->path);

	return 0;
}

static bool is_raw(const struct unpacking *unpacking)
{
	return archive_format(unpacking->archive) == ARCHIVE_FORMAT_RAW;
}

/* Decides by name and first bytes whether, and as what, an entry is kept. */
static int choose_target(struct unpacking *unpacking, const char *name,
			 const void *bytes, size_t size, struct target *target)
{
	struct unpacked *to = unpacking->to;
	enum name_rank rank = name_rank(name);
	enum form form = form_of_dump(bytes, size);
	bool is_image = is_raw(unpacking) || form == FORM_RAWDUMP ||
			(form == FORM_CORE && !rank);
	int *fd = is_image ? &to->image : &to->fd;

	*target = (struct target){ .fd = -1 };
	if (!is_image && !rank)
		return 0;
	/* A second image only makes the choice impossible. */
	if (is_image && unpacking->images++)
		return 0;

	if (*fd < 0)
		*fd = spool_open(unpacking->report);
	target->fd = *fd;
	target->offset = is_image ? 0 : unpacking->end;

	return *fd < 0 ? -1 : 0;
}

static int put_block(struct unpacking *unpacking, struct target *target,
		     const void *bytes, size_t size, int64_t offset)
{
	uint64_t end = (uint64_t)offset + size;

	/* In a sparse member of tar they may lie anywhere, but in order. */
	if (offset < 0 || (uint64_t)offset < target->size || end < size)
		return report_error(unpacking->report,
				    "%s: its blocks are not in order",
				    unpacking->path);
	if (end > SPOOL_MAX || target->offset > SPOOL_MAX - end ||
	    unpacking->passed > SPOOL_MAX - end)
		return report_error(unpacking->report,
				    "%s: more than " SPOOL_MAX_TEXT " unpacked",
				    unpacking->path);
	target->size = end;
	if (target->fd < 0 || !size)
		return 0;
	if (write_sparsely(target->fd, bytes, size,
			   target->offset + (uint64_t)offset))
		return report_error(unpacking->report,
				    "writing a temporary file: %s",
				    strerror(errno));

	return 0;
}

static void report_cut(struct unpacking *unpacking, const char *name,
		       uint64_t size, int result)
{
	unpacking->is_cut = result == ARCHIVE_FATAL;
	report_problem(unpacking->report, "%s: %s after %" PRIu64 " bytes: %s",
		       unpacking->path, *name ? name : "damaged", size,
		       what_is_wrong(unpacking));
}

/* All blocks of an entry: those of one that is not kept are passed over. */
static int read_blocks(struct unpacking *unpacking, const char *name,
		       struct target *target)
{
	bool is_first = true;
	const void *bytes;
	int64_t offset;
	size_t size;
	int result;

	*target = (struct target){ .fd = -1 };
	while ((result = archive_read_data_block(unpacking->archive, &bytes,
						 &size, &offset)) ==
	       ARCHIVE_OK) {
		if (is_first && choose_target(unpacking, name, bytes,
					      offset ? 0 : size, target))
			return -1;
		is_first = false;
		if (put_block(unpacking, target, bytes, size, offset))
			return -1;
	}
	/* An empty one has no block. */
	if (is_first && choose_target(unpacking, name, "", 0, target))
		return -1;
	if (result != ARCHIVE_EOF)
		report_cut(unpacking, name, target->size, result);

	return 0;
}

/* What is not kept has to be unpacked to come to what follows. */
static int pass_over(struct unpacking *unpacking, const char *name)
{
	struct target target = { .fd = -1 };
	const void *bytes;
	int64_t offset;
	size_t size;
	int result;

	while ((result = archive_read_data_block(unpacking->archive, &bytes,
						 &size, &offset)) == ARCHIVE_OK)
		if (put_block(unpacking, &target, bytes, size, offset))
			return -1;
	unpacking->passed += target.size;
	if (result != ARCHIVE_EOF)
		report_cut(unpacking, name, target.size, result);

	return 0;
}

/* Of either kind of system */
static const char *base_name(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			name = path + 1;

	return name;
}

static void add_member(struct unpacking *unpacking, const char *path,
		       const char *name, const struct target *target)
{
	struct unpacked *to = unpacking->to;
	size_t folder = (size_t)(name - path);

	to->members = grow_array(to->members, to->count, sizeof(*to->members));
	to->members[to->count++] = (struct member){
		.folder = copy_string(path, folder ? folder - 1 : 0),
		.name = copy_string(name, strlen(name)),
		.offset = target->offset,
		.size = target->size,
	};
	unpacking->end = align_up(target->offset + target->size, 4096);
}

static int keep(struct unpacking *unpacking, const char *path, const char *name,
		const struct target *target)
{
	if (target->fd < 0)
		return 0;

	/* What is behind the last write may be zeros. */
	if (ftruncate(target->fd, (off_t)(target->offset + target->size)))
		return report_error(unpacking->report,
				    "writing a temporary file: %s",
				    strerror(errno));
	if (target->fd == unpacking->to->image)
		return 0;
	if (unpacking->to->count == MAX_ENTRIES)
		return report_error(unpacking->report, "%s: more than %d files",
				    unpacking->path, MAX_ENTRIES);
	add_member(unpacking, path, name, target);

	return 0;
}

/* libarchive tells of no hole at the end of a member. */
static int add_hole(struct unpacking *unpacking, struct archive_entry *entry,
		    struct target *target)
{
	int64_t size = archive_entry_size(entry);

	if (!archive_entry_size_is_set(entry) || unpacking->is_cut ||
	    size <= (int64_t)target->size)
		return 0;

	return put_block(unpacking, target, NULL, 0, size);
}

static int read_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry), *name;
	struct target target;

	/* The locale may not have its characters. */
	if (!path)
		path = archive_entry_pathname_utf8(entry);
	if (!path)
		path = "";
	name = base_name(path);

	if (is_raw(unpacking)) {
		path = "";
		name = "";
	} else if (strlen(name) > NAME_LENGTH_MAX || name - path > FOLDER_LENGTH_MAX) {
		return pass_over(unpacking, "");
	} else if (archive_entry_filetype(entry) != AE_IFREG ||
		   archive_entry_hardlink(entry)) {
		if (name_rank(name) && archive_entry_filetype(entry) != AE_IFDIR)
			report_problem(unpacking->report,
				       "%s: not a regular file, ignored", name);
		return pass_over(unpacking, name);
	}

	if (read_blocks(unpacking, name, &target) ||
	    add_hole(unpacking, entry, &target))
		return -1;
	unpacking->passed += target.size;

	return keep(unpacking, path, name, &target);
}

static int read_entries(struct unpacking *unpacking)
{
	struct archive_entry *entry;
	unsigned int entries = 0;
	int result, ret = 0;

	while (!ret && !unpacking->is_cut) {
		result = archive_read_next_header(unpacking->archive, &entry);
		if (result == ARCHIVE_EOF)
			break;
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
			report_problem(unpacking->report,
				       "%s: damaged, what follows in it is lost: %s",
				       unpacking->path,
				       what_is_wrong(unpacking));
			break;
		}
		if (++entries > ENTRIES_MAX)
			return report_error(unpacking->report,
					    "%s: more than %d entries",
					    unpacking->path, ENTRIES_MAX);
		ret = read_entry(unpacking, entry);
	}

	return ret;
}

int unpack_file(const char *path, struct report *report)
{
	struct unpacked unpacked;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), image = -1;

	if (fd < 0)
		return report_problem(report, "%s: %s", path, strerror(errno));
	if (!unpack(&unpacked, fd, path, report)) {
		image = unpacked.image;
		unpacked.image = -1;
		if (image < 0)
			report_problem(report, "%s: not a single file", path);
	}
	unpacked_free(&unpacked);
	close(fd);

	return image;
}

int unpack(struct unpacked *unpacked, int fd, const char *path,
	   struct report *report)
{
	struct unpacking unpacking = {
		.archive = archive_read_new(), .to = unpacked, .path = path,
		.report = report,
	};
	struct memory_limit limit;
	int ret;

	*unpacked = (struct unpacked){ .image = -1, .fd = -1 };
	if (!unpacking.archive)
		out_of_memory();

	memory_limit_set(&limit, UNPACK_MEMORY_MAX);
	if (stream_open(&unpacking.stream, fd))
		ret = report_error(report, "%s: %s", path, strerror(errno));
	else
		ret = open_archive(&unpacking);
	if (!ret)
		ret = read_entries(&unpacking);
	archive_read_free(unpacking.archive);
	stream_close(&unpacking.stream);
	memory_limit_end(&limit);

	return ret ? ret : unpack_choose(unpacked, unpacking.images, path,
					 report);
}
