/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The container that firmware writes to a storage partition. All little
 * endian and packed, so fields are read at their offsets.
 *
 *   +--------------------+ 0
 *   | header             |
 *   +--------------------+ 56
 *   | section headers    | 64 bytes each
 *   +--------------------+
 *   | data               | where the section headers say
 */
#ifndef MINIDUMP_RAWDUMP_H
#define MINIDUMP_RAWDUMP_H

#include <stddef.h>
#include <stdint.h>

#include "piece.h"
#include "report.h"

#define RAWDUMP_SIGNATURE	0x21706D445F776152ull	/* "Raw_Dmp!" */
#define RAWDUMP_VERSION_MINOR	0x1000

#define RAWDUMP_HEADER_SIZE	56
#define RAWDUMP_SECTION_SIZE	64
#define RAWDUMP_NAME_SIZE	20

enum rawdump_flag {
	RAWDUMP_VALID = 0x1,
	RAWDUMP_TOO_SMALL = 0x2,
};

enum rawdump_section_type {
	RAWDUMP_DDR = 1,
	RAWDUMP_CPU_CONTEXT = 2,
	RAWDUMP_SOC_SPECIFIC = 3,
};

struct rawdump_header {
	uint16_t major;
	uint16_t minor;
	uint32_t flags;
	uint64_t dump_size;
	uint64_t size_required;
	uint32_t section_count;
};

struct rawdump_section {
	uint32_t flags;
	uint16_t major;
	uint16_t minor;
	uint32_t type;
	uint64_t offset;
	uint64_t size;
	uint64_t phys;			/* of a range of DDR */
	char name[RAWDUMP_NAME_SIZE + 1];
};

void rawdump_decode_header(const uint8_t *bytes,
			   struct rawdump_header *header);
void rawdump_encode_header(uint8_t *bytes,
			   const struct rawdump_header *header);
void rawdump_decode_section(const uint8_t *bytes,
			    struct rawdump_section *section);
void rawdump_encode_section(uint8_t *bytes,
			    const struct rawdump_section *section);

/* Describes the image that is open as source->fd. 0, or -1 with the reason */
int rawdump_read(struct source *source, struct report *report);

#endif
