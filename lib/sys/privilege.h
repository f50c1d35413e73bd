/* SPDX-License-Identifier: MIT */
/* Whether a file gives its user rights that the user does not have. */
#ifndef VALIMIT_SYS_PRIVILEGE_H
#define VALIMIT_SYS_PRIVILEGE_H

enum privilege {
	PRIVILEGE_SAME,
	PRIVILEGE_SETUID,
	PRIVILEGE_SETGID,
	PRIVILEGE_CAPABLE, /* file capabilities */
};

/* What execve() of the open file would give, as far as can be told. */
enum privilege privilege_gained(int fd);

#endif
