/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <elf.h>
#include <sys/mman.h>
#include <sys/procfs.h>

#include "core/size.h"
#include "elffile.h"

#define NOTE_ALIGN 4U
#define NOTE_HEAD (sizeof(Elf64_Nhdr) + sizeof(note_name))
/* Blocks of a tree of half full leaves, inner ones, and spare ones for tree_room(). */
#define BLOCKS_FOR(entries) ((entries) / (TREE_LEAF_MAX / 2) * 5 / 4 + 128)

static const char note_name[8] = "CORE";

/* Builds the table anew from its intervals, since the process may have been copied in the
 * middle of a change. */
static char *make_region(const struct reading *reading, size_t *length)
{
	const struct intervals *intervals = &reading->intervals;
	size_t capacity = BLOCKS_FOR(intervals->count), page = reading->table.page_size;
	size_t bitmap = round_up(sizeof(struct table), page);
	size_t block = bitmap + round_up(capacity / 8 + 8, page);
	struct table *table;
	char *bytes;

	*length = block + round_up(capacity * TREE_BLOCK_SIZE, page);
	bytes = memory_array(NULL, *length, 1);
	memset(bytes, 0, *length);
	table = (struct table *)bytes;
	*table = reading->table;
	table->sequence = reading->consistent ? 0 : 1;
	table->region_size = *length;
	table->bitmap_offset = bitmap;
	table->block_offset = block;
	tree_init(&table->tree, (struct tree_block *)(bytes + block), (uint64_t *)(bytes + bitmap),
		  (uint32_t)capacity);
	for (size_t i = 0; i < intervals->count && tree_room(&table->tree); i++)
		tree_set(&table->tree, intervals->at[i].start, intervals->at[i].end,
			 &intervals->at[i].info);
	table->tree.block = NULL; /* addresses in vactl */
	table->tree.bitmap = NULL;
	return bytes;
}

/* Begins a note of `length` bytes. */
static void put_note(FILE *out, uint32_t type, size_t length)
{
	Elf64_Nhdr header = { .n_namesz = 5, .n_descsz = (uint32_t)length, .n_type = type };

	fwrite(&header, sizeof(header), 1, out);
	fwrite(note_name, sizeof(note_name), 1, out);
}

static void put_process(FILE *out, const struct reading *reading, const char *title)
{
	struct elf_prpsinfo info = { .pr_pid = reading->pid };

	_Static_assert(sizeof(info) % NOTE_ALIGN == 0, "the note needs no padding");
	snprintf(info.pr_psargs, sizeof(info.pr_psargs), "%s", title);
	put_note(out, NT_PRPSINFO, sizeof(info));
	fwrite(&info, sizeof(info), 1, out);
}

/* Bytes of NT_FILE, and the number of its files. */
static size_t names_length(const struct vmas *vmas, uint64_t *count)
{
	size_t length = 2 * sizeof(uint64_t);

	*count = 0;
	for (size_t i = 0; i < vmas->count; i++) {
		if (!*vmas->line[i].name)
			continue;
		++*count;
		length += 3 * sizeof(uint64_t) + strlen(vmas->line[i].name) + 1;
	}
	return length;
}

/* Writes NT_FILE: count, unit of offsets, start, end and offset of each, names. Unlike the
 * kernel's core files, it has names of mappings that are no files too. */
static void put_names(FILE *out, const struct vmas *vmas)
{
	static const char padding[NOTE_ALIGN];
	uint64_t head[2] = { 0, 1 };
	size_t length = names_length(vmas, &head[0]);

	put_note(out, NT_FILE, length);
	fwrite(head, sizeof(head), 1, out);
	for (size_t i = 0; i < vmas->count; i++) {
		const struct procmaps_line *line = &vmas->line[i];
		uint64_t file[3] = { line->start, line->end, line->offset };

		fwrite(file, *line->name ? sizeof(file) : 0, 1, out);
	}
	for (size_t i = 0; i < vmas->count; i++)
		if (*vmas->line[i].name)
			fwrite(vmas->line[i].name, strlen(vmas->line[i].name) + 1, 1, out);
	fwrite(padding, round_up(length, NOTE_ALIGN) - length, 1, out);
}

/* The header of a mapping, with the part of the region that lies in it, if any. */
static Elf64_Phdr map_header(const struct procmaps_line *line, uint64_t address,
			     size_t length, uint64_t offset)
{
	uint64_t end = line->end < address + length ? line->end : address + length;
	bool holds = line->start >= address && line->start < end;

	return (Elf64_Phdr){
		.p_type = PT_LOAD, .p_align = 1,
		.p_flags = (line->prot & PROT_READ ? PF_R : 0U) |
			   (line->prot & PROT_WRITE ? PF_W : 0U) |
			   (line->prot & PROT_EXEC ? PF_X : 0U),
		.p_vaddr = line->start, .p_memsz = line->end - line->start,
		.p_offset = holds ? offset + (line->start - address) : offset,
		.p_filesz = holds ? end - line->start : 0,
	};
}

/* Writes the headers, to pipes too: libelf would have to seek. */
static void put_headers(FILE *out, const struct reading *reading, size_t notes, size_t region)
{
	size_t count = reading->vmas.count + 1;
	uint64_t at = sizeof(Elf64_Ehdr) + sizeof(Elf64_Shdr);
	uint64_t start = at + count * sizeof(Elf64_Phdr);
	struct elffile self = { .machine = EM_NONE };
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE, .e_version = EV_CURRENT,
		.e_phoff = at, .e_ehsize = sizeof(header), .e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (Elf64_Half)(count < PN_XNUM ? count : PN_XNUM),
		.e_shoff = sizeof(header), .e_shnum = 1, .e_shentsize = sizeof(Elf64_Shdr),
	};
	Elf64_Shdr section = { .sh_info = (Elf64_Word)count }; /* of PN_XNUM and more */
	Elf64_Phdr note = { .p_type = PT_NOTE, .p_offset = start, .p_filesz = notes,
			    .p_align = NOTE_ALIGN };

	/* The process runs on the machine of vactl. */
	elffile_load(ELFFILE_SELF, &self);
	header.e_machine = self.machine;
	fwrite(&header, sizeof(header), 1, out);
	fwrite(&section, sizeof(section), 1, out);
	fwrite(&note, sizeof(note), 1, out);
	for (size_t i = 0; i < reading->vmas.count; i++) {
		Elf64_Phdr line = map_header(&reading->vmas.line[i], reading->address, region,
					     start + notes);

		fwrite(&line, sizeof(line), 1, out);
	}
}

void save_write(const struct reading *reading, const char *title, FILE *out)
{
	uint64_t files;
	size_t names = round_up(names_length(&reading->vmas, &files), NOTE_ALIGN), length;
	SCOPED char *region = make_region(reading, &length);

	put_headers(out, reading, 2 * NOTE_HEAD + sizeof(struct elf_prpsinfo) + names, length);
	put_process(out, reading, title);
	put_names(out, &reading->vmas);
	fwrite(region, length, 1, out);
}
