/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the program that crashes remote processors.
 */
#ifndef RPROC_H
#define RPROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The words of the G-ToC and of a table of regions */
#define ENBL			0x454e424cu
#define DSBL			0x4453424cu
#define DONE			0x444f4e45u
#define NONE			0x4e4f4e45u
#define STRT			0x53545254u
#define VALI			0x56414c49u
#define INVA			0x494e5641u

#define REGION_SIZE		40
#define REGION_NAME_SIZE	16

/* The number of Linux' own entry */
#define LINUX_ID		0

/* How many regions Linux takes from a processor, as its guide says */
#define REGIONS_MAX		4096u

/* Where in its carve-out a processor has its table, and what it dumps */
#define TABLE_OFFSET		0x1000u
#define DATA_OFFSET		0x40000u

/* Where in SMEM there is room for a table, behind all items */
#define SMEM_TABLE_OFFSET	0x100000u

#define PROCESSORS_MAX		8

struct area {
	uint64_t address;
	uint64_t size;
	volatile uint8_t *bytes;
};

struct processor {
	unsigned int id;
	unsigned int rproc;
	struct area carveout;
};

/* An entry of the G-ToC, in the CPU's order */
struct entry {
	uint32_t status;
	uint32_t enabled;
	uint32_t encryption;
	uint32_t count;
	uint64_t table;
};

/* What the kernel logged of one crash */
struct log {
	char messages[4096];
	unsigned int count;
	unsigned int splats;
	bool anonymous;
};

struct dump {
	uint8_t *bytes;
	size_t size;
};

/* What a crash leads to, apart from a number of regions */
enum { NO_DUMP = -1, FULL_DUMP = -2 };

extern struct processor processors[PROCESSORS_MAX];
extern unsigned int processor_count;
extern struct area smem;
extern unsigned int subsystems;

/* rproc.c */
__attribute__((format(printf, 1, 2)))
void say(const char *format, ...);
__attribute__((format(printf, 2, 3)))
void result(bool ok, const char *format, ...);
_Noreturn void give_up(const char *what);
void write_file(const char *path, const char *text);

/* rproc-table.c: plays the processors' firmware */
uint32_t get16(const volatile uint8_t *at);
uint32_t get32(const volatile uint8_t *at);
void find_areas(void);
void find_toc(void);
uint64_t carveout_end(const struct processor *p);
void fill(const struct processor *p, uint32_t seed);
struct entry good_entry(const struct processor *p, uint32_t count);
void lay_entry(const struct processor *p, const struct entry *entry);
void lay_region_at(volatile uint8_t *at, const char *name, uint32_t valid, uint64_t address,
		   uint64_t size);
void lay_region(const struct processor *p, unsigned int index, const char *name, uint32_t valid,
		uint64_t address, uint64_t size);
void lay_good_table(const struct processor *p);
bool linux_has_table(void);
_Noreturn void scribble(const struct processor *p);

/* The G-ToC's item, to spoil and to mend: what it was is returned */
uint32_t set_item_number(uint32_t number);
uint32_t set_item_canary(uint32_t canary);
uint32_t set_item_padding(uint32_t padding);
uint32_t set_toc_status(uint32_t status);
uint32_t item_length(void);

/* rproc-crash.c: crashes them, and looks at what Linux made of that */
void open_log(void);
void read_log(struct log *log, const struct processor *p, const char *word);
struct dump take_dump(const struct processor *p);
struct dump crash(const struct processor *p, struct log *log);
bool is_elf32(const struct dump *dump);
bool as_wanted(const struct dump *dump, const struct processor *p, int wanted,
	       const char *wanted_names);
void expect(const struct processor *p, const char *what, int wanted, const char *wanted_names,
	    unsigned int wanted_messages);
void expect_entry(const struct processor *p, const char *what, struct entry entry, int wanted,
		  unsigned int wanted_messages);

/* rproc-tests.c */
void test_each_processor(void);
void test_fixes(const struct processor *p);
void test_everything(const struct processor *p);
void test_changing_table(const struct processor *p, const char *what);
void test_leaks(void);

/* rproc-faults.c */
void test_failing_memory(const struct processor *p);

#endif /* RPROC_H */
