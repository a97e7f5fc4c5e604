/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the CPU that went down. All but qcom_minidump_panic_start() is for the
 * tests to see.
 */
#ifndef __QCOM_MINIDUMP_PANIC_H__
#define __QCOM_MINIDUMP_PANIC_H__

#include <linux/types.h>

struct device;
struct pt_regs;

bool qcom_minidump_panic_on_stack(unsigned long sp, unsigned long stack);
unsigned long qcom_minidump_panic_other_stack(unsigned long sp, unsigned long task_stack);
bool qcom_minidump_panic_find_interrupted(unsigned long frame, struct pt_regs *regs);

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_PANIC)
void qcom_minidump_panic_start(struct device *dev);
#else
static inline void qcom_minidump_panic_start(struct device *dev)
{
}
#endif

#endif /* __QCOM_MINIDUMP_PANIC_H__ */
