/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the kernel's own list of modules.
 */
#ifndef __QCOM_MINIDUMP_MODULE_LIST_H__
#define __QCOM_MINIDUMP_MODULE_LIST_H__

struct module;

void qcom_minidump_module_list_find(const struct module *mod);
void qcom_minidump_module_list_copy(void);

#endif /* __QCOM_MINIDUMP_MODULE_LIST_H__ */
