/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: page tables that lead to copies.
 */
#ifndef __QCOM_MINIDUMP_STACK_TABLES_H__
#define __QCOM_MINIDUMP_STACK_TABLES_H__

#include <linux/kconfig.h>
#include <linux/types.h>

/*
 * The last ones map 2 MiB each, 32 MiB or 512 MiB, depending on the size of pages, and
 * most stacks are in the same of these. The rest is for modules.
 */
#define MINIDUMP_STACK_TABLES	(IS_ENABLED(CONFIG_QCOM_MINIDUMP_STACK_TABLES) * \
				 (IS_ENABLED(CONFIG_ARM64_4K_PAGES) ? 20 : 6))

bool qcom_minidump_lead_to(unsigned long addr, const void *page);
void qcom_minidump_stack_tables_copy(void);

#endif /* __QCOM_MINIDUMP_STACK_TABLES_H__ */
