/* SPDX-License-Identifier: MIT */
/* User namespaces in which a user is root for a while. */
#ifndef VACTL_NAMESPACE_H
#define VACTL_NAMESPACE_H

/* Makes a user namespace and a mount namespace for this process, in which it is
 * root: whoever is root already keeps all users that he knows, all others become
 * root and know only themselves. Returns 0 or -errno. */
int namespace_enter(void);

/* Makes who was not root before himself again. Keeps, through every exec, the
 * right to tell the kernel which file a process executes; that right is over this
 * namespace's processes only. Returns 0 or -errno. */
int namespace_return(void);

#endif
