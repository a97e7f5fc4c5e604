/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: stacks and frames of a CPU that went down.
 */
#ifndef __QCOM_MINIDUMP_FRAMES_H__
#define __QCOM_MINIDUMP_FRAMES_H__

#include <linux/types.h>

struct pt_regs;

/* Call chains are shorter than this; a broken one may be endless */
#define FRAMES_MAX	64

bool qcom_minidump_panic_on_stack(unsigned long sp, unsigned long stack);
unsigned long qcom_minidump_panic_other_stack(unsigned long sp, unsigned long task_stack);
bool qcom_minidump_panic_find_interrupted(unsigned long frame, struct pt_regs *regs);
unsigned long qcom_minidump_panic_plain_address(unsigned long address);
bool qcom_minidump_panic_find_caller(unsigned long frame, struct pt_regs *regs);
bool qcom_minidump_panic_interrupted(unsigned long saved, struct pt_regs *regs);
unsigned long qcom_minidump_panic_stack_of(unsigned long saved);

#endif /* __QCOM_MINIDUMP_FRAMES_H__ */
