// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "howto.h"
#include "input.h"
#include "text.h"
#include "util.h"

static const unsigned int address_bits[] = { 36, 39, 42, 47, 48, 52 };

/* The linear map is the lower half; image and vmalloc's memory are above. */
static bool is_in_half(uint64_t virt, unsigned int bits, bool upper)
{
	return virt >= ~UINT64_C(0) << bits &&
	       (virt >> (bits - 1) & 1) == upper;
}

/*
 * How far virtual addresses are from physical ones: what two regions agree on,
 * as no two do that vmalloc made.
 */
static bool find_offset(const struct dump *dump, unsigned int bits, bool upper,
			uint64_t *offset)
{
	const struct region *a, *b;
	size_t i, j;

	for (i = 0; i < dump->region_count; i++) {
		a = &dump->regions[i];
		if (!is_in_half(a->virt, bits, upper))
			continue;
		*offset = a->virt - a->phys;
		for (j = i + 1; j < dump->region_count; j++) {
			b = &dump->regions[j];
			if (is_in_half(b->virt, bits, upper) &&
			    b->phys != a->phys && b->virt - b->phys == *offset)
				return true;
		}
	}

	return false;
}

bool howto_address_space(const struct dump *dump, struct address_space *space)
{
	uint64_t linear;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(address_bits); i++) {
		space->bits = address_bits[i];
		if (!find_offset(dump, space->bits, true,
				 &space->kimage_voffset) ||
		    !find_offset(dump, space->bits, false, &linear))
			continue;
		space->phys_offset = (~UINT64_C(0) << space->bits) - linear;
		return true;
	}

	return false;
}

/* With the kernel's data, and what a panic adds for crash */
static bool suits_full_crash(const struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->region_count; i++)
		if (dump->regions[i].alias_phys)
			return dump_find(dump, "KDATA_0");

	return false;
}

/*
 * crash exits where a module is that it cannot read, and version 9.0.2 knows struct
 * module as it was before Linux 7.0.
 */
static const char *crash_option(const struct dump *dump,
				const struct modules *modules)
{
	char release[RELEASE_SIZE];

	if (!suits_full_crash(dump))
		return "--minimal ";
	if (!dump_find(dump, "KMODLIST0"))
		return "--no_modules ";
	if (modules->count &&
	    vmcoreinfo_get(dump->notes.vmcoreinfo, "OSRELEASE", release,
			   sizeof(release)) &&
	    strtoul(release, NULL, 10) >= 7)
		return "--no_modules ";

	return "";
}

/*
 * A kernel for 52-bit addresses has the linear map as on a CPU with 52 bits when it runs
 * with 48, and tells a PHYS_OFFSET that is less by what the maps differ in. crash takes
 * it as it is.
 */
static void print_phys_offset(const char *vmcoreinfo)
{
	uint64_t bits, t1sz, offset;

	if (vmcoreinfo_get_decimal(vmcoreinfo, "NUMBER(VA_BITS)", &bits) &&
	    vmcoreinfo_get_hex(vmcoreinfo, "NUMBER(TCR_EL1_T1SZ)", &t1sz) &&
	    vmcoreinfo_get_hex(vmcoreinfo, "NUMBER(PHYS_OFFSET)", &offset) &&
	    bits == 52 && t1sz == 64 - 48)
		printf("-m phys_offset=0x%" PRIx64 " ",
		       offset + (UINT64_C(1) << 52) - (UINT64_C(1) << 48));
}

static void print_crash(const struct dump *dump, const struct modules *modules,
			const char *core)
{
	struct address_space space;
	uint64_t offset;

	if (dump->notes.vmcoreinfo) {
		printf("  crash %s", crash_option(dump, modules));
		print_phys_offset(dump->notes.vmcoreinfo);
		printf("vmlinux ");
		print_shell_word(stdout, core);
		putchar('\n');
		if (suits_full_crash(dump))
			puts("  (with --no_kmem_cache if that kernel has CONFIG_SLUB_TINY)");
		return;
	}
	if (!howto_address_space(dump, &space))
		return;

	printf("  crash --minimal -m kimage_voffset=0x%" PRIx64
	       " -m vabits_actual=%u -m phys_offset=0x%" PRIx64,
	       space.kimage_voffset, space.bits, space.phys_offset);
	if (dump_kaslr_offset(dump, &offset) == KASLR_FIRMWARE)
		printf(" --kaslr=0x%" PRIx64, offset);
	printf(" vmlinux ");
	print_shell_word(stdout, core);
	putchar('\n');
}

/* gdb unwinds through code, which only vmlinux has. */
static void print_gdb(const struct dump *dump, const struct modules *modules,
		      const char *core)
{
	char *core_file;
	uint64_t offset;
	size_t i;

	if (dump_kaslr_offset(dump, &offset) == KASLR_UNKNOWN)
		return;
	if (asprintf(&core_file, "core-file %s", core) < 0)
		out_of_memory();
	printf("  gdb-multiarch -ex 'exec-file vmlinux'");
	printf(" -ex 'symbol-file -o 0x%" PRIx64 " vmlinux'", offset);
	for (i = 0; i < modules->count; i++)
		printf(" -ex 'add-symbol-file %s.ko 0x%" PRIx64 "'",
		       modules->list[i].name, modules->list[i].address);
	printf(" -ex ");
	print_shell_word(stdout, core_file);
	putchar('\n');
	free(core_file);
}

/*
 * drgn finds the task of a CPU in tables that are too large for a minidump, but
 * it unwinds from registers, too. Debuggers take the first CPU for the one that
 * went down.
 */
static void print_drgn_backtrace(const struct dump *dump)
{
	struct cpu_state state;
	size_t position = 0;

	if (!dump_next_cpu(dump, &position, &state))
		return;
	printf("\nFor the backtrace, at drgn's prompt:\n"
	       "  print(prog.stack_trace(Object(prog, \"struct pt_regs\", {"
	       "\"pc\": 0x%" PRIx64 ", \"sp\": 0x%" PRIx64
	       ", \"regs\": [0] * 29 + [0x%" PRIx64 ", 0x%" PRIx64 "]})))\n",
	       state.regs[REG_PC], state.regs[REG_SP], state.regs[REG_FP],
	       state.regs[REG_LR]);
}

static bool has_signed_returns(const struct dump *dump)
{
	uint64_t mask;

	return dump->notes.vmcoreinfo &&
	       vmcoreinfo_get_hex(dump->notes.vmcoreinfo,
				  "NUMBER(KERNELPACMASK)", &mask) && mask;
}

/* It has no name that another program could open. */
static bool is_standard_input(const char *path)
{
	return !strcmp(path, "-");
}

/* With what this command was told of where the dump is */
static void print_own(const char *path, const char *command)
{
	const struct input *input = input_given();
	size_t i;

	printf("  minidump %s", command);
	if (input->offset)
		printf(" --offset=%" PRIu64, input->offset);
	for (i = 0; i < input->ram_count; i++) {
		printf(" --ram ");
		print_shell_word(stdout, input->ram[i]);
	}
	if (is_standard_input(path)) {
		printf(" -");
	} else if (!input->ram_count) {
		putchar(' ');
		print_shell_word(stdout, path);
	}
	putchar('\n');
}

/* Can the tools open the source itself? */
static bool is_plain_core(const struct source *source)
{
	return source->kind == SOURCE_CORE && !source->start &&
	       !source->packed && !is_standard_input(source->path);
}

void howto_print(const struct dump *dump, const struct modules *modules,
		 const char *path)
{
	bool is_core = is_plain_core(&dump->source);
	const char *core = is_core ? path : "minidump.elf";
	struct address_space space;
	uint64_t offset;

	if (!is_core) {
		puts("\nTo make a core of it:");
		print_own(path, "elf -o minidump.elf");
	}
	if (dump->by_sections)
		return;

	puts("\nThe log, and with the vmlinux of that kernel the backtrace:");
	print_own(path, "log");
	print_own(path, "backtrace --vmlinux vmlinux");
	if (has_signed_returns(dump))
		puts("  (return addresses are signed: gdb and drgn may stop at the first one)");

	if (!dump->notes.vmcoreinfo && !howto_address_space(dump, &space) &&
	    dump_kaslr_offset(dump, &offset) == KASLR_UNKNOWN)
		return;
	puts("\nTo open it, with the vmlinux of that kernel:");
	if (dump->notes.vmcoreinfo) {
		printf("  vmcore-dmesg ");
		print_shell_word(stdout, core);
		printf("\n  drgn -c ");
		print_shell_word(stdout, core);
		puts(" -s vmlinux");
	}
	print_crash(dump, modules, core);
	print_gdb(dump, modules, core);
	if (dump->notes.vmcoreinfo)
		print_drgn_backtrace(dump);
}
