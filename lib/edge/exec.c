/* SPDX-License-Identifier: MIT */
#include "exec.h"

#include <limits.h>
#include <string.h>

#include "candidate.h"
#include "core/handoff.h"
#include "core/text.h"
#include "exe.h"
#include "sys/sys.h"
#include "launcher.h"
#include "reach.h"
#include "trace.h"

static uint32_t kept;

uint32_t exec_kept(void)
{
	return __atomic_load_n(&kept, __ATOMIC_RELAXED);
}

static long count_words(char *const *argv, size_t *count)
{
	for (*count = 0; argv[*count]; (*count)++)
		if (*count == REACH_WORDS_MAX)
			return EXEC_KERNEL;
	return *count ? EXEC_LAUNCH : EXEC_KERNEL;
}

/* Whether a path may mean another file in the launcher, whose descriptors are not
 * all that this process has. */
static bool is_relative_to_process(const char *path)
{
	return text_behind(path, "/proc/") || text_behind(path, "/dev/");
}

long exec_check(const char *path, char *const *argv, char *const *envp, size_t *count)
{
	const char *why;
	long result;

	if (!reach_hands_on() || !path || !argv || !envp)
		return EXEC_KERNEL;
	result = candidate_check(path, argv, envp);
	if (result < 0)
		return result;
	if (!reach_asked(envp) || count_words(argv, count) != EXEC_LAUNCH)
		return EXEC_KERNEL;
	if (is_relative_to_process(path))
		return EXEC_KERNEL;
	if (candidate_fits(path, &why))
		return EXEC_LAUNCH;
	if (why) {
		__atomic_fetch_add(&kept, 1, __ATOMIC_RELAXED);
		if (trace_on())
			trace_kept(path, why);
	}
	return EXEC_KERNEL;
}

void exec_words(const char *path, char *const *argv, size_t count, char **word)
{
	static char call[] = HANDOFF_CALL;

	word[0] = call;
	word[1] = (char *)path;
	memcpy(word + REACH_FRONT, argv, (count + 1) * sizeof(*word));
}

/* Where the launcher cannot be executed, for want of room for its words or
 * because it is gone, there is still the kernel. */
static void launch(const char *path, char *const *argv, size_t count, char *const *envp)
{
	char *word[REACH_FRONT + count + 1];

	exec_words(path, argv, count, word);
	SYS(SYS_execve, launcher_path(), word, envp);
}

long exec_launch(const char *path, char *const *argv, char *const *envp)
{
	size_t count;
	long result = exec_check(path, argv, envp, &count);

	if (result != EXEC_LAUNCH)
		return result;
	launch(path, argv, count, envp);
	return EXEC_KERNEL;
}

const char *exec_own(const char *path, char name[PATH_MAX])
{
	long length;

	/* The path may be any pointer. */
	if (SYS(SYS_faccessat, AT_FDCWD, path, X_OK) < 0 || !exe_named(path))
		return path;
	length = exe_path(name, PATH_MAX - 1);
	if (length < 0)
		return path;
	name[length] = '\0';
	/* A file that was deleted is still found by the kernel's name for it. */
	return exe_hidden(path) || SYS(SYS_faccessat, AT_FDCWD, name, X_OK) == 0 ? name : path;
}

long exec_call(const char *path, char *const *argv, char *const *envp)
{
	char name[PATH_MAX];

	if (reach_hands_on()) {
		path = exec_own(path, name);
		exec_launch(path, argv, envp);
	}
	return SYS(SYS_execve, path, argv, envp);
}
