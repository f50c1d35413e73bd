/* SPDX-License-Identifier: MIT */
#include "vma_type.h"

#include <string.h>
#include <sys/mman.h>

#include "core/table.h"

#define ARENA (64UL << 20)       /* glibc's HEAP_MAX_SIZE: size and alignment of a heap */
#define STACK_GUARD (64UL << 10) /* guards of threads' stacks are no larger by default */
#define IMAGE_LINES 8            /* of a file that is linked with separate code, and its bss */

static bool begins(const struct procmaps_line *vma, const char *word)
{
	size_t length = strlen(word);

	return vma->name_length >= length && memcmp(vma->name, word, length) == 0;
}

/* Memory without a file or a name, of one process. */
static bool is_anonymous(const struct procmaps_line *vma)
{
	return !vma->inode && !vma->name_length && vma->shared <= 0;
}

/* The line beside this one, without a gap between; NULL: none. */
static const struct procmaps_line *beside(const struct vmas *vmas, const struct procmaps_line *vma,
					  int step)
{
	const struct procmaps_line *other = vma + step;

	if (other < vmas->line || other >= vmas->line + vmas->count)
		return NULL;
	return (step < 0 ? other->end == vma->start : other->start == vma->end) ? other : NULL;
}

/* Whether code of the same file is mapped near by. */
static bool is_image(const struct vmas *vmas, const struct procmaps_line *vma)
{
	for (int step = -IMAGE_LINES; step <= IMAGE_LINES; step++) {
		const struct procmaps_line *other = vma + step;

		if (other >= vmas->line && other < vmas->line + vmas->count &&
		    other->inode == vma->inode && other->prot & PROT_EXEC &&
		    other->name_length == vma->name_length &&
		    memcmp(other->name, vma->name, vma->name_length) == 0)
			return true;
	}
	return false;
}

static const char *type_of_file(const struct vmas *vmas, const struct procmaps_line *vma)
{
	if (begins(vma, "/memfd:" TABLE_NAME " "))
		return "table";
	if (begins(vma, "/SYSV") || begins(vma, "/dev/shm/") || begins(vma, "/memfd:") ||
	    begins(vma, "/dev/zero"))
		return "shm";
	return is_image(vmas, vma) ? "image" : "file";
}

/* The kernel's names, and those that libc gives by PR_SET_VMA_ANON_NAME. NULL: none
 * of them. */
static const char *type_of_name(const struct procmaps_line *vma)
{
	static const struct {
		const char *begin, *type;
	} names[] = {
		{ "[stack", "stack" }, { "[anon: glibc: pthread stack", "stack" },
		{ "[heap]", "heap" }, { "[anon: glibc: malloc arena", "arena" },
		{ "[vdso]", "vdso" }, { "[vvar", "vdso" }, { "[vsyscall]", "vdso" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (begins(vma, names[i].begin))
			return names[i].type;
	return NULL;
}

/* By what lies beside it. */
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
	type = vma->name_length ? type_of_name(vma) : NULL;
	if (type)
		return type;
	if (vma->inode)
		return type_of_file(vmas, vma);
	return is_anonymous(vma) ? type_of_anonymous(vmas, vma) : vma->shared > 0 ? "shm" : "data";
}
