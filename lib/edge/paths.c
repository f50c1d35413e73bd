/* SPDX-License-Identifier: MIT */
/*
 * libc's functions by which programs find their own file. Each calls libc's function first.
 * Success shows that the path is readable, and only then is it compared with the names of
 * /proc/self/exe (exe.h).
 *
 * open() may block and is a cancellation point, so libc's function is called, and not the
 * system call.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "exe.h"
#include "sys/sys.h"
#include "libc.h"

#define EXPORT __attribute__((visibility("default")))

/* The next library's functions: libc's, or those of a library that is preloaded after this one. */
static struct {
	int (*open)(const char *path, int flags, ...);
	int (*openat)(int folder, const char *path, int flags, ...);
	char *(*realpath)(const char *path, char *resolved);
} next;

/* Looks the functions up in a constructor, and not inside a call: dlsym() is not safe in signal
 * handlers and forked children. */
__attribute__((constructor)) static void find_next(void)
{
	next.open = LIBC_NEXT(open);
	next.openat = LIBC_NEXT(openat);
	next.realpath = LIBC_NEXT(realpath);
}

/* Writes the program's path with a terminator. Returns 0 or -errno. */
static long program_name(char name[PATH_MAX])
{
	long length = exe_path(name, PATH_MAX - 1);

	if (length < 0)
		return length;
	name[length] = 0;
	return 0;
}

static long plain_openat(int folder, const char *path, int flags, mode_t mode)
{
	if (next.openat)
		return next.openat(folder, path, flags, mode);
	return call_answer(SYS(SYS_openat, folder, path, flags, mode));
}

static int plain_open(const char *path, int flags, mode_t mode)
{
	if (next.open)
		return next.open(path, flags, mode);
	return (int)plain_openat(AT_FDCWD, path, flags, mode);
}

/* Replaces a descriptor of the launcher by one of the program. The kernel's answers to two
 * kinds of open() stay: one for writing fails (ETXTBSY), and one with O_NOFOLLOW gets the link
 * itself. */
static int correct_file(int fd, const char *path, int flags)
{
	char name[PATH_MAX];
	long result;

	if (fd < 0 || flags & (O_ACCMODE | O_NOFOLLOW) || !exe_hidden(path))
		return fd;
	SYS(SYS_close, fd);
	result = program_name(name);
	return result < 0 ? (int)call_answer(result) : plain_open(name, flags, 0);
}

EXPORT int open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	/* Read even if the caller gave none: libc uses it only if the flags say so. */
	va_start(arguments, flags);
	mode = va_arg(arguments, mode_t);
	va_end(arguments);
	return correct_file(plain_open(path, flags, mode), path, flags);
}

EXPORT int open64(const char *path, int flags, ...) __attribute__((alias("open")));

EXPORT int openat(int folder, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = va_arg(arguments, mode_t);
	va_end(arguments);
	return correct_file((int)plain_openat(folder, path, flags, mode), path, flags);
}

EXPORT int openat64(int folder, const char *path, int flags, ...) __attribute__((alias("openat")));

/* Replaces the text of a link that names the launcher. */
static long correct_link(long result, const char *path, char *text, size_t size)
{
	return result >= 0 && exe_hidden(path) ? exe_path(text, size) : result;
}

EXPORT ssize_t readlinkat(int folder, const char *path, char *text, size_t size)
{
	long result = SYS(SYS_readlinkat, folder, path, text, size);

	return call_answer(correct_link(result, path, text, size));
}

EXPORT ssize_t readlink(const char *path, char *text, size_t size)
{
	return readlinkat(AT_FDCWD, path, text, size);
}

/* Replaces a resolved path that is the launcher's. The caller's buffer has PATH_MAX bytes;
 * without one the result is allocated by malloc(). */
static char *correct_real(const char *path, char *buffer, char *result)
{
	char name[PATH_MAX];
	long err;

	if (!result || !exe_hidden(path))
		return result;
	err = program_name(name);
	if (!buffer)
		LIBC(free)(result);
	if (err < 0) {
		call_answer(err);
		return NULL;
	}
	return buffer ? strcpy(buffer, name) : LIBC(strdup)(name);
}

EXPORT char *realpath(const char *path, char *resolved)
{
	if (!next.realpath)
		find_next();
	return correct_real(path, resolved, next.realpath(path, resolved));
}

EXPORT char *canonicalize_file_name(const char *path)
{
	return realpath(path, NULL);
}

/* The functions that glibc's headers call under _FORTIFY_SOURCE. They end the program if the
 * mode is missing or the caller's buffer is too small. */
#ifdef __GLIBC__
void __chk_fail(void) __attribute__((noreturn));
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);
ssize_t __readlink_chk(const char *path, char *text, size_t size, size_t room);
ssize_t __readlinkat_chk(int folder, const char *path, char *text, size_t size, size_t room);
char *__realpath_chk(const char *path, char *resolved, size_t room);

static bool needs_mode(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

/* Lets glibc's function end the program with its message. */
static int end_open(int flags)
{
	return LIBC_NEXT(__open_2)("", flags);
}

static void check_room(bool enough)
{
	if (!enough)
		LIBC(__chk_fail)();
}

EXPORT int __open_2(const char *path, int flags)
{
	return needs_mode(flags) ? end_open(flags) : open(path, flags);
}

EXPORT int __open64_2(const char *path, int flags) __attribute__((alias("__open_2")));

EXPORT int __openat_2(int folder, const char *path, int flags)
{
	return needs_mode(flags) ? end_open(flags) : openat(folder, path, flags);
}

EXPORT int __openat64_2(int folder, const char *path, int flags)
	__attribute__((alias("__openat_2")));

EXPORT ssize_t __readlink_chk(const char *path, char *text, size_t size, size_t room)
{
	check_room(size <= room);
	return readlink(path, text, size);
}

EXPORT ssize_t __readlinkat_chk(int folder, const char *path, char *text, size_t size,
				size_t room)
{
	check_room(size <= room);
	return readlinkat(folder, path, text, size);
}

EXPORT char *__realpath_chk(const char *path, char *resolved, size_t room)
{
	check_room(room >= PATH_MAX);
	return realpath(path, resolved);
}
#endif
