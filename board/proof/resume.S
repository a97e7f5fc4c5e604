/* SPDX-License-Identifier: GPL-2.0-only */
/* Goes on in the driver, with traps; all registers are as the function left them */
	.text
	.globl	proof_resume
proof_resume:
	pushq	proof_return(%rip)
	pushfq
	orq	$0x100, (%rsp)
	popfq
	ret
	.section .note.GNU-stack, "", @progbits
