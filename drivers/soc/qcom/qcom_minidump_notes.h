/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: the kernel's own notes of a crash.
 */
#ifndef __QCOM_MINIDUMP_NOTES_H__
#define __QCOM_MINIDUMP_NOTES_H__

struct minidump_registry;
struct qcom_minidump_crash;

int qcom_minidump_notes_add(struct minidump_registry *registry);
void qcom_minidump_notes_write(const struct qcom_minidump_crash *crash);

#endif /* __QCOM_MINIDUMP_NOTES_H__ */
