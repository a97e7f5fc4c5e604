// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what happened, in text
 *
 * The region KCRASH tells in lines "key=value" what a dump is of, so that nobody
 * needs a debugger to know that. The format is an ABI, see
 * Documentation/admin-guide/qcom-minidump.rst.
 */

#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/types.h>

#include <asm/barrier.h>

#include "qcom_minidump_kcrash.h"

#define MESSAGE_SIZE	512
#define COMM_SIZE	16

static_assert(MESSAGE_SIZE + COMM_SIZE < QCOM_MINIDUMP_KCRASH_SIZE - 300);

/* A user may have chosen the text, and it must not make a line of its own */
static const char *plain_text(char *plain, size_t size, const char *text)
{
	size_t length = strnlen(text, size - 1);

	if (length && text[length - 1] == '\n')
		length--;
	for (size_t i = 0; i < length; i++)
		plain[i] = isascii(text[i]) && isprint(text[i]) ? text[i] : '?';
	plain[length] = '\0';

	return plain;
}

static size_t format_cpus(char *text, size_t size, const char *key, const struct cpumask *cpus)
{
	return cpus ? scnprintf(text, size, "%s=%*pbl\n", key, cpumask_pr_args(cpus)) : 0;
}

/**
 * qcom_minidump_kcrash_format() - Make the text of a crash
 * @text: room for %QCOM_MINIDUMP_KCRASH_SIZE bytes
 * @crash: the crash
 *
 * Context: Any, but not on two CPUs at a time.
 * Return: how many bytes it has, without the NUL behind it.
 */
size_t qcom_minidump_kcrash_format(char *text, const struct qcom_minidump_kcrash *crash)
{
	static char message[MESSAGE_SIZE], comm[COMM_SIZE];
	const size_t size = QCOM_MINIDUMP_KCRASH_SIZE;
	u32 nanoseconds;
	u64 seconds = div_u64_rem(crash->time, NSEC_PER_SEC, &nanoseconds);
	size_t used;

	used = scnprintf(text, size,
			 "version=1\n"
			 "what=%s\n"
			 "message=%s\n"
			 "time=%llu.%09u\n"
			 "cpu=%u\n"
			 "pid=%d\n"
			 "comm=%s\n"
			 "oopses=%u\n",
			 crash->what, plain_text(message, sizeof(message), crash->message),
			 seconds, nanoseconds, crash->cpu, crash->pid,
			 plain_text(comm, sizeof(comm), crash->comm), crash->oopses);
	used += format_cpus(text + used, size - used, "missing", crash->missing);
	used += format_cpus(text + used, size - used, "unknown", crash->unknown);
	used += scnprintf(text + used, size - used, "boot=%pUb\ncomplete=1\n", crash->boot);

	return used;
}

/**
 * qcom_minidump_kcrash_forget() - Have the region say nothing
 * @region: the region
 *
 * Context: Any, but not on two CPUs at a time.
 */
void qcom_minidump_kcrash_forget(char *region)
{
	WRITE_ONCE(region[0], 0);
	wmb();	/* nothing there from here */
}

/**
 * qcom_minidump_kcrash_write() - Write a crash into its region
 * @region: the region, of %QCOM_MINIDUMP_KCRASH_SIZE bytes
 * @crash: the crash
 *
 * The machine may stop in the middle of this. The text is there only if its first
 * byte is, which comes last.
 *
 * Context: Any, but not on two CPUs at a time.
 */
void qcom_minidump_kcrash_write(char *region, const struct qcom_minidump_kcrash *crash)
{
	static char text[QCOM_MINIDUMP_KCRASH_SIZE];
	size_t used = qcom_minidump_kcrash_format(text, crash);

	memset(text + used, 0, sizeof(text) - used);
	qcom_minidump_kcrash_forget(region);
	memcpy(region + 1, text + 1, sizeof(text) - 1);
	wmb();	/* all there from here */
	WRITE_ONCE(region[0], text[0]);
}
