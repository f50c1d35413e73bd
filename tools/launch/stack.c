/* SPDX-License-Identifier: MIT */
#include "stack.h"

#include <string.h>

#define RANDOM_BYTES 16 /* AT_RANDOM's */
#define ALIGNMENT 16    /* of the stack pointer */

/* The launcher's first three words are not the program's: the launcher's name, the file, and
 * the program's own name, which `front` has. */
#define OWN_WORDS 3

static size_t rest_count(const struct initial_stack *initial)
{
	return initial->count > OWN_WORDS ? initial->count - OWN_WORDS : 0;
}

static const char *rest_word(const struct initial_stack *initial, size_t i)
{
	return initial->words[OWN_WORDS + i];
}

static size_t environment_count(const struct initial_stack *initial)
{
	size_t count = 0;

	while (initial->environment[count])
		count++;
	return count;
}

struct sizes {
	size_t words, environment;
};

static struct sizes measure(const struct initial_stack *initial, const struct program *program)
{
	struct sizes sizes = { 0, 0 };

	for (size_t i = 0; i < program->front_count; i++)
		sizes.words += strlen(program->front[i]) + 1;
	for (size_t i = 0; i < rest_count(initial); i++)
		sizes.words += strlen(rest_word(initial, i)) + 1;
	for (char **at = initial->environment; *at; at++)
		sizes.environment += strlen(*at) + 1;
	return sizes;
}

static const char *platform(const struct initial_stack *initial)
{
	return (const char *)initial_value(initial, AT_PLATFORM, (uintptr_t)"");
}

/* Bytes of the pointers: the count, both lists with their ends, the vector with one more
 * entry and its end. */
static size_t pointers(const struct initial_stack *initial, const struct program *program)
{
	return 1 + program->front_count + rest_count(initial) + 1 + environment_count(initial) + 1 +
	       2 * (initial->auxv_count + 2);
}

size_t stack_needs(const struct initial_stack *initial, const struct program *program)
{
	struct sizes sizes = measure(initial, program);

	return sizes.words + sizes.environment + strlen(program->called) + 1 +
	       strlen(platform(initial)) + 1 + sizeof(uint64_t) + RANDOM_BYTES +
	       sizeof(struct handoff) + 5UL * ALIGNMENT +
	       (program->image.dynamic ? ORIGIN_MAX : 0) +
	       PLAN_APART + pointers(initial, program) * sizeof(uintptr_t);
}

/* Copies a text to *at, steps over it, and returns where it is. */
static uintptr_t put(uintptr_t *at, const char *text)
{
	size_t size = strlen(text) + 1;
	uintptr_t here = *at;

	memcpy((void *)here, text, size);
	*at += size;
	return here;
}

static uintptr_t below(uintptr_t at, const void *bytes, size_t size)
{
	at = (at - size) & ~(uintptr_t)(ALIGNMENT - 1);
	memcpy((void *)at, bytes, size);
	return at;
}

/* The facts of the program by which translate() replaces the launcher's in the vector. */
struct facts {
	const struct program *program;
	const struct plan *plan;
	uintptr_t vdso, file, platform, random;
};

static uintptr_t bias(const struct image *image, struct span place)
{
	return place.start - image->extent.start;
}

/* An entry's new value; one that tells nothing now becomes AT_IGNORE. */
static Elf64_auxv_t translate(Elf64_auxv_t entry, const struct facts *facts)
{
	const struct image *image = &facts->program->image;
	const struct image *interpreter = &facts->program->interpreter;
	uintptr_t moved = bias(image, facts->plan->image);
	uint64_t *value = &entry.a_un.a_val;

	switch (entry.a_type) {
	case AT_PHDR: *value = image->headers ? image->headers + moved : 0; break;
	case AT_PHENT: *value = sizeof(Elf64_Phdr); break;
	case AT_PHNUM: *value = image->header_count; break;
	case AT_ENTRY: *value = image->entry + moved; break;
	case AT_FLAGS: *value = 0; break; /* of binfmt_misc, for the launcher */
	case AT_EXECFN: *value = facts->file; break;
	case AT_PLATFORM: *value = facts->platform; break;
	case AT_RANDOM: *value = facts->random; break;
	case AT_BASE:
		*value = facts->program->interpreter_fd < 0 ?
				 0 : bias(interpreter, facts->plan->interpreter);
		break;
	case AT_SYSINFO_EHDR:
		*value = facts->vdso;
		entry.a_type = facts->vdso ? AT_SYSINFO_EHDR : AT_IGNORE;
		break;
	case AT_EXECFD: entry.a_type = AT_IGNORE; break;
	}
	return entry;
}

static Elf64_auxv_t *put_vector(Elf64_auxv_t *at, const struct initial_stack *initial,
				const struct facts *facts)
{
	for (size_t i = 0; i < initial->auxv_count; i++)
		*at++ = translate(initial->auxv[i], facts);
	return at;
}

/* Writes the texts, upwards, and the pointers to them. Returns the lists' end. */
static uintptr_t *put_words(struct stack *stack, const struct initial_stack *initial,
			    const struct program *program, uintptr_t text, uintptr_t *list)
{
	size_t rest = rest_count(initial);

	*list++ = program->front_count + rest;
	stack->words.start = text;
	for (size_t i = 0; i < program->front_count; i++)
		*list++ = put(&text, program->front[i]);
	for (size_t i = 0; i < rest; i++)
		*list++ = put(&text, rest_word(initial, i));
	*list++ = 0;
	stack->words.end = stack->environment.start = text;
	for (char **at = initial->environment; *at; at++)
		*list++ = put(&text, *at);
	*list++ = 0;
	stack->environment.end = text;
	return list;
}

void stack_build(struct stack *stack, const struct initial_stack *initial,
		 const struct program *program, const struct plan *plan, uintptr_t vdso,
		 const struct handoff *handoff, const struct origin *origin)
{
	static const char zeros[RANDOM_BYTES];
	struct sizes sizes = measure(initial, program);
	const void *random = (const void *)initial_value(initial, AT_RANDOM, (uintptr_t)zeros);
	uintptr_t file = plan->stack.end - sizeof(uint64_t) - strlen(program->called) - 1;
	uintptr_t text = file - sizes.words - sizes.environment, end = file;
	struct facts facts = { .program = program, .plan = plan, .vdso = vdso, .file = file };
	Elf64_auxv_t *vector;

	put(&end, program->called);
	facts.platform = below(text - plan->apart, platform(initial), strlen(platform(initial)) + 1);
	facts.random = below(facts.platform, random, RANDOM_BYTES);
	end = handoff ? below(facts.random, handoff, sizeof(*handoff)) : facts.random;
	stack->run_path = origin->entry ? below(end, origin->text, strlen(origin->text) + 1) : end;
	stack->pointer = (stack->run_path - pointers(initial, program) * sizeof(uintptr_t)) &
			 ~(uintptr_t)(ALIGNMENT - 1);
	vector = (Elf64_auxv_t *)put_words(stack, initial, program, text,
					   (uintptr_t *)stack->pointer);
	stack->auxv = (uintptr_t)vector;
	vector = put_vector(vector, initial, &facts);
	/* The library's entry comes last, behind the part that the kernel is told of: the
	 * kernel's copy of the vector, which it ends with AT_NULL, may have no room. */
	stack->auxv_size = (uintptr_t)vector - stack->auxv;
	if (handoff)
		*vector++ = (Elf64_auxv_t){ HANDOFF_AUXV, { (uintptr_t)end } };
	*vector = (Elf64_auxv_t){ AT_NULL, { 0 } };
}
