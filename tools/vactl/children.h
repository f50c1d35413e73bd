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

#endif
