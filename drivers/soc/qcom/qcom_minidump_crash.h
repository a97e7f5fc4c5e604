/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what the panic client tells the tables about a CPU that went down.
 */
#ifndef __QCOM_MINIDUMP_CRASH_H__
#define __QCOM_MINIDUMP_CRASH_H__

#include <linux/elf.h>
#include <linux/types.h>

/**
 * struct qcom_minidump_move - Where debuggers find a region's contents
 * @phys: physical address of the region, as it was registered
 * @virt: virtual address of the memory that the region has a copy of
 * @original: its physical address, or 0 if it is the region itself, or in pages that
 *	  are anywhere
 */
struct qcom_minidump_move {
	phys_addr_t phys;
	unsigned long virt;
	phys_addr_t original;
};

/* No dump tells of more CPUs, as each takes a stack; phones have eight */
#define MINIDUMP_CPUS_MAX	16

/* The id of a CPU that went down, plus this, is that of what it had interrupted */
#define MINIDUMP_INTERRUPTED	1000

/**
 * struct qcom_minidump_cpu - Registers beside those of the CPU that went down
 * @registers:	of a CPU that was stopped, or of what an exception has interrupted
 * @pid:	the id that debuggers shall know them by
 */
struct qcom_minidump_cpu {
	elf_gregset_t registers;
	pid_t pid;
};

/**
 * struct qcom_minidump_crash - A CPU that went down
 * @registers:	its registers, or NULL for those of no CPU
 * @pid:	the id that debuggers shall know them by
 * @moves:	regions that have copies of its memory
 * @move_count:	how many
 * @others:	other CPUs that were stopped, and what an exception has interrupted
 *		on this one; ignored without @registers
 * @other_count: how many, up to %MINIDUMP_CPUS_MAX
 * @aliases:	have those regions found by the physical addresses of the originals, too;
 *		only if no other CPU runs any more, as then the tables do not change
 */
struct qcom_minidump_crash {
	const elf_gregset_t *registers;
	pid_t pid;
	const struct qcom_minidump_move *moves;
	unsigned int move_count;
	const struct qcom_minidump_cpu *others;
	unsigned int other_count;
	bool aliases;
};

bool qcom_minidump_describe_crash(const struct qcom_minidump_crash *crash, bool alone);
void qcom_minidump_forget_crash(const struct qcom_minidump_crash *none);

#endif /* __QCOM_MINIDUMP_CRASH_H__ */
