/* SPDX-License-Identifier: MIT */
#include "library.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alias.h"
#include "beside.h"
#include "command.h"
#include "elffile.h"
#include "message.h"

/* NULL, or why ld.so cannot preload it. */
static const char *why_unfit(const char *path)
{
	struct elffile elf, self;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return strerror(errno);
	err = elffile_read(fd, &elf);
	close(fd);
	if (err)
		return err == -ENOEXEC ? "it is no shared library" : strerror(-err);
	if (elffile_self(&self) == 0 && !elffile_alike(&elf, &self))
		return "it is a library for another machine";
	if (elf.type != ET_DYN || elf.dynamic)
		return "it is no shared library";
	return NULL;
}

int library_find(char path[PATH_MAX])
{
	char found[PATH_MAX];
	const char *why;
	int err;

	/* libtool keeps a built library in .libs until it is installed. */
	beside_find("VACTL_LIBRARY", ".libs/libvalimit.so", VALIMIT_LIBRARY, found);
	/* Absolute: the program may look for it from another folder. */
	why = realpath(found, path) ? why_unfit(path) : strerror(errno);
	if (why) {
		message_print("run: cannot preload the library %s: %s; install valimit, or set "
			      "VACTL_LIBRARY to the path of libvalimit.so", found, why);
		return STATUS_OWN;
	}
	err = alias_needed(path) ? alias_make(path) : 0;
	if (!err)
		return 0;
	message_print("run: cannot preload the library %s: ld.so splits its path, and no link to it "
		      "can be made in valimit-%ld in $TMPDIR or /tmp: %s; put it elsewhere and set "
		      "VACTL_LIBRARY", path, (long)geteuid(), strerror(-err));
	return STATUS_OWN;
}
