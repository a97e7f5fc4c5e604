/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_COREHEADER_H
#define MINIDUMP_COREHEADER_H

#include "write.h"

/* How large the header of a core will be */
uint64_t core_header_size(const struct core *core);
/* That header, to be freed; NULL with the reason in @report */
uint8_t *core_header_build(const struct core *core, struct report *report);

#endif
