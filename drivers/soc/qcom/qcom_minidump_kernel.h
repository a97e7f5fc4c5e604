/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what a dump tells of the kernel it is from.
 */
#ifndef __QCOM_MINIDUMP_KERNEL_H__
#define __QCOM_MINIDUMP_KERNEL_H__

#include <linux/types.h>

struct minidump_registry;

const void *qcom_minidump_kernel_vmcoreinfo(size_t *size);
void qcom_minidump_kernel_register(struct minidump_registry *registry);
void qcom_minidump_kernel_unregister(struct minidump_registry *registry);

#endif /* __QCOM_MINIDUMP_KERNEL_H__ */
