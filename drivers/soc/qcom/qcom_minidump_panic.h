/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the CPU that went down.
 */
#ifndef __QCOM_MINIDUMP_PANIC_H__
#define __QCOM_MINIDUMP_PANIC_H__

struct device;

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_PANIC)
void qcom_minidump_panic_start(struct device *dev);
#else
static inline void qcom_minidump_panic_start(struct device *dev)
{
}
#endif

#endif /* __QCOM_MINIDUMP_PANIC_H__ */
