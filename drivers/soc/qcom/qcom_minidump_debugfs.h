/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what firmware would find now, for people and tests to look at.
 */
#ifndef __QCOM_MINIDUMP_DEBUGFS_H__
#define __QCOM_MINIDUMP_DEBUGFS_H__

#include <linux/kconfig.h>

struct minidump_registry;

#if IS_ENABLED(CONFIG_DEBUG_FS)
void qcom_minidump_debugfs_create(struct minidump_registry *registry);
void qcom_minidump_debugfs_remove(void);
#else
static inline void qcom_minidump_debugfs_create(struct minidump_registry *registry)
{
}

static inline void qcom_minidump_debugfs_remove(void)
{
}
#endif /* CONFIG_DEBUG_FS */

#endif /* __QCOM_MINIDUMP_DEBUGFS_H__ */
