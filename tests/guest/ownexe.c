/* SPDX-License-Identifier: MIT */
/*
 * How a program finds its own file. `ownexe PATH` asks in every way and wants
 * PATH; what is asked besides has to be as without the library.
 *
 *	ownexe PATH [SEEN]	SEEN: what another process's /proc/PID/exe shows
 *	ownexe cancel FIFO	a thread is cancelled in open()
 *	ownexe marks		a readlink and an open between two marks
 */
#include "guest.h"

#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* The functions that a program calls which was compiled with _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);
ssize_t __readlink_chk(const char *path, char *text, size_t size, size_t room);
ssize_t __readlinkat_chk(int folder, const char *path, char *text, size_t size, size_t room);
char *__realpath_chk(const char *path, char *resolved, size_t room);

static const char *wanted;
static struct stat wanted_file;

static void want_text(const char *route, const char *name, const char *text, ssize_t length)
{
	if (length != (ssize_t)strlen(wanted) || memcmp(text, wanted, strlen(wanted)) != 0)
		die("%s %s: %.*s (%s)", route, name, (int)(length < 0 ? 0 : length), text,
		    length < 0 ? strerror(errno) : "no error");
}

static void want_file(const char *route, const char *name, int fd)
{
	struct stat file;

	if (fd < 0 || fstat(fd, &file))
		die("%s %s: %s", route, name, strerror(errno));
	if (file.st_dev != wanted_file.st_dev || file.st_ino != wanted_file.st_ino)
		die("%s %s: another file", route, name);
	close(fd);
}

static void want_error(const char *what, long result, int error)
{
	if (result != -1 || errno != error)
		die("%s: %ld %s, not %s", what, result, strerror(errno), strerror(error));
}

static void ask_links(const char *name)
{
	char text[PATH_MAX];

	want_text("readlink", name, text, readlink(name, text, sizeof(text)));
	want_text("readlinkat", name, text, readlinkat(-1, name, text, sizeof(text)));
	want_text("__readlink_chk", name, text,
		  __readlink_chk(name, text, sizeof(text), sizeof(text)));
	want_text("__readlinkat_chk", name, text,
		  __readlinkat_chk(-1, name, text, sizeof(text), sizeof(text)));
}

static void ask_real(const char *name)
{
	char text[PATH_MAX] = "";
	char *copy;

	if (realpath(name, text) != text)
		die("realpath %s: %s", name, strerror(errno));
	want_text("realpath", name, text, (ssize_t)strlen(text));
	text[0] = 0;
	if (__realpath_chk(name, text, sizeof(text)) != text)
		die("__realpath_chk %s: %s", name, strerror(errno));
	want_text("__realpath_chk", name, text, (ssize_t)strlen(text));
	copy = realpath(name, NULL);
	want_text("realpath to malloc", name, copy, copy ? (ssize_t)strlen(copy) : -1);
	free(copy);
	copy = canonicalize_file_name(name);
	want_text("canonicalize_file_name", name, copy, copy ? (ssize_t)strlen(copy) : -1);
	free(copy);
}

static void ask_files(const char *name)
{
	want_file("open", name, open(name, O_RDONLY));
	want_file("open64", name, open64(name, O_RDONLY | O_CLOEXEC));
	want_file("openat", name, openat(-1, name, O_RDONLY));
	want_file("openat64", name, openat64(AT_FDCWD, name, O_PATH));
	want_file("__open_2", name, __open_2(name, O_RDONLY));
	want_file("__openat64_2", name, __openat64_2(-1, name, O_RDONLY));
}

static void ask(const char *name)
{
	ask_links(name);
	ask_real(name);
	ask_files(name);
}

static void ask_by_number(void)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/exe", getpid());
	ask(name);
}

static void *ask_in_thread(void *nothing)
{
	ask("/proc/thread-self/exe");
	ask_by_number();
	return nothing;
}

static void ask_in_child(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		ask("/proc/self/exe");
		ask_by_number();
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		die("in the child: status %d", status);
}

/* A name that is cut off, refused or not followed has the kernel's result. */
static void check_edges(void)
{
	const char *name = "/proc/self/exe";
	const char *volatile no_path = (const char *)16;
	char *volatile no_buffer = (char *)16;
	char text[PATH_MAX] = "......";
	int fd;

	if (readlink(name, text, 3) != 3 || memcmp(text, wanted, 3) != 0 || text[3] != '.')
		die("a short buffer: %s", text);
	want_error("no buffer", readlink(name, text, 0), EINVAL);
	want_error("a bad buffer", readlink(name, no_buffer, 64), EFAULT);
	want_error("a bad path", readlink(no_path, text, 64), EFAULT);
	want_error("a bad path to open", open(no_path, O_RDONLY), EFAULT);
	want_error("no link", readlink("/proc/self/maps", text, 64), EINVAL);
	want_error("below it", open("/proc/self/exe/", O_RDONLY), ENOTDIR);
	want_error("not followed", open(name, O_RDONLY | O_NOFOLLOW), ELOOP);
	want_error("to write", open(name, O_RDWR), ETXTBSY);
	want_error("made anew", open(name, O_CREAT | O_EXCL, 0600), EEXIST);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fcntl(fd, F_GETFD) != FD_CLOEXEC || !(fcntl(fd, F_GETFL) & O_NONBLOCK))
		die("the flags of the file are lost");
	close(fd);
}

static void check_others(const char *seen)
{
	char name[64], text[PATH_MAX];
	ssize_t length;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	snprintf(name, sizeof(name), "/proc/%d/exe", pid);
	length = readlink(name, text, sizeof(text));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (length != (ssize_t)strlen(seen) || memcmp(text, seen, strlen(seen)) != 0)
		die("another process: %.*s", (int)length, text);
}

static void check_mode(void)
{
	char name[] = "ownexe.XXXXXX";
	struct stat file;
	int fd;

	umask(0);
	close(mkstemp(name));
	unlink(name);
	fd = open(name, O_CREAT | O_WRONLY, 0640);
	if (fd < 0 || fstat(fd, &file) || (file.st_mode & 07777) != 0640)
		die("the mode of a new file is lost");
	unlink(name);
}

static void *open_and_wait(void *name)
{
	open(name, O_RDONLY);
	return NULL;
}

/* No writer ever comes. Cancelled before it waits it ends as well. */
static void cancel(char *fifo)
{
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, NULL, open_and_wait, fifo))
		die("no thread");
	usleep(50000);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	if (result != PTHREAD_CANCELED)
		die("open() was not cancelled");
}

static void marks(void)
{
	char text[PATH_MAX];

	guest_mark();
	if (readlink("/proc/self/cwd", text, sizeof(text)) < 0 || open("/", O_RDONLY) < 0)
		die("%s", strerror(errno));
	guest_mark();
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc == 3 && strcmp(argv[1], "cancel") == 0) {
		cancel(argv[2]);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "marks") == 0) {
		marks();
		return 0;
	}
	if (argc < 2 || argc > 3)
		die("usage: ownexe PATH [SEEN] | cancel FIFO | marks");
	wanted = argv[1];
	if (stat(wanted, &wanted_file))
		die("%s: %s", wanted, strerror(errno));
	ask("/proc/self/exe");
	ask_by_number();
	if (pthread_create(&thread, NULL, ask_in_thread, NULL) || pthread_join(thread, NULL))
		die("no thread");
	ask_in_child();
	check_edges();
	check_others(argc == 3 ? argv[2] : wanted);
	check_mode();
	return 0;
}
