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

#define NOTE_NAME "CORE"
#define NOTE_ALIGN 4U
/* A tree of blocks that are half full, its inner blocks, and what tree_room()
 * wants to spare. */
#define BLOCKS_FOR(entries) ((entries) / (TREE_LEAF_MAX / 2) * 5 / 4 + 128)

/* The table as it was read, made anew: what was copied may have been half-way
 * through a change. */
struct region {
	char *bytes;
	size_t length;
};

static size_t round_up(size_t value, size_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static struct region make_region(const struct reading *reading)
{
	const struct intervals *intervals = &reading->intervals;
	size_t capacity = BLOCKS_FOR(intervals->count), page = reading->table.page_size;
	size_t bitmap = round_up(sizeof(struct table), page);
	size_t block = bitmap + round_up(capacity / 8 + 8, page);
	struct region region = { .length = block + round_up(capacity * TREE_BLOCK_SIZE, page) };
	struct table *table;

	region.bytes = memory_array(NULL, region.length, 1);
	memset(region.bytes, 0, region.length);
	table = (struct table *)region.bytes;
	*table = reading->table;
	table->sequence = reading->consistent ? 0 : 1;
	table->region_size = region.length;
	table->bitmap_offset = bitmap;
	table->block_offset = block;
	tree_init(&table->tree, (struct tree_block *)(region.bytes + block),
		  (uint64_t *)(region.bytes + bitmap), (uint32_t)capacity);
	for (size_t i = 0; i < intervals->count && tree_room(&table->tree); i++)
		tree_set(&table->tree, intervals->at[i].start, intervals->at[i].end,
			 &intervals->at[i].detail);
	table->tree.block = NULL; /* ours, which mean nothing to others */
	table->tree.bitmap = NULL;
	return region;
}

/* --- notes ------------------------------------------------------------------ */

static void put_padding(FILE *out, size_t length)
{
	for (; length % NOTE_ALIGN; length++)
		putc(0, out);
}

static void put_note(FILE *out, uint32_t type, const void *content, size_t length)
{
	Elf64_Nhdr header = {
		.n_namesz = sizeof(NOTE_NAME), .n_descsz = (uint32_t)length, .n_type = type,
	};

	fwrite(&header, sizeof(header), 1, out);
	fwrite(NOTE_NAME, sizeof(NOTE_NAME), 1, out);
	put_padding(out, sizeof(NOTE_NAME));
	fwrite(content, length, 1, out);
	put_padding(out, length);
}

static void put_process(FILE *out, const struct reading *reading, const char *title)
{
	struct elf_prpsinfo info = {
		.pr_pid = reading->target.pid ? reading->target.pid : reading->core.pid,
	};

	snprintf(info.pr_psargs, sizeof(info.pr_psargs), "%s", title);
	put_note(out, NT_PRPSINFO, &info, sizeof(info));
}

/* NT_FILE: how many, the unit of offsets, start, end and offset of each, then
 * the names. Here those that are no files have theirs as well. */
static void put_names(FILE *out, const struct vmas *vmas)
{
	uint64_t head[2] = { 0, 1 };
	char *content = NULL;
	size_t length;
	FILE *note = open_memstream(&content, &length);

	if (!note)
		memory_out();
	for (size_t i = 0; i < vmas->count; i++)
		head[0] += vmas->line[i].name_length > 0;
	fwrite(head, sizeof(head), 1, note);
	for (size_t i = 0; i < vmas->count; i++) {
		const struct procmaps_line *line = &vmas->line[i];
		uint64_t file[3] = { line->start, line->end, line->offset };

		if (line->name_length)
			fwrite(file, sizeof(file), 1, note);
	}
	for (size_t i = 0; i < vmas->count; i++)
		if (vmas->line[i].name_length) {
			fwrite(vmas->line[i].name, vmas->line[i].name_length, 1, note);
			putc(0, note);
		}
	if (fclose(note))
		memory_out();
	put_note(out, NT_FILE, content, length);
	free(content);
}

static char *make_notes(const struct reading *reading, const char *title, size_t *length)
{
	char *notes = NULL;
	FILE *out = open_memstream(&notes, length);

	if (!out)
		memory_out();
	put_process(out, reading, title);
	put_names(out, &reading->vmas);
	if (fclose(out))
		memory_out();
	return notes;
}

/* --- headers ---------------------------------------------------------------- */

/* A mapping has the bytes of the region that lie in it; others have none. */
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

/* Ours, which is the process's as well. */
static uint16_t machine(void)
{
	struct elffile self;

	return elffile_self(&self) ? EM_NONE : self.machine;
}

static void put_headers(FILE *out, const struct reading *reading, size_t notes, size_t region)
{
	size_t count = reading->vmas.count + 1;
	bool many = count >= PN_XNUM; /* then the number is in the first section */
	uint64_t at = sizeof(Elf64_Ehdr) + (many ? sizeof(Elf64_Shdr) : 0);
	uint64_t start = at + count * sizeof(Elf64_Phdr);
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE, .e_machine = machine(), .e_version = EV_CURRENT,
		.e_phoff = at, .e_ehsize = sizeof(header), .e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (Elf64_Half)(many ? PN_XNUM : count),
		.e_shoff = many ? sizeof(header) : 0, .e_shnum = many,
		.e_shentsize = many ? sizeof(Elf64_Shdr) : 0,
	};
	Elf64_Shdr section = { .sh_info = (Elf64_Word)count };
	Elf64_Phdr note = { .p_type = PT_NOTE, .p_offset = start, .p_filesz = notes,
			    .p_align = NOTE_ALIGN };

	fwrite(&header, sizeof(header), 1, out);
	if (many)
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
	struct region region = make_region(reading);
	size_t length;
	char *notes = make_notes(reading, title, &length);

	put_headers(out, reading, length, region.length);
	fwrite(notes, length, 1, out);
	fwrite(region.bytes, region.length, 1, out);
	free(notes);
	free(region.bytes);
}
