/* SPDX-License-Identifier: MIT */
/* The steps of vactl run. An exit status other than 0 comes after a message. */
#ifndef VACTL_RUN_H
#define VACTL_RUN_H

#include "message.h"

/* --- the other parts of valimit (parts.c) ------------------------------------ */

/* Finds a path: the one that the environment `variable` (NULL: none) names, else the
 * file `built` beside vactl in a build tree, else `installed`. */
void parts_find(const char *variable, const char *built, const char *installed,
		char path[PATH_MAX]);

/* Finds the library: an absolute path that ld.so can preload. Returns an exit status. */
int parts_library(char path[PATH_MAX]);

/* Finds the launcher, for programs wholly inside the window. Returns an exit status. */
int parts_launcher(char path[PATH_MAX]);

/* --- the program (elfcheck.c) -------------------------------------------------- */

struct elfcheck {
	char path[PATH_MAX]; /* the file that execvp() would take */
	bool plain;          /* text without "#!", which execvp() gives to the shell */
	bool closed;         /* of another libc: the library would end it */
};

/* Checks that ld.so will preload into the program that execvp() would run and into its
 * interpreters or, with `whole`, that the launcher can start it. Returns an exit status. */
int elfcheck_program(const char *name, bool whole, struct elfcheck *check);

/* --- the program's children ---------------------------------------------------- */

/* Moves this process into namespaces of its own, in which the kernel starts every program
 * of this machine by a copy of the launcher with the settings of this environment
 * (binfmt_misc). The user and the rights to files stay. Programs of another libc lose the
 * library at `library` from LD_PRELOAD. Returns an exit status. */
int children_confine(const char *launcher, const char *library);

/* Copies the launcher's file into memory, and into the copy the variables VA_LIMIT and
 * VA_LIMIT_* of this environment, the path of the preloaded library, and the mark that
 * tells the launcher from programs. Returns a descriptor to read from, closed on exec, or
 * -1 with *why: a phrase. */
int launchcopy_make(const char *launcher, const char *library, const char **why);

/* Moves this process into a user and a mount namespace in which it is root. Root keeps all
 * ids; any other caller's own id becomes root's, and is the only one. Returns 0 or
 * -errno. */
int namespace_enter(void);

/* Maps an unprivileged caller back to its own uid and gid. Keeps, through every
 * exec, CAP_CHECKPOINT_RESTORE over the processes of this namespace: the right to
 * set /proc/PID/exe. Returns 0 or -errno. */
int namespace_return(void);

#endif
