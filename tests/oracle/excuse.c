/* SPDX-License-Identifier: MIT */
#include "excuse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct question {
	const struct config *config;
	const struct op *op;
	enum difference difference;
	const struct op_outcome *kernel, *library;
};

static bool is_move(const struct op *op)
{
	return op->kind == OP_MREMAP || op->kind == OP_MREMAP_RANGE;
}

static bool kept(const struct question *q)
{
	return q->difference == DIFFERENCE_LOST && q->kernel->lost && !q->library->lost;
}

static bool ring(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MMAP &&
	       q->op->file == FILE_RING && !(q->op->flags & MAP_ANONYMOUS) &&
	       strcmp(q->config->fence, "off") == 0 && q->library->answer == -ENOMEM;
}

static bool ring_placed(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MMAP &&
	       q->op->file == FILE_RING && !(q->op->flags & MAP_ANONYMOUS) && q->config->legacy &&
	       config_inside(q->config, (uintptr_t)q->library->answer, 4096);
}

static bool fits(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER &&
	       (q->op->kind == OP_MMAP || q->op->kind == OP_RANGE) && op_is_huge(q->op) &&
	       !(q->op->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) && q->kernel->answer == -ENOMEM;
}

static bool file(const struct question *q)
{
	const uint64_t large = (2UL << 20) - 4096;
	bool mapped = (q->op->kind == OP_MMAP || q->op->kind == OP_RANGE) && q->op->length > large &&
		      q->op->file != FILE_HUGE && !(q->op->flags & MAP_ANONYMOUS);
	bool grown = is_move(q->op) && q->op->size > large;

	return q->difference == DIFFERENCE_ANSWER && q->kernel->answer > 0 &&
	       q->library->answer > 0 && q->library->answer % 4096 == 0 && (mapped || grown);
}

static bool range(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && OP_IS_RANGE(q->op->kind) &&
	       q->kernel->answer > 0 && q->library->answer > 0 && q->config->stacks &&
	       (uint64_t)q->library->answer % 4096 == 0;
}

/* Whether the window leaves no address outside. */
static bool is_all(const struct config *config)
{
	return config->bed[0].below == 0 && config->lower < config->upper && config->exact;
}

static bool aside(const struct question *q)
{
	bool fixed = q->op->kind == OP_MREMAP ? q->op->flags & MREMAP_FIXED :
						q->op->kind == OP_MMAP && q->op->flags & MAP_FIXED;

	return q->difference == DIFFERENCE_ANSWER && fixed && is_all(q->config) &&
	       q->library->answer == -ENOMEM;
}

static bool order(const struct question *q)
{
	if (q->difference != DIFFERENCE_ANSWER || q->kernel->answer >= 0 || q->library->answer >= 0 ||
	    (q->op->kind != OP_MMAP && q->op->kind != OP_RANGE))
		return false;
	return q->kernel->answer == -ENOMEM ||
	       (q->op->file == FILE_RING && q->library->answer == -ENOMEM);
}

static bool straddles(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MREMAP && q->config->exact &&
	       !(q->op->flags & MREMAP_FIXED) && q->kernel->answer > 0 &&
	       !config_inside(q->config, (uintptr_t)q->kernel->answer, 1);
}

static bool reasons(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MREMAP &&
	       q->op->flags & MREMAP_DONTUNMAP &&
	       (q->kernel->answer == -EINVAL || q->kernel->answer == -EFAULT) &&
	       (q->library->answer == -EINVAL || q->library->answer == -EFAULT ||
		q->library->answer == -ENOMEM);
}

static bool which(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MREMAP_RANGE &&
	       q->kernel->answer < 0 && q->library->answer < 0;
}

static bool merged(const struct question *q)
{
	bool fixed = q->op->flags & MREMAP_FIXED;

	return q->difference == DIFFERENCE_ANSWER && is_move(q->op) && q->op->length > 4096 &&
	       (fixed ? q->op->size != q->op->length || q->library->segment :
			q->kernel->answer > 0 || q->kernel->answer == -ENOMEM) &&
	       q->library->answer == -EFAULT;
}

/* Whether the library chooses the addresses. */
static bool library_places(const struct config *config)
{
	return !(config->unseen & UNSEEN_LEAVES);
}

static bool padding(const struct question *q)
{
	const uint64_t large = 2UL << 20;
	uint64_t length = q->op->kind == OP_MREMAP ? q->op->size : q->op->length;
	bool huge = length > large - 4096 || (q->op->kind == OP_MMAP && q->op->flags & MAP_HUGETLB);

	return q->difference == DIFFERENCE_ANSWER && library_places(q->config) && huge &&
	       (q->op->kind == OP_MMAP || q->op->kind == OP_MREMAP) && q->kernel->answer > 0 &&
	       q->library->answer > 0 && (uint64_t)q->library->answer % large == 0;
}

static bool stays(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && !q->config->exact && q->op->kind == OP_MREMAP &&
	       !(q->op->flags & MREMAP_FIXED) && q->kernel->answer < 0 &&
	       q->library->answer == ANSWER_ELSEWHERE;
}

static bool stuck(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->kernel->socket && q->library->socket &&
	       library_places(q->config) && (q->op->flags & ~MREMAP_MAYMOVE) == 0 &&
	       q->kernel->answer == -ENOMEM && q->library->answer > 0;
}

static bool itself(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MREMAP &&
	       q->op->flags & MREMAP_FIXED && q->op->length == 0 &&
	       (q->kernel->answer == -EINVAL || q->kernel->answer == -EPERM) &&
	       q->library->answer == -EFAULT;
}

static bool target(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->op->kind == OP_MMAP &&
	       q->op->flags & MAP_FIXED && q->library->answer < 0 &&
	       (q->kernel->answer == -EINVAL || q->kernel->answer == -EPERM);
}

static bool without_table(const struct question *q)
{
	return q->difference == DIFFERENCE_ANSWER && q->library->without_table &&
	       library_places(q->config) &&
	       (q->library->answer > 0 || q->library->answer == -ENOMEM);
}

static struct {
	bool (*excuses)(const struct question *question);
	enum excuse kind;
	const char *name, *reason;
	unsigned long count;
} excuses[] = {
	{ kept, EXCUSE_GOOD, "kept",
	  "MAP_FIXED or MREMAP_FIXED failed, and the kernel had unmapped what was there; the library "
	  "keeps it (CONTRACT 12, 13)", 0 },
	{ ring, EXCUSE_GOOD, "ring",
	  "io_uring's rings take no address: without a fence nothing brings them into the window, "
	  "and the answer is ENOMEM (CONTRACT 28)", 0 },
	{ ring_placed, EXCUSE_GOOD, "ring placed",
	  "io_uring's rings take no address: the kernel places them by its own policy, inside "
	  "because of the fence (CONTRACT 28)", 0 },
	{ fits, EXCUSE_ENDS, "fits",
	  "the kernel looks for room for MAP_HUGETLB that is larger by nearly a huge page, and finds "
	  "none; the library finds a gap of the very size (CONTRACT 1)", 0 },
	{ file, EXCUSE_ENDS, "file",
	  "whether a file's mapping is aligned to huge pages is its file system's decision; where the "
	  "library places, it gives that to anonymous memory only (CONTRACT 6)", 0 },
	{ range, EXCUSE_ENDS, "range",
	  "where the kernel places, the table does not follow what happens in the window, so a call "
	  "with a range of its own may find a lower gap than the highest", 0 },
	{ aside, EXCUSE_ENDS, "aside",
	  "a mapping that could fail late is made aside first; where the window leaves nothing "
	  "outside and is full, there is no room for that, and the answer is ENOMEM (CONTRACT 12)", 0 },
	{ order, EXCUSE_GOOD, "order",
	  "an invalid call for which there is no room either: the kernel looks for room first, where "
	  "the library places the kernel may see the call first; and io_uring's rings refuse a hint "
	  "before the kernel looks for room", 0 },
	{ reasons, EXCUSE_GOOD, "reasons",
	  "MREMAP_DONTUNMAP of what cannot be copied, of several mappings or without room: which is "
	  "said first differs where the library places, or makes the copy aside (CONTRACT 13)", 0 },
	{ which, EXCUSE_GOOD, "which",
	  "mremap_range of what cannot be moved to where there is no room: the kernel has no such call, "
	  "and the model says one, the library the other", 0 },
	{ merged, EXCUSE_ENDS, "merged",
	  "memory that was moved over from aside, or back (CONTRACT 12, 13), remembers where it was made "
	  "and does not merge with its neighbours; mremap changes no size across two mappings, and "
	  "moves no two of segments", 0 },
	{ straddles, EXCUSE_ENDS, "straddles",
	  "what straddles a bound does not grow where it is, though it would grow inside: it moves "
	  "inside, or the answer is ENOMEM (CONTRACT 15)", 0 },
	{ padding, EXCUSE_ENDS, "padding",
	  "what is aligned to huge pages needs a gap larger than itself; where something unseen lies in "
	  "the rest of it the library has no reason to notice (CONTRACT 32)", 0 },
	{ stays, EXCUSE_ENDS, "stays",
	  "where other addresses are chosen one mapping may grow in place that has to move in the other "
	  "process, and cannot: a socket's", 0 },
	{ stuck, EXCUSE_ENDS, "socket",
	  "the kernel does not grow a socket's memory where there is room above it, nor move it then; "
	  "the library moves what cannot grow: were it to look whether room was the reason, another "
	  "thread's raw munmap in between would fail a growth that is possible", 0 },
	{ itself, EXCUSE_GOOD, "itself",
	  "a copy over what is copied: the kernel finds its source gone, and the library says so before "
	  "it goes; that it cannot go, sealed or a part of a huge page, the kernel says first "
	  "(CONTRACT 13)", 0 },
	{ target, EXCUSE_GOOD, "target",
	  "MAP_FIXED over what cannot be unmapped, sealed or a part of a huge page, of what cannot be "
	  "mapped anyway: it is tried aside first, so its own error comes first (CONTRACT 12)", 0 },
	{ without_table, EXCUSE_ENDS, "without table",
	  "a host that has the table gets no processor for 50 ms: a guest that the library places does "
	  "without it then, so that the kernel finds a place in the window by its own policy, or the "
	  "answer is ENOMEM", 0 },
};

#define EXCUSES (sizeof(excuses) / sizeof(*excuses))

enum excuse excuse_find(const struct config *config, const struct op *op,
			enum difference difference, const struct op_outcome *kernel,
			const struct op_outcome *library, bool count)
{
	const struct question question = { config, op, difference, kernel, library };

	for (size_t i = 0; i < EXCUSES; i++) {
		if (!excuses[i].excuses(&question))
			continue;
		excuses[i].count += count;
		return excuses[i].kind;
	}
	return EXCUSE_NONE;
}

void excuse_print(void)
{
	for (size_t i = 0; i < EXCUSES; i++)
		printf("excused %lu times: %s: %s\n", excuses[i].count, excuses[i].name,
		       excuses[i].reason);
}
