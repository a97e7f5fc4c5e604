/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the way from a PID to its task.
 */
#ifndef __QCOM_MINIDUMP_PIDS_H__
#define __QCOM_MINIDUMP_PIDS_H__

#include <linux/log2.h>
#include <linux/math.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct pid;

/* How high the tree of the PIDs can be */
#define MINIDUMP_PID_LEVELS	DIV_ROUND_UP(const_ilog2(PID_MAX_LIMIT), XA_CHUNK_SHIFT)

/**
 * struct qcom_minidump_pid_path - What leads to a PID
 * @nodes: nodes of the tree, the root first
 * @count: how many
 * @pid:   what is in the last one for that PID, or NULL
 */
struct qcom_minidump_pid_path {
	const struct xa_node *nodes[MINIDUMP_PID_LEVELS];
	unsigned int count;
	const struct pid *pid;
};

void qcom_minidump_pid_path(struct qcom_minidump_pid_path *path, const struct xarray *pids,
			    unsigned int nr);

void qcom_minidump_pid_copy(pid_t nr);
void qcom_minidump_pids_prune(void);

#endif /* __QCOM_MINIDUMP_PIDS_H__ */
