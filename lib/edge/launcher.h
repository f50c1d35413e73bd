/* SPDX-License-Identifier: MIT */
/* The launcher's path. */
#ifndef VALIMIT_EDGE_LAUNCHER_H
#define VALIMIT_EDGE_LAUNCHER_H

/* Finds the launcher: VACTL_LAUNCHER, if that is an absolute path, or the one beside the
 * library in a build tree, or the installed one. Returns 0, or -errno if it cannot be executed.
 * Called in a constructor. */
long launcher_seek(char *const *envp);

/* The path that launcher_seek() has found or tried. */
const char *launcher_path(void);

#endif
