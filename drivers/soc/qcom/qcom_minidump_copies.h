/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: copies of the memory of CPUs that went down.
 */
#ifndef __QCOM_MINIDUMP_COPIES_H__
#define __QCOM_MINIDUMP_COPIES_H__

#include "qcom_minidump_crash.h"
#include "qcom_minidump_pids.h"
#include "qcom_minidump_stack_tables.h"

/* The ways to two PIDs have the root in common */
#define MINIDUMP_PIDS		(2 * IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS))
#define MINIDUMP_PID_NODES	(IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS) * \
				 (2 * MINIDUMP_PID_LEVELS - 1))

enum minidump_copy {
	MINIDUMP_COPY_TASK_STACK,
	MINIDUMP_COPY_IRQ_STACK,
	MINIDUMP_COPY_TASK,
	MINIDUMP_COPY_KCRASH,
	MINIDUMP_COPY_CPU_STACK,	/* from here on, by CPU */
	MINIDUMP_COPY_PID = MINIDUMP_COPY_CPU_STACK + MINIDUMP_CPUS_MAX,
	MINIDUMP_COPY_PID_NODE = MINIDUMP_COPY_PID + MINIDUMP_PIDS,
	MINIDUMP_COPY_STACK_TABLE = MINIDUMP_COPY_PID_NODE + MINIDUMP_PID_NODES,
	MINIDUMP_COPIES = MINIDUMP_COPY_STACK_TABLE + MINIDUMP_STACK_TABLES
};

/* Where the copies are, and where debuggers find them: there, or at their originals' */
extern struct qcom_minidump_move qcom_minidump_copy_homes[MINIDUMP_COPIES];
extern struct qcom_minidump_move qcom_minidump_copy_moves[MINIDUMP_COPIES];

int qcom_minidump_copies_make(void);
void qcom_minidump_copies_release(void);
void *qcom_minidump_copy_buffer(unsigned int copy);
void qcom_minidump_copy(unsigned int copy, unsigned long original);
int qcom_minidump_copy_once(int first, int count, const void *original);
void qcom_minidump_copies_forget(void);
void qcom_minidump_copies_unsign(unsigned long frame);

#endif /* __QCOM_MINIDUMP_COPIES_H__ */
