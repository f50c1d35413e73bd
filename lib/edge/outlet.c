/* SPDX-License-Identifier: MIT */
#include "outlet.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/error.h"
#include "core/text.h"
#include "sys/sys.h"
#include "message.h"

/* Addresses are not everybody's to know. */
#define MODE 0600

/* Of a name in a message: the reason has to fit behind it. */
#define NAME_SHOWN 240

/* The kernel's set: a bit for each of 64 signals. */
#define BIT(signal) (1UL << ((signal) - 1))
#define KILLERS (BIT(SIGPIPE) | BIT(SIGXFSZ))

/* The name of this process's file: after a fork it is another one. */
static void expand(const struct outlet *outlet, char *path)
{
	struct fmt fmt;

	fmt_init(&fmt, path, OUTLET_PATH_MAX);
	fmt_chars(&fmt, outlet->path, outlet->named);
	for (const char *at = outlet->path + outlet->named; *at; at++) {
		if (at[0] == '%' && at[1] == 'p') {
			fmt_decimal(&fmt, (uint64_t)SYS(SYS_getpid, 0));
			at++;
		} else {
			fmt_char(&fmt, *at);
		}
	}
}

/* Never waits: a pipe without a reader shall not stop the program. */
static long open_path(const char *path, int flags)
{
	return SYS(SYS_openat, AT_FDCWD, path,
		   O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, MODE);
}

static long open_outlet(const struct outlet *outlet)
{
	char path[OUTLET_PATH_MAX];

	if (!outlet->per_process)
		return open_path(outlet->path, O_CREAT);
	expand(outlet, path);
	return open_path(path, O_CREAT);
}

/* Whether a descriptor is what descriptor 2 was at the start. */
static bool is_stderr(const struct outlet *outlet, long fd)
{
	struct stat facts;

	return SYS(SYS_fstat, fd, &facts) == 0 && facts.st_dev == outlet->device &&
	       facts.st_ino == outlet->file;
}

/* A terminal or a file can be opened once more when descriptor 2 is closed: GNU
 * programs close it before they end. */
static long reopen_stderr(const struct outlet *outlet)
{
	long fd = open_path(outlet->path, 0);

	if (fd < 0 || is_stderr(outlet, fd))
		return fd;
	sys_close((int)fd);
	return -ESTALE;
}

static long put(int fd, const char *text, size_t length)
{
	while (length > 0) {
		long done = sys_write(fd, text, length);

		if (done == -EINTR)
			continue;
		if (done < 0)
			return done;
		text += done;
		length -= (size_t)done;
	}
	return 0;
}

/* A reader that has gone, or a limit on the size of files, would kill the
 * program for what the program has not written. */
static long put_unharmed(int fd, const char *text, size_t length)
{
	uint64_t block = KILLERS, before;
	struct timespec now = { 0, 0 };
	long result;

	if (SYS(SYS_rt_sigprocmask, SIG_BLOCK, &block, &before, sizeof(block)) < 0)
		return put(fd, text, length);
	result = put(fd, text, length);
	block &= ~before;
	if ((result == -EPIPE || result == -EFBIG) && block)
		SYS(SYS_rt_sigtimedwait, &block, NULL, &now, sizeof(block));
	SYS(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof(before));
	return result;
}

static long append(const struct outlet *outlet, const char *text, size_t length)
{
	long fd, result;

	if (outlet->is_stderr && is_stderr(outlet, 2))
		return put_unharmed(2, text, length);
	fd = outlet->is_stderr ? reopen_stderr(outlet) : open_outlet(outlet);
	if (fd < 0)
		return fd;
	result = put_unharmed((int)fd, text, length);
	sys_close((int)fd);
	return result;
}

static void say_lost(struct outlet *outlet)
{
	uint32_t lost = __atomic_exchange_n(&outlet->lost, 0, __ATOMIC_RELAXED);
	char text[64];
	struct fmt fmt;

	if (lost == 0)
		return;
	fmt_init(&fmt, text, sizeof(text));
	fmt_text(&fmt, "--- lines lost: ");
	fmt_decimal(&fmt, lost);
	fmt_text(&fmt, " ---\n");
	if (append(outlet, text, fmt.length) < 0)
		__atomic_fetch_add(&outlet->lost, lost, __ATOMIC_RELAXED);
}

long outlet_write(struct outlet *outlet, const char *text, size_t length)
{
	long result;

	if (__atomic_load_n(&outlet->lost, __ATOMIC_RELAXED))
		say_lost(outlet);
	result = append(outlet, text, length);
	if (result < 0)
		__atomic_fetch_add(&outlet->lost, 1, __ATOMIC_RELAXED);
	return result;
}

/* The name from the root: the program may change its directory. */
static long keep_name(struct outlet *outlet, const char *name)
{
	size_t length = strlen(name);
	long result;

	outlet->named = 0;
	if (name[0] != '/') {
		result = SYS(SYS_getcwd, outlet->path, OUTLET_PATH_MAX);
		if (result < 0)
			return result;
		outlet->path[result - 1] = '/';
		outlet->named = (size_t)result;
	}
	if (outlet->named + length >= OUTLET_PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(outlet->path + outlet->named, name, length + 1);
	outlet->per_process = text_after(name, "%p") != NULL;
	return 0;
}

static long try_file(struct outlet *outlet)
{
	struct stat facts = { .st_size = 0 };
	long fd = open_outlet(outlet);
	long result;

	if (fd < 0)
		return fd;
	SYS(SYS_fstat, fd, &facts);
	/* A device that takes nothing, as /dev/full, says so to nothing as well. */
	result = sys_write((int)fd, "", 0);
	sys_close((int)fd);
	outlet->begun = facts.st_size > 0;
	return result == -ENOSPC ? result : 0;
}

long outlet_start(struct outlet *outlet, const char *name)
{
	struct stat facts;
	long result;

	outlet->is_stderr = strcmp(name, "stderr") == 0;
	if (!outlet->is_stderr) {
		result = keep_name(outlet, name);
		return result < 0 ? result : try_file(outlet);
	}
	result = SYS(SYS_fstat, 2, &facts);
	SYS(SYS_readlinkat, AT_FDCWD, "/proc/self/fd/2", outlet->path, OUTLET_PATH_MAX - 1);
	outlet->device = facts.st_dev;
	outlet->file = facts.st_ino;
	return result;
}

void outlet_claim(struct outlet *outlet, const char *variable, const char *name)
{
	struct message message;
	long result = outlet_start(outlet, name);

	if (result >= 0)
		return;
	message_begin(&message);
	fmt_text(&message.fmt, variable);
	fmt_text(&message.fmt, ": cannot write to ");
	fmt_foreign(&message.fmt, name, strnlen(name, NAME_SHOWN));
	fmt_text(&message.fmt, strlen(name) > NAME_SHOWN ? "...: " : ": ");
	error_print(&message.fmt, result);
	fmt_text(&message.fmt, "; name a file that can be written, or unset it");
	message_die(&message);
}
