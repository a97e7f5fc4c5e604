/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the kernel's data, in the pieces that other regions leave of it
 */
#ifndef __QCOM_MINIDUMP_DATA_H__
#define __QCOM_MINIDUMP_DATA_H__

struct device;
struct minidump_registry;
struct qcom_minidump_region;

int qcom_minidump_pieces_add(struct minidump_registry *registry,
			     const struct qcom_minidump_region *range);
void qcom_minidump_pieces_remove(struct minidump_registry *registry);

#if IS_ENABLED(CONFIG_QCOM_MINIDUMP_DATA)
void qcom_minidump_data_start(struct device *dev, struct minidump_registry *registry);
#else
static inline void qcom_minidump_data_start(struct device *dev,
					    struct minidump_registry *registry)
{
}
#endif

#endif /* __QCOM_MINIDUMP_DATA_H__ */
