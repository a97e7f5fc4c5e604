/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MINIDUMP_CLAIMS_H
#define MINIDUMP_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

#include "report.h"

/*
 * Looks at an ELF header before libelf does, and takes out of @bytes what it
 * claims beyond what is there. 0, or -1 with the reason in @report.
 */
int claims_check(uint8_t *bytes, size_t size, struct report *report);

#endif
