// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump: what boot firmware saves of Linux after a crash
 *
 * This is the driver of the device that qcom-smem creates, and what other
 * drivers call. See Documentation/admin-guide/qcom-minidump.rst.
 */

#include <linux/crash_dump.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/reboot.h>
#include <linux/string.h>

#include <soc/qcom/minidump.h>

#include "qcom_minidump_crash.h"
#include "qcom_minidump_data.h"
#include "qcom_minidump_debugfs.h"
#include "qcom_minidump_kernel.h"
#include "qcom_minidump_kmsg.h"
#include "qcom_minidump_modules.h"
#include "qcom_minidump_panic.h"
#include "qcom_minidump_registry.h"
#include "qcom_minidump_toc.h"

/*
 * Drivers register regions before there is a device and keep them when it goes,
 * so this outlives any device.
 */
static struct minidump_registry minidump_registry = {
	.lock = __MUTEX_INITIALIZER(minidump_registry.lock),
	.regions = LIST_HEAD_INIT(minidump_registry.regions),
};

/**
 * qcom_minidump_region_register() - Register a region for the minidump
 * @region: the region; what is needed of it is copied
 *
 * Firmware saves the region from now on whenever it saves a minidump of Linux,
 * or from the moment on at which the minidump device appears. A machine that
 * has no such device keeps the region waiting, at no further cost. The memory
 * must stay in place until qcom_minidump_region_unregister().
 *
 * A refusal prints one line to the kernel log, which gives the reason.
 *
 * Context: Process context. May sleep.
 * Return: what qcom_minidump_region_unregister() takes, or an error pointer:
 *
 * * -EINVAL: the name is empty, has more than 11 characters, or one that is not
 *   0-9, A-Z, a-z or _; the size is 0 or not a multiple of 4; the region ends
 *   beyond the address space; or its virtual address is mapped elsewhere
 * * -EEXIST: the name or the physical address is registered already, or some of the
 *   memory is in the dump as part of the kernel's data
 * * -ENOSPC: there are as many regions as firmware takes
 * * -ENOMEM: there is no memory for it
 * * -ENXIO: the table has to grow, and firmware could not find it where it would be
 * * -EOPNOTSUPP: the kernel was built without minidump
 */
struct qcom_minidump_handle *
qcom_minidump_region_register(const struct qcom_minidump_region *region)
{
	return qcom_minidump_registry_add(&minidump_registry, region);
}
EXPORT_SYMBOL_GPL(qcom_minidump_region_register);

/**
 * qcom_minidump_region_unregister() - Unregister a region
 * @handle: what qcom_minidump_region_register() returned; NULL and error
 *	    pointers are ignored
 *
 * On return firmware knows nothing of the region, and its memory may go. This
 * cannot fail.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_region_unregister(struct qcom_minidump_handle *handle)
{
	qcom_minidump_registry_remove(&minidump_registry, handle);
}
EXPORT_SYMBOL_GPL(qcom_minidump_region_unregister);

/**
 * qcom_minidump_describe_crash() - Tell debuggers about a CPU that went down
 * @crash: the CPU's state; nothing of it is needed any more on return
 * @alone: no other CPU runs any more, as in a panic
 *
 * Its registers get into the ELF header. Regions that have copies of its memory get
 * the virtual addresses of the originals, and with @crash->aliases, program headers
 * with the physical ones, too. A region that would then lie on another one keeps its
 * own address. May be called again and again; the last call counts.
 *
 * Context: Any, with interrupts off. Takes no lock, waits for nothing.
 * Return: false if nothing was written, as another CPU is at the tables.
 */
bool qcom_minidump_describe_crash(const struct qcom_minidump_crash *crash, bool alone)
{
	return qcom_minidump_registry_describe_crash(&minidump_registry, crash, alone);
}

/**
 * qcom_minidump_forget_crash() - Tell debuggers of no crash any more
 * @none: a crash without registers, which moves all copies back
 *
 * The caller must have unregistered its notifiers, and does not describe a crash
 * after that.
 *
 * Context: Process context. May sleep.
 */
void qcom_minidump_forget_crash(const struct qcom_minidump_crash *none)
{
	qcom_minidump_registry_forget_crash(&minidump_registry, none);
}

/*
 * Most machines without a table are just older than minidump: that is no error.
 * Others are reported here, and the driver core need not report them again.
 */
static int qcom_minidump_no_table(struct device *dev, int error)
{
	if (error == -EPROBE_DEFER)
		return error;

	if (error != -ENOENT)
		dev_err(dev, "cannot use firmware's minidump table: %pe\n", ERR_PTR(error));

	return -ENODEV;
}

static int qcom_minidump_start(struct device *dev)
{
	struct minidump_subsystem *entry;
	const void *vmcoreinfo;
	size_t size;

	entry = qcom_minidump_toc_subsystem(MINIDUMP_SUBSYSTEM_APSS);
	if (IS_ERR(entry))
		return qcom_minidump_no_table(dev, PTR_ERR(entry));

	vmcoreinfo = qcom_minidump_kernel_vmcoreinfo(&size);
	if (!vmcoreinfo)
		dev_warn(dev, "no VMCOREINFO, debuggers will not know the kernel\n");

	return qcom_minidump_registry_start(&minidump_registry, dev, entry, vmcoreinfo, size);
}

static void qcom_minidump_stop(void *unused)
{
	qcom_minidump_registry_stop(&minidump_registry);
}

static void qcom_minidump_forget_kernel(void *unused)
{
	qcom_minidump_kernel_unregister(&minidump_registry);
}

static int qcom_minidump_probe(struct platform_device *pdev)
{
	int ret;

	/* What is to be saved is the kernel that crashed, and its table is there */
	if (is_kdump_kernel())
		return -ENODEV;

	/* Firmware reads the tables wherever they are */
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;

	qcom_minidump_kernel_register(&minidump_registry);
	ret = devm_add_action_or_reset(&pdev->dev, qcom_minidump_forget_kernel, NULL);
	if (ret)
		return ret;

	ret = qcom_minidump_start(&pdev->dev);
	if (ret)
		return ret;

	ret = devm_add_action_or_reset(&pdev->dev, qcom_minidump_stop, NULL);
	if (ret)
		return ret;

	qcom_minidump_kmsg_start(&pdev->dev);
	qcom_minidump_modules_start(&pdev->dev);
	qcom_minidump_panic_start(&pdev->dev);
	/* What is left of it when all others have theirs */
	qcom_minidump_data_start(&pdev->dev, &minidump_registry);

	return 0;
}

/*
 * The next kernel, if it comes by kexec, may put anything where our tables are.
 * If firmware comes next, it makes a new table, so this one stays for a shutdown
 * that hangs. kexec_in_progress, which would tell the two apart, is not exported,
 * but kexec names itself in its command.
 */
static int qcom_minidump_reboot(struct notifier_block *notifier, unsigned long action,
				void *command)
{
	if (command && !strcmp(command, "kexec reboot"))
		qcom_minidump_registry_stop(&minidump_registry);

	return NOTIFY_DONE;
}

static struct notifier_block qcom_minidump_reboot_notifier = {
	.notifier_call = qcom_minidump_reboot,
};

/*
 * A hibernated image comes back with its banks, but not with the G-ToC, which
 * firmware has made anew, and in which the kernel that loaded the image has
 * named banks of its own.
 */
static int qcom_minidump_freeze(struct device *dev)
{
	qcom_minidump_registry_stop(&minidump_registry);
	return 0;
}

static const struct dev_pm_ops qcom_minidump_pm_ops = {
	.freeze = qcom_minidump_freeze,
	.thaw = qcom_minidump_start,
	.poweroff = qcom_minidump_freeze,
	.restore = qcom_minidump_start,
};

static const struct platform_device_id qcom_minidump_ids[] = {
	{ .name = "qcom-minidump" },
	{ }
};
MODULE_DEVICE_TABLE(platform, qcom_minidump_ids);

static struct platform_driver qcom_minidump_driver = {
	.probe = qcom_minidump_probe,
	.driver = {
		.name = "qcom-minidump",
		.pm = pm_sleep_ptr(&qcom_minidump_pm_ops),
	},
	.id_table = qcom_minidump_ids,
};

static int __init qcom_minidump_init(void)
{
	int ret;

	ret = platform_driver_register(&qcom_minidump_driver);
	if (ret)
		return ret;

	register_reboot_notifier(&qcom_minidump_reboot_notifier);
	qcom_minidump_debugfs_create(&minidump_registry);
	return 0;
}
module_init(qcom_minidump_init);

static void __exit qcom_minidump_exit(void)
{
	qcom_minidump_debugfs_remove();
	unregister_reboot_notifier(&qcom_minidump_reboot_notifier);
	platform_driver_unregister(&qcom_minidump_driver);
}
module_exit(qcom_minidump_exit);

/* Nothing else asks for the module that adds the zones of ramoops */
MODULE_SOFTDEP("post: qcom-minidump-ramoops");
MODULE_DESCRIPTION("Qualcomm minidump driver");
MODULE_LICENSE("GPL");
