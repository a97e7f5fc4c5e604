// SPDX-License-Identifier: GPL-2.0-only
/*
 * mutate [-n COUNT] [-s SEED] [-k KIB] [-t SECONDS] SCRATCH DUMP...
 *
 * Each input is one of the DUMPs, damaged. Every command must end by itself
 * with one of its three statuses and within the limits; and the core that is
 * made must have, of each region that it does not name on standard error, the
 * bytes that it had without the damage.
 */
#include <dirent.h>
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutate.h"

#define DUMPS_MAX	16

static const char * const commands[][8] = {
	{ "list", "input" },
	{ "list", "--json", "input" },
	{ "list", "--verbose", "input" },
	{ "info", "input" },
	{ "info", "--json", "input" },
	{ "log", "--ctime", "input" },
	{ "backtrace", "input" },
	{ "verify", "input" },
	{ "verify", "--json", "input" },
	{ "extract", "-o", "region", "input", "KUTS" },
	{ "extract", "--text", "-o", "text", "input", "KCONSOLE" },
	{ "extract", "--text", "-o", "text", "input" },
	{ "pack", "-o", "image", "input" },
	{ "unpack", "-d", "folder", "input" },
	{ "elf", "-o", "core", "input" },	/* the last: its core is looked at */
};

struct dump_kind {
	const char *path;
	struct input input;
	struct input core;	/* what is made of it */
};

struct limits {
	long kib;
	double seconds;
};

static int run_command(const char *const *words)
{
	char *argv[9] = { "minidump" };
	int argc = 1, out, status;

	for (; *words; words++)
		argv[argc++] = strdup(*words);
	out = open("err", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(out, STDERR_FILENO);
	close(out);
	optind = 0;
	status = minidump_main(argc, argv);
	fflush(NULL);
	while (argc > 1)
		free(argv[--argc]);

	return status;
}

static const char *name_of(const struct file *core, const Elf64_Phdr *phdr)
{
	const Elf64_Ehdr *ehdr = (const void *)core->bytes;
	const Elf64_Shdr *shdr = (const void *)(core->bytes + ehdr->e_shoff);
	size_t i;

	for (i = 1; i < ehdr->e_shnum; i++)
		if (shdr[i].sh_offset == phdr->p_offset)
			return (const char *)core->bytes + shdr[i].sh_name +
			       shdr[ehdr->e_shstrndx].sh_offset;

	return "";
}

/* By its name or, where no header names it, by its address */
static bool is_named(const char *name, const Elf64_Phdr *phdr)
{
	struct input told;
	char address[32];
	bool found;

	snprintf(address, sizeof(address), "0x%llx",
		 (unsigned long long)phdr->p_paddr);
	input_load(&told, "err");
	told.files->bytes[told.files->size] = '\0';
	found = strcasestr((char *)told.files->bytes, name) ||
		strstr((char *)told.files->bytes, address) ||
		strstr((char *)told.files->bytes, "ELF header is cut") ||
		strstr((char *)told.files->bytes, "more like these");
	input_free(&told);

	return found;
}

/* The segment of @core at this address, with all of these bytes */
static bool has_segment(const struct file *core, const struct file *wanted,
			const Elf64_Phdr *phdr)
{
	const Elf64_Ehdr *ehdr = (const void *)core->bytes;
	const Elf64_Phdr *own = (const void *)(core->bytes + ehdr->e_phoff);
	size_t i;

	for (i = 0; i < ehdr->e_phnum; i++)
		if (own[i].p_type == PT_LOAD &&
		    own[i].p_paddr == phdr->p_paddr &&
		    own[i].p_vaddr == phdr->p_vaddr &&
		    own[i].p_filesz == phdr->p_filesz)
			return !memcmp(core->bytes + own[i].p_offset,
				       wanted->bytes + phdr->p_offset,
				       phdr->p_filesz);

	return false;
}

/* Returns the name of a region that is wrong and not told, or NULL. */
static const char *check_core(const struct dump_kind *kind, int status)
{
	const struct file *wanted = kind->core.files;
	const Elf64_Ehdr *ehdr = (const void *)wanted->bytes;
	const Elf64_Phdr *phdr = (const void *)(wanted->bytes + ehdr->e_phoff);
	static struct input core;
	size_t i;

	input_load(&core, "core");
	for (i = 0; i < ehdr->e_phnum; i++) {
		if (phdr[i].p_type != PT_LOAD ||
		    has_segment(core.files, wanted, &phdr[i]))
			continue;
		if (!status || !is_named(name_of(wanted, &phdr[i]), &phdr[i]))
			return name_of(wanted, &phdr[i]);
	}
	input_free(&core);

	return NULL;
}

/* In a process of its own; what is wrong, is said on the real standard error. */
static void run_all(const struct dump_kind *kind, const struct input *input,
		    bool whole)
{
	int told = dup(STDERR_FILENO), status = 0, null;
	const char *wrong;
	size_t i;

	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(null, STDOUT_FILENO);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		status = run_command(commands[i]);
		if (status < 0 || status > 2) {
			dprintf(told, "%s: status %d\n", commands[i][0],
				status);
			_exit(1);
		}
	}
	if (whole && status)
		dprintf(told, "%s: status %d without any damage\n",
			kind->path, status);
	if (whole && status)
		_exit(1);
	if (!whole && !input->beyond_telling && status < 2) {
		wrong = check_core(kind, status);
		if (wrong)
			dprintf(told, "%s: is wrong, and status %d does not tell\n",
				wrong, status);
		if (wrong)
			_exit(1);
	}
	_exit(0);
}

static void remove_folder(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(path);
}

static void clean_up(void)
{
	static const char * const names[] = {
		"core", "image", "region", "text", "err", "input",
	};
	size_t i;

	remove_folder("input");
	remove_folder("folder");
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(names[i]);
}

static void print_told(void)
{
	struct input told;

	if (access("err", R_OK))
		return;
	input_load(&told, "err");
	fprintf(stderr, "%.*s", (int)told.files->size,
		(char *)told.files->bytes);
	input_free(&told);
}

/* False if something is wrong with what the commands made of it */
static bool try_input(const struct dump_kind *kind, const struct input *input,
		      bool whole, const struct limits *limits)
{
	struct rlimit cpu = { (rlim_t)limits->seconds * 2 + 2, RLIM_INFINITY };
	struct rusage usage;
	double took;
	int status;
	pid_t pid;

	input_store(input, "input");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		setrlimit(RLIMIT_CPU, &cpu);
		run_all(kind, input, whole);
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		err(2, "wait");
	took = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	if (!status && took <= limits->seconds && usage.ru_maxrss <= limits->kib)
		return true;

	fprintf(stderr, "status 0x%x, %.2f s, %ld KiB\n", status, took,
		usage.ru_maxrss);
	print_told();

	return false;
}

static void load_kind(struct dump_kind *kind, const char *path,
		      const struct limits *limits)
{
	kind->path = path;
	input_load(&kind->input, path);
	clean_up();
	if (!try_input(kind, &kind->input, true, limits))
		errx(1, "%s: fails without any damage", path);
	input_load(&kind->core, "core");
	clean_up();
}

static int damage_all(struct dump_kind *kinds, uint32_t kind_count,
		      uint64_t seed, uint64_t count,
		      const struct limits *limits)
{
	static struct input input;
	struct dump_kind *kind;
	struct random random;
	uint64_t i;
	bool good = true;

	for (i = 0; i < count && good; i++) {
		random.state = (seed + i) * 0x9e3779b97f4a7c15u;
		kind = &kinds[random_below(&random, kind_count)];
		input_copy(&input, &kind->input);
		input_damage(&input, &random);
		good = try_input(kind, &input, false, limits);
		if (!good)
			fprintf(stderr, "it was %s, damaged by -n 1 -s %llu\n",
				kind->path, (unsigned long long)(seed + i));
		else
			clean_up();
		input_free(&input);
	}
	printf("%llu inputs\n", (unsigned long long)i);

	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct dump_kind kinds[DUMPS_MAX];
	struct limits limits = { 65536, 2 };
	uint64_t seed = 1, count = 1000;
	uint32_t kind_count = 0;
	int letter;

	while ((letter = getopt(argc, argv, "n:s:k:t:")) != -1) {
		if (letter == 'n')
			count = strtoull(optarg, NULL, 0);
		else if (letter == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (letter == 'k')
			limits.kib = strtol(optarg, NULL, 0);
		else if (letter == 't')
			limits.seconds = strtod(optarg, NULL);
		else
			return 2;
	}
	if (argc - optind < 2 || argc - optind > DUMPS_MAX + 1)
		errx(2, "SCRATCH and some DUMPs are missing");
	if (chdir(argv[optind]))
		err(2, "%s", argv[optind]);
	for (optind++; optind < argc; optind++)
		load_kind(&kinds[kind_count++], argv[optind], &limits);

	return damage_all(kinds, kind_count, seed, count, &limits);
}
