/* SPDX-License-Identifier: MIT */
#include "op.h"

#include <linux/mman.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "shared.h"

const uint64_t op_far[] = { 0x1000, 0x10000, 0x50000000, 0x7ffff000, 0x80000000, 0x123456789000,
			    0x2ffffffff000, 0x7ffffffff000, 0x800000000000, 1UL << 62, 1UL << 63,
			    -4096UL, -1UL, 0x800000000001 };
const size_t op_far_count = sizeof(op_far) / sizeof(*op_far);

static const char *const kinds[] = { "mmap", "munmap", "mremap", "shmat", "shmdt", "mmap_range",
				     "mremap_range", "shmat_range", "mprotect", "madvise", "mlock", "munlock", "mseal", "poke",
				     "fork", "shmget", "shmrm" };
static const char *const routes[] = { "", "sys.", "raw." };
static const char *const files[] = { "-1", "bad", "memfd", "sealed", "rdonly", "wronly", "zero",
				     "folder", "pipe", "perf", "tcp", "packet", "ring", "hugefd" };
static const char *const segments[] = { "page", "small", "odd", "large", "passing", "never" };

struct name {
	int value;
	const char *name;
};

static const struct name map_flags[] = {
	{ MAP_FIXED, "FIXED" }, { MAP_FIXED_NOREPLACE, "NOREPLACE" }, { MAP_ANONYMOUS, "ANON" },
	{ MAP_GROWSDOWN, "GROWSDOWN" }, { MAP_32BIT, "32BIT" }, { MAP_HUGETLB, "HUGETLB" },
	{ MAP_POPULATE, "POPULATE" }, { MAP_LOCKED, "LOCKED" }, { MAP_NORESERVE, "NORESERVE" },
	{ MAP_STACK, "STACK" }, { MAP_SYNC, "SYNC" }, { MAP_NONBLOCK, "NONBLOCK" }, { 0, NULL }
};
static const struct name mremap_flags[] = {
	{ MREMAP_MAYMOVE, "MAYMOVE" }, { MREMAP_FIXED, "FIXED" }, { MREMAP_DONTUNMAP, "DONTUNMAP" },
	{ 0, NULL }
};
static const struct name shm_flags[] = {
	{ SHM_RND, "RND" }, { SHM_REMAP, "REMAP" }, { SHM_RDONLY, "RDONLY" }, { SHM_EXEC, "EXEC" },
	{ 0, NULL }
};

struct op_line {
	char *text;
	size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void add(struct op_line *line, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line->text + line->used, line->size - line->used, format, args);
	va_end(args);
	line->used += (size_t)length;
	if (line->used >= line->size)
		line->used = line->size - 1;
}

static void add_flags(struct op_line *line, int flags, const struct name *names)
{
	for (; names->name; names++) {
		if ((flags & names->value) != names->value)
			continue;
		add(line, "|%s", names->name);
		flags &= ~names->value;
	}
	if (flags)
		add(line, "|0x%x", (unsigned int)flags);
}

static void add_map_flags(struct op_line *line, int flags)
{
	static const char *const types[] = { "0", "SHARED", "PRIVATE", "VALIDATE" };

	if ((flags & MAP_TYPE) < 4)
		add(line, " %s", types[flags & MAP_TYPE]);
	else
		add(line, " %d", flags & MAP_TYPE);
	add_flags(line, flags & ~MAP_TYPE, map_flags);
}

/* A length in pages, and bytes. */
static void add_length(struct op_line *line, uint64_t length)
{
	if (length >> 40)
		add(line, " 0x%lx", (unsigned long)length);
	else if (length & 4095)
		add(line, " %lup+%lu", (unsigned long)(length >> 12), (unsigned long)(length & 4095));
	else
		add(line, " %lup", (unsigned long)(length >> 12));
}

static void add_where(struct op_line *line, struct where at)
{
	long pages = at.offset >> 12, bytes = at.offset & 4095;

	switch (at.base) {
	case BASE_NONE:
		add(line, " 0");
		break;
	case BASE_SLOT:
		add(line, " $%u", at.index);
		break;
	case BASE_BED:
		add(line, " bed%u", at.index);
		break;
	case BASE_END:
		add(line, " end%u", at.index);
		break;
	default:
		add(line, " 0x%lx", (unsigned long)op_far[at.index]);
	}
	if (pages)
		add(line, "%+ldp", pages);
	if (bytes)
		add(line, "+%ld", bytes);
}

static void add_prot(struct op_line *line, int prot)
{
	add(line, " %c%c%c", prot & PROT_READ ? 'r' : '-', prot & PROT_WRITE ? 'w' : '-',
	    prot & PROT_EXEC ? 'x' : '-');
	if (prot & ~7)
		add(line, "|0x%x", (unsigned int)(prot & ~7));
}

static void add_file(struct op_line *line, const struct op *op)
{
	add_prot(line, op->prot);
	add_map_flags(line, op->flags);
	if (op->file != FILE_NONE || op->offset)
		add(line, " %s", files[op->file]);
	if (op->offset)
		add_length(line, (uint64_t)op->offset);
}

const char *op_kind_name(int kind)
{
	return kinds[kind];
}

const char *op_text(const struct op *op, char *text, size_t size)
{
	struct op_line line = { text, size, 0 };

	bool mapping = op->kind == OP_MMAP || op->kind == OP_RANGE;
	bool moving = op->kind == OP_MREMAP || op->kind == OP_MREMAP_RANGE;
	bool attaching = op->kind == OP_SHMAT || op->kind == OP_SHMAT_RANGE;

	if (mapping || moving || attaching)
		add(&line, "$%u = ", op->to);
	add(&line, "%s%s", op->kind > OP_SHMDT ? "" : routes[op->route], kinds[op->kind]);
	if (OP_IS_RANGE(op->kind)) {
		add_where(&line, op->target);
		add_length(&line, op->room);
	}
	if (attaching)
		add(&line, " %s", segments[op->segment]);
	if (op->kind < OP_FORK && op->kind != OP_RANGE && op->kind != OP_SHMAT_RANGE)
		add_where(&line, op->at);
	if (!attaching && op->kind != OP_SHMDT && op->kind < OP_POKE)
		add_length(&line, op->length);
	if (mapping)
		add_file(&line, op);
	if (op->kind == OP_MPROTECT)
		add_prot(&line, op->prot);
	if (op->kind == OP_MADVISE)
		add(&line, " %d", op->flags);
	if (moving) {
		add_length(&line, op->size);
		add_flags(&line, op->flags, mremap_flags);
	}
	if (op->kind == OP_MREMAP && op->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		add_where(&line, op->target);
	if (attaching)
		add_flags(&line, op->flags, shm_flags);
	return text;
}

const char *op_answer_text(int64_t answer, char *text, size_t size)
{
	if (answer < 0 && answer > -4096)
		snprintf(text, size, "%s", strerrorname_np((int)-answer));
	else if (answer == ANSWER_ELSEWHERE)
		snprintf(text, size, "elsewhere");
	else if (answer == ANSWER_ESCAPED)
		snprintf(text, size, "outside the window");
	else
		snprintf(text, size, "0x%lx", (unsigned long)answer);
	return text;
}
