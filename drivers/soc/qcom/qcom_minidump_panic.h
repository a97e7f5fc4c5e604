/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: whose registers, and which stacks. The part of the panic client
 * that only calculates.
 */
#ifndef __QCOM_MINIDUMP_PANIC_H__
#define __QCOM_MINIDUMP_PANIC_H__

#include <linux/types.h>

struct pt_regs;

bool qcom_minidump_panic_on_stack(unsigned long sp, unsigned long stack);
unsigned long qcom_minidump_panic_other_stack(unsigned long sp, unsigned long task_stack);
bool qcom_minidump_panic_find_interrupted(unsigned long frame, struct pt_regs *regs);

#endif /* __QCOM_MINIDUMP_PANIC_H__ */
