// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kcrash.h"
#include "landmarks.h"
#include "ramoops.h"
#include "util.h"

#define UTS_RELEASE	130	/* behind two other names of that size */

static const char banner_start[] = "Linux version ";

/* The release by VMCOREINFO, or "" */
static void get_release(const struct dump *dump, char *release, size_t size)
{
	release[0] = '\0';
	if (dump->notes.vmcoreinfo)
		vmcoreinfo_get(dump->notes.vmcoreinfo, "OSRELEASE", release,
			       size);
}

static bool is_banner_name(const char *name)
{
	return !strcasecmp(name, "KBANNER") || !strcasecmp(name, "linux_banner");
}

static void check_banner(const struct dump *dump, const struct region *region,
			 struct landmarks *landmarks, struct report *report)
{
	char release[RELEASE_SIZE], banner[sizeof(banner_start) + RELEASE_SIZE];
	char wanted[sizeof(banner)];
	int length;
	size_t got;

	got = region_read(dump, region, banner, sizeof(banner), 0);
	get_release(dump, release, sizeof(release));
	length = snprintf(wanted, sizeof(wanted), "%s%s%s", banner_start,
			  release, *release ? " " : "");
	if (got >= (size_t)length && !memcmp(banner, wanted, (size_t)length))
		landmarks->banners++;
	else
		report_problem(report, "%s does not begin with \"%s\"",
			       region->name, wanted);
}

static bool is_zone_name(const char *name)
{
	static const char * const names[] = {
		"KCONSOLE", "KPMSG", "KDMESG", "KFTRACE",
	};
	size_t i, length;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		length = strlen(names[i]);
		if (!strncasecmp(name, names[i], length) &&
		    !name[length + strspn(name + length, "0123456789")])
			return true;
	}

	return false;
}

static void check_zone(const struct dump *dump, const struct region *region,
		       struct landmarks *landmarks, struct report *report)
{
	uint8_t head[12];
	size_t got = region_read(dump, region, head, sizeof(head), 0);

	if (got == sizeof(head) && ramoops_is_zone(head, got) &&
	    get_le32(head + 8) <= region->size - sizeof(head))
		landmarks->zones++;
	else
		report_problem(report, "%s does not begin as a zone of ramoops",
			       region->name);
}

static void check_names(const struct dump *dump, struct landmarks *landmarks,
			struct report *report)
{
	const struct region *region;
	size_t i;

	for (i = 0; i < dump->region_count; i++) {
		region = &dump->regions[i];
		if (!region->have)
			continue;
		if (is_banner_name(region->name))
			check_banner(dump, region, landmarks, report);
		else if (is_zone_name(region->name))
			check_zone(dump, region, landmarks, report);
	}
}

static bool is_covered(const struct dump *dump, uint64_t virt)
{
	uint8_t byte;

	return dump_read_virt(dump, virt, &byte, sizeof(byte));
}

/* A symbol and the distance of a member, both by VMCOREINFO */
static bool find_member(const struct dump *dump, const char *symbol,
			const char *member, uint64_t *address)
{
	uint64_t offset;

	if (!dump->notes.vmcoreinfo ||
	    !vmcoreinfo_get_hex(dump->notes.vmcoreinfo, symbol, address) ||
	    !vmcoreinfo_get_decimal(dump->notes.vmcoreinfo, member, &offset))
		return false;
	*address += offset;

	return true;
}

static void check_uts(const struct dump *dump, struct landmarks *landmarks,
		      struct report *report)
{
	char release[RELEASE_SIZE], sysname[6], found[RELEASE_SIZE];
	uint64_t address;

	if (!find_member(dump, "SYMBOL(init_uts_ns)",
			 "OFFSET(uts_namespace.name)", &address) ||
	    !dump_read_virt(dump, address, sysname, sizeof(sysname)) ||
	    !dump_read_virt(dump, address + UTS_RELEASE, found, sizeof(found)))
		return;

	get_release(dump, release, sizeof(release));
	if (!memcmp(sysname, "Linux", sizeof(sysname)) &&
	    !strncmp(found, release, sizeof(found)))
		landmarks->uts++;
	else
		report_problem(report,
			       "init_uts_ns at 0x%" PRIx64 " does not say Linux %s",
			       address, release);
}

static uint64_t read_pointer(const struct dump *dump, uint64_t address)
{
	uint8_t bytes[8];

	if (!dump_read_virt(dump, address, bytes, sizeof(bytes)))
		return 0;

	return get_le64(bytes);
}

/* One that is not told leads nowhere. */
static uint64_t get_offset(const struct dump *dump, const char *key)
{
	uint64_t offset;

	return vmcoreinfo_get_decimal(dump->notes.vmcoreinfo, key, &offset) ?
	       offset : UINT64_MAX / 2;
}

static bool leads_to_ring(const struct dump *dump, uint64_t ring)
{
	uint64_t descs, text;

	descs = ring + get_offset(dump,
				  "OFFSET(printk_ringbuffer.desc_ring)");
	text = ring + get_offset(dump,
				 "OFFSET(printk_ringbuffer.text_data_ring)");

	return is_covered(dump, read_pointer(dump, descs +
			get_offset(dump, "OFFSET(prb_desc_ring.descs)"))) &&
	       is_covered(dump, read_pointer(dump, descs +
			get_offset(dump, "OFFSET(prb_desc_ring.infos)"))) &&
	       is_covered(dump, read_pointer(dump, text +
			get_offset(dump, "OFFSET(prb_data_ring.data)")));
}

/* Where "prb" itself is missing, that is told elsewhere. */
static void check_log(const struct dump *dump, struct landmarks *landmarks,
		      struct report *report)
{
	uint64_t prb;

	if (!dump->notes.vmcoreinfo ||
	    !vmcoreinfo_get_hex(dump->notes.vmcoreinfo, "SYMBOL(prb)", &prb) ||
	    !is_covered(dump, prb))
		return;

	if (leads_to_ring(dump, read_pointer(dump, prb)))
		landmarks->logs++;
	else
		report_problem(report,
			       "prb at 0x%" PRIx64 " leads to no kernel log in the dump",
			       prb);
}

void landmarks_check(const struct dump *dump, struct landmarks *landmarks,
		     struct report *report)
{
	struct kcrash kcrash;

	*landmarks = (struct landmarks){ 0 };
	kcrash_read(&kcrash, dump, report);
	check_names(dump, landmarks, report);
	check_uts(dump, landmarks, report);
	check_log(dump, landmarks, report);
}
