// SPDX-License-Identifier: GPL-2.0-only
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbols.h"
#include "unpack.h"
#include "util.h"

/* Code of a file: where the kernel had it, and where libdwfl has it */
struct piece_of_code {
	uint64_t address;
	uint64_t size;
	uint64_t in_file;
};

#define LINK_REGISTER	30	/* by DWARF's numbers */

#define CODE_MAX	16	/* sections of code in a module; there are 2 or 3 */

struct symbol_file {
	bool tried;
	Dwfl *dwfl;
	Dwfl_Module *module;	/* NULL: it cannot be read */
	struct piece_of_code code[CODE_MAX];
	size_t code_count;
};

struct symbols {
	struct symbol_file kernel;
	struct symbol_file *files;	/* of modules->list */
	const struct modules *modules;
	const char *folder;
	struct report *report;
};

static char *debuginfo_path;

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
	.debuginfo_path = &debuginfo_path,
};

static void close_file(struct symbol_file *file)
{
	if (file->dwfl)
		dwfl_end(file->dwfl);
	file->dwfl = NULL;
	file->module = NULL;
}

/*
 * vmlinux keeps its addresses, a .ko file gets some. Where @fd is not -1, it is
 * the file, which libdwfl takes over only if it can use it.
 */
static bool open_file(struct symbol_file *file, const char *path, int fd,
		      bool is_ko, struct report *report)
{
	file->dwfl = dwfl_begin(&callbacks);
	if (file->dwfl) {
		dwfl_report_begin(file->dwfl);
		file->module = is_ko ?
			dwfl_report_offline(file->dwfl, "", path, fd) :
			dwfl_report_elf(file->dwfl, "", path, fd, 0, true);
		dwfl_report_end(file->dwfl, NULL, NULL);
	}
	if (file->module)
		return true;

	report_problem(report, "%s: %s", path, dwfl_errmsg(-1));
	close_file(file);
	if (fd >= 0)
		close(fd);

	return false;
}

struct symbols *symbols_open(const char *vmlinux, uint64_t kaslr_offset,
			     const char *folder, const struct modules *modules,
			     struct report *report)
{
	struct symbols *symbols = allocate(sizeof(*symbols));

	symbols->report = report;
	symbols->folder = folder;
	symbols->modules = modules;
	symbols->files = allocate(modules->count * sizeof(*symbols->files));
	if (!vmlinux)
		return symbols;
	if (!open_file(&symbols->kernel, vmlinux, -1, false, report)) {
		symbols_close(symbols);
		return NULL;
	}
	symbols->kernel.code[0] = (struct piece_of_code){
		.address = kaslr_offset, .size = UINT64_MAX - kaslr_offset,
	};
	symbols->kernel.code_count = 1;

	return symbols;
}

void symbols_close(struct symbols *symbols)
{
	size_t i;

	if (!symbols)
		return;
	for (i = 0; i < symbols->modules->count; i++)
		close_file(&symbols->files[i]);
	free(symbols->files);
	close_file(&symbols->kernel);
	free(symbols);
}

/* modprobe takes - and _ in a module's name for the same; so do its files. */
static bool is_module_file(const char *file, const char *name)
{
	for (; *name; name++, file++)
		if (*file != *name && (*file != '-' || *name != '_'))
			return false;

	if (strncmp(file, ".ko", 3))
		return false;

	/* As distributions pack them */
	file += 3;
	return !*file || !strcmp(file, ".gz") || !strcmp(file, ".xz") ||
	       !strcmp(file, ".zst");
}

static bool is_regular(const FTSENT *entry)
{
	struct stat st;

	return entry->fts_info == FTS_F ||
	       (entry->fts_info == FTS_SL && !stat(entry->fts_path, &st) &&
		S_ISREG(st.st_mode));
}

/* In the folder or below it, as /lib/modules has them; NULL: there is none */
static char *find_module_file(const char *folder, const char *name)
{
	char *const folders[] = { (char *)folder, NULL };
	FTS *tree = fts_open(folders, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
			     NULL);
	char *path = NULL;
	FTSENT *entry;

	while (tree && !path && (entry = fts_read(tree)))
		if (is_module_file(entry->fts_name, name) && is_regular(entry))
			path = copy_string(entry->fts_path, entry->fts_pathlen);
	if (tree)
		fts_close(tree);

	return path;
}

/* One that is packed goes into a temporary file. */
static bool open_module_file(struct symbol_file *file, const char *path,
			     struct report *report)
{
	size_t length = strlen(path);
	int fd = -1;

	if (strcmp(path + length - 3, ".ko")) {
		fd = unpack_file(path, report);
		if (fd < 0)
			return false;
	}

	return open_file(file, path, fd, true, report);
}

/*
 * The kernel puts a module's sections of code one behind the other, in the
 * order of the file; those that it needs at the module's start, apart.
 */
static void find_code(struct symbol_file *file, const struct module *module)
{
	uint64_t next[2] = { module->address, module->init_address };
	struct piece_of_code *code;
	Elf_Scn *section = NULL;
	const char *name;
	GElf_Shdr header;
	GElf_Addr bias;
	size_t strings;
	bool is_init;
	Elf *elf = dwfl_module_getelf(file->module, &bias);

	if (!elf || elf_getshdrstrndx(elf, &strings))
		return;
	while ((section = elf_nextscn(elf, section)) &&
	       file->code_count < CODE_MAX) {
		if (!gelf_getshdr(section, &header) ||
		    (header.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) !=
		    (SHF_ALLOC | SHF_EXECINSTR))
			continue;
		name = elf_strptr(elf, strings, header.sh_name);
		is_init = name && !strncmp(name, ".init", 5);
		if (header.sh_addralign)
			next[is_init] = align_up(next[is_init],
						 header.sh_addralign);
		code = &file->code[file->code_count++];
		code->address = next[is_init];
		code->size = header.sh_size;
		code->in_file = header.sh_addr + bias;
		next[is_init] += header.sh_size;
	}
}

/* The kernel tells as many bytes as the longest kind has, zeros for the rest. */
static bool is_build(const struct symbol_file *file, const char *path,
		     const struct module *module, struct report *report)
{
	char found[sizeof(module->build_id)] = "";
	const unsigned char *id;
	GElf_Addr address;
	int size = dwfl_module_build_id(file->module, &id, &address), i;

	for (i = 0; i < size && 2 * i + 2 < (int)sizeof(found); i++)
		sprintf(found + 2 * i, "%02x", id[i]);
	if (!*found || !*module->build_id ||
	    !strncmp(found, module->build_id, strlen(found)))
		return true;
	report_problem(report,
		       "%s is of another build: its build id is %s, that of the dump's %s is %s",
		       path, found, module->name, module->build_id);

	return false;
}

static struct symbol_file *module_file(struct symbols *symbols,
				       const struct module *module)
{
	struct symbol_file *file =
		&symbols->files[module - symbols->modules->list];
	char *path;

	if (file->tried || !symbols->folder)
		return file;

	file->tried = true;
	path = find_module_file(symbols->folder, module->name);
	if (!path)
		report_problem(symbols->report, "%s: no %s.ko in it",
			       symbols->folder, module->name);
	else if (open_module_file(file, path, symbols->report) &&
		 is_build(file, path, module, symbols->report))
		find_code(file, module);
	free(path);

	return file;
}

/* The file that has @*address, which becomes the address there */
static struct symbol_file *find_file(struct symbols *symbols,
				     uint64_t *address)
{
	struct symbol_file *file = &symbols->kernel;
	const struct piece_of_code *code;
	const struct module *module;
	size_t i;

	module = modules_find(symbols->modules, *address);
	if (module)
		file = module_file(symbols, module);
	if (!file->module)
		return NULL;

	for (i = 0; i < file->code_count; i++) {
		code = &file->code[i];
		if (*address - code->address < code->size) {
			*address = *address - code->address + code->in_file;
			return file;
		}
	}

	return NULL;
}

static bool is_function(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* dwarf_diename() looks no further than the entry itself. */
static const char *function_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name,
						     &attribute));
}

/* Where the function that was inlined was called */
static void call_site(Dwarf_Die *unit, Dwarf_Die *die, struct symbol *symbol)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word number;
	size_t count;

	symbol->file = NULL;
	symbol->line = 0;
	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute),
			    &number) ||
	    dwarf_getsrcfiles(unit, &files, &count) || number >= count)
		return;
	symbol->file = dwarf_filesrc(files, number, NULL, NULL);
	if (!dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute),
			     &number))
		symbol->line = (int)number;
}

static void source_line(Dwfl_Module *module, uint64_t address,
			struct symbol *symbol)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, address);

	if (line)
		symbol->file = dwfl_lineinfo(line, NULL, &symbol->line, NULL,
					     NULL, NULL);
}

/* The scopes around an address as they were compiled, innermost first */
static int find_scopes(Dwarf_Die *unit, uint64_t address, Dwarf_Die **scopes)
{
	Dwarf_Die *all = NULL, innermost;

	*scopes = NULL;
	if (dwarf_getscopes(unit, address, &all) <= 0)
		return 0;
	innermost = all[0];
	free(all);

	return dwarf_getscopes_die(&innermost, scopes);
}

/* Functions that were inlined, and the last, which was not */
static size_t find_inlined(Dwarf_Die *unit, uint64_t address,
			   struct symbol *found)
{
	Dwarf_Die *scopes;
	size_t count = 0;
	int n, i;

	n = find_scopes(unit, address, &scopes);
	for (i = 0; i < n && count < SYMBOLS_INLINED_MAX; i++) {
		if (!is_function(&scopes[i]))
			continue;
		found[count].name = function_name(&scopes[i]);
		found[count].inlined = dwarf_tag(&scopes[i]) ==
				       DW_TAG_inlined_subroutine;
		if (found[count].inlined && count + 1 < SYMBOLS_INLINED_MAX)
			call_site(unit, &scopes[i], &found[count + 1]);
		if (!found[count++].inlined)
			break;
	}
	free(scopes);

	return count;
}

size_t symbols_find(struct symbols *symbols, uint64_t address,
		    struct symbol *found)
{
	struct symbol_file *file = find_file(symbols, &address);
	Dwarf_Die *unit;
	GElf_Off offset = 0;
	Dwarf_Addr bias;
	const char *name;
	size_t count = 0;
	GElf_Sym symbol;

	if (!file || dwfl_addrmodule(file->dwfl, address) != file->module)
		return 0;
	memset(found, 0, SYMBOLS_INLINED_MAX * sizeof(*found));
	name = dwfl_module_addrinfo(file->module, address, &offset, &symbol,
				    NULL, NULL, NULL);
	/* Marks of where code and data begin are no names. */
	if (name && *name == '$')
		name = NULL;
	unit = dwfl_module_addrdie(file->module, address, &bias);
	if (unit)
		count = find_inlined(unit, address - bias, found);
	if (!count && name)
		count = 1;
	if (!count)
		return 0;

	source_line(file->module, address, &found[0]);
	/* The symbol table knows what the compiler made of the function. */
	if (name) {
		found[count - 1].name = name;
		found[count - 1].inlined = false;
	}
	found[count - 1].offset = offset;

	return count;
}

bool symbols_in_link(void *context, uint64_t address)
{
	struct symbol_file *file = find_file(context, &address);
	Dwarf_Frame *frame = NULL;
	Dwarf_Op memory[3], *ops;
	bool in_link = false;
	Dwarf_Addr bias;
	Dwarf_CFI *cfi;
	size_t count;

	if (!file)
		return false;
	cfi = dwfl_module_dwarf_cfi(file->module, &bias);
	if (!cfi)
		cfi = dwfl_module_eh_cfi(file->module, &bias);
	if (!cfi || dwarf_cfi_addrframe(cfi, address - bias, &frame))
		return false;

	/* No rule for x30: nothing has changed what the call put there. */
	if (!dwarf_frame_register(frame, LINK_REGISTER, memory, &ops, &count))
		in_link = !count;
	free(frame);

	return in_link;
}
