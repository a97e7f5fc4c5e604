// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what firmware would find now, for people and tests to look at
 *
 * Each file is written in one go with the registry locked, when it is read from
 * its beginning. So what is read from there on was true at one instant. See
 * Documentation/ABI/testing/debugfs-qcom-minidump.
 */

#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/types.h>

#include <asm/byteorder.h>

#include <soc/qcom/qcom_minidump.h>

#include "qcom_minidump_debugfs.h"
#include "qcom_minidump_registry.h"
#include "qcom_minidump_toc.h"

/* The registry outlives the module that shows it, and there is one */
static struct dentry *minidump_debugfs_dir;

static void minidump_show_region(struct seq_file *file, const char *name, u64 phys,
				 u64 size, const char *client)
{
	seq_printf(file, " %s 0x%016llx %llu %s\n", name, phys, size, client ?: "-");
}

/* What firmware would read, and not what we think that it does */
static void minidump_show_slot(struct seq_file *file, const struct minidump_bank *bank,
			       unsigned int slot, const char *client)
{
	const struct minidump_region *region = &bank->regions[slot];

	seq_printf(file, "%u", slot);
	minidump_show_region(file, region->name, le64_to_cpu(region->address),
			     le64_to_cpu(region->size), client);
}

static void minidump_show_waiting(struct seq_file *file,
				  const struct qcom_minidump_handle *handle)
{
	seq_putc(file, '-');
	minidump_show_region(file, handle->slot.name, handle->slot.phys,
			     handle->slot.size, handle->client);
}

static int regions_show(struct seq_file *file, void *unused)
{
	struct minidump_registry *registry = file->private;
	struct qcom_minidump_handle *handle;
	const struct minidump_bank *bank;
	unsigned int slot = 1;

	guard(mutex)(&registry->lock);

	seq_puts(file, "slot name physical size client\n");
	bank = qcom_minidump_registry_bank(registry);
	if (bank)
		minidump_show_slot(file, bank, 0, KBUILD_MODNAME);

	list_for_each_entry(handle, &registry->regions, node) {
		if (bank && slot < bank->count)
			minidump_show_slot(file, bank, slot++, handle->client);
		else
			minidump_show_waiting(file, handle);
	}
	/* None, unless the table has more than was registered */
	while (bank && slot < bank->count)
		minidump_show_slot(file, bank, slot++, NULL);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(regions);

struct minidump_word_text {
	u32 word;
	const char *text;
};

static const struct minidump_word_text minidump_status_texts[] = {
	{ MINIDUMP_SUBSYSTEM_VALID, "valid" },
};

static const struct minidump_word_text minidump_enabled_texts[] = {
	{ MINIDUMP_SUBSYSTEM_ENABLED, "ENBL" },
	{ MINIDUMP_SUBSYSTEM_DISABLED, "DSBL" },
};

static const struct minidump_word_text minidump_encryption_texts[] = {
	{ MINIDUMP_ENCRYPTION_DONE, "DONE" },
	{ MINIDUMP_ENCRYPTION_NONE, "NONE" },
	{ MINIDUMP_ENCRYPTION_STARTED, "STRT" },
};

static const struct minidump_word_text minidump_required_texts[] = {
	{ MINIDUMP_ENCRYPTION_REQUIRED, "YES" },
	{ MINIDUMP_ENCRYPTION_NOT_REQUIRED, "NR" },
};

static void minidump_show_word(struct seq_file *file, u32 word,
			       const struct minidump_word_text *texts, size_t count)
{
	const char *text = word ? "unknown" : "unset";
	size_t i;

	for (i = 0; i < count; i++)
		if (texts[i].word == word)
			text = texts[i].text;

	seq_printf(file, " 0x%08x/%s", word, text);
}

/* Another processor may write to its entry at any time, so each word is read once */
static void minidump_show_subsystem(struct seq_file *file, unsigned int index,
				    const struct minidump_subsystem *entry)
{
	seq_printf(file, "%u", index);
	minidump_show_word(file, le32_to_cpu(READ_ONCE(entry->status)),
			   minidump_status_texts, ARRAY_SIZE(minidump_status_texts));
	minidump_show_word(file, le32_to_cpu(READ_ONCE(entry->enabled)),
			   minidump_enabled_texts, ARRAY_SIZE(minidump_enabled_texts));
	minidump_show_word(file, le32_to_cpu(READ_ONCE(entry->encryption_status)),
			   minidump_encryption_texts, ARRAY_SIZE(minidump_encryption_texts));
	minidump_show_word(file, le32_to_cpu(READ_ONCE(entry->encryption_required)),
			   minidump_required_texts, ARRAY_SIZE(minidump_required_texts));
	seq_printf(file, " %u 0x%016llx\n", le32_to_cpu(READ_ONCE(entry->region_count)),
		   le64_to_cpu(READ_ONCE(entry->regions_baseptr)));
}

static unsigned int minidump_count_subsystems(void)
{
	unsigned int count = 0;

	while (!IS_ERR(qcom_minidump_toc_subsystem(count)))
		count++;

	return count;
}

/*
 * Another processor can make the item look larger or smaller at any time, so
 * each row is looked for anew.
 */
static void minidump_show_toc(struct seq_file *file, const struct minidump_toc *toc)
{
	unsigned int count = minidump_count_subsystems();
	const struct minidump_subsystem *entry;
	unsigned int i;

	seq_printf(file, "status 0x%08x\n", le32_to_cpu(READ_ONCE(toc->status)));
	seq_printf(file, "revision 0x%08x\n", le32_to_cpu(READ_ONCE(toc->revision)));
	seq_printf(file, "enabled 0x%08x\n", le32_to_cpu(READ_ONCE(toc->enabled)));
	seq_printf(file, "subsystems %u\n", count);
	seq_puts(file, "index status enabled encryption_status encryption_required");
	seq_puts(file, " region_count regions_baseptr\n");
	for (i = 0; i < count; i++) {
		entry = qcom_minidump_toc_subsystem(i);
		if (IS_ERR(entry))
			break;
		minidump_show_subsystem(file, i, entry);
	}
}

static int toc_show(struct seq_file *file, void *unused)
{
	struct minidump_registry *registry = file->private;
	const struct minidump_subsystem *entry;

	/* While there is a table, and it is locked, there is SMEM */
	guard(mutex)(&registry->lock);

	entry = registry->table.entry;
	if (!entry) {
		seq_puts(file, "no device\n");
		return 0;
	}

	minidump_show_toc(file, container_of(entry, struct minidump_toc,
					     subsystems[MINIDUMP_SUBSYSTEM_APSS]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(toc);

static void minidump_show_refused(struct seq_file *file, const unsigned int *refused)
{
	static const char * const names[MINIDUMP_REFUSALS] = {
		[MINIDUMP_NAME_EMPTY] = "name_empty",
		[MINIDUMP_NAME_TOO_LONG] = "name_too_long",
		[MINIDUMP_NAME_CHARACTERS] = "name_characters",
		[MINIDUMP_SIZE_ODD] = "size_odd",
		[MINIDUMP_RANGE_WRAPS] = "range_wraps",
		[MINIDUMP_ADDRESSES_DIFFER] = "addresses_differ",
		[MINIDUMP_NAME_TAKEN] = "name_taken",
		[MINIDUMP_PHYS_TAKEN] = "phys_taken",
		[MINIDUMP_TABLE_FULL] = "table_full",
	};
	unsigned int total = 0;
	unsigned int i;

	for (i = 0; i < MINIDUMP_REFUSALS; i++)
		total += refused[i];

	seq_printf(file, "refused %u\n", total);
	for (i = MINIDUMP_ACCEPTED + 1; i < MINIDUMP_REFUSALS; i++)
		seq_printf(file, "refused_%s %u\n", names[i], refused[i]);
}

static int limits_show(struct seq_file *file, void *unused)
{
	struct minidump_registry *registry = file->private;
	const struct minidump_bank *bank;

	guard(mutex)(&registry->lock);

	bank = qcom_minidump_registry_bank(registry);
	seq_printf(file, "used %u\n", bank ? bank->count : 0);
	seq_printf(file, "capacity %u\n", bank ? bank->capacity : 0);
	seq_printf(file, "maximum %u\n", MINIDUMP_APSS_MAX_REGIONS);
	seq_printf(file, "waiting %u\n", bank ? 0 : registry->count);
	minidump_show_refused(file, registry->refused);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(limits);

/* Like the head of /proc/kcore, it tells where the kernel is */
static int elf_header_show(struct seq_file *file, void *unused)
{
	struct minidump_registry *registry = file->private;
	const struct minidump_bank *bank;
	int ret;

	ret = security_locked_down(LOCKDOWN_KCORE);
	if (ret)
		return ret;

	guard(mutex)(&registry->lock);

	bank = qcom_minidump_registry_bank(registry);
	if (bank)
		seq_write(file, bank->ehdr, bank->header_size);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(elf_header);

/**
 * qcom_minidump_debugfs_create() - Show a registry in debugfs
 * @registry: the registry; it must live until qcom_minidump_debugfs_remove()
 *
 * Without debugfs there is nothing to see, and nothing else is different.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_debugfs_create(struct minidump_registry *registry)
{
	minidump_debugfs_dir = debugfs_create_dir("qcom_minidump", NULL);
	debugfs_create_file("regions", 0400, minidump_debugfs_dir, registry, &regions_fops);
	debugfs_create_file("toc", 0400, minidump_debugfs_dir, registry, &toc_fops);
	debugfs_create_file("limits", 0400, minidump_debugfs_dir, registry, &limits_fops);
	debugfs_create_file("elf_header", 0400, minidump_debugfs_dir, registry, &elf_header_fops);
}

/**
 * qcom_minidump_debugfs_remove() - Show nothing any more
 *
 * On return nobody is reading.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_debugfs_remove(void)
{
	debugfs_remove(minidump_debugfs_dir);
}
