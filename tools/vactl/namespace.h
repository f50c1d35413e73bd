/* SPDX-License-Identifier: MIT */
/* User namespaces in which the user is root for a while. */
#ifndef VACTL_NAMESPACE_H
#define VACTL_NAMESPACE_H

/* Moves this process into a user and a mount namespace in which it is root. A
 * caller that is root already keeps all ids; for any other, its own id is the only
 * one, as root's. Returns 0 or -errno. */
int namespace_enter(void);

/* Maps an unprivileged caller back to its own uid and gid. Keeps, through every
 * exec, CAP_CHECKPOINT_RESTORE over the processes of this namespace: the right to
 * set /proc/PID/exe. Returns 0 or -errno. */
int namespace_return(void);

#endif
