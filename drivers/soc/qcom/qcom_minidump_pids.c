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
 *   KPID<n>      struct pid: of the PID that the CPU's registers have in the dump, of
 *                the task that crashed, and after a panic, of the other CPUs' tasks
 *
 * crash(8) goes all ways, and stops at the first node that it cannot read. So when all
 * are copied, the other ways are cut off in the copies.
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

/**
 * qcom_minidump_pid_copy() - Copy what leads to a PID
 * @nr: the PID, or 0, which an idle CPU's task has, and no way leads to
 */
void qcom_minidump_pid_copy(pid_t nr)
{
	struct qcom_minidump_pid_path path;

	if (!nr)
		return;

	qcom_minidump_pid_path(&path, &init_pid_ns.idr.idr_rt, nr);
	/* The ways of two PIDs have nodes in common, the root at least */
	for (unsigned int i = 0; i < path.count; i++)
		qcom_minidump_copy_once(MINIDUMP_COPY_PID_NODE, MINIDUMP_PID_NODES, path.nodes[i]);
	if (path.pid)
		qcom_minidump_copy_once(MINIDUMP_COPY_PID, MINIDUMP_PIDS, path.pid);
}

static bool leads_to_copy(const void *entry)
{
	if (xa_is_node(entry))
		return qcom_minidump_find_copy(MINIDUMP_COPY_PID_NODE, MINIDUMP_PID_NODES,
					       xa_to_node(entry)) >= 0;

	return qcom_minidump_find_copy(MINIDUMP_COPY_PID, MINIDUMP_PIDS, entry) >= 0;
}

/**
 * qcom_minidump_pids_prune() - Cut off all ways that lead to no copy
 *
 * Context: A panic, after the last qcom_minidump_pid_copy().
 */
void qcom_minidump_pids_prune(void)
{
	struct xa_node *node;

	for (int copy = MINIDUMP_COPY_PID_NODE;
	     copy < MINIDUMP_COPY_PID_NODE + MINIDUMP_PID_NODES; copy++) {
		node = qcom_minidump_copy_buffer(copy);
		if (!node || !qcom_minidump_is_copied(copy))
			continue;
		for (int slot = 0; slot < XA_CHUNK_SIZE; slot++)
			if (!leads_to_copy(rcu_access_pointer(node->slots[slot])))
				RCU_INIT_POINTER(node->slots[slot], NULL);
	}
}
