/* SPDX-License-Identifier: MIT */
/*
 * libc's functions that execute a program. What the launcher can start is handed
 * to it; with all else libc's own function does what it does, errors included.
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

/* Where a program is looked for that is named without a folder, as glibc and musl
 * have it for an environment without PATH. */
#define PATH_USUAL "/bin:/usr/bin"

typedef int spawn_function(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
			   const posix_spawnattr_t *attributes, char *const *argv,
			   char *const *envp);

/* libc's, or those of a library that is preloaded after this one. */
static struct {
	int (*execvpe)(const char *file, char *const *argv, char *const *envp);
	spawn_function *posix_spawn, *posix_spawnp;
	__typeof__(posix_spawnattr_getflags) *getflags;
} next;

/* In a constructor, and not inside a call: dlsym is nothing for signal handlers
 * and children of vfork. */
__attribute__((constructor)) static void find_next(void)
{
	next.execvpe = LIBC_NEXT(execvpe);
	next.getflags = LIBC(posix_spawnattr_getflags);
	next.posix_spawn = (spawn_function *)LIBC_NEXT(posix_spawn);
	next.posix_spawnp = (spawn_function *)LIBC_NEXT(posix_spawnp);
}

/* Another library's constructor may have come first. */
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

/* The kernel's names for files by descriptor are not the launcher's to give. */
EXPORT int execveat(int folder, const char *path, char *const *argv, char *const *envp, int flags)
{
	if (folder == AT_FDCWD && flags == 0)
		return execve(path, argv, envp);
	return (int)call_answer(sys_pass(SYS_execveat, (const long[6]){ folder, (long)path, (long)argv,
									(long)envp, flags }));
}

/* One after the other of the paths that a name may mean, from the PATH of this
 * process, whatever the environment of the program is to be. */
struct path_search {
	const char *name, *folders; /* NULL: the last was given */
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

/* An empty folder is the present one. */
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

/* Whether execvp() goes on to the next folder. */
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

/* How many words there are, the first given; and the list of them. */
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

/* Whether the program is found from this process as it will be from the other:
 * an action may be to change the directory, and rights may be given up, as make
 * asks for in any case. */
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

/* The launcher in place of the program: 0, or an errno as from that. */
static int spawn_launcher(const struct spawn *spawn, const char *path, size_t count)
{
	char *word[REACH_FRONT + count + 1];

	exec_words(path, spawn->argv, count, word);
	return next.posix_spawn(spawn->pid, launcher_path(), spawn->actions, spawn->attributes, word,
				spawn->envp);
}

/* Whether the launcher is to start it; then *error is what came of that. For want
 * of room for the launcher's words the kernel may still have some. */
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
