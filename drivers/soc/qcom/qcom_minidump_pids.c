// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the way from a PID to its task
 *
 * Debuggers know tasks by their PIDs, and look these up as the kernel does: from
 * init_pid_ns, which is in the kernel's data, through the nodes of a tree to struct
 * pid, and from there to the task. Tasks and their PIDs come and go, so this too is
 * copied in a crash, see qcom_minidump_copies.c:
 *
 *   KPIDNODE<n>  the nodes on the way
 *   KPID0        struct pid of the PID that the CPU's registers have in the dump
 *   KPID1        struct pid of the task that crashed
 *
 * In a crash the tree may be damaged, so this reads it without the xarray's own
 * functions, which trust it.
 */

#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "qcom_minidump_copies.h"
#include "qcom_minidump_pids.h"

/**
 * qcom_minidump_pid_path() - Find what leads to a PID
 * @path: set to that, as far as the tree can be read
 * @pids: the tree of the PIDs of a namespace
 * @nr: the PID
 *
 * Context: Any. Takes no lock; what it finds may be gone already.
 */
void qcom_minidump_pid_path(struct qcom_minidump_pid_path *path, const struct xarray *pids,
			    unsigned int nr)
{
	const void *entry = rcu_access_pointer(pids->xa_head);
	const struct xa_node *node;
	unsigned char shift;

	*path = (struct qcom_minidump_pid_path) { };
	while (xa_is_node(entry)) {
		node = xa_to_node(entry);
		/* Anywhere else a read might reach a device */
		if (path->count == MINIDUMP_PID_LEVELS || !virt_addr_valid(node) ||
		    get_kernel_nofault(shift, &node->shift) || shift >= BITS_PER_TYPE(nr))
			return;
		/* The root tells how many PIDs the tree can have */
		if (!path->count && nr >> shift >= XA_CHUNK_SIZE)
			return;
		if (copy_from_kernel_nofault(&entry, &node->slots[(nr >> shift) & XA_CHUNK_MASK],
					     sizeof(entry)))
			return;
		path->nodes[path->count++] = node;
	}

	/* Without a node, the tree has PID 0 at most, and nobody has that */
	if (path->count && virt_addr_valid(entry))
		path->pid = entry;
}

static void copy_path(unsigned int copy, pid_t nr)
{
	struct qcom_minidump_pid_path path;

	qcom_minidump_pid_path(&path, &init_pid_ns.idr.idr_rt, nr);
	/* The ways of two PIDs have nodes in common, the root at least */
	for (unsigned int i = 0; i < path.count; i++)
		qcom_minidump_copy_once(MINIDUMP_COPY_PID_NODE, MINIDUMP_PID_NODES, path.nodes[i]);
	qcom_minidump_copy(copy, (unsigned long)path.pid);
}

/**
 * qcom_minidump_pids_copy() - Copy what leads to the PIDs of a crash
 * @cpu: the PID that the registers of the CPU that went down have in the dump
 * @task: the PID of the task that it ran, which is 0 if it was idle
 */
void qcom_minidump_pids_copy(pid_t cpu, pid_t task)
{
	copy_path(MINIDUMP_COPY_PID, cpu);
	if (task && task != cpu)
		copy_path(MINIDUMP_COPY_PID + 1, task);
}
