// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what a dump tells of the kernel it is from
 *
 * The VMCOREINFO note tells debuggers the kernel's release and build, and where
 * its parts are. A few of these parts are small and always of use:
 *
 *   KUTS     init_uts_ns: the kernel's release and version, the host's name
 *   KBANNER  linux_banner: the first line of the log, which may be long gone
 *   KPGDIR   swapper_pg_dir: debuggers walk it for what no region holds, and
 *            then say that it is not there rather than that the dump is broken
 *
 * The last two are nothing that a module can name.
 */

#include <linux/align.h>
#include <linux/elf.h>
#include <linux/io.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmcore_info.h>

#include "qcom_minidump_kernel.h"
#include "qcom_minidump_registry.h"

/* The parts are there once, as the kernel is */
static struct qcom_minidump_handle *minidump_kernel_handles[3];

/**
 * qcom_minidump_kernel_vmcoreinfo() - Find the kernel's VMCOREINFO note
 * @size: set to its size in bytes, a multiple of 4, or to 0
 *
 * The note is complete since early boot and lives forever, in a buffer that is
 * larger than the note.
 *
 * Return: the note, or NULL if there is none.
 */
const void *qcom_minidump_kernel_vmcoreinfo(size_t *size)
{
	phys_addr_t phys = paddr_vmcoreinfo_note();
	const struct elf_note *note = phys_to_virt(phys);

	*size = 0;
	if (!pfn_valid(PHYS_PFN(phys)) ||
	    note->n_namesz != sizeof(VMCOREINFO_NOTE_NAME) ||
	    note->n_descsz > VMCOREINFO_BYTES ||
	    strcmp((const char *)(note + 1), VMCOREINFO_NOTE_NAME))
		return NULL;

	*size = sizeof(*note) + VMCOREINFO_NOTE_NAME_BYTES + ALIGN(note->n_descsz, 4);
	return note;
}

/* The kernel's image is contiguous, but not where the linear map has it */
static struct qcom_minidump_handle *
minidump_kernel_add(struct minidump_registry *registry, const char *name,
		    const void *symbol, size_t size)
{
	const struct qcom_minidump_region region = {
		.name = name,
		.virt = symbol,
		.phys = __pa_symbol(symbol),
		.size = ALIGN(size, 4),
		.client = KBUILD_MODNAME,
	};

	return qcom_minidump_registry_add(registry, &region);
}

/**
 * qcom_minidump_kernel_register() - Register the parts that tell which kernel it is
 * @registry: the registry
 *
 * The registry logs why a part is refused; the others are registered.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_kernel_register(struct minidump_registry *registry)
{
	minidump_kernel_handles[0] = minidump_kernel_add(registry, "KUTS", &init_uts_ns,
							 sizeof(init_uts_ns));
#if IS_BUILTIN(CONFIG_QCOM_MINIDUMP)
	minidump_kernel_handles[1] = minidump_kernel_add(registry, "KBANNER", linux_banner,
							 strlen(linux_banner) + 1);
	minidump_kernel_handles[2] = minidump_kernel_add(registry, "KPGDIR", swapper_pg_dir,
							 PAGE_ALIGN(PTRS_PER_PGD * sizeof(pgd_t)));
#endif
}

/**
 * qcom_minidump_kernel_unregister() - Unregister them
 * @registry: the registry
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_kernel_unregister(struct minidump_registry *registry)
{
	unsigned int i = ARRAY_SIZE(minidump_kernel_handles);

	while (i--)
		qcom_minidump_registry_remove(registry, minidump_kernel_handles[i]);
}
