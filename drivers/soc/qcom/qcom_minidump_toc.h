/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the G-ToC in SMEM, for the drivers that read or write it.
 */
#ifndef __QCOM_MINIDUMP_TOC_H__
#define __QCOM_MINIDUMP_TOC_H__

#include <linux/types.h>

struct minidump_subsystem;

struct minidump_subsystem *qcom_minidump_toc_subsystem(unsigned int index);

/* Separate for the sake of the tests */
struct minidump_subsystem *
qcom_minidump_toc_entry(void *item, size_t size, unsigned int index);

#endif /* __QCOM_MINIDUMP_TOC_H__ */
