// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes the kernel when it is loaded. A module of its own, as gdb takes what is in
 * .init.text for what is at the start of .text.
 */

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init minidump_test_init(void)
{
	/* Not address 0, at which some machines have memory to write to */
	WRITE_ONCE(*(int *)8, 1);
	return 0;
}
module_init(minidump_test_init);

MODULE_DESCRIPTION("Crashes the kernel to test its minidump");
MODULE_LICENSE("GPL");
