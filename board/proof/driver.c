// SPDX-License-Identifier: GPL-2.0-only
/* Calls the driver as its registry does */
#include "stubs.h"

#include "driver.h"
#include "qcom_minidump_crash.h"
#include "qcom_minidump_table.h"

/* The device is only handed on; no function here looks into it */
#define DEVICE	((struct device *)&driver)

static struct {
	struct minidump_table table;
	struct minidump_slot slots[IDS];	/* by region; the registry's in the kernel */
} driver;

struct span driver_state(void)
{
	return (struct span){ &driver, sizeof(driver) };
}

struct span driver_words(void)
{
	return (struct span){ &driver.table, sizeof(driver.table) };
}

static struct minidump_slot *make_slot(unsigned int id)
{
	struct region region = region_of(id);
	struct minidump_slot *slot = &driver.slots[id];

	*slot = (struct minidump_slot) {
		.virt = region.virt,
		.phys = region.phys,
		.size = region.size,
	};
	for (unsigned int i = 0; i < sizeof(slot->name); i++)
		slot->name[i] = region.name[i];
	return slot;
}

int driver_start(const unsigned int *ids, unsigned int count)
{
	struct minidump_subsystem *entry = (void *)(machine.ram + ENTRY_OFFSET);
	int ret;

	ret = qcom_minidump_table_prepare(&driver.table, DEVICE, count, vmcoreinfo,
					  vmcoreinfo_size);
	if (ret)
		return ret;
	while (count--)
		qcom_minidump_table_load(&driver.table, make_slot(*ids++));
	qcom_minidump_table_start(&driver.table, entry);
	return 0;
}

int driver_append(unsigned int id)
{
	return qcom_minidump_table_append(&driver.table, make_slot(id));
}

/* The registry frees the slot; whoever still looks at it sees that */
void driver_remove(unsigned int id)
{
	qcom_minidump_table_remove(&driver.table, &driver.slots[id]);
	driver.slots[id] = (struct minidump_slot) { .index = -1 };
}

void driver_stop(void)
{
	qcom_minidump_table_stop(&driver.table);
}

bool driver_describe(const struct crash *crash, const struct move *moves,
		     unsigned int move_count, bool alone)
{
	struct qcom_minidump_move driver_moves[MOVES_MAX];
	struct qcom_minidump_cpu others[CPUS];
	struct qcom_minidump_crash description = {
		.registers = crash->pid ? (const elf_gregset_t *)crash->registers : NULL,
		.pid = (pid_t)crash->pid,
		.moves = driver_moves,
		.move_count = move_count,
		.others = others,
		.other_count = crash->other_count,
		.aliases = crash->pid && alone,
	};

	for (unsigned int i = 0; i < crash->other_count; i++) {
		memcpy(others[i].registers, crash->others[i].registers,
		       sizeof(others[i].registers));
		others[i].pid = (pid_t)crash->others[i].pid;
	}
	for (unsigned int i = 0; i < move_count; i++)
		driver_moves[i] = (struct qcom_minidump_move) {
			.phys = moves[i].phys,
			.virt = moves[i].virt,
			.original = moves[i].original,
		};
	return qcom_minidump_table_describe_crash(&driver.table, &description, alone);
}
