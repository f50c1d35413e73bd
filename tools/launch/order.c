/* SPDX-License-Identifier: MIT */
#include "order.h"

#include <string.h>
#include <sys/stat.h>

#include "core/handoff.h"
#include "core/text.h"
#include "sys/sys.h"
#include "message.h"

/* The launcher's own words; those of the program begin behind them. */
#define PATH_WORD 1
#define OWN_WORDS 2

static struct {
	const struct order *order;
	const struct initial_stack *initial;
	const struct personality *personality;
} kept;

struct order order_read(const struct initial_stack *initial)
{
	struct order order = { .fd = -1 };
	bool called = initial->count > OWN_WORDS && (text_behind(initial->words[0], HANDOFF_CALL) ||
						     personality_again(initial));
	const char *rest = called ? text_after(initial->words[0], HANDOFF_CALL) : NULL;
	uint64_t fd;

	order.by_library = rest != NULL;
	if (!rest || *rest != ' ' || text_digits(rest + 1, 10, &rest, &fd) || *rest != ' ')
		return order;
	order.fd = (int)fd;
	order.comm = rest + 1;
	return order;
}

static bool is_file(const char *path, int fd)
{
	struct stat a, b;

	return SYS(SYS_fstat, fd, &a) == 0 && SYS(SYS_newfstatat, AT_FDCWD, path, &b, 0) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The words with which PATH was executed. For a script they begin with its own path, which
 * the kernel has put behind the interpreter. NULL: unknown. */
static char **first_words(const char *path, int fd, char **words)
{
	if (fd < 0 || is_file(path, fd))
		return words;
	for (char **at = words + 1; words[0] && *at; at++)
		if (text_is(*at, strlen(*at), path))
			return at;
	return NULL;
}

static void start_plainly(char **environment)
{
	const char *path = kept.initial->words[PATH_WORD];
	char **words = kept.initial->words + OWN_WORDS;
	char **first = first_words(path, kept.order->fd, words);

	if (kept.order->fd >= 0)
		SYS(SYS_fcntl, kept.order->fd, F_SETFD, FD_CLOEXEC);
	if (first)
		SYS(SYS_execve, path, first, environment);
	if (kept.order->fd >= 0)
		SYS(SYS_execveat, kept.order->fd, "", words, environment, AT_EMPTY_PATH);
}

static void rescue(void)
{
	size_t count = 0;
	char tried[sizeof(HANDOFF_TRIED) + 20];
	struct fmt fmt;

	while (kept.initial->environment[count])
		count++;

	char *environment[count + 2];

	memcpy(environment, kept.initial->environment, count * sizeof(*environment));
	fmt_init(&fmt, tried, sizeof(tried));
	fmt_text(&fmt, HANDOFF_TRIED);
	fmt_decimal(&fmt, (uint64_t)SYS(SYS_getpid, 0));
	environment[count] = tried;
	environment[count + 1] = NULL;
	personality_restore(kept.personality);
	start_plainly(environment);
}

void order_rescue(const struct order *order, const struct initial_stack *initial,
		  const struct personality *personality)
{
	kept.order = order;
	kept.initial = initial;
	kept.personality = personality;
	if (order->by_library)
		message_rescue(rescue);
	if (order->by_library && order->fd < 0)
		message_hush();
}
