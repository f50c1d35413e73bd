/* SPDX-License-Identifier: MIT */
#include "site.h"

#include <link.h>
#include <string.h>

#include "bind.h"
#include "libc.h"
#include "sys/usercopy.h"

/* BACKWARDS: bytes searched before a call or jump for the load of its pointer; little more than
 * the arguments lies between. FORWARDS: bytes of a function that may consist of a jump. DEPTH:
 * instructions that a value may pass through. */
#define BACKWARDS 96
#define FORWARDS 128
#define DEPTH 4

/* Instructions of a module that may be read, for architecture code. */
struct code {
	const struct module *module;
	const struct site_frame *frame; /* the registers; NULL: unknown */
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

/* The result of the call that returns to `returns`, if dlsym() has just given it to this
 * thread; 0: unknown. */
static uintptr_t answer_of(const struct code *code, uintptr_t returns)
{
	return code->frame && lookup.returns == returns ? lookup.answer : 0;
}

/* A word that the code refers to; 0: it cannot be read. */
static uintptr_t word_at(const struct code *code, uintptr_t address)
{
	uintptr_t word;

	if (module_has_data(code->module, address))
		return __atomic_load_n((const uintptr_t *)address, __ATOMIC_RELAXED);
	/* A word on the stack or in another module. */
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

#if HAS_FIND_OBJECT
static __typeof__(_dl_find_object) *find_object;

void site_prepare(void)
{
	find_object = LIBC(_dl_find_object);
}

bool site_object(uintptr_t address, struct dl_find_object *found)
{
	return find_object && find_object((void *)address, found) == 0;
}
#else
void site_prepare(void)
{
}
#endif

/* Finds the module whose code is at the address. Code of a module that has been unloaded, but
 * is still in the roster, must not be read. */
static bool find(uintptr_t address, struct module *module)
{
	if (!roster_find(address, module, NULL) || !span_holds(module->text, address))
		return false;
#if HAS_FIND_OBJECT
	struct dl_find_object found;

	if (!site_object(address, &found) ||
	    !span_holds(module->range, (uintptr_t)found.dlfo_link_map->l_ld))
		return false;
#endif
	return true;
}

static struct code code_of(const struct module *module, const struct site_frame *frame)
{
	return (struct code){ module, frame, module->text.start, module->text.end };
}

/* The target of the call before the return address: a function, or a stub of the linkage table;
 * 0: unknown. */
static uintptr_t target_of(uintptr_t returns, const struct module *module,
			   const struct site_frame *frame)
{
	struct code code = code_of(module, frame);

	if (returns - code.start < BACKWARDS)
		return 0;
	return called(&code, returns);
}

/* The function behind a stub of the linkage table, which is most likely in the module `near`;
 * `target` itself if it is no stub. */
static uintptr_t through(uintptr_t target, const struct module *near)
{
	struct module module;
	struct code code;
	uintptr_t behind;

	if (!span_holds(near->text, target)) {
		if (!find(target, &module))
			return target;
		near = &module;
	}
	code = code_of(near, NULL);
	behind = stub(&code, target);
	return behind ? behind : target;
}

/* Whether a host's function jumps to the entry and can do nothing else: no branch, call or
 * return comes before the jump. */
static bool jumps_to(uintptr_t function, uintptr_t entry)
{
	struct module module;
	struct code code;

	if (!find(function, &module) || module.kind != KIND_HOST)
		return false;
	code = code_of(&module, NULL);
	code.start = function;
	if (code.end - function > FORWARDS)
		code.end = function + FORWARDS;
	for (uintptr_t at = function; at < code.end; at += STEP) {
		uintptr_t target = jumped(&code, at);

		if (target && through(target, &module) == entry)
			return true;
		if (target || branches(&code, at))
			return false;
	}
	return false;
}

bool site_proves(uintptr_t returns, const struct site_frame *frame, uintptr_t entry)
{
	struct module module;
	uintptr_t target;

	if (!find(returns, &module))
		return false;
	target = target_of(returns, &module, frame);
	if (!target)
		return false;
	target = through(target, &module);
	return target == entry ? module.kind == KIND_HOST : jumps_to(target, entry);
}

/* Marked as used: link-time optimization does not see the callers, which are assembly. */
__attribute__((used)) uintptr_t site_choose(const struct site_frame *frame, size_t number)
{
	const struct export *export = export_numbered(number);

	return site_proves(frame->returns, frame, export->pointer) ? export->host : export->plain;
}

uintptr_t site_caller(uintptr_t returns)
{
	struct module module;
	uintptr_t target;

	if (!bind_possible || !find(returns, &module))
		return returns;
	target = target_of(returns, &module, NULL);
	target = target ? through(target, &module) : 0;
	return !target || export_reached(target) ? returns : target + 1;
}
