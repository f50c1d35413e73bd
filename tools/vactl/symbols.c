/* SPDX-License-Identifier: MIT */
#include "symbols.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

/* Files of which symbols are read; no names from further ones. */
#define MODULES_MAX 256

/* A mapped file of code in a libdwfl session of its own, which makes its place in
 * the process irrelevant. */
struct symbol_module {
	const char *name; /* the key; in the first line that has it */
	size_t length;
	Dwfl *session;    /* NULL: the file cannot be opened */
	Dwfl_Module *dwfl;
	Elf *elf;
	GElf_Addr bias;   /* from the file's addresses to the session's */
};

struct symbols {
	const struct reading *reading;
	size_t count;
	struct symbol_module module[MODULES_MAX];
};

struct symbols *symbols_new(const struct reading *reading)
{
	struct symbols *symbols = memory_array(NULL, 1, sizeof(*symbols));

	symbols->reading = reading;
	symbols->count = 0;
	return symbols;
}

void symbols_free(struct symbols *symbols)
{
	for (size_t i = 0; symbols && i < symbols->count; i++)
		if (symbols->module[i].session)
			dwfl_end(symbols->module[i].session);
	free(symbols);
}

/* Opens a path if it is a regular file with that inode number (0: any). Checks by
 * O_PATH first, since opening a device can have effects. */
static int open_regular(const char *path, uint64_t inode)
{
	int place = open(path, O_PATH | O_CLOEXEC), fd = -1;
	struct stat status;
	char again[32];

	if (place < 0)
		return -1;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", place);
	if (fstat(place, &status) == 0 && S_ISREG(status.st_mode) &&
	    (!inode || status.st_ino == inode))
		fd = open(again, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	close(place);
	return fd;
}

/* Opens a line's file by map_files, which takes privileges, else by its name in the
 * process's root; of a core file by its name. */
static int open_mapped(const struct reading *reading, const struct procmaps_line *line)
{
	int pid = reading->target.pid, fd = -1;
	char *path;

	if (pid) {
		path = memory_text("/proc/%d/map_files/%" PRIxPTR "-%" PRIxPTR, pid, line->start,
				   line->end);
		fd = open_regular(path, line->inode);
		free(path);
	}
	if (fd < 0) {
		path = pid ? memory_text("/proc/%d/root%.*s", pid, (int)line->name_length, line->name) :
			     memory_text("%.*s", (int)line->name_length, line->name);
		fd = open_regular(path, pid ? line->inode : 0);
		free(path);
	}
	return fd;
}

static void open_session(struct symbol_module *module, int fd)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		/* The standard one may ask debuginfod servers. */
		.find_debuginfo = dwfl_build_id_find_debuginfo,
	};

	module->session = dwfl_begin(&callbacks);
	if (!module->session) {
		close(fd);
		return;
	}
	module->dwfl = dwfl_report_elf(module->session, "module", "module", fd, 0, true);
	if (!module->dwfl)
		close(fd);
	else if (dwfl_report_end(module->session, NULL, NULL) == 0)
		module->elf = dwfl_module_getelf(module->dwfl, &module->bias);
}

static const struct symbol_module *find_module(struct symbols *symbols,
					       const struct procmaps_line *line)
{
	struct symbol_module *module = symbols->module;
	int fd;

	for (; module < symbols->module + symbols->count; module++)
		if (module->length == line->name_length &&
		    memcmp(module->name, line->name, line->name_length) == 0)
			return module;
	if (symbols->count == MODULES_MAX)
		return NULL;
	symbols->count++;
	*module = (struct symbol_module){ .name = line->name, .length = line->name_length };
	fd = open_mapped(symbols->reading, line);
	if (fd >= 0)
		open_session(module, fd);
	return module;
}

/* The address that the file's program headers give an offset; 0: none. */
static GElf_Addr address_in_file(Elf *elf, uint64_t offset)
{
	GElf_Phdr header;
	size_t count;

	if (elf_getphdrnum(elf, &count))
		return 0;
	for (size_t i = 0; i < count && gelf_getphdr(elf, (int)i, &header); i++)
		if (header.p_type == PT_LOAD && offset >= header.p_offset &&
		    offset - header.p_offset < header.p_filesz)
			return header.p_vaddr + (offset - header.p_offset);
	return 0;
}

/* "function+0x12" of a return address; NULL: no symbol. Looks up the byte before
 * it: behind a call that does not return the next function may start. Behind a
 * function's first byte no call can be: that is how the library tells of a function
 * that has jumped to it. */
static char *find_symbol(struct symbols *symbols, const struct procmaps_line *line,
			 uint64_t address)
{
	const struct symbol_module *module = find_module(symbols, line);
	GElf_Addr inside;
	GElf_Off offset;
	const char *name;
	GElf_Sym symbol;

	if (!module || !module->elf)
		return NULL;
	inside = address_in_file(module->elf, line->offset + (address - 1 - line->start));
	if (!inside)
		return NULL;
	name = dwfl_module_addrinfo(module->dwfl, inside + module->bias, &offset, &symbol, NULL,
				    NULL, NULL);
	if (name && offset == 0)
		return memory_text("jump:%.200s", name);
	return name ? memory_text("%.200s+0x%" PRIx64, name, offset + 1) : NULL;
}

/* The start of the first of the file's lines that lead up to this one without a
 * line of another file between. */
static uintptr_t file_start(const struct vmas *vmas, const struct procmaps_line *line)
{
	const struct procmaps_line *at = line;

	while (at > vmas->line && at[-1].name_length == line->name_length &&
	       memcmp(at[-1].name, line->name, line->name_length) == 0)
		at--;
	return at->start;
}

const struct procmaps_line *symbols_file(const struct symbols *symbols, uint64_t address)
{
	return vmas_find(&symbols->reading->vmas, address);
}

static const struct procmaps_line *find_file(const struct symbols *symbols, uint64_t address)
{
	const struct procmaps_line *line =
		address ? vmas_find(&symbols->reading->vmas, address - 1) : NULL;

	return line && line->name_length && line->name[0] == '/' ? line : NULL;
}

char *symbols_name(struct symbols *symbols, uint64_t address)
{
	const struct procmaps_line *line = find_file(symbols, address);
	char *name = line ? find_symbol(symbols, line, address) : NULL;
	const char *slash;

	if (!line || name)
		return name;
	slash = memrchr(line->name, '/', line->name_length) + 1;
	return memory_text("%.*s+0x%" PRIx64, (int)(line->name + line->name_length - slash), slash,
			   address - file_start(&symbols->reading->vmas, line));
}

char *symbols_place(struct symbols *symbols, uint64_t address)
{
	const struct procmaps_line *line = find_file(symbols, address);
	char *name = symbols_name(symbols, address), *place;

	if (!line)
		return NULL;
	place = memory_text("%s in %.*s", name, (int)line->name_length, line->name);
	free(name);
	return place;
}
