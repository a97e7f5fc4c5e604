// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: where modules are
 *
 * Debuggers need to know where a module was loaded before they can give names
 * to its functions. The kernel's list of modules is spread over their memory,
 * which the dump does not have. So keep a text that has a line for each:
 *
 *	NAME ADDRESS SIZE INIT-ADDRESS INIT-SIZE BUILD-ID TAINTS
 *
 * Addresses and sizes are those of its code. Code that is for initialization
 * only is freed when that is over, and is 0x0 0 from then on. The build ID is -
 * if the kernel was built without CONFIG_STACKTRACE_BUILD_ID. Taints are the
 * bits that Documentation/admin-guide/tainted-kernels.rst lists.
 *
 * The module loader tells of modules as they come and go; those that were
 * loaded before the minidump device was bound are not listed.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/buildid.h>
#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_module_list.h"
#include "qcom_minidump_modules.h"

/* A line has some 120 characters: this is room for 500 modules */
#define MINIDUMP_MODULES_SIZE	SZ_64K

/* A name, a build ID, and numbers of 64 bits */
#define MINIDUMP_MODULES_LINE	(MODULE_NAME_LEN + 2 * BUILD_ID_SIZE_MAX + 5 * 21)

/**
 * struct minidump_modules - The modules in the minidump
 * @notifier: called by the module loader
 * @lock: modules come and go at the same time
 * @lines: a line for each module
 * @region: registered for @lines
 */
struct minidump_modules {
	struct notifier_block notifier;
	struct mutex lock;	/* guards lines */
	struct minidump_module_lines lines;
	struct qcom_minidump_handle *region;
};

static void describe_module(struct module *mod, char *line, size_t size)
{
	const struct module_memory *init = &mod->mem[MOD_INIT_TEXT];
	const struct module_memory *text = &mod->mem[MOD_TEXT];
	const unsigned char *build_id = module_buildid(mod);
	char hex[2 * BUILD_ID_SIZE_MAX + 1] = "-";
	bool starts = mod->state == MODULE_STATE_COMING;

	if (build_id)
		scnprintf(hex, sizeof(hex), "%*phN", BUILD_ID_SIZE_MAX, build_id);

	scnprintf(line, size, "%s %#lx %u %#lx %u %s %#lx", mod->name,
		  (unsigned long)text->base, text->size,
		  starts ? (unsigned long)init->base : 0, starts ? init->size : 0,
		  hex, mod->taints);
}

static int minidump_modules_notify(struct notifier_block *notifier, unsigned long action,
				   void *data)
{
	struct minidump_modules *modules = container_of(notifier, struct minidump_modules,
							notifier);
	char line[MINIDUMP_MODULES_LINE];
	struct module *mod = data;
	char *old;

	if (IS_ENABLED(CONFIG_QCOM_MINIDUMP_MODULE_LIST))
		qcom_minidump_module_list_find(mod);
	describe_module(mod, line, sizeof(line));

	guard(mutex)(&modules->lock);

	/* The new line is there before the old one goes: a module always has one */
	old = qcom_minidump_module_lines_find(&modules->lines, mod->name);
	if (action == MODULE_STATE_GOING ||
	    qcom_minidump_module_lines_add(&modules->lines, line))
		qcom_minidump_module_lines_remove(old);
	else
		pr_warn_once("no room for module %s and others in the minidump\n", mod->name);

	return NOTIFY_DONE;
}

static void minidump_modules_stop(void *data)
{
	struct minidump_modules *modules = data;

	unregister_module_notifier(&modules->notifier);
	qcom_minidump_region_unregister(modules->region);
}

/**
 * qcom_minidump_modules_start() - Register the list of modules
 * @dev: the minidump device; the list is unregistered when it is unbound
 *
 * If there is no memory for it, or it is refused, the dump has no list.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_modules_start(struct device *dev)
{
	struct qcom_minidump_region region = {
		.name = "KMODULES",
		.size = MINIDUMP_MODULES_SIZE,
		.client = KBUILD_MODNAME,
	};
	struct minidump_modules *modules;
	void *text;

	modules = devm_kzalloc(dev, sizeof(*modules), GFP_KERNEL);
	text = (void *)devm_get_free_pages(dev, GFP_KERNEL | __GFP_ZERO,
					   get_order(MINIDUMP_MODULES_SIZE));
	if (!modules || !text)
		return;

	region.virt = text;
	region.phys = virt_to_phys(text);
	modules->region = qcom_minidump_region_register(&region);
	if (IS_ERR(modules->region))
		return;

	mutex_init(&modules->lock);
	modules->lines.text = text;
	modules->lines.size = MINIDUMP_MODULES_SIZE;
	modules->notifier.notifier_call = minidump_modules_notify;
	register_module_notifier(&modules->notifier);

	/* On failure it has undone all that was done here */
	devm_add_action_or_reset(dev, minidump_modules_stop, modules);
}
