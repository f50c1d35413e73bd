/* SPDX-License-Identifier: MIT */
#include "vmas.h"

#include "core/glob.h"
#include "core/size.h"
#include "core/table.h"
#include "core/text.h"
#include "procfile.h"

#define ARENA (64UL << 20)       /* glibc's HEAP_MAX_SIZE: size and alignment of a heap */
#define STACK_GUARD (64UL << 10) /* guards of threads' stacks are no larger by default */
#define IMAGE_LINES 8            /* of a file that is linked with separate code, and its bss */

/* Adds a line of figures: "Rss:      4 kB". */
static void add_usage(const char *text, size_t length, struct vma_usage *usage)
{
	static const struct {
		const char *name;
		enum usage_kind kind;
	} names[] = {
		{ "Rss:", USAGE_RSS }, { "Pss:", USAGE_PSS }, { "Swap:", USAGE_SWAP },
		{ "Shared_Dirty:", USAGE_DIRTY }, { "Private_Dirty:", USAGE_DIRTY },
		{ "AnonHugePages:", USAGE_THP }, { "ShmemPmdMapped:", USAGE_THP },
		{ "FilePmdMapped:", USAGE_THP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text_behind(text, names[i].name))
			usage->bytes[names[i].kind] +=
				1024 * strtoull(text_behind(text, names[i].name), NULL, 10);
	if (text_behind(text, "VmFlags:"))
		usage->grows = memmem(text, length, " gd", 3);
}

int vmas_read(int pid, bool usage, struct vmas *vmas)
{
	size_t room = 0, usage_room = 0;
	long length, used;

	*vmas = (struct vmas){ 0 };
	length = procfile_read(pid, usage ? "smaps" : "maps", SIZE_MAX, &vmas->text);
	if (length < 0)
		return (int)length;
	for (char *at = vmas->text, *end = at + length, *newline; ; at += used) {
		vmas->line = memory_room(vmas->line, vmas->count, &room, sizeof(*vmas->line));
		used = procmaps_parse(at, (size_t)(end - at), &vmas->line[vmas->count]);
		if (used > 0) {
			at[used - 1] = 0; /* the newline, behind the name */
			if (usage) {
				vmas->usage = memory_room(vmas->usage, vmas->count, &usage_room,
							  sizeof(*vmas->usage));
				vmas->usage[vmas->count] = (struct vma_usage){ 0 };
			}
			vmas->count++;
			continue;
		}
		newline = vmas->count && usage ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		if (!newline)
			return 0;
		used = newline + 1 - at;
		add_usage(at, (size_t)used, &vmas->usage[vmas->count - 1]);
	}
}

void vmas_free(struct vmas *vmas)
{
	free(vmas->text);
	free(vmas->line);
	free(vmas->usage);
	*vmas = (struct vmas){ 0 };
}

bool vma_matches(const struct procmaps_line *vma, const char *globs)
{
	const char *slash = strrchr(vma->name, '/');

	return glob_match_any(globs, vma->name) || (slash && glob_match_any(globs, slash + 1));
}

/* --- what a mapping is used for ---------------------------------------------- */

/* Memory without a file or a name, of one process. */
static bool is_anonymous(const struct procmaps_line *vma)
{
	return !vma->inode && !*vma->name && vma->shared <= 0;
}

/* The line before or behind another one, without a gap between; NULL: none. */
static const struct procmaps_line *beside(const struct vmas *vmas, const struct procmaps_line *vma,
					  int step)
{
	const struct procmaps_line *other = vma + step;

	if (other < vmas->line || other >= vmas->line + vmas->count)
		return NULL;
	return (step < 0 ? other->end == vma->start : other->start == vma->end) ? other : NULL;
}

/* Whether code of the mapping's file is mapped near by. */
static bool is_image(const struct vmas *vmas, const struct procmaps_line *vma)
{
	for (int step = -IMAGE_LINES; step <= IMAGE_LINES; step++) {
		const struct procmaps_line *other = vma + step;

		if (other >= vmas->line && other < vmas->line + vmas->count &&
		    other->inode == vma->inode && other->prot & PROT_EXEC &&
		    strcmp(other->name, vma->name) == 0)
			return true;
	}
	return false;
}

static const char *type_of_file(const struct vmas *vmas, const struct procmaps_line *vma)
{
	static const char *const shared[] = { "/SYSV", "/dev/shm/", "/memfd:", "/dev/zero" };

	if (text_behind(vma->name, "/memfd:" TABLE_NAME " "))
		return "table";
	for (size_t i = 0; i < ARRAY_SIZE(shared); i++)
		if (text_behind(vma->name, shared[i]))
			return "shm";
	return is_image(vmas, vma) ? "image" : "file";
}

/* The type by a name of the kernel's, or one that libc gives by PR_SET_VMA_ANON_NAME. NULL:
 * it is no such name. */
static const char *type_of_name(const struct procmaps_line *vma)
{
	static const struct {
		const char *begin, *type;
	} names[] = {
		{ "[stack", "stack" }, { "[anon: glibc: pthread stack", "stack" },
		{ "[heap]", "heap" }, { "[anon: glibc: malloc arena", "arena" },
		{ "[vdso]", "vdso" }, { "[vvar", "vdso" }, { "[vsyscall]", "vdso" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text_behind(vma->name, names[i].begin))
			return names[i].type;
	return NULL;
}

/* The type by the mappings beside it. */
static const char *type_of_anonymous(const struct vmas *vmas, const struct procmaps_line *vma)
{
	const struct procmaps_line *before = beside(vmas, vma, -1), *after = beside(vmas, vma, 1);
	uintptr_t end = after && vma_reserved(after) ? after->end : vma->end;

	if (before && before->inode && before->prot & PROT_WRITE && is_image(vmas, before))
		return "image"; /* its bss */
	/* malloc makes the rest of the heap accessible as it grows. */
	if (vma->start % ARENA == 0 && end % ARENA == 0 && end - vma->start == ARENA)
		return "arena";
	if (before && vma_reserved(before) && before->end - before->start <= STACK_GUARD)
		return "stack";
	return "data";
}

const char *vma_type(const struct vmas *vmas, const struct procmaps_line *vma)
{
	const char *type;

	if (vma_reserved(vma))
		return "reserve";
	type = type_of_name(vma);
	if (type)
		return type;
	if (vma->inode)
		return type_of_file(vmas, vma);
	return is_anonymous(vma) ? type_of_anonymous(vmas, vma) : vma->shared > 0 ? "shm" : "data";
}
