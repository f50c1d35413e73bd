/* SPDX-License-Identifier: MIT */
/*
 * execve() and its family, for all names they are called by. A program that is to be whole is
 * started by the launcher directly. Otherwise the kernel would start it, and the library in it
 * would execute the launcher.
 *
 * Each error is the kernel's own: calls that would fail are recognized first and passed to the
 * kernel, as all doubtful ones are.
 *
 * All functions are async-signal-safe and may run in a vfork() child: they allocate nothing,
 * take no lock, and leave no descriptor open.
 */
#ifndef VALIMIT_EDGE_EXEC_H
#define VALIMIT_EDGE_EXEC_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* Executes like execve(2), with the given environment and not the process's own. Returns
 * -errno, or does not return. */
long exec_call(const char *path, char *const *argv, char *const *envp);

/* Becomes the program if the launcher can start it. Otherwise returns 0: the kernel may execute
 * the file; or the kernel's -errno for it. */
long exec_launch(const char *path, char *const *argv, char *const *envp);

/* Decides for functions that execute in another process. EXEC_LAUNCH: the launcher can start
 * the program, which has *count arguments; EXEC_KERNEL: the kernel has to start it; or the
 * kernel's -errno for it. */
#define EXEC_KERNEL 0
#define EXEC_LAUNCH 1
long exec_check(const char *path, char *const *argv, char *const *envp, size_t *count);

/* Fills in the launcher's arguments for a program: `word` has room for argv's `count` words and
 * REACH_FRONT + 1 more. */
void exec_words(const char *path, char *const *argv, size_t count, char **word);

/* The path; but if it is a name of this process's executable, by which the launcher would find
 * itself, `name` with the program's path. */
const char *exec_own(const char *path, char name[PATH_MAX]);

/* The number of programs that the launcher could not start and the kernel has started. */
uint32_t exec_kept(void);

#endif
