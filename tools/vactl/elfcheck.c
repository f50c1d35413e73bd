/* SPDX-License-Identifier: MIT */
#include "elfcheck.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "elffile.h"
#include "kernel/privilege.h"
#include "message.h"

/* Scripts whose interpreter is a script: the kernel follows that many. */
#define INTERPRETERS_MAX 5
#define SCRIPT_LINE 256 /* bytes of a "#!" line that the kernel reads */

/* Whether execve() would go as far as to read it: 0 or an errno. */
static int try_file(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return errno;
	if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS))
		return EACCES;
	return 0;
}

/* The file that execvp() would take. Like it, prefers "permission denied" of
 * one folder to "not found" of the others. Returns 0 or an errno. */
static int find_program(const char *name, char path[PATH_MAX])
{
	const char *folder = getenv("PATH");
	int err = ENOENT, answer;
	size_t length;

	if (strchr(name, '/') || !*name) {
		snprintf(path, PATH_MAX, "%s", name);
		return try_file(path);
	}
	for (folder = folder ? folder : "/bin:/usr/bin"; ; folder += length + 1) {
		length = strcspn(folder, ":");
		if (snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, folder, length ? "/" : "",
			     name) < PATH_MAX) {
			answer = try_file(path);
			if (!answer)
				return 0;
			err = answer == EACCES ? EACCES : err;
		}
		if (!folder[length])
			return err;
	}
}

static int refuse(const char *path, const char *why)
{
	message_print("run: not running %s unconfined: %s", path, why);
	return STATUS_OWN;
}

/* ld.so ignores LD_PRELOAD with slashes in it where the kernel sets AT_SECURE:
 * where the program gets rights that the caller does not have. Nor can the
 * launcher give it these. */
static const char *why_secure(int fd)
{
	switch (privilege_gained(fd)) {
	case PRIVILEGE_SETUID:
		return "it is setuid, and nothing is preloaded into such a program; run it as its "
		       "owner, or a copy of it without the bit";
	case PRIVILEGE_SETGID:
		return "it is setgid, and nothing is preloaded into such a program; run a copy of "
		       "it without the bit";
	case PRIVILEGE_CAPABLE:
		return "it has file capabilities, and nothing is preloaded into such a program; "
		       "run it as root, or a copy of it without them";
	case PRIVILEGE_SAME:
		break;
	}
	return NULL;
}

/* Whether the file is the loader that vactl has itself. */
static bool is_own_loader(const struct stat *file, const struct elffile *self)
{
	struct stat loader;

	return self->dynamic && stat(self->interpreter, &loader) == 0 &&
	       file->st_dev == loader.st_dev && file->st_ino == loader.st_ino;
}

/* ld.so run as a program has no interpreter and preloads all the same. */
static bool is_loader(int fd, const struct elffile *self)
{
	struct stat program;

	return fstat(fd, &program) == 0 && is_own_loader(&program, self);
}

/* Whether the library was built for another libc than the program's. */
static bool is_closed(const struct elffile *elf, const struct elffile *self)
{
	struct stat loader;

	return elf->dynamic && stat(elf->interpreter, &loader) == 0 &&
	       !is_own_loader(&loader, self);
}

static int check_elf(const char *path, int fd, const struct elffile *elf, bool whole,
		     struct elfcheck *check)
{
	struct elffile self;
	const char *why = why_secure(fd);
	int err = elffile_self(&self);

	if (why)
		return refuse(path, why);
	if (err) {
		message_print("run: cannot read /proc/self/exe, by which programs are told from "
			      "those of other machines: %s; is /proc mounted?", strerror(-err));
		return STATUS_OWN;
	}
	if (!elffile_alike(elf, &self))
		return refuse(path, elf->class != self.class ?
			      "it is a 32-bit program, into which a 64-bit library cannot be "
			      "preloaded; use a 64-bit build of it" :
			      "it is for another machine, so that this machine's library cannot be "
			      "preloaded into it; use a build of it for this machine");
	if (!whole && !elf->dynamic && !is_loader(fd, &self))
		return refuse(path, "it is statically linked, so that no library can be preloaded "
			      "into it; use --reach whole, or a dynamically linked build of it");
	if (elf->dynamic && access(elf->interpreter, F_OK)) {
		message_print("run: cannot run %s: its loader %s: %s", path, elf->interpreter,
			      strerror(errno));
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	}
	check->closed = is_closed(elf, &self);
	return 0;
}

/* Turns the path of a file that is no ELF file into that of its interpreter:
 * the one that it names, else the shell that execvp() gives it to. (The kernel
 * can have handlers for other formats, which run like any program.) False where
 * it names none. */
static bool find_interpreter(int fd, char path[PATH_MAX])
{
	char line[SCRIPT_LINE + 1] = "";
	ssize_t got = pread(fd, line, SCRIPT_LINE, 0);
	char *name;

	line[strcspn(line, "\n")] = 0;
	if (got > 2 && line[0] == '#' && line[1] == '!') {
		name = line + 2 + strspn(line + 2, " \t");
		name[strcspn(name, " \t")] = 0;
		if (*name) {
			snprintf(path, PATH_MAX, "%s", name);
			return true;
		}
	}
	strcpy(path, _PATH_BSHELL);
	return false;
}

static int say_unfit(const char *name, const char *path, int err)
{
	if (strcmp(name, path) == 0)
		message_print("run: cannot run %s: %s", name, strerror(err));
	else
		message_print("run: cannot run %s: %s: %s", name, path, strerror(err));
	return err == ENOENT || err == ENOTDIR ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

/* One file of the chain. Returns -1 where `path` now names the next one, else
 * the verdict. */
static int check_file(const char *name, char path[PATH_MAX], bool whole,
		      struct elfcheck *check)
{
	struct elffile elf;
	int err = try_file(path);
	int fd, verdict;

	if (err)
		return say_unfit(name, path, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return refuse(path, "it may be run but not be read, so that nobody can tell "
			      "whether a library can be preloaded into it; make it readable");
	err = elffile_read(fd, &elf);
	if (!err) {
		verdict = check_elf(path, fd, &elf, whole, check);
	} else if (err == -ENOEXEC) {
		if (!find_interpreter(fd, path))
			check->plain = true;
		verdict = -1;
	} else {
		verdict = say_unfit(name, path, -err);
	}
	close(fd);
	return verdict;
}

int elfcheck_program(const char *name, bool whole, struct elfcheck *check)
{
	char path[PATH_MAX];
	int err = find_program(name, path);
	int verdict;

	if (err)
		return say_unfit(name, name, err);
	*check = (struct elfcheck){ .plain = false };
	strcpy(check->path, path);
	for (int i = 0; i <= INTERPRETERS_MAX; i++) {
		verdict = check_file(name, path, whole, check);
		if (verdict >= 0)
			return verdict;
	}
	return say_unfit(name, path, ELOOP);
}
