/* SPDX-License-Identifier: MIT */
#include "symbols.h"

#include <sys/stat.h>

/* Opens a path, which is freed, if it is a regular file with that inode number (0: any).
 * Checks by O_PATH first, since opening a device can have effects. */
static int open_regular(char *path, uint64_t inode)
{
	int place = open(path, O_PATH | O_CLOEXEC), fd = -1;
	struct stat status;
	char again[32];

	free(path);
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
 * process's root. A line of a core file has only the name. */
static int open_mapped(const struct reading *reading, const struct procmaps_line *line)
{
	int fd;

	if (reading->path)
		return open_regular(memory_text("%s", line->name), 0);
	fd = open_regular(memory_text("/proc/%d/map_files/%" PRIxPTR "-%" PRIxPTR, reading->pid,
				      line->start, line->end), line->inode);
	return fd >= 0 ? fd : open_regular(memory_text("/proc/%d/root%s", reading->pid, line->name),
					   line->inode);
}

/* Reports the open file to libdw in a session of its own, which makes its place in the
 * process irrelevant. */
static void open_session(struct code_file *file, int fd)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		/* The standard function may ask debuginfod servers. */
		.find_debuginfo = dwfl_build_id_find_debuginfo,
	};

	file->session = dwfl_begin(&callbacks);
	if (file->session)
		file->dwfl = dwfl_report_elf(file->session, "module", "module", fd, 0, true);
	if (!file->dwfl)
		close(fd);
	else
		dwfl_report_end(file->session, NULL, NULL);
}

/* The session of a line's file; NULL: it has no symbols. */
static Dwfl_Module *find_module(struct symbols *symbols, const struct procmaps_line *line)
{
	struct code_file *file = symbols->file;
	int fd;

	for (; file < symbols->file + symbols->count; file++)
		if (strcmp(file->name, line->name) == 0)
			return file->dwfl;
	if (symbols->count == SYMBOLS_FILES_MAX)
		return NULL;
	symbols->count++;
	*file = (struct code_file){ .name = line->name };
	fd = open_mapped(symbols->reading, line);
	if (fd >= 0)
		open_session(file, fd);
	return file->dwfl;
}

/* The address that the file's program headers give an offset; 0: none. */
static GElf_Addr address_in_file(Elf *elf, uint64_t offset)
{
	GElf_Phdr header;

	for (int i = 0; gelf_getphdr(elf, i, &header); i++)
		if (header.p_type == PT_LOAD && offset >= header.p_offset &&
		    offset - header.p_offset < header.p_filesz)
			return header.p_vaddr + (offset - header.p_offset);
	return 0;
}

/* "function+0x12" of a return address; NULL: no symbol. Looks up the byte before it, since
 * behind a call that does not return the next function may start. No call can be behind a
 * function's first byte: by that address the library tells of a function that has jumped
 * to it. */
static char *find_symbol(struct symbols *symbols, const struct procmaps_line *line,
			 uint64_t address)
{
	Dwfl_Module *module = find_module(symbols, line);
	GElf_Addr bias, inside;
	Elf *elf = module ? dwfl_module_getelf(module, &bias) : NULL;
	GElf_Off offset;
	const char *name;
	GElf_Sym symbol;

	inside = elf ? address_in_file(elf, line->offset + (address - 1 - line->start)) : 0;
	if (!inside)
		return NULL;
	name = dwfl_module_addrinfo(module, inside + bias, &offset, &symbol, NULL, NULL, NULL);
	if (name && offset == 0)
		return memory_text("jump:%.200s", name);
	return name ? memory_text("%.200s+0x%" PRIx64, name, offset + 1) : NULL;
}

/* The start of the first of the file's lines that lead up to this one without a
 * line of another file between. */
static uintptr_t file_start(const struct vmas *vmas, const struct procmaps_line *line)
{
	const struct procmaps_line *at = line;

	while (at > vmas->line && strcmp(at[-1].name, line->name) == 0)
		at--;
	return at->start;
}

void symbols_free(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->count; i++)
		dwfl_end(symbols->file[i].session);
}

char *symbols_name(struct symbols *symbols, uint64_t address, bool place)
{
	const struct vmas *vmas = &symbols->reading->vmas;
	const struct procmaps_line *line = address ? vmas_find(vmas, address - 1) : NULL;
	SCOPED char *name = NULL;

	if (!line || line->name[0] != '/')
		return NULL;
	name = find_symbol(symbols, line, address);
	if (!name)
		name = memory_text("%s+0x%" PRIx64, strrchr(line->name, '/') + 1,
				   address - file_start(vmas, line));
	return memory_text("%s%s%s", name, place ? " in " : "", place ? line->name : "");
}
