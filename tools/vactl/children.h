/* SPDX-License-Identifier: MIT */
/* vactl run --children: every program that the program starts is launched too. */
#ifndef VACTL_CHILDREN_H
#define VACTL_CHILDREN_H

/* Moves this process into namespaces of its own, in which the kernel starts every
 * program of this machine by a copy of the launcher with the settings of this
 * environment (binfmt_misc). The user and the rights to files stay the same.
 * Programs of another libc lose the library at `library` from LD_PRELOAD. Returns
 * 0, or the exit status after a message. */
int children_confine(const char *launcher, const char *library);

/* --- its steps ----------------------------------------------------------------- */

/* Copies the launcher's file into memory, and into the copy the variables VA_LIMIT
 * and VA_LIMIT_* of this environment, the path of the preloaded library, and the
 * mark that tells the launcher from programs. Returns a descriptor to read from,
 * closed on exec, or -1 with *why: a phrase. */
int launchcopy_make(const char *launcher, const char *library, const char **why);

/* Moves this process into a user and a mount namespace in which it is root. A
 * caller that is root already keeps all ids; for any other, its own id is the only
 * one, as root's. Returns 0 or -errno. */
int namespace_enter(void);

/* Maps an unprivileged caller back to its own uid and gid. Keeps, through every
 * exec, CAP_CHECKPOINT_RESTORE over the processes of this namespace: the right to
 * set /proc/PID/exe. Returns 0 or -errno. */
int namespace_return(void);

#endif
