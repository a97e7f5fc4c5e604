// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "testdump.h"

#define LINEAR(phys)	(0xffffff8000000000ull + (phys) - 0x80000000ull)
#define IMAGE(offset)	(0xffffffd012000000ull + (offset))
#define KASLR_OFFSET	0x12000000ull

#define RING_BITS	5
#define TEXT_BITS	12

static const char banner[] =
	"Linux version 6.12.0-testdump (test@dump) (gcc 12) #1 SMP PREEMPT\n";

static const char *const log_lines[] = {
	"Booting Linux on physical CPU 0x0000000000 [0x410fd034]",
	"Linux version 6.12.0-testdump",
	"minidump-test-marker 4711",
	"sysrq: Trigger a crash",
	"Kernel panic - not syncing: sysrq triggered crash",
};

struct memory *machine_add(struct machine *machine, const char *name,
			   uint64_t phys, uint64_t virt, size_t size)
{
	struct memory *memory;
	uint32_t random = (uint32_t)phys ^ 0x9e3779b9;
	size_t i;

	if (machine->count == MAX_REGIONS)
		errx(2, "too many regions");
	memory = &machine->regions[machine->count++];
	snprintf(memory->name, sizeof(memory->name), "%s", name);
	memory->phys = phys;
	memory->virt = virt;
	memory->size = size;
	memory->flags = PF_R | PF_W;
	memory->bytes = get_memory(size);
	/* Bytes that no other region has, and that no zeros can stand for */
	for (i = 0; i < size; i++) {
		random = random * 1664525 + 1013904223;
		memory->bytes[i] = (uint8_t)(random >> 24) | 1;
	}

	return memory;
}

static void put(struct memory *memory, size_t offset, uint64_t value,
		size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		memory->bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

/* The kernel log as of 6.12: struct printk_ringbuffer and what it leads to */
static void add_log(struct machine *machine)
{
	struct memory *prb, *rb, *descs, *infos, *text;
	size_t count = sizeof(log_lines) / sizeof(*log_lines), i, lpos = 0;

	prb = machine_add(machine, "KPRB", 0x81000010, IMAGE(0x1000010), 8);
	rb = machine_add(machine, "KPRB_RB", 0x81000100, IMAGE(0x1000100), 88);
	descs = machine_add(machine, "KPRB_DESC", 0x81001000, IMAGE(0x1001000),
			    24u << RING_BITS);
	infos = machine_add(machine, "KPRB_INFO", 0x81002000, IMAGE(0x1002000),
			    88u << RING_BITS);
	text = machine_add(machine, "KPRB_TEXT", 0x81004000, IMAGE(0x1004000),
			   1u << TEXT_BITS);
	memset(rb->bytes, 0, rb->size);
	memset(descs->bytes, 0, descs->size);
	memset(infos->bytes, 0, infos->size);

	put(prb, 0, rb->virt, 8);
	put(rb, 0, RING_BITS, 4);
	put(rb, 8, descs->virt, 8);
	put(rb, 16, infos->virt, 8);
	put(rb, 24, count - 1, 8);		/* head_id */
	put(rb, 48, TEXT_BITS, 4);
	put(rb, 56, text->virt, 8);
	for (i = 0; i < count; i++) {
		put(descs, 24 * i, 2ull << 62 | i, 8);	/* finalized */
		put(descs, 24 * i + 8, lpos, 8);
		put(infos, 88 * i, i, 8);
		put(infos, 88 * i + 8, i * 1000000000ull, 8);
		put(infos, 88 * i + 16, strlen(log_lines[i]), 2);
		put(text, lpos, i, 8);
		memcpy(text->bytes + lpos + 8, log_lines[i],
		       strlen(log_lines[i]));
		lpos += round_up(8 + strlen(log_lines[i]), 8);
		put(descs, 24 * i + 16, lpos, 8);
	}
}

static void make_vmcoreinfo(struct machine *machine)
{
	if (asprintf(&machine->vmcoreinfo,
		     "OSRELEASE=6.12.0-testdump\n"
		     "BUILD-ID=00112233445566778899aabbccddeeff00112233\n"
		     "PAGESIZE=4096\n"
		     "SYMBOL(init_uts_ns)=%llx\n"
		     "OFFSET(uts_namespace.name)=0\n"
		     "SYMBOL(swapper_pg_dir)=%llx\n"
		     "SYMBOL(prb)=%llx\n"
		     "SIZE(printk_ringbuffer)=88\n"
		     "OFFSET(printk_ringbuffer.desc_ring)=0\n"
		     "OFFSET(printk_ringbuffer.text_data_ring)=48\n"
		     "OFFSET(printk_ringbuffer.fail)=80\n"
		     "SIZE(prb_desc_ring)=48\n"
		     "OFFSET(prb_desc_ring.count_bits)=0\n"
		     "OFFSET(prb_desc_ring.descs)=8\n"
		     "OFFSET(prb_desc_ring.infos)=16\n"
		     "OFFSET(prb_desc_ring.head_id)=24\n"
		     "OFFSET(prb_desc_ring.tail_id)=32\n"
		     "SIZE(prb_desc)=24\n"
		     "OFFSET(prb_desc.state_var)=0\n"
		     "OFFSET(prb_desc.text_blk_lpos)=8\n"
		     "SIZE(prb_data_blk_lpos)=16\n"
		     "OFFSET(prb_data_blk_lpos.begin)=0\n"
		     "OFFSET(prb_data_blk_lpos.next)=8\n"
		     "SIZE(printk_info)=88\n"
		     "OFFSET(printk_info.seq)=0\n"
		     "OFFSET(printk_info.ts_nsec)=8\n"
		     "OFFSET(printk_info.text_len)=16\n"
		     "OFFSET(printk_info.caller_id)=20\n"
		     "SIZE(prb_data_ring)=32\n"
		     "OFFSET(prb_data_ring.size_bits)=0\n"
		     "OFFSET(prb_data_ring.data)=8\n"
		     "SIZE(atomic_long_t)=8\n"
		     "OFFSET(atomic_long_t.counter)=0\n"
		     "KERNELOFFSET=%llx\n",
		     IMAGE(0x1010000), IMAGE(0x1012000), IMAGE(0x1000010),
		     KASLR_OFFSET) < 0)
		err(2, NULL);
}

/* A zone of ramoops whose ring has this text, its oldest byte at @start */
static void fill_zone(struct memory *zone, uint32_t type, size_t start,
		      const char *text, size_t length)
{
	size_t i;

	put(zone, 0, 0x43474244 ^ type, 4);
	put(zone, 4, start, 4);
	put(zone, 8, length, 4);
	for (i = 0; i < length; i++)
		zone->bytes[12 + (start + i) % length] = (uint8_t)text[i];
}

/* The ring is full and has turned; 100 bytes behind it are its ECC. */
static void add_console(struct machine *machine)
{
	struct memory *zone = machine_add(machine, "KCONSOLE", 0x90000000,
					  LINEAR(0x90000000), 4096);
	size_t ring = zone->size - 12 - 100, length = 0;
	char *text = get_memory(ring + 64);
	int line = 0;

	while (length < ring)
		length += (size_t)sprintf(text + length,
					  "[%5d.000000] console line %d\n",
					  line, line), line++;
	fill_zone(zone, 0, 1234, text, ring);
	free(text);
}

static size_t compress_record(char *to, size_t size, const char *text)
{
	z_stream stream = {
		.next_in = (Bytef *)text, .avail_in = (uInt)strlen(text),
		.next_out = (Bytef *)to, .avail_out = (uInt)size,
	};

	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			 -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&stream, Z_FINISH) != Z_STREAM_END)
		errx(2, "deflate");
	size -= stream.avail_out;
	deflateEnd(&stream);

	return size;
}

static void add_zones(struct machine *machine)
{
	static const char plain[] = "====12.345678-D\nPanic#1 Part1\nplain\n";
	static const char pmsg[] = "pmsg of user space\n";
	static const char head[] = "====12.345678-C\n";
	char record[512];
	struct memory *zone;
	size_t length;

	add_console(machine);

	zone = machine_add(machine, "KPMSG", 0x90001000, LINEAR(0x90001000),
			   1024);
	fill_zone(zone, 0, sizeof(pmsg) - 1, pmsg, sizeof(pmsg) - 1);

	zone = machine_add(machine, "KDMESG0", 0x90002000, LINEAR(0x90002000),
			   1024);
	fill_zone(zone, 0, sizeof(plain) - 1, plain, sizeof(plain) - 1);

	zone = machine_add(machine, "KDMESG1", 0x90003000, LINEAR(0x90003000),
			   1024);
	memcpy(record, head, sizeof(head));
	length = sizeof(head) - 1 +
		 compress_record(record + sizeof(head) - 1, 400,
				 "Panic#1 Part2\ncompressed\n");
	fill_zone(zone, 0, length, record, length);

	zone = machine_add(machine, "KFTRACE0", 0x90004000, LINEAR(0x90004000),
			   1024);
	fill_zone(zone, 0x060c00, 16, "0123456789abcdef", 16);
}

static void make_prstatus(struct machine *machine)
{
	struct memory fake = { .bytes = machine->prstatus };

	put(&fake, 32, 2, 4);				/* CPU 1 */
	put(&fake, 112 + 8 * 29, 0xffffffc080003f40, 8);	/* fp */
	put(&fake, 112 + 8 * 31, 0xffffffc080003f30, 8);	/* sp */
	put(&fake, 112 + 8 * 32, IMAGE(0x345678), 8);		/* pc */
}

void machine_make(struct machine *machine)
{
	struct memory *memory;

	machine->kaslr_offset = KASLR_OFFSET;
	machine->banner = banner;
	machine->banner_phys = 0x80800040;
	machine->banner_virt = IMAGE(0x800040);

	memory = machine_add(machine, "KBANNER", machine->banner_phys,
			     machine->banner_virt,
			     round_up(sizeof(banner), 4));
	memset(memory->bytes, 0, memory->size);
	memcpy(memory->bytes, banner, sizeof(banner));

	memory = machine_add(machine, "KUTS", 0x81010000, IMAGE(0x1010000),
			     400);
	memset(memory->bytes, 0, memory->size);
	memcpy(memory->bytes, "Linux", 5);
	memcpy(memory->bytes + 130, "6.12.0-testdump", 15);
	machine_add(machine, "KPGDIR", 0x81012000, IMAGE(0x1012000), 4096);

	add_log(machine);
	add_zones(machine);
	machine_add(machine, "KSTACK", 0x88000ff0, 0xffffffc080000000, 16384);
	machine_add(machine, "KTWIN", 0x88010000, LINEAR(0x88010000), 600);
	memory = machine_add(machine, "KTWIN", 0x88020000, LINEAR(0x88020000),
			     604);
	memory->seq = 1;
	memory = machine_add(machine, "KTWIN", 0x88030000, LINEAR(0x88030000),
			     608);
	memory->seq = 2;
	machine_add(machine, "KLAST", 0x88040000, LINEAR(0x88040000), 20);

	make_vmcoreinfo(machine);
	make_prstatus(machine);
}

struct memory *machine_add_vmcoreinfo(struct machine *machine)
{
	size_t length = strlen(machine->vmcoreinfo), page = 8192;
	struct memory *memory = machine_add(machine, "KPAGES", 0x4f0000ff00,
					    0xffffaaaa0000ff00, page + 0x100);
	uint8_t *note = memory->bytes + 0x100;

	memset(note, 0, page);
	memcpy(note, (uint32_t[]){ 11, (uint32_t)length, 0 }, 12);
	memcpy(note + 12, "VMCOREINFO", 11);
	memcpy(note + 24, machine->vmcoreinfo, length);

	return memory;
}

static void load_state(struct machine *machine, const uint8_t *desc)
{
	size_t size = sizeof(machine->prstatus);

	if (!machine->states++) {
		memcpy(machine->prstatus, desc, size);
		return;
	}
	machine->others = realloc(machine->others,
				  ++machine->other_count * size);
	if (!machine->others)
		err(2, NULL);
	memcpy(machine->others[machine->other_count - 1], desc, size);
}

static void load_note(struct machine *machine, const uint8_t *note)
{
	uint32_t name_size, desc_size;
	const char *name = (const char *)note + 12;
	const uint8_t *desc;

	memcpy(&name_size, note, 4);
	memcpy(&desc_size, note + 4, 4);
	desc = note + 12 + round_up(name_size, 4);
	if (!strcmp(name, "VMCOREINFO"))
		machine->vmcoreinfo = strndup((const char *)desc, desc_size);
	else if (!strcmp(name, "CORE") && desc_size == 392)
		load_state(machine, desc);
}

static void load_notes(struct machine *machine, const uint8_t *notes,
		       size_t size)
{
	uint32_t name_size, desc_size;
	size_t at = 0;

	while (at + 12 <= size) {
		memcpy(&name_size, notes + at, 4);
		memcpy(&desc_size, notes + at + 4, 4);
		load_note(machine, notes + at);
		at += 12 + round_up(name_size, 4) + round_up(desc_size, 4);
	}
}

static void load_region(struct machine *machine, const uint8_t *file,
			const Elf64_Phdr *phdr)
{
	const Elf64_Ehdr *ehdr = (const void *)file;
	const Elf64_Shdr *shdr = (const void *)(file + ehdr->e_shoff);
	const char *strings = (const char *)file +
			      shdr[ehdr->e_shstrndx].sh_offset;
	struct memory *memory;
	const char *name = "KNAMELESS";
	size_t i;

	for (i = 1; i < ehdr->e_shnum; i++)
		if (shdr[i].sh_offset == phdr->p_offset &&
		    shdr[i].sh_size == phdr->p_filesz)
			name = strings + shdr[i].sh_name;

	memory = machine_add(machine, name, phdr->p_paddr, phdr->p_vaddr,
			     phdr->p_filesz);
	memory->flags = phdr->p_flags;
	memcpy(memory->bytes, file + phdr->p_offset, phdr->p_filesz);
}

void machine_load(struct machine *machine, const char *core)
{
	size_t size, i;
	const uint8_t *file = read_file(core, &size);
	const Elf64_Ehdr *ehdr = (const void *)file;
	const Elf64_Phdr *phdr = (const void *)(file + ehdr->e_phoff);
	const char *kaslr;

	for (i = 0; i < ehdr->e_phnum; i++) {
		if (phdr[i].p_type == PT_NOTE)
			load_notes(machine, file + phdr[i].p_offset,
				   phdr[i].p_filesz);
		else if (phdr[i].p_type == PT_LOAD)
			load_region(machine, file, &phdr[i]);
	}
	if (!machine->vmcoreinfo)
		errx(2, "%s: no VMCOREINFO", core);

	kaslr = strstr(machine->vmcoreinfo, "KERNELOFFSET=");
	if (kaslr)
		machine->kaslr_offset = strtoull(kaslr + 13, NULL, 16);
}
