// SPDX-License-Identifier: GPL-2.0-only
/*
 * Minidump client: the zones of ramoops.
 *
 * ramoops keeps kernel messages, user space messages and function traces in
 * zones of reserved memory, for the next kernel to find. If that memory is
 * cleared before the next kernel starts, or if no next kernel starts, they are
 * still in the minidump.
 *
 * This client follows ramoops and registers a region for each zone. Neither
 * waits for the other: zones come and go as ramoops is bound and unbound, and
 * regions may be registered long before there is a device to take them.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/align.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/pstore_ram.h>
#include <linux/slab.h>

#include <soc/qcom/minidump.h>

/*
 * The kinds of zones, most important first. If the table is nearly full, the
 * last ones are left out: the console says most about a crash, while only the
 * first few of the dmesg zones are likely to have been written.
 */
enum zone_kind {
	ZONE_CONSOLE,
	ZONE_PMSG,
	ZONE_FTRACE,
	ZONE_DMESG,
};

/**
 * struct zone_region - A zone that has a region in the minidump
 * @node:	entry in &struct minidump_ramoops.zones
 * @kind:	what the zone holds
 * @index:	which zone of that kind
 * @name:	the region's name
 * @handle:	what registering the region returned
 */
struct zone_region {
	struct list_head node;
	enum zone_kind kind;
	unsigned int index;
	char name[sizeof("KFTRACE4294967295")];
	struct qcom_minidump_handle *handle;
};

/**
 * struct minidump_ramoops - The client
 * @follower:		callbacks; ramoops calls them for one zone at a time, so
 *			nothing here needs a lock of its own
 * @zones:		all zones that have a region
 * @max_ftrace_zones:	how many ftrace zones to register
 * @max_dmesg_zones:	how many dmesg zones to register
 */
struct minidump_ramoops {
	struct ramoops_follower follower;
	struct list_head zones;
	unsigned int max_ftrace_zones;
	unsigned int max_dmesg_zones;
};

/* Identify a zone; returns false if it is not to be registered */
static bool zone_region_init(struct zone_region *zr,
			     const struct minidump_ramoops *client,
			     const struct ramoops_zone *zone)
{
	zr->index = zone->index;

	switch (zone->type) {
	case PSTORE_TYPE_CONSOLE:
		zr->kind = ZONE_CONSOLE;
		snprintf(zr->name, sizeof(zr->name), "KCONSOLE");
		return true;
	case PSTORE_TYPE_PMSG:
		zr->kind = ZONE_PMSG;
		snprintf(zr->name, sizeof(zr->name), "KPMSG");
		return true;
	case PSTORE_TYPE_FTRACE:
		zr->kind = ZONE_FTRACE;
		snprintf(zr->name, sizeof(zr->name), "KFTRACE%u", zone->index);
		return zone->index < client->max_ftrace_zones;
	case PSTORE_TYPE_DMESG:
		zr->kind = ZONE_DMESG;
		snprintf(zr->name, sizeof(zr->name), "KDMESG%u", zone->index);
		return zone->index < client->max_dmesg_zones;
	default:
		return false;
	}
}

static bool zone_region_less_wanted(const struct zone_region *zr,
				    const struct zone_region *than)
{
	if (zr->kind != than->kind)
		return zr->kind > than->kind;

	return zr->index > than->index;
}

static int zone_region_register(struct zone_region *zr,
				const struct ramoops_zone *zone)
{
	/*
	 * Zones of ramoops can have any even size. The dump may lack the last
	 * two bytes, which are two characters of text at most.
	 */
	const struct qcom_minidump_region region = {
		.name = zr->name,
		.virt = zone->vaddr,
		.phys = zone->paddr,
		.size = ALIGN_DOWN(zone->size, 4),
		.client = KBUILD_MODNAME,
	};

	zr->handle = qcom_minidump_region_register(&region);
	return PTR_ERR_OR_ZERO(zr->handle);
}

static void zone_region_drop(struct zone_region *zr)
{
	qcom_minidump_region_unregister(zr->handle);
	list_del(&zr->node);
	kfree(zr);
}

/* Drop the least important zone, if that is less important than @newcomer */
static bool minidump_ramoops_make_room(struct minidump_ramoops *client,
				       const struct zone_region *newcomer)
{
	struct zone_region *least = NULL;
	struct zone_region *zr;

	list_for_each_entry(zr, &client->zones, node)
		if (!least || zone_region_less_wanted(zr, least))
			least = zr;

	if (!least || !zone_region_less_wanted(least, newcomer))
		return false;

	pr_info("%s gives way to %s\n", least->name, newcomer->name);
	zone_region_drop(least);
	return true;
}

static void minidump_ramoops_zone_added(struct ramoops_follower *follower,
					const struct ramoops_zone *zone)
{
	struct minidump_ramoops *client =
		container_of(follower, struct minidump_ramoops, follower);
	struct zone_region *zr;
	int ret;

	zr = kzalloc_obj(*zr);
	if (!zr)
		return;

	if (!zone_region_init(zr, client, zone)) {
		kfree(zr);
		return;
	}

	do {
		ret = zone_region_register(zr, zone);
	} while (ret == -ENOSPC && minidump_ramoops_make_room(client, zr));

	/* The reason has been logged; other zones may still be registered */
	if (ret) {
		kfree(zr);
		return;
	}

	list_add_tail(&zr->node, &client->zones);
}

static void minidump_ramoops_zone_removed(struct ramoops_follower *follower,
					  const struct ramoops_zone *zone)
{
	struct minidump_ramoops *client =
		container_of(follower, struct minidump_ramoops, follower);
	struct zone_region removed;
	struct zone_region *zr;

	if (!zone_region_init(&removed, client, zone))
		return;

	list_for_each_entry(zr, &client->zones, node) {
		if (zr->kind == removed.kind && zr->index == removed.index) {
			zone_region_drop(zr);
			return;
		}
	}
}

/* The tests have a client of their own, which ramoops does not know */
#ifndef QCOM_MINIDUMP_RAMOOPS_TEST

/*
 * Not the data of a device: ramoops calls the follower from module load to
 * module unload, whether or not there is a ramoops or a minidump device.
 */
static struct minidump_ramoops minidump_ramoops = {
	.follower = {
		.zone_added = minidump_ramoops_zone_added,
		.zone_removed = minidump_ramoops_zone_removed,
	},
	.zones = LIST_HEAD_INIT(minidump_ramoops.zones),
	.max_ftrace_zones = 32,
	.max_dmesg_zones = 8,
};

module_param_named(max_ftrace_zones, minidump_ramoops.max_ftrace_zones, uint,
		   0444);
MODULE_PARM_DESC(max_ftrace_zones,
		 "how many ftrace zones to put into the minidump (default 32); ramoops has one, or one for each CPU");

/*
 * At each boot, ramoops writes the first oops to zone 0, the second one to zone
 * 1 and so on. With a small record size there are a hundred zones or more, and
 * the table has 200 slots for all clients.
 */
module_param_named(max_dmesg_zones, minidump_ramoops.max_dmesg_zones, uint,
		   0444);
MODULE_PARM_DESC(max_dmesg_zones,
		 "how many dmesg zones to put into the minidump (default 8); the first ones hold the first oopses since boot");

static int __init qcom_minidump_ramoops_init(void)
{
	ramoops_register_follower(&minidump_ramoops.follower);
	return 0;
}
module_init(qcom_minidump_ramoops_init);

static void __exit qcom_minidump_ramoops_exit(void)
{
	/* This calls zone_removed() for each zone, so no region is left */
	ramoops_unregister_follower(&minidump_ramoops.follower);
}
module_exit(qcom_minidump_ramoops_exit);

MODULE_DESCRIPTION("Qualcomm minidump of the ramoops zones");
MODULE_LICENSE("GPL");

#endif /* !QCOM_MINIDUMP_RAMOOPS_TEST */
