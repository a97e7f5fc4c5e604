// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: the kernel's own notes of a crash
 *
 * crash(8) takes the registers of a CPU from crash_notes, where kdump keeps them, and
 * not from the ELF header, whenever the kernel has such notes. So they are in the dump,
 * as KNOTES<cpu>_0, and a panic writes them although there is no kdump.
 */

#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/elfcore.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/types.h>

#include <soc/qcom/minidump.h>
#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_data.h"
#include "qcom_minidump_notes.h"

static_assert(sizeof(elf_gregset_t) == sizeof(struct user_pt_regs));

/**
 * qcom_minidump_notes_add() - Register the notes of each CPU
 * @registry: the registry
 *
 * They are pieces, which qcom_minidump_pieces_remove() unregisters.
 *
 * Context: Process context. May sleep.
 * Return: 0, or a negative error code; what comes after the error is not registered.
 */
int qcom_minidump_notes_add(struct minidump_registry *registry)
{
	char name[MINIDUMP_REGION_NAME_SIZE];
	struct qcom_minidump_region range = {
		.name = name,
		.size = sizeof(note_buf_t),
		.client = KBUILD_MODNAME,
	};
	unsigned int cpu;
	int ret = 0;

	if (!crash_notes)
		return 0;

	for_each_possible_cpu(cpu) {
		if (ret || cpu >= MINIDUMP_CPUS_MAX)
			break;
		snprintf(name, sizeof(name), "KNOTES%u", cpu);
		range.virt = per_cpu_ptr(crash_notes, cpu);
		/* In one piece, as kdump needs that, too */
		range.phys = per_cpu_ptr_to_phys((void *)range.virt);
		ret = qcom_minidump_pieces_add(registry, &range);
	}

	return ret;
}

static void write_note(pid_t pid, const elf_gregset_t *registers)
{
	struct pt_regs regs = { };

	memcpy(&regs.user_regs, registers, sizeof(*registers));
	crash_save_cpu(&regs, pid - 1);
}

/**
 * qcom_minidump_notes_write() - Write the notes of a crash
 * @crash: the CPU that went down, and the others
 *
 * A crash kernel has its own ideas of what they are, so if one is loaded, they are left
 * to the kernel.
 *
 * Context: A panic. Takes no lock.
 */
void qcom_minidump_notes_write(const struct qcom_minidump_crash *crash)
{
	if (kexec_crash_loaded())
		return;

	write_note(crash->pid, crash->registers);
	for (unsigned int i = 0; i < crash->other_count; i++)
		if (crash->others[i].pid < MINIDUMP_INTERRUPTED)
			write_note(crash->others[i].pid, &crash->others[i].registers);
}
