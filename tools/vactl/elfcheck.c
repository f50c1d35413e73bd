/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <paths.h>
#include <sys/stat.h>

#include "command.h"
#include "core/script.h"
#include "elffile.h"
#include "sys/privilege.h"

/* Returns 0 if execve() would read the file, else its errno. */
static int check_runnable(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return errno;
	if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS))
		return EACCES;
	return 0;
}

/* Finds the file that execvp() would take. Like execvp(), reports "permission denied" of
 * one folder rather than "not found" of the others. Returns 0 or an errno. */
static int find_program(const char *name, char path[PATH_MAX])
{
	const char *folder = getenv("PATH");
	int err = ENOENT, answer;
	size_t length;

	if (strchr(name, '/') || !*name) {
		snprintf(path, PATH_MAX, "%s", name);
		return check_runnable(path);
	}
	for (folder = folder ? folder : "/bin:/usr/bin"; ; folder += length + 1) {
		length = strcspn(folder, ":");
		if (snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, folder, length ? "/" : "",
			     name) < PATH_MAX) {
			answer = check_runnable(path);
			if (!answer)
				return 0;
			err = answer == EACCES ? EACCES : err;
		}
		if (!folder[length])
			return err;
	}
}

static int refuse_unconfined(const char *path, const char *why)
{
	message_print("run: not running %s unconfined: %s", path, why);
	return STATUS_OWN;
}

/* A program that gains privileges has AT_SECURE, and ld.so then ignores paths in
 * LD_PRELOAD. The launcher cannot give the program its privileges. */
static const char *const why_secure[] = {
	[PRIVILEGE_SAME] = NULL,
	[PRIVILEGE_SETUID] = "it is setuid, and nothing is preloaded into such a program; run it "
			     "as its owner, or a copy of it without the bit",
	[PRIVILEGE_SETGID] = "it is setgid, and nothing is preloaded into such a program; run a "
			     "copy of it without the bit",
	[PRIVILEGE_CAPABLE] = "it has file capabilities, and nothing is preloaded into such a "
			      "program; run it as root, or a copy of it without them",
};

/* Whether a file is the loader that vactl has itself. */
static bool is_own_loader(const struct stat *file, const struct elffile *self)
{
	struct stat loader;

	return self->dynamic && stat(self->interpreter, &loader) == 0 &&
	       file->st_dev == loader.st_dev && file->st_ino == loader.st_ino;
}

static int check_elf(const char *path, int fd, const struct elffile *elf, bool whole,
		     struct elfcheck *check)
{
	struct elffile self;
	struct stat file;
	const char *why = why_secure[privilege_gained(fd)];
	int err = elffile_load(ELFFILE_SELF, &self);

	if (why)
		return refuse_unconfined(path, why);
	if (err) {
		message_print("run: cannot read /proc/self/exe, by which programs are told from "
			      "those of other machines: %s; is /proc mounted?", strerror(-err));
		return STATUS_OWN;
	}
	if (!elffile_alike(elf, &self))
		return refuse_unconfined(path, elf->class != self.class ?
					 "it is a 32-bit program, into which a 64-bit library "
					 "cannot be preloaded; use a 64-bit build of it" :
					 "it is for another machine, so that this machine's "
					 "library cannot be preloaded into it; use a build of it "
					 "for this machine");
	/* ld.so run as a program is static, and preloads. */
	if (!whole && !elf->dynamic && (fstat(fd, &file) || !is_own_loader(&file, &self)))
		return refuse_unconfined(path, "it is statically linked, so that no library can be "
					 "preloaded into it; use --reach whole, or a dynamically "
					 "linked build of it");
	if (elf->dynamic && access(elf->interpreter, F_OK)) {
		message_print("run: cannot run %s: its loader %s: %s", path, elf->interpreter,
			      strerror(errno));
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	}
	check->closed = elf->dynamic && stat(elf->interpreter, &file) == 0 &&
			!is_own_loader(&file, &self);
	return 0;
}

/* Turns the path of a file that is no ELF file into that of the interpreter that it
 * names. Returns false if it names none: the path is then the shell's, to which execvp()
 * gives such text. (A format with a handler in the kernel is a program like any other.) */
static bool find_interpreter(int fd, char path[PATH_MAX])
{
	char line[SCRIPT_BYTES] = "";
	struct script script;
	bool named = pread(fd, line, sizeof(line), 0) > 0 && script_read(line, &script);

	snprintf(path, PATH_MAX, "%s", named ? script.interpreter : _PATH_BSHELL);
	return named;
}

static int say_unfit(const char *name, const char *path, int err)
{
	bool same = strcmp(name, path) == 0;

	message_print("run: cannot run %s%s%s: %s", name, same ? "" : ": ", same ? "" : path,
		      strerror(err));
	return err == ENOENT || err == ENOTDIR ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

/* Checks a file of the chain. Returns the exit status, or -1 with the next in `path`. */
static int check_link(const char *name, char path[PATH_MAX], bool whole,
		      struct elfcheck *check)
{
	struct elffile elf;
	int err = check_runnable(path);
	int fd, verdict;

	if (err)
		return say_unfit(name, path, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return refuse_unconfined(path, "it may be run but not be read, so that it cannot "
					 "be told whether a library can be preloaded into it; make "
					 "it readable");
	err = elffile_read(fd, &elf);
	if (!err) {
		verdict = check_elf(path, fd, &elf, whole, check);
	} else if (err == -ENOEXEC) {
		check->plain |= !find_interpreter(fd, path);
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
	for (int i = 0; i <= SCRIPT_DEPTH; i++) {
		verdict = check_link(name, path, whole, check);
		if (verdict >= 0)
			return verdict;
	}
	return say_unfit(name, path, ELOOP);
}
