/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: copies of the memory of CPUs that went down.
 */
#ifndef __QCOM_MINIDUMP_COPIES_H__
#define __QCOM_MINIDUMP_COPIES_H__

#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_pids.h"
#include "qcom_minidump_stack_tables.h"

struct task_struct;

/* How many CPUs have their tasks in the dump after a panic; phones have eight */
#define MINIDUMP_TASKS		(8 * IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS))
#define MINIDUMP_MMS		(IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS) + MINIDUMP_TASKS)
#define MINIDUMP_PIDS		(2 * IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS) + MINIDUMP_TASKS)
/*
 * The ways to two PIDs have the root in common, and those to the others all but two nodes,
 * unless somebody has raised the limit of PIDs
 */
#define MINIDUMP_PID_NODES	(IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS) * \
				 (2 * MINIDUMP_PID_LEVELS - 1) + 2 * MINIDUMP_TASKS)

/* A module takes one, or two if it begins near the end of one */
#define MINIDUMP_MODULE_PAGES	(SZ_256K / PAGE_SIZE)

enum minidump_copy {
	MINIDUMP_COPY_TASK_STACK,
	MINIDUMP_COPY_IRQ_STACK,
	MINIDUMP_COPY_TASK,
	MINIDUMP_COPY_KCRASH,
	MINIDUMP_COPY_CPU_STACK,	/* from here on, by CPU */
	MINIDUMP_COPY_CPU_TASK = MINIDUMP_COPY_CPU_STACK + MINIDUMP_CPUS_MAX, /* likewise */
	MINIDUMP_COPY_MM = MINIDUMP_COPY_CPU_TASK + MINIDUMP_TASKS,
	MINIDUMP_COPY_INIT_STACK = MINIDUMP_COPY_MM + MINIDUMP_MMS,
	MINIDUMP_COPY_PID = MINIDUMP_COPY_INIT_STACK + IS_ENABLED(CONFIG_QCOM_MINIDUMP_PIDS),
	MINIDUMP_COPY_PID_NODE = MINIDUMP_COPY_PID + MINIDUMP_PIDS,
	MINIDUMP_COPY_STACK_TABLE = MINIDUMP_COPY_PID_NODE + MINIDUMP_PID_NODES,
	MINIDUMP_COPY_MODULES = MINIDUMP_COPY_STACK_TABLE + MINIDUMP_STACK_TABLES,
	MINIDUMP_COPIES = MINIDUMP_COPY_MODULES + IS_ENABLED(CONFIG_QCOM_MINIDUMP_MODULE_LIST)
};

/* Where the copies are, and where debuggers find them: there, or at their originals' */
extern struct qcom_minidump_move qcom_minidump_copy_homes[MINIDUMP_COPIES];
extern struct qcom_minidump_move qcom_minidump_copy_moves[MINIDUMP_COPIES];

int qcom_minidump_copies_make(void);
void qcom_minidump_copies_release(void);
void *qcom_minidump_copy_buffer(unsigned int copy);
bool qcom_minidump_is_copied(unsigned int copy);
void qcom_minidump_copy(unsigned int copy, unsigned long original);
void qcom_minidump_copy_task(unsigned int copy, const struct task_struct *task);
int qcom_minidump_find_copy(int first, int count, const void *original);
int qcom_minidump_copy_once(int first, int count, const void *original);
void qcom_minidump_copies_forget(void);
void qcom_minidump_copies_unsign(unsigned long frame);

#endif /* __QCOM_MINIDUMP_COPIES_H__ */
