/* SPDX-License-Identifier: MIT */
/* The kernel's table of interpreters for programs: binfmt_misc. */
#ifndef VACTL_BINFMT_H
#define VACTL_BINFMT_H

#define BINFMT_FOLDER "/proc/sys/fs/binfmt_misc"

/* Mounts binfmt_misc, of this user namespace and seen in this mount namespace
 * only, and has it start every program of this machine by the program that is
 * open as `fd`. Returns 0 or -errno. */
int binfmt_register(int fd);

#endif
