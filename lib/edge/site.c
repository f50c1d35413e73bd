/* SPDX-License-Identifier: MIT */
#include "site.h"

#include <string.h>

#include "bind.h"
#include "kernel/user.h"

/* How far an instruction is looked for before a call or a jump: between the load
 * of a pointer and its use are little more than the arguments. And how far a
 * function that is nothing but a jump reaches. */
#define BACKWARDS 96
#define FORWARDS 128
#define DEPTH 4

/* Instructions of a module that may be read. */
struct code {
	const struct module *module;
	const struct site_frame *frame; /* NULL: none */
	uintptr_t start, end;
};

static __thread struct {
	uintptr_t returns, answer;
} lookup;

void site_note_lookup(uintptr_t returns, uintptr_t answer)
{
	lookup.returns = returns;
	lookup.answer = answer;
}

/* What the call that returns to `returns` has just answered; 0: not to be seen. */
static uintptr_t answer_of(const struct code *code, uintptr_t returns)
{
	return code->frame && lookup.returns == returns ? lookup.answer : 0;
}

/* A word that the code refers to; 0 where it cannot be read. */
static uintptr_t word_at(const struct code *code, uintptr_t address)
{
	uintptr_t word;

	if (module_has_data(code->module, address))
		return __atomic_load_n((const uintptr_t *)address, __ATOMIC_RELAXED);
	/* The stack, or another module. */
	if (!code->frame || user_read(&word, (const void *)address, sizeof(word)) < 0)
		return 0;
	return word;
}

#if defined(__x86_64__)
#include "site_x86_64.h"
#elif defined(__aarch64__)
#include "site_aarch64.h"
#else
#include "site_riscv64.h"
#endif

static struct code code_of(const struct module *module, const struct site_frame *frame)
{
	return (struct code){ module, frame, module->text.start, module->text.end };
}

uintptr_t site_target(uintptr_t returns, const struct module *module,
		      const struct site_frame *frame)
{
	struct code code = code_of(module, frame);

	if (!span_holds(module->text, returns) || returns - code.start < BACKWARDS)
		return 0;
	return called(&code, returns);
}

uintptr_t site_through(uintptr_t target)
{
	struct module module;
	struct code code;
	uintptr_t behind;

	if (!roster_find(target, &module) || !span_holds(module.text, target))
		return target;
	code = code_of(&module, NULL);
	behind = stub(&code, target);
	return behind ? behind : target;
}

/* Whether a host's function is seen to jump to the entry. */
static bool jumps_to(uintptr_t function, uintptr_t entry)
{
	struct module module;
	struct code code;

	if (!roster_find(function, &module) || module.kind != KIND_HOST ||
	    !span_holds(module.text, function))
		return false;
	code = code_of(&module, NULL);
	code.start = function;
	if (code.end - function > FORWARDS)
		code.end = function + FORWARDS;
	for (uintptr_t at = function; at < code.end; at += STEP) {
		uintptr_t target = jumped(&code, at);

		if (target && site_through(target) == entry)
			return true;
	}
	return false;
}

bool site_proves(uintptr_t returns, const struct site_frame *frame, uintptr_t entry)
{
	struct module module;
	uintptr_t target;

	if (!roster_find(returns, &module))
		return false;
	target = site_target(returns, &module, frame);
	if (!target)
		return false;
	target = site_through(target);
	return target == entry ? module.kind == KIND_HOST : jumps_to(target, entry);
}

uintptr_t site_choose(const struct site_frame *frame, size_t number)
{
	const struct export *export = export_numbered(number);

	return site_proves(frame->returns, frame, export->pointer) ? export->host : export->plain;
}

uintptr_t site_caller(uintptr_t returns)
{
	struct module module;
	uintptr_t target;

	if (!bind_possible || !roster_find(returns, &module))
		return returns;
	target = site_target(returns, &module, NULL);
	target = target ? site_through(target) : 0;
	return !target || export_reached(target) ? returns : target + 1;
}
