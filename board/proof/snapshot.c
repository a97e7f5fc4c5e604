// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <string.h>

#include "driver.h"
#include "snapshot.h"

void take_snapshot(struct snapshot *snapshot)
{
	struct span span = driver_state();
	uint32_t size = machine.state.ram_end;

	if (span.size > sizeof(snapshot->driver))
		errx(2, "the driver's state has %zu bytes", span.size);
	memcpy(snapshot->ram, machine.ram, size);
	memcpy(snapshot->stored, machine.stored.bytes, size);
	memcpy(snapshot->arrived, machine.arrived.bytes, size);
	memcpy(snapshot->pending, machine.pending,
	       machine.pending_count * sizeof(machine.pending[0]));
	snapshot->pending_count = machine.pending_count;
	snapshot->state = machine.state;
	memcpy(snapshot->driver, span.start, span.size);
	snapshot->promise = promise;
}

void restore(const struct snapshot *snapshot)
{
	struct span span = driver_state();
	uint32_t size = snapshot->state.ram_end;

	if (machine.state.ram_end > size)
		machine_fill(size, 0x5a, machine.state.ram_end - size);
	memcpy(machine.ram, snapshot->ram, size);
	memcpy(machine.stored.bytes, snapshot->stored, size);
	memcpy(machine.arrived.bytes, snapshot->arrived, size);
	memcpy(machine.pending, snapshot->pending,
	       snapshot->pending_count * sizeof(machine.pending[0]));
	machine.pending_count = snapshot->pending_count;
	machine.state = snapshot->state;
	memcpy(span.start, snapshot->driver, span.size);
	promise = snapshot->promise;
	judge(&machine.stored, MARK_ALL);
	judge(&machine.arrived, MARK_ALL);
}
