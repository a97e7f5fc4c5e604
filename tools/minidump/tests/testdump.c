// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testdump.h"

static const char usage[] =
	"Usage: testdump [-c CORE] current|vendor|newer DIR\n"
	"       testdump [-c CORE] image DIR IMAGE files|bare|ranges|context\n"
	"       testdump [-c CORE] listing DIR\n"
	"       testdump ram DIR RAM\n"
	"       testdump cause plain|marked|signed|circle|away|cpus|modules|noted DIR [LOG]\n"
	"       testdump coredump32|coredump64 FILE\n"
	"       testdump [-c CORE] check CORE\n"
	"       testdump poke FILE OFFSET SIZE VALUE\n"
	"       testdump seeds DIR\n"
	"       testdump hostile KIND FILE|DIR\n"
	"       testdump limit SECONDS KIB COMMAND [ARGUMENT]...\n"
	"The machine is one made up, or that of CORE.";

void *get_memory(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		err(2, NULL);

	return memory;
}

void write_file(const char *folder, const char *name, const void *bytes,
		size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name);
	file = fopen(path, "we");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		err(2, "%s", path);
}

uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	uint8_t *bytes;

	if (!file || fstat(fileno(file), &st))
		err(2, "%s", path);
	*size = (size_t)st.st_size;
	bytes = get_memory(*size);
	if (fread(bytes, 1, *size, file) != *size)
		err(2, "%s", path);
	fclose(file);

	return bytes;
}

/* Changes a field of a file, to do it harm. */
static void poke(char **argv)
{
	uint64_t value = strtoull(argv[3], NULL, 0);
	int fd = open(argv[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0 || pwrite(fd, &value, strtoul(argv[2], NULL, 0),
			     strtol(argv[1], NULL, 0)) < 1)
		err(2, "%s", argv[0]);
	close(fd);
}

/* The vendor's header has the banner of a real core, too. */
static void set_banner(struct machine *machine)
{
	struct memory *memory;
	size_t i;

	if (machine->banner)
		return;

	for (i = 0; i < machine->count; i++) {
		memory = &machine->regions[i];
		if (memory->size < 15 ||
		    memcmp(memory->bytes, "Linux version ", 14))
			continue;
		machine->banner = (const char *)memory->bytes;
		machine->banner_phys = memory->phys;
		machine->banner_virt = memory->virt;
		return;
	}
	machine->banner = "Linux version 0.0.0-unknown\n";
	machine->banner_phys = 0x4fffff0000;
	machine->banner_virt = 0xffffaaaaffff0000;
	memory = machine_add(machine, "KBANNER", machine->banner_phys,
			     machine->banner_virt, strlen(machine->banner) + 1);
	memcpy(memory->bytes, machine->banner, memory->size);
}

static int run(struct machine *machine, int argc, char **argv)
{
	const char *command = argv[0];

	if (!strcmp(command, "current")) {
		write_current(machine, argv[1]);
	} else if (!strcmp(command, "vendor")) {
		set_banner(machine);
		machine_add_vmcoreinfo(machine);
		write_vendor(machine, argv[1]);
	} else if (!strcmp(command, "newer")) {
		write_newer(machine, argv[1]);
	} else if (!strcmp(command, "image") && argc == 4) {
		write_image(machine, argv[1], argv[2], argv[3]);
	} else if (!strcmp(command, "ram") && argc == 3) {
		write_usual_ram(machine, argv[1], argv[2]);
	} else if (!strcmp(command, "listing")) {
		write_full_listing(machine, argv[1]);
	} else if (!strcmp(command, "cause") && argc >= 3) {
		machine_add_cause(machine, argv[1], argv[3]);
		write_current(machine, argv[2]);
	} else if (!strcmp(command, "coredump32")) {
		write_coredump(machine, argv[1], ELFCLASS32);
	} else if (!strcmp(command, "coredump64")) {
		write_coredump(machine, argv[1], ELFCLASS64);
	} else if (!strcmp(command, "check")) {
		set_banner(machine);
		machine_add_vmcoreinfo(machine);
		check_core(machine, argv[1]);
	} else if (!strcmp(command, "seeds")) {
		write_seeds(machine, argv[1]);
	} else {
		errx(2, "%s", usage);
	}

	return 0;
}

int main(int argc, char **argv)
{
	static struct machine machine;

	argc--;
	argv++;
	if (argc == 5 && !strcmp(argv[0], "poke")) {
		poke(argv + 1);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[0], "hostile")) {
		write_hostile(argv[1], argv[2]);
		return 0;
	}
	if (argc > 3 && !strcmp(argv[0], "limit"))
		return run_limited(argv[1], argv[2], argv + 3);
	if (argc > 2 && !strcmp(argv[0], "-c")) {
		machine_load(&machine, argv[1]);
		argc -= 2;
		argv += 2;
	} else {
		machine_make(&machine);
	}
	if (argc < 2)
		errx(2, "%s", usage);

	return run(&machine, argc, argv);
}
