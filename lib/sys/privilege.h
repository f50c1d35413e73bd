/* SPDX-License-Identifier: MIT */
/* Whether a file would give its user more rights (setuid, setgid, file capabilities). */
#ifndef VALIMIT_SYS_PRIVILEGE_H
#define VALIMIT_SYS_PRIVILEGE_H

enum privilege {
	PRIVILEGE_SAME,
	PRIVILEGE_SETUID,
	PRIVILEGE_SETGID,
	PRIVILEGE_CAPABLE, /* file capabilities */
};

/* The privilege that execve() of the open file would give, as far as the file and its mount
 * tell. */
enum privilege privilege_gained(int fd);

#endif
