/* SPDX-License-Identifier: MIT */
#include "persona.h"

#include <linux/personality.h>
#include <string.h>

#include "core/launched.h"
#include "core/text.h"
#include "kernel/sys.h"
#include "message.h"

/* The name by which the launcher calls itself the second time, followed by what
 * it has changed: "PERSONA SOFT-STACK-LIMIT", and by the library's name for it
 * where that has called. Nobody else sees it. */
#define AGAIN "valimit-again "

/* What the kernel takes for a limit that means a top-down layout. */
#define STACK_USUAL (8UL << 20)

static bool searches_upwards(size_t page)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	long first = sys_mmap(0, page, PROT_NONE, flags, -1, 0);
	long second = sys_mmap(0, page, PROT_NONE, flags, -1, 0);

	if (!sys_failed(first))
		sys_munmap((uintptr_t)first, page);
	if (!sys_failed(second))
		sys_munmap((uintptr_t)second, page);
	return !sys_failed(first) && !sys_failed(second) && second > first;
}

static bool asks_upwards(const struct persona *persona)
{
	return persona->persona & ADDR_COMPAT_LAYOUT || persona->stack.rlim_cur == RLIM_INFINITY;
}

static bool read_again(struct persona *persona, const char *name)
{
	const size_t length = strlen(AGAIN);
	uint64_t number;

	if (!name || strlen(name) < length || memcmp(name, AGAIN, length) != 0)
		return false;
	if (text_digits(name + length, 10, &name, &number) || *name != ' ')
		return false;
	persona->persona = number;
	if (text_digits(name + 1, 10, &name, &number))
		return false;
	persona->stack.rlim_cur = number;
	return true;
}

/* Where the window reaches up to where the kernel begins to search, that place
 * is random too, and was drawn when the launcher was started. What binfmt_misc
 * has told is lost to one that starts again. */
static bool draws(const struct persona *persona, const struct settings *settings,
		  const struct given *given)
{
	return settings->options.has_seed && !(persona->persona & ADDR_NO_RANDOMIZE) &&
	       given_value(given, AT_EXECFD, UINTPTR_MAX) == UINTPTR_MAX;
}

bool persona_again(const struct given *given)
{
	struct persona scratch;

	return given->count > 0 && read_again(&scratch, given->words[0]);
}

void persona_restore(const struct persona *persona)
{
	if (!persona->changed)
		return;
	SYS(SYS_personality, persona->persona);
	sys_rlimit(RLIMIT_STACK, &persona->stack, NULL);
}

static void start_again(struct persona *persona, const struct settings *settings,
			const struct given *given)
{
	unsigned long fixed = settings->options.has_seed ? ADDR_NO_RANDOMIZE : 0;
	struct rlimit usual = { STACK_USUAL, persona->stack.rlim_max };
	uintptr_t fd = given_value(given, AT_EXECFD, UINTPTR_MAX);
	const char *called = given->words[0];
	char name[160];
	struct fmt fmt;

	fmt_init(&fmt, name, sizeof(name));
	fmt_text(&fmt, AGAIN);
	fmt_decimal(&fmt, persona->persona);
	fmt_char(&fmt, ' ');
	fmt_decimal(&fmt, persona->stack.rlim_cur);
	if (text_behind(called, LAUNCHED_CALL)) {
		fmt_char(&fmt, ' ');
		fmt_text(&fmt, called);
	}
	SYS(SYS_personality, (persona->persona & ~(unsigned long)ADDR_COMPAT_LAYOUT) | fixed);
	if (persona->stack.rlim_cur == RLIM_INFINITY)
		sys_rlimit(RLIMIT_STACK, &usual, NULL);
	if (fd != UINTPTR_MAX)
		SYS(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
	given->words[0] = name;
	SYS(SYS_execve, "/proc/self/exe", given->words, given->environment);
	persona->changed = true;
	message_die(STATUS_OWN, "cannot start again with a layout that reaches the window; run it "
		    "without setarch -L and with a finite stack limit (ulimit -s 8192)", NULL);
}

void persona_settle(struct persona *persona, const struct settings *settings,
		    const struct given *given)
{
	long now = SYS(SYS_personality, 0xffffffffUL);
	bool again, upwards;

	/* Where a sandbox does not tell, the usual one. */
	if (sys_rlimit(RLIMIT_STACK, NULL, &persona->stack) < 0)
		persona->stack = (struct rlimit){ STACK_USUAL, RLIM_INFINITY };
	again = given->count > 0 && read_again(persona, given->words[0]);
	persona->changed = again;
	if (!again)
		persona->persona = sys_failed(now) ? 0 : (unsigned long)now;
	if (!settings->fenced)
		return;
	upwards = searches_upwards(settings->page);
	if (!again && (upwards ? asks_upwards(persona) : draws(persona, settings, given)))
		start_again(persona, settings, given);
	if (upwards)
		message_die(STATUS_OWN, "the kernel searches for room from the bottom up and "
			    "would not reach the window; set vm.legacy_va_layout to 0", NULL);
}
