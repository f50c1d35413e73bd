/* SPDX-License-Identifier: MIT */
/*
 * libc's functions that execute a program. A program that the launcher can start is handed to
 * it. All other calls go to libc's function, which also makes all errors.
 */
#include <dlfcn.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "core/text.h"
#include "exec.h"
#include "sys/sys.h"
#include "libc.h"
#include "launcher.h"
#include "reach.h"

#define EXPORT __attribute__((visibility("default")))

/* The search path of glibc and musl if the environment has no PATH. */
#define PATH_USUAL "/bin:/usr/bin"

typedef int spawn_function(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
			   const posix_spawnattr_t *attributes, char *const *argv,
			   char *const *envp);

/* The next library's functions: libc's, or those of a library that is preloaded after this one. */
static struct {
	int (*execvpe)(const char *file, char *const *argv, char *const *envp);
	spawn_function *posix_spawn, *posix_spawnp;
	__typeof__(posix_spawnattr_getflags) *getflags;
} next;

/* Looks the functions up in a constructor, and not inside a call: dlsym() is not safe in signal
 * handlers and vfork() children. */
__attribute__((constructor)) static void find_next(void)
{
	next.execvpe = LIBC_NEXT(execvpe);
	next.getflags = LIBC(posix_spawnattr_getflags);
	next.posix_spawn = (spawn_function *)LIBC_NEXT(posix_spawn);
	next.posix_spawnp = (spawn_function *)LIBC_NEXT(posix_spawnp);
}

/* Looks the functions up if another library's constructor calls before this one's. */
static void need_next(void)
{
	if (!next.posix_spawnp)
		find_next();
}

EXPORT int execve(const char *path, char *const *argv, char *const *envp)
{
	return (int)call_answer(exec_call(path, argv, envp));
}

EXPORT int execv(const char *path, char *const *argv)
{
	return execve(path, argv, environ);
}

/* Files named by a descriptor are executed by the kernel: the launcher needs a path. */
EXPORT int execveat(int folder, const char *path, char *const *argv, char *const *envp, int flags)
{
	if (folder == AT_FDCWD && flags == 0)
		return execve(path, argv, envp);
	return (int)call_answer(sys_pass(SYS_execveat, (const long[6]){ folder, (long)path, (long)argv,
									(long)envp, flags }));
}

/* The paths that a name may mean, one after the other, by the PATH of this process; the
 * program's new environment does not matter. */
struct path_search {
	const char *name, *folders; /* folders is NULL after the last path */
	char path[PATH_MAX];
};

static void search_begin(struct path_search *search, const char *name)
{
	search->name = name;
	search->folders = PATH_USUAL;
	for (char **at = environ; at && *at; at++) {
		const char *value = text_behind(*at, "PATH=");

		if (value) {
			search->folders = value;
			break;
		}
	}
}

/* An empty folder means the current directory. */
static const char *search_next(struct path_search *search)
{
	size_t name = strlen(search->name), folder;

	while (search->folders) {
		const char *start = search->folders;
		char *to = search->path;

		folder = strcspn(start, ":");
		search->folders = start[folder] ? start + folder + 1 : NULL;
		if (folder + 1 + name >= sizeof(search->path))
			continue;
		memcpy(to, start, folder);
		to[folder] = '/';
		memcpy(to + folder + (folder > 0), search->name, name + 1);
		return search->path;
	}
	return NULL;
}

/* Whether execvp() goes on to the next folder after this error. */
static bool is_elsewhere(long error)
{
	switch (-error) {
	case EACCES:
	case ENOENT:
	case ENOTDIR:
	case ESTALE:
	case ENODEV:
	case ETIMEDOUT:
		return true;
	}
	return false;
}

static bool is_searched(const char *name)
{
	return name && *name && !strchr(name, '/');
}

EXPORT int execvpe(const char *file, char *const *argv, char *const *envp)
{
	struct path_search search;
	char name[PATH_MAX];
	long result = -ENOENT;

	if (reach_hands_on() && is_searched(file)) {
		search_begin(&search, file);
		while (is_elsewhere(result) && search_next(&search))
			result = exec_launch(search.path, argv, envp);
	} else if (reach_hands_on()) {
		file = exec_own(file, name);
		exec_launch(file, argv, envp);
	}
	need_next();
	return next.execvpe(file, argv, envp);
}

EXPORT int execvp(const char *file, char *const *argv)
{
	return execvpe(file, argv, environ);
}

/* The number of arguments, the first included. */
static size_t count_arguments(const char *first, va_list more)
{
	size_t count = 0;

	for (const char *word = first; word; word = va_arg(more, const char *))
		count++;
	return count;
}

static void list_words(char **list, const char *first, va_list *more)
{
	const char *word = first;

	for (; word; word = va_arg(*more, const char *))
		*list++ = (char *)word;
	*list = NULL;
}

#define WORDS(list, first)                            \
	va_list more;                                 \
	va_start(more, first);                        \
	size_t list##_count = count_arguments(first, more); \
	va_end(more);                                 \
	char *(list)[list##_count + 1];               \
	va_start(more, first);                        \
	list_words(list, first, &more)

EXPORT int execl(const char *path, const char *word, ...)
{
	WORDS(argv, word);
	va_end(more);
	return execve(path, argv, environ);
}

EXPORT int execlp(const char *file, const char *word, ...)
{
	WORDS(argv, word);
	va_end(more);
	return execvpe(file, argv, environ);
}

EXPORT int execle(const char *path, const char *word, ...)
{
	WORDS(argv, word);

	char *const *envp = va_arg(more, char *const *);

	va_end(more);
	return execve(path, argv, envp);
}

static bool has_rights(void)
{
	return SYS(SYS_getuid, 0) != SYS(SYS_geteuid, 0) || SYS(SYS_getgid, 0) != SYS(SYS_getegid, 0);
}

/* Whether the path means the same file in the new process. It may not if a file action changes
 * the directory, or if POSIX_SPAWN_RESETIDS, which make always sets, gives up rights. */
static bool is_certain(const char *path, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attributes)
{
	short flags = 0;

	if (attributes)
		next.getflags(attributes, &flags);
	return (!actions || path[0] == '/') && !(flags & POSIX_SPAWN_RESETIDS && has_rights());
}

struct spawn {
	pid_t *pid;
	const posix_spawn_file_actions_t *actions;
	const posix_spawnattr_t *attributes;
	char *const *argv, *const *envp;
};

/* Spawns the launcher for the program. Returns 0, or an errno as posix_spawn() does. */
static int spawn_launcher(const struct spawn *spawn, const char *path, size_t count)
{
	char *word[REACH_FRONT + count + 1];

	exec_words(path, spawn->argv, count, word);
	return next.posix_spawn(spawn->pid, launcher_path(), spawn->actions, spawn->attributes, word,
				spawn->envp);
}

/* Spawns the program by the launcher, if that can start it; *error is then the result. False if
 * the kernel has to start it, also if the launcher's arguments were too long (E2BIG), since the
 * program's own may fit. */
static bool spawn_whole(const struct spawn *spawn, const char *path, long *check, int *error)
{
	size_t count;

	*check = exec_check(path, spawn->argv, spawn->envp, &count);
	if (*check != EXEC_LAUNCH || !is_certain(path, spawn->actions, spawn->attributes) ||
	    SYS(SYS_faccessat, AT_FDCWD, launcher_path(), X_OK) < 0)
		return false;
	*error = spawn_launcher(spawn, path, count);
	return *error != E2BIG;
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attributes, char *const *argv, char *const *envp)
{
	const struct spawn spawn = { pid, actions, attributes, argv, envp };
	char name[PATH_MAX];
	long check;
	int error;

	need_next();
	if (reach_hands_on()) {
		path = exec_own(path, name);
		if (spawn_whole(&spawn, path, &check, &error))
			return error;
	}
	return next.posix_spawn(pid, path, actions, attributes, argv, envp);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *attributes, char *const *argv, char *const *envp)
{
	const struct spawn spawn = { pid, actions, attributes, argv, envp };
	struct path_search search;
	char name[PATH_MAX];
	long check = -ENOENT;
	int error;

	need_next();
	if (reach_hands_on() && is_searched(file)) {
		search_begin(&search, file);
		while (is_elsewhere(check) && search_next(&search))
			if (spawn_whole(&spawn, search.path, &check, &error))
				return error;
	} else if (reach_hands_on()) {
		file = exec_own(file, name);
		if (spawn_whole(&spawn, file, &check, &error))
			return error;
	}
	return next.posix_spawnp(pid, file, actions, attributes, argv, envp);
}
