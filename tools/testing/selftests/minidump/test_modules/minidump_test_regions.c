// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers and unregisters regions as user space asks for it, good ones and
 * such as must be refused. All of them are pages of this module's own, and what
 * is left of them when it is unloaded is unregistered first.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <soc/qcom/minidump.h>

#include "minidump_test_regions.h"

/**
 * struct minidump_test_page - A page that may be a region
 * @lock:	guards the rest
 * @memory:	the page, or NULL
 * @handle:	what registering it gave, or NULL
 */
struct minidump_test_page {
	/* One for each page, so that callers meet in the registry, not here */
	struct mutex lock;
	void *memory;
	struct qcom_minidump_handle *handle;
};

static struct minidump_test_page minidump_test_pages[MINIDUMP_TEST_PAGES];

static int minidump_test_fill(struct minidump_test_page *page)
{
	if (page->memory)
		return 0;

	page->memory = (void *)__get_free_page(GFP_KERNEL);
	if (!page->memory)
		return -ENOMEM;

	memset(page->memory, (int)(page - minidump_test_pages), PAGE_SIZE);
	return 0;
}

static void minidump_test_drop(struct minidump_test_page *page)
{
	qcom_minidump_region_unregister(page->handle);
	page->handle = NULL;
	free_page((unsigned long)page->memory);
	page->memory = NULL;
}

static int minidump_test_register(struct minidump_test_page *page,
				  struct minidump_test_region *wanted)
{
	struct qcom_minidump_handle *handle;
	struct qcom_minidump_region region;

	wanted->virt = (unsigned long)page->memory;
	wanted->phys = virt_to_phys(page->memory);
	region = (struct qcom_minidump_region) {
		.name = wanted->name,
		.virt = page->memory,
		.phys = wanted->phys + wanted->shift,
		.size = wanted->size,
		.client = KBUILD_MODNAME,
	};
	handle = qcom_minidump_region_register(&region);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	/* Should have been refused: foreign memory, or a region already */
	if (page->handle || wanted->shift || wanted->size > PAGE_SIZE)
		qcom_minidump_region_unregister(handle);
	else
		page->handle = handle;

	return 0;
}

static int minidump_test_add(struct minidump_test_page *page,
			     struct minidump_test_region *wanted)
{
	int ret;

	guard(mutex)(&page->lock);

	ret = minidump_test_fill(page);
	if (ret)
		return ret;

	ret = minidump_test_register(page, wanted);
	if (!page->handle)
		minidump_test_drop(page);

	return ret;
}

static int minidump_test_remove(struct minidump_test_page *page)
{
	guard(mutex)(&page->lock);

	if (!page->handle)
		return -ENOENT;

	minidump_test_drop(page);
	return 0;
}

static long minidump_test_ioctl(struct file *file, unsigned int command,
				unsigned long argument)
{
	struct minidump_test_region __user *user = (void __user *)argument;
	struct minidump_test_region wanted;
	int ret;

	if (command != MINIDUMP_TEST_ADD && command != MINIDUMP_TEST_REMOVE)
		return -ENOTTY;
	if (copy_from_user(&wanted, user, sizeof(wanted)))
		return -EFAULT;
	if (wanted.page >= MINIDUMP_TEST_PAGES)
		return -ENXIO;
	if (command == MINIDUMP_TEST_REMOVE)
		return minidump_test_remove(&minidump_test_pages[wanted.page]);

	wanted.name[sizeof(wanted.name) - 1] = '\0';
	ret = minidump_test_add(&minidump_test_pages[wanted.page], &wanted);
	if (copy_to_user(user, &wanted, sizeof(wanted)))
		return -EFAULT;

	return ret;
}

static const struct file_operations minidump_test_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = minidump_test_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice minidump_test_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "minidump_test",
	.fops = &minidump_test_operations,
	.mode = 0600,
};

static int __init minidump_test_init(void)
{
	unsigned int i;

	for (i = 0; i < MINIDUMP_TEST_PAGES; i++)
		mutex_init(&minidump_test_pages[i].lock);

	return misc_register(&minidump_test_device);
}
module_init(minidump_test_init);

static void __exit minidump_test_exit(void)
{
	unsigned int i;

	misc_deregister(&minidump_test_device);
	for (i = 0; i < MINIDUMP_TEST_PAGES; i++)
		minidump_test_drop(&minidump_test_pages[i]);
}
module_exit(minidump_test_exit);

MODULE_DESCRIPTION("Regions to test the minidump with");
MODULE_LICENSE("GPL");
