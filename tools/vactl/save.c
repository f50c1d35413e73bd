/* SPDX-License-Identifier: MIT */
#include "save.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/procfs.h>

#include "core/tree.h"
#include "elffile.h"
#include "message.h"

#define NOTE_ALIGN 4U
/* For a tree of half full leaves: its inner blocks too, and what tree_room() wants
 * to spare. */
#define BLOCKS_FOR(entries) ((entries) / (TREE_LEAF_MAX / 2) * 5 / 4 + 128)

static size_t align_up(size_t value, size_t unit)
{
	return (value + unit - 1) / unit * unit;
}

/* Builds the table anew from its intervals: the process may have been copied in
 * the middle of a change. */
static char *make_region(const struct reading *reading, size_t *length)
{
	const struct intervals *intervals = &reading->intervals;
	size_t capacity = BLOCKS_FOR(intervals->count), page = reading->table.page_size;
	size_t bitmap = align_up(sizeof(struct table), page);
	size_t block = bitmap + align_up(capacity / 8 + 8, page);
	struct table *table;
	char *bytes;

	*length = block + align_up(capacity * TREE_BLOCK_SIZE, page);
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

static void put_note(FILE *out, uint32_t type, const void *content, size_t length)
{
	static const char name[8] = "CORE", padding[NOTE_ALIGN];
	Elf64_Nhdr header = { .n_namesz = 5, .n_descsz = (uint32_t)length, .n_type = type };

	fwrite(&header, sizeof(header), 1, out);
	fwrite(name, sizeof(name), 1, out);
	fwrite(content, length, 1, out);
	fwrite(padding, align_up(length, NOTE_ALIGN) - length, 1, out);
}

/* NT_FILE: count, unit of offsets, start, end and offset of each, names. Unlike in
 * the kernel's cores, mappings that are no files have their names here too. */
static char *make_names(const struct vmas *vmas, size_t *length)
{
	uint64_t head[2] = { 0, 1 };
	char *content = NULL;
	FILE *note = memory_stream(&content, length);

	for (size_t i = 0; i < vmas->count; i++)
		head[0] += *vmas->line[i].name != 0;
	fwrite(head, sizeof(head), 1, note);
	for (size_t i = 0; i < vmas->count; i++) {
		const struct procmaps_line *line = &vmas->line[i];
		uint64_t file[3] = { line->start, line->end, line->offset };

		fwrite(file, *line->name ? sizeof(file) : 0, 1, note);
	}
	for (size_t i = 0; i < vmas->count; i++)
		if (*vmas->line[i].name)
			fwrite(vmas->line[i].name, strlen(vmas->line[i].name) + 1, 1, note);
	memory_stream_close(note);
	return content;
}

static char *make_notes(const struct reading *reading, const char *title, size_t *length)
{
	struct elf_prpsinfo info = { .pr_pid = reading->pid };
	char *notes = NULL, *names;
	FILE *out = memory_stream(&notes, length);
	size_t names_length;

	snprintf(info.pr_psargs, sizeof(info.pr_psargs), "%s", title);
	put_note(out, NT_PRPSINFO, &info, sizeof(info));
	names = make_names(&reading->vmas, &names_length);
	put_note(out, NT_FILE, names, names_length);
	free(names);
	memory_stream_close(out);
	return notes;
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

/* libelf would write them only to a file that it can seek in, not to a pipe. */
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
	elffile_self(&self);
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
	size_t region_length, notes_length;
	char *region = make_region(reading, &region_length);
	char *notes = make_notes(reading, title, &notes_length);

	put_headers(out, reading, notes_length, region_length);
	fwrite(notes, notes_length, 1, out);
	fwrite(region, region_length, 1, out);
	free(notes);
	free(region);
}
