/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <errno.h>
#include <string.h>

#include "core/random.h"
#include "edge/aslr.h"
#include "sys/aslimit.h"
#include "sys/sysinfo.h"
#include "sys/sys.h"
#include "message.h"

#define OWN_MAX 16 /* variables that a copy may bring */

/* As many bits as the kernel's own mmap_base has. */
#define CHANCE_PAGES_MAX (1UL << 28)

#define MARK_SIZE (sizeof(SETTINGS_MARK) - 1)

/* The mark and the text, without a terminator between. It is in .data, so that it lies in
 * the file, and "used", so that link-time optimization does not take the text for empty. */
static __attribute__((used)) char settings_block[MARK_SIZE + SETTINGS_SIZE] = SETTINGS_MARK;

/* The variables of the block; NULL: it has none. */
static char *const *own_variables(void)
{
	static char *variables[OWN_MAX + 1];
	char *at = settings_block + MARK_SIZE, *end = at + SETTINGS_SIZE - 1;
	size_t count = 0;

	while (at < end && *at && count < OWN_MAX) {
		variables[count++] = at;
		at += strlen(at) + 1;
	}
	return count ? variables : NULL;
}

const char *settings_own(const char *name)
{
	char *const *at = own_variables();
	size_t length = strlen(name);

	for (; at && *at; at++)
		if (strlen(*at) > length && memcmp(*at, name, length) == 0 && (*at)[length] == '=')
			return *at + length + 1;
	return NULL;
}

static _Noreturn void refuse_setting(const struct options_error *error)
{
	char name[64];
	struct fmt fmt;

	fmt_init(&fmt, name, sizeof(name));
	fmt_chars(&fmt, error->name, error->name_length);
	message_die(STATUS_OWN, name, " '", error->value, "' ", error->why, NULL);
}

static void read_options(struct settings *settings, const struct initial_stack *initial)
{
	char *const *variables = own_variables();
	struct options_error error;

	if (options_parse(variables ? variables : initial->environment, settings->min,
			  &settings->options, &error) < 0)
		refuse_setting(&error);
	settings->window = settings->options.window;
	if (window_clamp(&settings->window, settings->min, settings->top, settings->page) < 0)
		message_die(STATUS_OWN, "the window has no page of what this kernel gives a "
			    "process; choose one that does", NULL);
}

static void check_fence(const struct settings *settings)
{
	if (settings->fenced && !aslimit_raise(spans_size(&settings->outside)))
		message_die(STATUS_OWN, "cannot raise the fence: the limit on address space "
			    "(RLIMIT_AS) is finite and a fence counts against it; use RLIMIT_DATA "
			    "(ulimit -d) instead, or --reach calls", NULL);
	/* An empty range seals nothing; kernels without mseal fail all the same. */
	if (settings->sealed && SYS(SYS_mseal, 0, 0, 0) == -ENOSYS)
		message_die(STATUS_OWN, "cannot raise the fence: this kernel cannot seal (mseal, "
			    "Linux 6.10); use --fence on", NULL);
}

void settings_read(struct settings *settings, const struct initial_stack *initial)
{
	const uint64_t *random = (const uint64_t *)initial_value(initial, AT_RANDOM, 0);
	bool limited;

	settings->page = initial_value(initial, AT_PAGESZ, 4096);
	settings->min = limits_min(settings->page);
	settings->top = limits_top(settings->page);
	/* A launcher with rights of its own would hand them on. */
	if (initial_value(initial, AT_SECURE, 0))
		message_die(STATUS_OWN, "the launcher runs with more rights than its user; take "
			    "its file's setuid bit or capabilities away", NULL);
	read_options(settings, initial);
	limited = !window_unlimited(&settings->window);
	settings->inside = window_spans(&settings->window, settings->min, settings->top);
	settings->outside = window_outside(&settings->window, settings->min, settings->top);
	settings->fenced = limited && settings->options.fence != FENCE_NEVER;
	settings->sealed = settings->fenced && settings->options.fence == FENCE_SEAL;
	settings->randomised = aslr_wanted(&settings->options);
	settings->random = aslr_seed(&settings->options, aslr_number(), random);
	check_fence(settings);
}

size_t settings_within(struct settings *settings, size_t bytes)
{
	uint64_t random = random_next(&settings->random);
	size_t pages = bytes / settings->page;

	if (pages > CHANCE_PAGES_MAX)
		pages = CHANCE_PAGES_MAX;
	return settings->randomised && pages ? random % pages * settings->page : 0;
}

size_t settings_chance(struct settings *settings, size_t fraction)
{
	size_t part = 0;

	for (int i = 0; i < settings->inside.count; i++) {
		struct span span = settings->inside.at[i];
		size_t here = (span.end - span.start) / fraction;

		part = here > part ? here : part;
	}
	return settings_within(settings, part);
}
