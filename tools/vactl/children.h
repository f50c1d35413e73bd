/* SPDX-License-Identifier: MIT */
/* vactl run --children: whatever the program starts is launched as well. */
#ifndef VACTL_CHILDREN_H
#define VACTL_CHILDREN_H

/* Moves this process into namespaces of its own in which the kernel starts
 * every program of this machine by a copy of the launcher, with the settings of
 * this environment. What is executed from now on is confined. The user and his
 * rights to files stay the same. Returns 0, or the exit status after a message.
 * Programs of another libc lose the library at `library` from LD_PRELOAD. */
int children_confine(const char *launcher, const char *library);

#endif
