/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: where modules are. All but qcom_minidump_modules_start() only
 * calculates, and is tested by KUnit.
 */
#ifndef __QCOM_MINIDUMP_MODULES_H__
#define __QCOM_MINIDUMP_MODULES_H__

#include <linux/types.h>

struct device;

/**
 * struct minidump_module_lines - Text that has a line for each module
 * @text: the lines, and zeros behind them
 * @size: of @text, in bytes; the last one always stays 0
 */
struct minidump_module_lines {
	char *text;
	size_t size;
};

bool qcom_minidump_module_lines_add(const struct minidump_module_lines *lines,
				    const char *line);
char *qcom_minidump_module_lines_find(const struct minidump_module_lines *lines,
				      const char *name);
void qcom_minidump_module_lines_remove(char *line);

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_MODULES)
void qcom_minidump_modules_start(struct device *dev);
#else
static inline void qcom_minidump_modules_start(struct device *dev)
{
}
#endif

#endif /* __QCOM_MINIDUMP_MODULES_H__ */
