/* SPDX-License-Identifier: MIT */
#include "trampoline.h"

#include <linux/prctl.h>
#include <string.h>

#include "arch.h"
#include "fence/fence_piece.h"
#include "sys/sys.h"
#include "message.h"

#define STEPS_MAX 72
#define PIECES_MAX (2 + 1 + PLAN_ISLANDS + 1) /* two, a seam, islands, the room */

/* One step; the code in arch_*.h reads it. */
struct step {
	struct piece_call call; /* a negative number: no more */
	long must;        /* where it fails, the failure's steps are next */
};
_Static_assert(sizeof(struct step) == 64, "the trampoline steps by 64");

/* The data in the trampoline's page, behind the code, which outlive the launcher. */
struct tail {
	struct step steps[STEPS_MAX + 1];
	struct step failure[2];
	struct prctl_mm_map map, map_with_file;
	struct rlimit stack_limit;
	char comm[16]; /* the kernel's TASK_COMM_LEN */
	char fence_name[sizeof(PIECE_NAME)];
	struct launch_message message;
	int count;
};

static size_t code_size(void)
{
	return ((size_t)(arch_trampoline_end - arch_trampoline_code) + 15) & ~(size_t)15;
}

size_t trampoline_size(void)
{
	return code_size() + sizeof(struct tail);
}

static void add(struct tail *tail, struct piece_call call, bool must)
{
	/* The list has room for the largest number of pieces; a shortened one would leave a
	 * gap. */
	if (tail->count == STEPS_MAX)
		message_die(STATUS_OWN, "the window has too many pieces for the launcher", NULL);
	tail->steps[tail->count++] = (struct step){ call, must };
}

struct fence_parts {
	int count;
	struct span at[PIECES_MAX];
};

/* The rest of the pieces without the span. */
static struct fence_parts without(const struct fence_parts *pieces, struct span hole)
{
	struct fence_parts left = { .count = 0 };

	for (int i = 0; i < pieces->count; i++) {
		struct span piece = pieces->at[i];
		struct span before = { piece.start, hole.start < piece.end ? hole.start : piece.end };
		struct span after = { hole.end > piece.start ? hole.end : piece.start, piece.end };

		if (span_empty(hole) || span_empty(span_cut(piece, hole))) {
			left.at[left.count++] = piece;
			continue;
		}
		if (!span_empty(before))
			left.at[left.count++] = before;
		if (!span_empty(after))
			left.at[left.count++] = after;
	}
	return left;
}

static struct fence_parts fence_pieces(const struct trampoline_facts *facts)
{
	struct spans outside = facts->settings->outside;
	struct fence_parts pieces = { .count = 0 };

	for (int i = 0; i < outside.count; i++) {
		struct span below = span_cut(outside.at[i], (struct span){ 0, PIECE_SEAM });
		struct span above = span_cut(outside.at[i], (struct span){ PIECE_SEAM, UINTPTR_MAX });

		if (!span_empty(below))
			pieces.at[pieces.count++] = below;
		if (!span_empty(above))
			pieces.at[pieces.count++] = above;
	}
	for (int i = 0; i < facts->plan->islands; i++)
		pieces = without(&pieces, facts->plan->island[i]);
	return pieces;
}

static void add_piece(struct tail *tail, struct span span)
{
	for (struct span piece; !span_empty(span); span.start = piece.end) {
		piece = piece_first(span);
		add(tail, piece_map(piece, MAP_FIXED), true);
		add(tail, piece_undump(piece), false);
		add(tail, piece_name(piece, tail->fence_name), false);
	}
}

/* Fences everything outside the window, over the launcher too. */
static void add_fence(struct tail *tail, const struct trampoline_facts *facts)
{
	struct fence_parts pieces = fence_pieces(facts), sealed;

	for (int i = 0; i < pieces.count; i++)
		add_piece(tail, pieces.at[i]);
	if (!span_empty(facts->plan->edge))
		add_piece(tail, facts->plan->edge);
	if (!facts->settings->sealed)
		return;
	/* The library takes its room over in one piece. */
	sealed = without(&pieces, facts->plan->room);
	for (int i = 0; i < sealed.count; i++)
		add(tail, piece_seal(sealed.at[i]), true);
}

/* Unmaps the launcher's mappings inside the window. */
static void add_leavings(struct tail *tail, const struct trampoline_facts *facts)
{
	const struct spans *inside = &facts->settings->inside;

	for (int i = 0; i < facts->self->count; i++) {
		const struct self_mapping *mapping = &facts->self->at[i];

		for (int j = 0; !mapping->moved && j < inside->count; j++) {
			struct span part = span_cut(mapping->span, inside->at[j]);

			if (!span_empty(part))
				add(tail,
				    (struct piece_call){
					    SYS_munmap,
					    { (long)part.start, (long)(part.end - part.start) } },
				    false);
		}
	}
}

static uintptr_t moved(uintptr_t address, const struct trampoline_facts *facts)
{
	return address - facts->program->image.extent.start + facts->plan->image.start;
}

static void add_map(struct tail *tail, const struct prctl_mm_map *map)
{
	add(tail,
	    (struct piece_call){ SYS_prctl, { PR_SET_MM, PR_SET_MM_MAP, (long)map, sizeof(*map) } },
	    false);
}

/* Tells the kernel of the program, for ps(1) and gdb(1). */
static void describe(struct tail *tail, const struct trampoline_facts *facts)
{
	const struct image *image = &facts->program->image;
	const struct stack *stack = facts->stack;

	tail->map = (struct prctl_mm_map){
		.start_code = moved(image->code.start, facts),
		.end_code = moved(image->code.end, facts),
		.start_data = moved(image->data.start, facts),
		.end_data = moved(image->data.end, facts),
		.start_brk = facts->plan->brk,
		.brk = facts->plan->brk,
		.start_stack = stack->pointer,
		.arg_start = stack->words.start,
		.arg_end = stack->words.end,
		.env_start = stack->environment.start,
		.env_end = stack->environment.end,
		.auxv = (void *)stack->auxv,
		.auxv_size = (unsigned int)stack->auxv_size,
		.exe_fd = (unsigned int)-1,
	};
	tail->map_with_file = tail->map;
	tail->map_with_file.exe_fd = (unsigned int)facts->program->fd;
	/* A change of the file takes CAP_CHECKPOINT_RESTORE; all other fields need no
	 * privilege. */
	add_map(tail, &tail->map);
	add_map(tail, &tail->map_with_file);
	add(tail, (struct piece_call){ SYS_prctl, { PR_SET_NAME, (long)tail->comm } }, false);
}

static void add_personality(struct tail *tail, const struct personality *personality)
{
	if (!personality->changed)
		return;
	tail->stack_limit = personality->stack;
	add(tail, (struct piece_call){ SYS_personality, { (long)personality->flags } }, false);
	add(tail,
	    (struct piece_call){ SYS_prlimit64, { 0, RLIMIT_STACK, (long)&tail->stack_limit } },
	    false);
}

static void add_close(struct tail *tail, int fd)
{
	if (fd >= 0)
		add(tail, (struct piece_call){ SYS_close, { fd } }, false);
}

static void plan_failure(struct tail *tail, const char *path)
{
	struct launch_message *message = &tail->message;
	size_t length;

	message_begin(message);
	fmt_text(&message->fmt, "cannot run ");
	fmt_text(&message->fmt, path);
	fmt_text(&message->fmt, ": cannot raise the fence: the kernel refuses the reservations; see "
				"vm.max_map_count");
	length = message_end(message);
	tail->failure[0].call = (struct piece_call){ SYS_write,
						     { 2, (long)message->text, (long)length } };
	tail->failure[1].call = (struct piece_call){ SYS_exit_group, { STATUS_OWN } };
}

/* The last part of the path, as the kernel's exec takes it. */
static void name_process(struct tail *tail, const struct program *program)
{
	const char *name = program->comm ? program->comm : program->called;
	struct fmt fmt;

	for (const char *at = name; !program->comm && *at; at++)
		if (*at == '/')
			name = at + 1;
	fmt_init(&fmt, tail->comm, sizeof(tail->comm));
	fmt_text(&fmt, name);
}

static void fill(struct tail *tail, const struct trampoline_facts *facts)
{
	memcpy(tail->fence_name, PIECE_NAME, sizeof(tail->fence_name));
	name_process(tail, facts->program);
	plan_failure(tail, facts->program->path);
	if (facts->settings->fenced)
		add_fence(tail, facts);
	add_leavings(tail, facts);
	describe(tail, facts);
	add_personality(tail, facts->personality);
	add_close(tail, facts->program->interpreter_fd);
	add_close(tail, facts->program->fd);
	tail->steps[tail->count].call.number = -1;
}

void trampoline_run(const struct trampoline_facts *facts)
{
	struct span span = facts->plan->trampoline;
	size_t size = span.end - span.start;
	struct tail *tail = (struct tail *)(span.start + code_size());
	void (*code)(const struct step *, uintptr_t, uintptr_t, const struct step *) =
		(void (*)(const struct step *, uintptr_t, uintptr_t, const struct step *))span.start;
	long result = sys_mmap(span.start, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (!sys_failed(result)) {
		memcpy((void *)span.start, arch_trampoline_code,
		       (size_t)(arch_trampoline_end - arch_trampoline_code));
		fill(tail, facts);
		__builtin___clear_cache((char *)span.start, (char *)span.end);
		result = sys_mprotect(span.start, size, PROT_READ | PROT_EXEC);
	}
	if (sys_failed(result))
		message_die(STATUS_OWN, "cannot make a page of code: ", message_error(result),
			    "; does a security policy forbid it?", NULL);
	code(tail->steps, facts->stack->pointer, facts->entry, tail->failure);
	__builtin_unreachable();
}
