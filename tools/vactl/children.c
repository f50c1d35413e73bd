/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <elf.h>
#include <sys/mount.h>

#include "command.h"
#include "core/mark.h"
#include "elffile.h"
#include "procfile.h"

#define BINFMT_FOLDER "/proc/sys/fs/binfmt_misc"

/* --- why it cannot be done -------------------------------------------------- */

/* The system's setting that forbids user namespaces; NULL: none does. */
static const char *why_restricted(void)
{
	if (procfile_number("/proc/sys/user/max_user_namespaces", 1) == 0)
		return "user namespaces are switched off here (sysctl user.max_user_namespaces)";
	if (geteuid() == 0)
		return NULL;
	if (procfile_number("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0)
		return "user namespaces are for root only here (sysctl "
		       "kernel.unprivileged_userns_clone)";
	if (procfile_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0))
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

static int refuse_children(const char *why)
{
	message_print("run: cannot keep children inside: %s; without --children those of dynamic "
		      "programs have reach process, by their environment, and all others none",
		      why);
	return STATUS_OWN;
}

/* --- the kernel's table of interpreters ------------------------------------- */

/* The first bytes of an ELF file, up to the launcher's mark, and the bits that count. */
#define MAGIC_SIZE (MARK_AT + 1)

struct magic {
	union {
		Elf64_Ehdr header;
		unsigned char bytes[MAGIC_SIZE];
	} value, mask;
};

/* Makes the magic of programs for this machine, fixed or not. The launcher does not match:
 * it has MARK_VALUE where all others have zero. */
static int make_magic(struct magic *magic)
{
	struct elffile self;
	int err = elffile_load(ELFFILE_SELF, &self);

	if (err)
		return err;
	memset(magic, 0, sizeof(*magic));
	memcpy(magic->value.bytes, ELFMAG, SELFMAG);
	magic->value.bytes[EI_CLASS] = self.class;
	magic->value.bytes[EI_DATA] = self.data;
	magic->value.bytes[EI_VERSION] = EV_CURRENT;
	memset(magic->mask.bytes, 0xff, EI_VERSION + 1);
	magic->mask.bytes[MARK_AT] = 0xff;
	/* ET_EXEC and ET_DYN differ in the lowest bit. */
	magic->value.header.e_type = ET_EXEC;
	magic->mask.header.e_type = (Elf64_Half)~(ET_EXEC ^ ET_DYN);
	magic->value.header.e_machine = self.machine;
	magic->mask.header.e_machine = 0xffff;
	return 0;
}

static char *put_magic(char *at, const unsigned char bytes[MAGIC_SIZE])
{
	for (size_t i = 0; i < MAGIC_SIZE; i++)
		at += sprintf(at, "\\x%02x", bytes[i]);
	return at;
}

/* Mounts binfmt_misc, of this user namespace and visible in this mount namespace
 * only, and registers the open file as every program's interpreter. Flags: P, the
 * launcher is told argv[0]; O, it gets the program's open file, which it may lack
 * the right to open; F, the kernel opens the launcher now, since its path has no
 * meaning to the programs. Returns 0 or -errno. */
static int register_interpreter(int fd)
{
	char line[2 * 4 * MAGIC_SIZE + 64], *at = line;
	struct magic magic;
	int err = make_magic(&magic);

	if (err)
		return err;
	if (mount("valimit", BINFMT_FOLDER, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	at += sprintf(at, ":valimit:M::");
	at = put_magic(at, magic.value.bytes);
	*at++ = ':';
	at = put_magic(at, magic.mask.bytes);
	sprintf(at, ":/proc/self/fd/%d:POF", fd);
	return procfile_write(BINFMT_FOLDER "/register", line);
}

/* Takes two namespaces: the files of binfmt_misc belong to the first one's root, and the
 * second restores the user. */
int children_confine(const char *launcher, const char *library)
{
	const char *why;
	int copy = launchcopy_make(launcher, library, &why);
	int err;

	if (copy < 0)
		return refuse_children(why);
	err = namespace_enter();
	if (err)
		return refuse_children(why_no_namespace(-err));
	err = register_interpreter(copy);
	if (err)
		return refuse_children(why_no_binfmt(-err));
	close(copy);
	err = namespace_return();
	return err ? refuse_children(why_no_namespace(-err)) : 0;
}
