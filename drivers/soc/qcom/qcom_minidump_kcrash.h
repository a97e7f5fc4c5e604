/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minidump: what happened, in text.
 */
#ifndef __QCOM_MINIDUMP_KCRASH_H__
#define __QCOM_MINIDUMP_KCRASH_H__

#include <linux/types.h>

struct cpumask;

#define QCOM_MINIDUMP_KCRASH_SIZE	1024

/**
 * struct qcom_minidump_kcrash - What happened
 * @what:	"oops" or "panic"
 * @message:	panic()'s, or what the architecture calls the oops
 * @time:	when, in nanoseconds, by the clock of the log
 * @cpu:	the CPU that crashed
 * @pid:	its task
 * @comm:	likewise
 * @oopses:	how many oopses there were before
 * @missing:	CPUs that did not stop in a panic, or NULL
 * @unknown:	CPUs that stopped, but whose registers are not known, or NULL
 * @boot:	16 bytes that no other boot has
 */
struct qcom_minidump_kcrash {
	const char *what;
	const char *message;
	u64 time;
	unsigned int cpu;
	pid_t pid;
	const char *comm;
	unsigned int oopses;
	const struct cpumask *missing;
	const struct cpumask *unknown;
	const u8 *boot;
};

size_t qcom_minidump_kcrash_format(char *text, const struct qcom_minidump_kcrash *crash);
void qcom_minidump_kcrash_forget(char *region);
void qcom_minidump_kcrash_write(char *region, const struct qcom_minidump_kcrash *crash);

#endif /* __QCOM_MINIDUMP_KCRASH_H__ */
