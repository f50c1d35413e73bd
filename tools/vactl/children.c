/* SPDX-License-Identifier: MIT */
#include "children.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "binfmt.h"
#include "command.h"
#include "launchcopy.h"
#include "message.h"
#include "namespace.h"

/* The number in a file below /proc/sys; `otherwise` where there is none. */
static long read_setting(const char *path, long otherwise)
{
	FILE *file = fopen(path, "re");
	long value = otherwise;

	if (file) {
		if (fscanf(file, "%ld", &value) != 1)
			value = otherwise;
		fclose(file);
	}
	return value;
}

/* NULL: the system's settings forbid nothing. */
static const char *why_restricted(void)
{
	if (read_setting("/proc/sys/user/max_user_namespaces", 1) == 0)
		return "user namespaces are switched off here (sysctl user.max_user_namespaces)";
	if (geteuid() == 0)
		return NULL;
	if (read_setting("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0)
		return "user namespaces are for root only here (sysctl "
		       "kernel.unprivileged_userns_clone)";
	if (read_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0))
		return "AppArmor keeps users' namespaces from being of use here (sysctl "
		       "kernel.apparmor_restrict_unprivileged_userns)";
	return NULL;
}

static const char *why_no_namespace(int err)
{
	const char *why = why_restricted();

	if (why)
		return why;
	switch (err) {
	case EPERM:
	case EACCES:
		return "user namespaces are forbidden here, as they are in a chroot and by many "
		       "containers";
	case ENOSPC:
	case EUSERS:
		return "there are too many user namespaces (sysctl user.max_user_namespaces)";
	case EINVAL:
	case ENOSYS:
		return "this kernel has no user namespaces";
	}
	return strerror(err);
}

static const char *why_no_binfmt(int err)
{
	const char *why = why_restricted();

	switch (err) {
	case ENODEV:
		return "this kernel has no binfmt_misc";
	case ENOENT:
		return "there is no " BINFMT_FOLDER ": is the module binfmt_misc loaded, and /proc "
		       "mounted?";
	case EPERM:
	case EACCES:
		return why ? why : "only the system's root may mount binfmt_misc here; Linux 6.7 "
				   "and later let users, if no container forbids it";
	}
	return strerror(err);
}

static int refuse(const char *why)
{
	message_print("run: cannot keep children inside: %s; without --children those of dynamic "
		      "programs have reach process, by their environment, and all others none",
		      why);
	return STATUS_OWN;
}

/* The user stays who he is in a second namespace, since binfmt_misc's files
 * belong to the root of the first, which therefore has to have one. */
int children_confine(const char *launcher, const char *library)
{
	const char *why;
	int copy = launchcopy_make(launcher, library, &why);
	int err;

	if (copy < 0)
		return refuse(why);
	err = namespace_enter();
	if (err)
		return refuse(why_no_namespace(-err));
	err = binfmt_register(copy);
	if (err)
		return refuse(why_no_binfmt(-err));
	close(copy);
	err = namespace_return();
	if (err)
		return refuse(why_no_namespace(-err));
	return 0;
}
