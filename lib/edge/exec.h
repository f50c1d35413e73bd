/* SPDX-License-Identifier: MIT */
/*
 * exec as the library makes it, whatever name it comes by: what is to be whole is
 * started by the launcher at once, where the kernel would start it for the
 * library to call the launcher.
 *
 * Every error is the kernel's own. What would fail is found out beforehand, and
 * then, as in any case of doubt, the call is passed on as it is.
 *
 * All functions are async-signal-safe, and may be called by a child of vfork():
 * they allocate nothing, take no lock, and leave no descriptor open.
 */
#ifndef VALIMIT_EDGE_EXEC_H
#define VALIMIT_EDGE_EXEC_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* As execve(2) does, with the environment given and not the process's own. Returns
 * -errno, or not at all. */
long exec_call(const char *path, char *const *argv, char *const *envp);

/* Becomes the program if the launcher can start it, else returns: 0 where the
 * kernel can execute the file, or -errno, the kernel's for it. */
long exec_launch(const char *path, char *const *argv, char *const *envp);

/* For functions that execute in another process: EXEC_LAUNCH where the launcher
 * can start the program, and then *count is the number of its words; EXEC_KERNEL
 * where the kernel is to; or the kernel's -errno for it. */
#define EXEC_KERNEL 0
#define EXEC_LAUNCH 1
long exec_check(const char *path, char *const *argv, char *const *envp, size_t *count);

/* The launcher's words for a program: `word` has room for `count` of argv's and
 * REACH_FRONT + 1 more. */
void exec_words(const char *path, char *const *argv, size_t count, char **word);

/* The path itself, or `name` where it is a name of this process's executable, by
 * which the launcher would find itself: then `name` is the program's path. */
const char *exec_own(const char *path, char name[PATH_MAX]);

/* How many programs were started by the kernel that the launcher could not
 * start. */
uint32_t exec_kept(void);

#endif
