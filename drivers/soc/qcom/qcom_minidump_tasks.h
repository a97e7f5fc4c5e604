/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the tasks that the CPUs ran.
 */
#ifndef __QCOM_MINIDUMP_TASKS_H__
#define __QCOM_MINIDUMP_TASKS_H__

void qcom_minidump_task_follow(int copy);
void qcom_minidump_task_first(void);
void qcom_minidump_tasks_copy(void);

#endif /* __QCOM_MINIDUMP_TASKS_H__ */
