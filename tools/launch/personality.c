/* SPDX-License-Identifier: MIT */
#include "personality.h"

#include <linux/personality.h>
#include <string.h>

#include "core/handoff.h"
#include "core/text.h"
#include "sys/sys.h"
#include "message.h"

/* argv[0] of the launcher that was executed again. Behind it come the values to restore,
 * "PERSONALITY SOFT-STACK-LIMIT", and the library's name for the launcher if the library has
 * called. The program never sees it. */
#define AGAIN "valimit-again "

/* A stack limit with which the kernel chooses a top-down layout. */
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

static bool asks_upwards(const struct personality *personality)
{
	return personality->flags & ADDR_COMPAT_LAYOUT ||
	       personality->stack.rlim_cur == RLIM_INFINITY;
}

static bool read_again(struct personality *personality, const char *name)
{
	const size_t length = strlen(AGAIN);
	uint64_t number;

	if (!name || strlen(name) < length || memcmp(name, AGAIN, length) != 0)
		return false;
	if (text_digits(name + length, 10, &name, &number) || *name != ' ')
		return false;
	personality->flags = number;
	if (text_digits(name + 1, 10, &name, &number))
		return false;
	personality->stack.rlim_cur = number;
	return true;
}

/* Whether the kernel has chosen a random start of its search, where a seed has to decide it.
 * A launcher started by binfmt_misc keeps that start: executed again, it would lose the open
 * file in AT_EXECFD. */
static bool draws(const struct personality *personality, const struct settings *settings,
		  const struct initial_stack *initial)
{
	return settings->options.has_seed && !(personality->flags & ADDR_NO_RANDOMIZE) &&
	       initial_value(initial, AT_EXECFD, UINTPTR_MAX) == UINTPTR_MAX;
}

bool personality_again(const struct initial_stack *initial)
{
	struct personality scratch;

	return initial->count > 0 && read_again(&scratch, initial->words[0]);
}

void personality_restore(const struct personality *personality)
{
	if (!personality->changed)
		return;
	SYS(SYS_personality, personality->flags);
	sys_rlimit(RLIMIT_STACK, &personality->stack, NULL);
}

static void start_again(struct personality *personality, const struct settings *settings,
			const struct initial_stack *initial)
{
	unsigned long fixed = settings->options.has_seed ? ADDR_NO_RANDOMIZE : 0;
	struct rlimit usual = { STACK_USUAL, personality->stack.rlim_max };
	uintptr_t fd = initial_value(initial, AT_EXECFD, UINTPTR_MAX);
	const char *called = initial->words[0];
	char name[160];
	struct fmt fmt;

	fmt_init(&fmt, name, sizeof(name));
	fmt_text(&fmt, AGAIN);
	fmt_decimal(&fmt, personality->flags);
	fmt_char(&fmt, ' ');
	fmt_decimal(&fmt, personality->stack.rlim_cur);
	if (text_behind(called, HANDOFF_CALL)) {
		fmt_char(&fmt, ' ');
		fmt_text(&fmt, called);
	}
	SYS(SYS_personality, (personality->flags & ~(unsigned long)ADDR_COMPAT_LAYOUT) | fixed);
	if (personality->stack.rlim_cur == RLIM_INFINITY)
		sys_rlimit(RLIMIT_STACK, &usual, NULL);
	if (fd != UINTPTR_MAX)
		SYS(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
	initial->words[0] = name;
	SYS(SYS_execve, "/proc/self/exe", initial->words, initial->environment);
	personality->changed = true;
	message_die(STATUS_OWN, "cannot start again with a layout that reaches the window; run it "
		    "without setarch -L and with a finite stack limit (ulimit -s 8192)", NULL);
}

void personality_settle(struct personality *personality, const struct settings *settings,
			const struct initial_stack *initial)
{
	long now = SYS(SYS_personality, 0xffffffffUL);
	bool again, upwards;

	/* A sandbox may deny the call: assume the usual limit. */
	if (sys_rlimit(RLIMIT_STACK, NULL, &personality->stack) < 0)
		personality->stack = (struct rlimit){ STACK_USUAL, RLIM_INFINITY };
	again = initial->count > 0 && read_again(personality, initial->words[0]);
	personality->changed = again;
	if (!again)
		personality->flags = sys_failed(now) ? 0 : (unsigned long)now;
	if (!settings->fenced)
		return;
	upwards = searches_upwards(settings->page);
	if (!again && (upwards ? asks_upwards(personality) : draws(personality, settings, initial)))
		start_again(personality, settings, initial);
	if (upwards)
		message_die(STATUS_OWN, "the kernel searches for room from the bottom up and "
			    "would not reach the window; set vm.legacy_va_layout to 0", NULL);
}
