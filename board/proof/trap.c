// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU's own word for it: the driver as the compiler made it, without a call
 * added, and a trap after each of its instructions. It takes a thousand times as
 * long, so it is only for a comparison: there must be as many instants, with the
 * same stores at the same ones, as with the calls that instrument.awk adds.
 */
#include <signal.h>
#include <string.h>
#include <sys/ucontext.h>

#include "machine.h"

#define TRAP_FLAG	0x100

extern const uint8_t __start_driver_text[], __stop_driver_text[];
extern uintptr_t proof_target;
void proof_instant(void);
void proof_resume(void);

/* Where functions of the kernel return to, that the driver has called */
uintptr_t proof_return;

static volatile bool trapping;

/* Who has changed memory since the last instant was the last instruction */
static void find_store(void)
{
	uint32_t i = 0;

	if (!memcmp(machine.ram, machine.stored.bytes, machine.state.ram_end))
		return;
	while (machine.ram[i] == machine.stored.bytes[i])
		i++;
	proof_target = (uintptr_t)machine.ram + i;
}

/* A function that is not the driver's runs without traps, until it returns */
static void skip_function(greg_t *registers)
{
	uintptr_t *address = (uintptr_t *)registers[REG_RSP];

	proof_return = *address;
	*address = (uintptr_t)proof_resume;
	registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
}

static void on_trap(int number, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	uintptr_t at = (uintptr_t)registers[REG_RIP];

	(void)number;
	(void)info;
	if (!trapping) {
		registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	} else if (at >= (uintptr_t)__start_driver_text && at < (uintptr_t)__stop_driver_text) {
		find_store();
		proof_instant();
	} else if (at != (uintptr_t)proof_return &&
		   *(uintptr_t *)registers[REG_RSP] >= (uintptr_t)__start_driver_text &&
		   *(uintptr_t *)registers[REG_RSP] < (uintptr_t)__stop_driver_text) {
		skip_function(registers);
	}
}

void proof_enter(void)
{
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER };

	sigaction(SIGTRAP, &action, NULL);
	trapping = true;
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
}

void proof_leave(void)
{
	trapping = false;
	__asm__ volatile("nop");
}
