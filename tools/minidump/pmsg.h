/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Android's log in /dev/pmsg0: records as its logger daemon writes them.
 *
 *   u8 'l', u16 length of it all, u16 uid, u16 pid
 *   u8 log, u16 tid, u32 seconds, u32 nanoseconds
 *   u8 priority, tag, 0, message, 0	or, in logs of events, binary values
 */
#ifndef MINIDUMP_PMSG_H
#define MINIDUMP_PMSG_H

#include <stdbool.h>
#include <stddef.h>

#include "ramoops.h"

/*
 * As logcat prints them, a line each, into @text, to be freed. False: these
 * are no such records.
 */
bool pmsg_text(const char *bytes, size_t size, struct ramoops_text *text);

#endif
