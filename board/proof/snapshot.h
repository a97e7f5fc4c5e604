/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine with all that is known of it, to go back to */
#ifndef PROOF_SNAPSHOT_H
#define PROOF_SNAPSHOT_H

#include "judge.h"
#include "machine.h"

/* More than the driver keeps */
#define DRIVER_STATE_MAX	(1u << 16)

struct snapshot {
	uint8_t ram[RAM_SIZE], stored[RAM_SIZE], arrived[RAM_SIZE];
	struct store pending[STORES_MAX];
	unsigned int pending_count;
	struct machine_state state;
	uint8_t driver[DRIVER_STATE_MAX];
	struct promise promise;
};

void take_snapshot(struct snapshot *snapshot);
void restore(const struct snapshot *snapshot);

#endif /* PROOF_SNAPSHOT_H */
