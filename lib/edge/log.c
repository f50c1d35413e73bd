/* SPDX-License-Identifier: MIT */
#include "log.h"

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
static void expand(const struct log *log, char *path)
{
	struct fmt fmt;

	fmt_init(&fmt, path, LOG_PATH_MAX);
	fmt_chars(&fmt, log->path, log->named);
	for (const char *at = log->path + log->named; *at; at++) {
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

static long open_log(const struct log *log)
{
	char path[LOG_PATH_MAX];

	if (!log->per_process)
		return open_path(log->path, O_CREAT);
	expand(log, path);
	return open_path(path, O_CREAT);
}

/* Whether a descriptor is what descriptor 2 was at the start. */
static bool is_stderr(const struct log *log, long fd)
{
	struct stat facts;

	return SYS(SYS_fstat, fd, &facts) == 0 && facts.st_dev == log->device &&
	       facts.st_ino == log->file;
}

/* A terminal or a file can be opened once more when descriptor 2 is closed: GNU
 * programs close it before they end. */
static long reopen_stderr(const struct log *log)
{
	long fd = open_path(log->path, 0);

	if (fd < 0 || is_stderr(log, fd))
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

static long append(const struct log *log, const char *text, size_t length)
{
	long fd, result;

	if (log->is_stderr && is_stderr(log, 2))
		return put_unharmed(2, text, length);
	fd = log->is_stderr ? reopen_stderr(log) : open_log(log);
	if (fd < 0)
		return fd;
	result = put_unharmed((int)fd, text, length);
	sys_close((int)fd);
	return result;
}

static void say_lost(struct log *log)
{
	uint32_t lost = __atomic_exchange_n(&log->lost, 0, __ATOMIC_RELAXED);
	char text[64];
	struct fmt fmt;

	if (lost == 0)
		return;
	fmt_init(&fmt, text, sizeof(text));
	fmt_text(&fmt, "--- lines lost: ");
	fmt_decimal(&fmt, lost);
	fmt_text(&fmt, " ---\n");
	if (append(log, text, fmt.length) < 0)
		__atomic_fetch_add(&log->lost, lost, __ATOMIC_RELAXED);
}

long log_write(struct log *log, const char *text, size_t length)
{
	long result;

	if (__atomic_load_n(&log->lost, __ATOMIC_RELAXED))
		say_lost(log);
	result = append(log, text, length);
	if (result < 0)
		__atomic_fetch_add(&log->lost, 1, __ATOMIC_RELAXED);
	return result;
}

/* The name from the root: the program may change its directory. */
static long keep_name(struct log *log, const char *name)
{
	size_t length = strlen(name);
	long result;

	log->named = 0;
	if (name[0] != '/') {
		result = SYS(SYS_getcwd, log->path, LOG_PATH_MAX);
		if (result < 0)
			return result;
		log->path[result - 1] = '/';
		log->named = (size_t)result;
	}
	if (log->named + length >= LOG_PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(log->path + log->named, name, length + 1);
	log->per_process = text_after(name, "%p") != NULL;
	return 0;
}

static long try_file(struct log *log)
{
	struct stat facts = { .st_size = 0 };
	long fd = open_log(log);
	long result;

	if (fd < 0)
		return fd;
	SYS(SYS_fstat, fd, &facts);
	/* A device that takes nothing, as /dev/full, says so to nothing as well. */
	result = sys_write((int)fd, "", 0);
	sys_close((int)fd);
	log->begun = facts.st_size > 0;
	return result == -ENOSPC ? result : 0;
}

long log_start(struct log *log, const char *name)
{
	struct stat facts;
	long result;

	log->is_stderr = strcmp(name, "stderr") == 0;
	if (!log->is_stderr) {
		result = keep_name(log, name);
		return result < 0 ? result : try_file(log);
	}
	result = SYS(SYS_fstat, 2, &facts);
	SYS(SYS_readlinkat, AT_FDCWD, "/proc/self/fd/2", log->path, LOG_PATH_MAX - 1);
	log->device = facts.st_dev;
	log->file = facts.st_ino;
	return result;
}

void log_open(struct log *log, const char *variable, const char *name)
{
	struct message message;
	long result = log_start(log, name);

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
