/* SPDX-License-Identifier: MIT */
#include "corefile.h"

#include <gelf.h>
#include <libelf.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/stat.h>

#include "core/size.h"

/* 256 times the usual vm.max_map_count. */
#define SEGMENTS_MAX (16UL << 20)
#define PAGE_MIN 4096U

static const char *check_header(Elf *elf)
{
	/* The table has one layout on these machines. */
	static const uint16_t machines[] = { EM_X86_64, EM_AARCH64, EM_RISCV };
	GElf_Ehdr header;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return "it is no ELF file; unpack it first if it is compressed";
	if (header.e_type != ET_CORE)
		return "it is an ELF file, but no core";
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (header.e_machine == machines[i] && header.e_ident[EI_CLASS] == ELFCLASS64 &&
		    header.e_ident[EI_DATA] == ELFDATA2LSB)
			return NULL;
	return "it is of a machine that valimit does not know (it knows x86-64, AArch64 and "
	       "riscv64)";
}

/* Whether a header can be true, and its mapping lies behind the previous one. */
static bool is_mapping(const struct corefile *core, const GElf_Phdr *header)
{
	uint64_t before = core->count ? core->segment[core->count - 1].end : 0;

	return header->p_type == PT_LOAD && header->p_memsz &&
	       header->p_vaddr % PAGE_MIN == 0 && header->p_memsz % PAGE_MIN == 0 &&
	       header->p_memsz <= UINT64_MAX - header->p_vaddr &&
	       header->p_filesz <= header->p_memsz && header->p_vaddr >= before &&
	       header->p_filesz <= INT64_MAX && header->p_offset <= INT64_MAX - header->p_filesz;
}

static const char *read_mappings(Elf *elf, struct corefile *core, struct vmas *vmas)
{
	GElf_Phdr header;
	size_t count;

	/* libelf counts none if not even the first fits in the file. */
	if (elf_getphdrnum(elf, &count) || !count || count > SEGMENTS_MAX)
		return "its headers are damaged or cut short";
	core->segment = memory_array(NULL, count, sizeof(*core->segment));
	vmas->line = memory_array(NULL, count, sizeof(*vmas->line));
	for (size_t i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &header))
			return "its headers are damaged or cut short";
		if (!is_mapping(core, &header))
			continue;
		if (header.p_offset + header.p_filesz > core->wanted)
			core->wanted = header.p_offset + header.p_filesz;
		core->segment[core->count++] = (struct corefile_segment){
			.start = header.p_vaddr, .end = header.p_vaddr + header.p_memsz,
			.offset = header.p_offset, .bytes = header.p_filesz,
		};
		vmas->line[vmas->count++] = (struct procmaps_line){
			.start = header.p_vaddr, .end = header.p_vaddr + header.p_memsz,
			.prot = (header.p_flags & PF_R ? PROT_READ : 0) |
				(header.p_flags & PF_W ? PROT_WRITE : 0) |
				(header.p_flags & PF_X ? PROT_EXEC : 0),
			.shared = VMA_UNKNOWN, .name = "",
		};
	}
	return NULL;
}

static void name_line(struct procmaps_line *line, const uint64_t *file, uint64_t unit,
		      const char *name)
{
	line->name = name;
	line->inode = 1; /* unknown, but there is one */
	line->offset = file[2] * unit + (line->start - file[0]);
}

/* Names the `known` lines that a file mapping covers. If it covers none it becomes a line:
 * a debugger has left it out, since the file has its bytes. */
static void add_file(struct vmas *vmas, const struct vmas *known, const uint64_t *file,
		     uint64_t unit, const char *name)
{
	size_t i = vmas_seek(known, file[0]);

	if (i == known->count || known->line[i].start >= file[1]) {
		vmas->line[vmas->count] = (struct procmaps_line){
			.start = file[0], .end = file[1], .prot = VMA_UNKNOWN,
			.shared = VMA_UNKNOWN,
		};
		name_line(&vmas->line[vmas->count++], file, unit, name);
	}
	for (; i < known->count && known->line[i].start < file[1]; i++)
		name_line(&known->line[i], file, unit, name);
}

static int compare_lines(const void *left, const void *right)
{
	const struct procmaps_line *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

/* Reads NT_FILE: count, unit of offsets, start, end and offset of each, names. Takes only
 * ascending ones, which bounds the time that a hostile file costs. */
static void read_names(struct vmas *vmas, const char *bytes, size_t size)
{
	uint64_t head[2], file[3], last = 0;
	const char *name, *end;
	struct vmas known;

	if (size < sizeof(head))
		return;
	memcpy(head, bytes, sizeof(head));
	if (head[0] > (size - sizeof(head)) / sizeof(file))
		return;
	vmas->line = memory_array(vmas->line, vmas->count + head[0], sizeof(*vmas->line));
	vmas->text = memory_array(NULL, size + 1, 1);
	memcpy(vmas->text, bytes, size);
	vmas->text[size] = 0;
	known = *vmas;
	end = vmas->text + size;
	name = vmas->text + sizeof(head) + head[0] * sizeof(file);
	for (uint64_t i = 0; i < head[0] && name < end; i++, name += strlen(name) + 1) {
		memcpy(file, vmas->text + sizeof(head) + i * sizeof(file), sizeof(file));
		if (file[0] < last || file[1] <= file[0])
			continue;
		add_file(vmas, &known, file, head[1], name);
		last = file[1];
	}
	qsort(vmas->line, vmas->count, sizeof(*vmas->line), compare_lines);
}

static void read_prpsinfo(struct corefile *core, const char *bytes)
{
	struct elf_prpsinfo info;

	memcpy(&info, bytes, sizeof(info));
	core->pid = info.pr_pid > 0 ? info.pr_pid : 0;
	memcpy(core->command, info.pr_psargs, sizeof(core->command) - 1);
	for (size_t end = strlen(core->command); end && core->command[end - 1] == ' '; end--)
		core->command[end - 1] = 0;
}

static void read_notes(Elf_Data *data, struct corefile *core, struct vmas *vmas)
{
	const char *bytes = data->d_buf;
	size_t at = 0, name, content;
	GElf_Nhdr note;

	while ((at = gelf_getnote(data, at, &note, &name, &content)) > 0) {
		if (note.n_namesz != sizeof("CORE") || memcmp(bytes + name, "CORE", sizeof("CORE")))
			continue;
		if (note.n_type == NT_FILE && !vmas->text)
			read_names(vmas, bytes + content, note.n_descsz);
		else if (note.n_type == NT_PRPSINFO && !core->pid &&
			 note.n_descsz >= sizeof(struct elf_prpsinfo))
			read_prpsinfo(core, bytes + content);
	}
}

/* Reads all segments of notes. A core file without notes still has its memory. */
static void read_all_notes(Elf *elf, struct corefile *core, struct vmas *vmas)
{
	GElf_Phdr header;

	for (int i = 0; gelf_getphdr(elf, i, &header); i++) {
		Elf_Data *data = NULL;

		if (header.p_type == PT_NOTE && header.p_filesz <= core->size &&
		    header.p_offset <= core->size - header.p_filesz)
			data = elf_getdata_rawchunk(elf, (int64_t)header.p_offset, header.p_filesz,
						    ELF_T_NHDR);
		if (data)
			read_notes(data, core, vmas);
	}
}

static const char *read_elf(struct corefile *core, struct vmas *vmas)
{
	const char *why;
	Elf *elf;

	elf_version(EV_CURRENT);
	/* Reads by read() and not by mmap(): the file may be truncated meanwhile. */
	elf = elf_begin(core->fd, ELF_C_READ, NULL);
	why = elf ? check_header(elf) : "it is no ELF file";
	if (!why)
		why = read_mappings(elf, core, vmas);
	if (!why)
		read_all_notes(elf, core, vmas);
	elf_end(elf);
	return why;
}

const char *corefile_open(const char *path, struct corefile *core, struct vmas *vmas)
{
	struct stat status;

	*core = (struct corefile){ .fd = -1 };
	*vmas = (struct vmas){ 0 };
	/* O_NONBLOCK: a FIFO would block. */
	core->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (core->fd < 0 || fstat(core->fd, &status))
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "it is no regular file";
	core->size = (uint64_t)status.st_size;
	return read_elf(core, vmas);
}

void corefile_close(struct corefile *core)
{
	if (core->fd >= 0)
		close(core->fd);
	free(core->segment);
	*core = (struct corefile){ .fd = -1 };
}

int corefile_read(const struct corefile *core, uint64_t address, void *to, size_t length)
{
	char *at = to;

	while (length) {
		size_t i = array_seek(core->segment, core->count, sizeof(*core->segment), address);
		const struct corefile_segment *segment = &core->segment[i];
		uint64_t inside;
		size_t step;
		ssize_t got;

		if (i == core->count || segment->start > address ||
		    address - segment->start >= segment->bytes)
			return -EFAULT;
		inside = address - segment->start;
		step = length < segment->bytes - inside ? length : segment->bytes - inside;
		if (segment->offset + inside >= core->size)
			return -ENODATA;
		got = pread(core->fd, at, step, (off_t)(segment->offset + inside));
		if (got <= 0)
			return got ? -errno : -ENODATA;
		at += got;
		address += (uint64_t)got;
		length -= (size_t)got;
	}
	return 0;
}
