/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations and copies to and from user space that fail, of this task's alone. A
 * kernel with fault injection has them fail by their number: fail-nth in the task's
 * folder in /proc.
 */
#ifndef FAIL_NTH_H
#define FAIL_NTH_H

#include <stdbool.h>

/* More than anything takes */
#define NTH_MAX		5000

/* Called once, first */
void fail_nth_open(void);

/* Counts those alone from now on that a function of the kernel asks for; NULL: all */
void fail_nth_within(const char *function);

/* Has the allocation or copy of that number fail, counted from here on; 0: none */
void fail_nth_set(unsigned int nth);

/* Whether it has come to that since; to be asked once, before it is set again */
bool fail_nth_has_failed(void);

/* The program's own */
_Noreturn void give_up(const char *what);

#endif /* FAIL_NTH_H */
