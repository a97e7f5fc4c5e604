// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds for the fuzz targets, a folder each: inputs that get past the first
 * checks, small enough to be changed a thousand times a second.
 */
#include <elf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "testdump.h"

struct styles {
	char current[4096];
	char vendor[4096];
	char newer[4096];
};

static void make_folder(char *path, size_t size, const char *parent,
			const char *name)
{
	snprintf(path, size, "%s/%s", parent, name);
	if (mkdir(path, 0755))
		err(2, "%s", path);
}

/* Two regions, the second a namesake of the first */
static void make_small(const struct machine *from, struct machine *small)
{
	small->vmcoreinfo = strndup(from->vmcoreinfo, 200);
	small->banner = from->banner;
	machine_add(small, "KTWIN", 0x88010000, 0xffffff8008010000, 64);
	machine_add(small, "KTWIN", 0x88020000, 0xffffff8008020000, 32)->seq = 1;
	machine_add(small, "KCONSOLE", 0x88030ff0, 0xffffff8008030ff0, 16);
}

static void append(const char *path, const char *from)
{
	size_t size;
	uint8_t *bytes = read_file(from, &size);
	FILE *file = fopen(path, "ae");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		err(2, "%s", path);
	free(bytes);
}

static void join(const char *folder, const char *style, const char *core,
		 const char *const *files)
{
	char path[4096], from[8192];

	snprintf(path, sizeof(path), "%s/%s", folder, core);
	for (; *files; files++) {
		snprintf(from, sizeof(from), "%s/%s", style, *files);
		append(path, from);
	}
}

static void seed_core(const struct machine *small, const char *parent,
		      const struct styles *styles)
{
	static const char *const current[] = {
		"md_KELF_HEADER.BIN", "md_KTWIN.BIN", "md_KTWIN1.BIN",
		"md_KCONSOLE.BIN", NULL
	};
	static const char *const newer[] = {
		"md_KELF1.BIN", "md_Kvmcorein2.BIN", "md_KTWIN3.BIN",
		"md_KTWIN4.BIN", "md_KCONSOLE5.BIN", NULL
	};
	static const char *const vendor[] = {
		"md_KELF_HDR.BIN", "md_KTWIN.BIN", "md_KTWIN1.BIN",
		"md_KCONSOLE.BIN", NULL
	};
	char folder[4096], path[8192];

	make_folder(folder, sizeof(folder), parent, "core");
	join(folder, styles->current, "current", current);
	join(folder, styles->newer, "newer", newer);
	join(folder, styles->vendor, "vendor", vendor);
	snprintf(path, sizeof(path), "%s/coredump32", folder);
	write_coredump(small, path, ELFCLASS32);
	snprintf(path, sizeof(path), "%s/coredump64", folder);
	write_coredump(small, path, ELFCLASS64);
}

static void seed_image(const struct machine *small, const char *folder,
		       const char *name, const char *from, const char *kind)
{
	char path[8192];
	uint8_t *bytes;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	write_image(small, from, path, kind);
	/* The target puts the signature before its input. */
	bytes = read_file(path, &size);
	write_file(folder, name, bytes + 8, size - 8);
	free(bytes);
}

static void seed_rawdump(const struct machine *small, const char *parent,
			 const struct styles *styles)
{
	char folder[4096];

	make_folder(folder, sizeof(folder), parent, "rawdump");
	seed_image(small, folder, "files", styles->current, "files");
	seed_image(small, folder, "bare", styles->current, "bare");
	seed_image(small, folder, "context", styles->current, "context");
	seed_image(small, folder, "vendor", styles->vendor, "files");
	seed_image(small, folder, "newer", styles->newer, "files");
}

static void seed_zones(const struct machine *machine, const char *parent)
{
	char folder[4096];
	size_t i;

	make_folder(folder, sizeof(folder), parent, "ramoops");
	for (i = 0; i < machine->count; i++)
		if (!strncmp(machine->regions[i].name, "KDMESG", 6) ||
		    !strcmp(machine->regions[i].name, "KPMSG"))
			write_file(folder, machine->regions[i].name,
				   machine->regions[i].bytes,
				   machine->regions[i].size);
}

/* As small as memory can be that has SMEM in it */
static void seed_ram(const struct machine *machine, const char *parent,
		     const char *work)
{
	static const struct ram_layout layout = {
		.base = 0x40000000,
		.size = 0xa000,
		.table = 0x40001000,
		.header = 0x40002000,
		.smem = 0x40006000,
	};
	static struct machine small;
	char folder[4096], path[8192];
	uint8_t *bytes, *seed;
	size_t size;

	small.vmcoreinfo = machine->vmcoreinfo;
	machine_add(&small, "KTWIN", 0x40000100, 0xffffff8008010000, 64);
	machine_add(&small, "KTWIN", 0x40000200, 0xffffff8008020000, 32)->seq = 1;
	make_folder(folder, sizeof(folder), work, "ram");
	write_current(&small, folder);
	snprintf(path, sizeof(path), "%s/ram.img", work);
	write_ram(&small, folder, path, &layout);

	make_folder(folder, sizeof(folder), parent, "ram");
	bytes = read_file(path, &size);
	seed = get_memory(size + 1);
	seed[0] = 128;
	memcpy(seed + 1, bytes, size);
	write_file(folder, "small", seed, size + 1);
	free(seed);
	free(bytes);
}

/* Of a small folder and image, by the programs that people use */
static void seed_unpack(const char *parent, const char *styles)
{
	static const char script[] =
		"set -e; to=$(cd '%s' && pwd); cd '%s'\n"
		"tar -cf $to/folder.tar current\n"
		"tar -C current -c . | gzip -n >$to/folder.tar.gz\n"
		"gzip -nc image >$to/image.gz; xz -c image >$to/image.xz\n"
		"if command -v zstd >/dev/null; then zstd -qc image >$to/image.zst; fi\n"
		"if command -v zip >/dev/null; then zip -qr $to/folder.zip current; fi\n";
	char folder[4096], *command;

	make_folder(folder, sizeof(folder), parent, "unpack");
	if (asprintf(&command, script, folder, styles) < 0 || system(command))
		errx(2, "%s", command);
	free(command);
}

/* An image behind what only looks like the beginning of one */
static void seed_sniff(const char *parent, const char *image)
{
	static const char before[] = "RRaw_Dmp!\177\177ELF\2\1\1";
	char folder[4096];
	size_t size;
	uint8_t *bytes = read_file(image, &size);
	uint8_t *seed = get_memory(size + sizeof(before));

	memcpy(seed, before, sizeof(before));
	memcpy(seed + sizeof(before), bytes, size);
	make_folder(folder, sizeof(folder), parent, "sniff");
	write_file(folder, "behind", seed, size + sizeof(before));
	free(seed);
	free(bytes);
}

static const struct memory *find_region(const struct machine *machine,
					const char *name)
{
	size_t i;

	for (i = 0; i < machine->count; i++)
		if (!strcmp(machine->regions[i].name, name))
			return &machine->regions[i];
	errx(2, "no region %s", name);
}

/* Behind the NUL that ends VMCOREINFO */
static void seed_kcrash(const struct machine *machine, const char *folder)
{
	const struct memory *kcrash = find_region(machine, "KCRASH");
	uint8_t *seed = get_memory(kcrash->size + 1);

	memcpy(seed + 1, kcrash->bytes, kcrash->size);
	write_file(folder, "kcrash", seed, kcrash->size + 1);
	free(seed);
}

static void seed_cause(struct machine *machine, const char *parent)
{
	static const char record[] =
		"====1795338000.000001-D\nPanic#1 Part1\n"
		"<4>[    1.000000] CPU: 1 PID: 71 Comm: sh Not tainted\n"
		"<0>[    1.500000] Kernel panic - not syncing: seed\n";
	char folder[4096];
	uint8_t *seed;
	size_t size;

	make_folder(folder, sizeof(folder), parent, "cause");
	seed = make_cause_seed(machine, &size);
	write_file(folder, "all", seed, size);
	free(seed);
	machine_add_cause(machine, "noted", NULL);
	seed_kcrash(machine, folder);

	make_folder(folder, sizeof(folder), parent, "records");
	write_file(folder, "record", record, sizeof(record) - 1);

	make_folder(folder, sizeof(folder), parent, "pmsg");
	write_file(folder, "logcat", find_region(machine, "KLOGCAT")->bytes + 12,
		   97);
}

void write_seeds(struct machine *machine, const char *parent)
{
	static const char list[] =
		"d.load.binary md_KFOO.BIN 0x80001000 /noclear\r\n"
		" 1 0x0000000081000000 4096 OCIMEM \"C:\\dump\\OCIMEM.BIN\"\n";
	static struct machine small;
	static struct styles styles;
	char folder[4096], work[] = "/tmp/testdump.XXXXXX";
	char remove[64];

	if (!mkdtemp(work))
		err(2, "%s", work);
	make_small(machine, &small);
	make_folder(styles.current, sizeof(styles.current), work, "current");
	make_folder(styles.vendor, sizeof(styles.vendor), work, "vendor");
	make_folder(styles.newer, sizeof(styles.newer), work, "newer");
	write_current(&small, styles.current);
	write_vendor(&small, styles.vendor);
	write_newer(&small, styles.newer);
	seed_core(&small, parent, &styles);
	seed_rawdump(&small, parent, &styles);
	seed_zones(machine, parent);
	seed_ram(machine, parent, work);
	snprintf(folder, sizeof(folder), "%s/image", work);
	write_image(&small, styles.current, folder, "files");
	seed_unpack(parent, work);
	seed_cause(machine, parent);

	seed_sniff(parent, folder);
	make_folder(folder, sizeof(folder), parent, "listing");
	write_file(folder, "both", list, sizeof(list) - 1);

	make_folder(folder, sizeof(folder), parent, "notes");
	machine_add_vmcoreinfo(&small);
	write_file(folder, "vmcoreinfo",
		   small.regions[small.count - 1].bytes + 0x100, 400);
	write_file(folder, "text", small.vmcoreinfo, 100);

	snprintf(remove, sizeof(remove), "rm -r %s", work);
	if (system(remove))
		errx(2, "%s", remove);
}
