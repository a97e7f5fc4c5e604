// SPDX-License-Identifier: GPL-2.0-only
/*
 * Remote processors that exist in name only, to crash them.
 *
 * Their carve-outs are real memory, and so are the minidump tables that boot
 * firmware lays for them. When one is made to crash by remoteproc's debugfs
 * file, qcom_minidump() has as much to do as for any modem:
 *
 *	modprobe minidump_test_rproc ids=5,7 \
 *		 starts=0x4e000000,0x4e100000 sizes=0x100000,0x100000
 *	echo start > /sys/class/remoteproc/remoteproc0/state
 *	echo enabled > /sys/class/remoteproc/remoteproc0/coredump
 *	echo 2 > /sys/kernel/debug/remoteproc/remoteproc0/crash
 *
 * remoteproc wants a firmware file, minidump_test_rproc.fw, but nobody looks
 * into it: one byte does.
 */
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/remoteproc.h>

#include "qcom_common.h"

#define MAX_PROCESSORS	8

static unsigned int ids[MAX_PROCESSORS];
static unsigned int num_ids;
module_param_array(ids, uint, &num_ids, 0444);
MODULE_PARM_DESC(ids, "Numbers of the processors' entries in the minidump table");

static unsigned long starts[MAX_PROCESSORS];
static unsigned int num_starts;
module_param_array(starts, ulong, &num_starts, 0444);
MODULE_PARM_DESC(starts, "Physical addresses of the processors' carve-outs");

static unsigned long sizes[MAX_PROCESSORS];
static unsigned int num_sizes;
module_param_array(sizes, ulong, &num_sizes, 0444);
MODULE_PARM_DESC(sizes, "Sizes of the processors' carve-outs, in bytes");

static struct platform_device *processors[MAX_PROCESSORS];

struct test_rproc {
	unsigned int id;
	phys_addr_t start;
	size_t size;
	void __iomem *memory;
};

static void __iomem *test_rproc_memory(struct test_rproc *test, u64 da, size_t len)
{
	if (da < test->start || da - test->start > test->size ||
	    len > test->size - (da - test->start))
		return NULL;

	return test->memory + (da - test->start);
}

static int test_rproc_start(struct rproc *rproc)
{
	return 0;
}

static int test_rproc_stop(struct rproc *rproc)
{
	return 0;
}

static int test_rproc_load(struct rproc *rproc, const struct firmware *fw)
{
	return 0;
}

/* The full coredump is that of the whole carve-out */
static int test_rproc_parse_fw(struct rproc *rproc, const struct firmware *fw)
{
	struct test_rproc *test = rproc->priv;

	return rproc_coredump_add_segment(rproc, test->start, test->size);
}

static void *test_rproc_da_to_va(struct rproc *rproc, u64 da, size_t len, bool *is_iomem)
{
	*is_iomem = true;

	return (__force void *)test_rproc_memory(rproc->priv, da, len);
}

static void test_rproc_dump_segment(struct rproc *rproc,
				    struct rproc_dump_segment *segment,
				    void *dest, size_t offset, size_t size)
{
	void __iomem *memory;

	memory = test_rproc_memory(rproc->priv, segment->da + offset, size);
	if (memory)
		memcpy_fromio(dest, memory, size);
	else
		memset(dest, 0xff, size);
}

static void test_rproc_coredump(struct rproc *rproc)
{
	struct test_rproc *test = rproc->priv;

	qcom_minidump(rproc, test->id, test->start, test->size, test_rproc_dump_segment);
}

static const struct rproc_ops test_rproc_ops = {
	.start = test_rproc_start,
	.stop = test_rproc_stop,
	.load = test_rproc_load,
	.parse_fw = test_rproc_parse_fw,
	.da_to_va = test_rproc_da_to_va,
	.coredump = test_rproc_coredump,
};

static int test_rproc_probe(struct platform_device *pdev)
{
	struct test_rproc *test;
	struct rproc *rproc;
	char name[32];

	snprintf(name, sizeof(name), "minidump-test-%u", ids[pdev->id]);

	rproc = devm_rproc_alloc(&pdev->dev, name, &test_rproc_ops,
				 "minidump_test_rproc.fw", sizeof(*test));
	if (!rproc)
		return -ENOMEM;

	test = rproc->priv;
	test->id = ids[pdev->id];
	test->start = starts[pdev->id];
	test->size = sizes[pdev->id];
	test->memory = devm_ioremap_wc(&pdev->dev, test->start, test->size);
	if (!test->memory)
		return -ENOMEM;

	/* As the drivers of real ones have it */
	rproc_coredump_set_elf_info(rproc, ELFCLASS32, EM_NONE);
	rproc->auto_boot = false;

	return devm_rproc_add(&pdev->dev, rproc);
}

static struct platform_driver test_rproc_driver = {
	.probe = test_rproc_probe,
	.driver = {
		.name = "minidump-test-rproc",
	},
};

static void test_rproc_unregister(unsigned int count)
{
	while (count--)
		platform_device_unregister(processors[count]);

	platform_driver_unregister(&test_rproc_driver);
}

static int __init test_rproc_init(void)
{
	unsigned int i;
	int ret;

	if (!num_ids || num_starts != num_ids || num_sizes != num_ids)
		return -EINVAL;

	ret = platform_driver_register(&test_rproc_driver);
	if (ret)
		return ret;

	for (i = 0; i < num_ids; i++) {
		processors[i] = platform_device_register_simple("minidump-test-rproc",
								i, NULL, 0);
		if (IS_ERR(processors[i])) {
			test_rproc_unregister(i);
			return PTR_ERR(processors[i]);
		}
	}

	return 0;
}
module_init(test_rproc_init);

static void __exit test_rproc_exit(void)
{
	test_rproc_unregister(num_ids);
}
module_exit(test_rproc_exit);

MODULE_DESCRIPTION("Remote processors to crash, for tests of minidump");
MODULE_LICENSE("GPL");
