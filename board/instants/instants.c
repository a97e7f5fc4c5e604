// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at the tables of a running machine after each store of its CPUs to what
 * firmware would read, as firmware would: with the judge of board/proof.
 *
 * This is a plugin of QEMU's, which tells it of each store when it is done. All
 * CPUs run in one thread, so all of the machine's RAM stands still meanwhile; the
 * plugin has it as the file that it is. Which regions there are to be is told by
 * the guest's module minidump_test_storm. Before that has begun, nothing is judged.
 *
 * A store to what the last look did not read changes nothing for firmware, so it
 * is passed over. That nothing else has changed what was read is looked at each time.
 */
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "judge.h"
#include "layout.h"
#include "memory.h"
#include "qemu-plugin.h"
#include "smem.h"
#include "minidump_test_storm.h"

#define PRSTATUS_SIZE	392
#define PRSTATUS_PID	32
#define PRSTATUS_REGS	112

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct image image;
/* Of the same addresses: what was read the last time */
static uint8_t remembered[RAM_SIZE];

static const struct storm_area *told;
static uint64_t told_offset;

static const char *result_path, *ram_path;
static uint64_t smem_address, smem_size;

/* Regions that the guest's module does not know: as they were when they came */
#define FIRST_OTHER	STORM_REGIONS
static struct region others[IDS];
static bool other_seen[IDS];

/* Instants are stores to what firmware reads; what is promised changes at others */
static uint64_t stores, instants, changes, crashes, absent, most_regions;
static unsigned int cpus_seen;

__attribute__((format(printf, 1, 0)))
static void write_result(const char *format, va_list args)
{
	FILE *file = fopen(result_path, "w");

	if (!file)
		err(EXIT_FAILURE, "%s", result_path);
	vfprintf(file, format, args);
	fprintf(file, "%llu instants, %llu other readings, %llu crashes, ",
		(unsigned long long)instants, (unsigned long long)changes,
		(unsigned long long)crashes);
	fprintf(file, "%llu without a table, at most %llu regions, %llu stores, CPUs %#x\n",
		(unsigned long long)absent, (unsigned long long)most_regions,
		(unsigned long long)stores, cpus_seen);
	fclose(file);
}

void fault(const char *format, ...)
{
	char text[400];
	va_list args;

	snprintf(text, sizeof(text), "fault: %s\n", format);
	va_start(args, format);
	write_result(text, args);
	va_end(args);
	/* Not a moment later, for the machine to be looked at as it is */
	_exit(EXIT_FAILURE);
}

struct region region_of(unsigned int id)
{
	struct region region;

	if (id >= FIRST_OTHER)
		return others[id];
	memcpy(region.name, told->regions[id].name, sizeof(region.name));
	region.virt = told->regions[id].virt;
	region.phys = told->regions[id].phys;
	region.size = told->regions[id].size;
	return region;
}

unsigned int region_id(const struct region *found)
{
	uint64_t first = told->regions[0].phys, page = told->regions[1].phys - first;
	unsigned int id;

	if (found->phys >= first && (found->phys - first) / page < STORM_REGIONS)
		return (unsigned int)((found->phys - first) / page);

	for (id = FIRST_OTHER; id < IDS && others[id].size; id++)
		if (others[id].phys == found->phys)
			break;
	if (id == IDS)
		return IDS;
	if (!others[id].size)
		others[id] = *found;
	/* The table does not say where it is mapped */
	if (!others[id].virt)
		others[id].virt = found->virt;
	other_seen[id] = true;
	return id;
}

/* A copy of what a CPU had is where the original was, from its crash on */
static bool is_copy(const char *name)
{
	return !strncmp(name, "KTASK", 5) || !strncmp(name, "KIRQSTACK", 9) ||
	       !strncmp(name, "KCPU", 4);
}

bool region_is_at(unsigned int id, uint64_t virt)
{
	struct region region = region_of(id);

	return virt == region.virt || (is_copy(region.name) && virt >> 48 == 0xffff);
}

void judge_regions(const unsigned int *ids, unsigned int count)
{
	static bool found[IDS];

	memset(found, 0, sizeof(found));
	for (unsigned int i = 0; i < count; i++)
		found[ids[i]] = true;
	for (unsigned int id = 0; id < STORM_REGIONS; id++) {
		const struct storm_region *region = &told->regions[id];

		if (region->state == STORM_PRESENT && !found[id])
			fault("%s is missing", region->name);
		if (region->state == STORM_ABSENT && found[id])
			fault("%s is there", region->name);
	}
	if (count > most_regions)
		most_regions = count;
}

/* Of those that went, another one may have the place */
static void forget_others(void)
{
	unsigned int kept = FIRST_OTHER;

	for (unsigned int id = FIRST_OTHER; id < IDS; id++)
		if (other_seen[id])
			others[kept++] = others[id];
	memset(others + kept, 0, (IDS - kept) * sizeof(others[0]));
	memset(other_seen, 0, sizeof(other_seen));
}

/*
 * The registers are whatever they are, but from the moment on at which they count
 * they must stay.
 */
static void learn_registers(void)
{
	const uint8_t *status = image.bytes + (image.prstatus - RAM_BASE);
	struct crash *crash = &promise.crash[0];
	uint32_t pid;

	if (!image.prstatus)
		return;
	pid = get_le32(status + PRSTATUS_PID);
	if (pid == crash->pid)
		return;
	crash->pid = pid;
	memcpy(crash->registers, status + PRSTATUS_REGS, sizeof(crash->registers));
	promise.crash[1] = *crash;
	crashes += pid != 0;
}

static void remember(void)
{
	for (unsigned int i = 0; i < image.range_count; i++)
		memcpy(remembered + image.ranges[i].offset, image.bytes + image.ranges[i].offset,
		       image.ranges[i].size);
}

/*
 * QEMU tells of no store when an instruction (DC ZVA) zeroes a block, as memset()
 * has it do. What became of it is judged at the next store.
 */
static bool is_zeroed_block(uint64_t at)
{
	static const uint8_t zeros[64];

	return !memcmp(image.bytes + at / sizeof(zeros) * sizeof(zeros), zeros, sizeof(zeros));
}

/* What was read is as it was, but for this store */
static void want_unchanged(uint64_t offset, uint64_t size)
{
	for (unsigned int i = 0; i < image.range_count; i++) {
		uint64_t at = image.ranges[i].offset, end = at + image.ranges[i].size;

		if (!memcmp(remembered + at, image.bytes + at, end - at))
			continue;
		for (; at < end; at++)
			if ((at < offset || at >= offset + size) &&
			    remembered[at] != image.bytes[at] && !is_zeroed_block(at))
				fault("the byte at %#llx has changed, and no store was seen",
				      (unsigned long long)(RAM_BASE + at));
	}
}

static void look(void)
{
	promise.absent = told->gone;
	promise.whole = told->settled;
	/* Registers are written while there is no process for them */
	promise.describing = true;
	learn_registers();
	judge(&image, MARK_ALL);
	/* Until the first look, nobody knew where they are */
	learn_registers();
	forget_others();
	remember();
	absent += !image.prstatus;
}

static void begin(void)
{
	struct memory memory;
	struct smem_item item;

	memory_open(&memory, ram_path, RAM_BASE);
	if (!smem_find(&memory, smem_address, smem_size, MINIDUMP_ITEM, &item))
		errx(EXIT_FAILURE, "%s: no G-ToC", ram_path);
	memory_close(&memory);
	image.toc = (uint32_t)(item.address - RAM_BASE);
	if (told->note_size > sizeof(vmcoreinfo))
		fault("a note of %llu bytes", (unsigned long long)told->note_size);
	vmcoreinfo_size = (unsigned int)told->note_size;
	memcpy(vmcoreinfo, image.bytes + (told->note - RAM_BASE), vmcoreinfo_size);
	look();
}

static bool is_read(uint64_t offset, uint64_t size)
{
	while (size--)
		if (image.marks[offset++])
			return true;
	return false;
}

static void see_store(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t virt, void *data)
{
	uint64_t size = 1u << qemu_plugin_mem_size_shift(info), offset;
	struct qemu_plugin_hwaddr *address;

	(void)data;
	/* QEMU 7.2 tells of loads, too, whatever it is asked for */
	if (!qemu_plugin_mem_is_store(info))
		return;
	address = qemu_plugin_get_hwaddr(info, virt);
	if (!address || qemu_plugin_hwaddr_is_io(address))
		return;
	offset = qemu_plugin_hwaddr_phys_addr(address) - RAM_BASE;
	stores++;
	if (offset > RAM_SIZE - size || told->magic != STORM_MAGIC)
		return;
	if (!image.toc)
		begin();
	if (offset >= told_offset && offset - told_offset < sizeof(*told))
		changes++;
	else if (is_read(offset, size))
		instants++;
	else
		return;
	cpus_seen |= 1u << vcpu;
	want_unchanged(offset, size);
	look();
}

static void see_code(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < count; i++)
		qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), see_store,
						 QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W, NULL);
}

__attribute__((format(printf, 1, 2)))
static void write_end(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_result(format, args);
	va_end(args);
}

static void end(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	write_end("%s", "");
}

static void map_ram(void)
{
	int fd = open(ram_path, O_RDONLY | O_CLOEXEC);

	/* In place of the array, which is as large */
	if (fd < 0 || mmap(image.bytes, sizeof(image.bytes), PROT_READ, MAP_SHARED | MAP_FIXED,
			   fd, 0) == MAP_FAILED)
		err(EXIT_FAILURE, "%s", ram_path);
	close(fd);
}

static bool take_argument(const char *argument)
{
	unsigned long long number;

	if (!strncmp(argument, "ram=", 4))
		ram_path = argument + 4;
	else if (!strncmp(argument, "result=", 7))
		result_path = argument + 7;
	else if (sscanf(argument, "smem=%llx", &number) == 1)
		smem_address = number;
	else if (sscanf(argument, "smem-size=%llx", &number) == 1)
		smem_size = number;
	else if (sscanf(argument, "area=%llx", &number) == 1)
		told_offset = number - RAM_BASE;
	else
		return false;
	return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!take_argument(argv[i]))
			errx(EXIT_FAILURE, "what is %s?", argv[i]);
	if (!ram_path || !result_path || !smem_address || !smem_size || !told_offset)
		errx(EXIT_FAILURE, "ram=, result=, smem=, smem-size= and area= are needed");
	ram_path = strdup(ram_path);
	result_path = strdup(result_path);
	map_ram();
	told = (const void *)(image.bytes + told_offset);
	qemu_plugin_register_vcpu_tb_trans_cb(id, see_code);
	qemu_plugin_register_atexit_cb(id, end, NULL);
	return 0;
}
