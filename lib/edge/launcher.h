/* SPDX-License-Identifier: MIT */
/* Where the launcher is, as the library finds it. */
#ifndef VALIMIT_EDGE_LAUNCHER_H
#define VALIMIT_EDGE_LAUNCHER_H

/* Finds it: VACTL_LAUNCHER, if that is an absolute path; else the one beside the
 * library in a build tree; else where it was installed. 0, or -errno where it
 * cannot be executed. In a constructor. */
long launcher_seek(char *const *envp);

/* Where it is, or was looked for; since launcher_seek(). */
const char *launcher_path(void);

#endif
