/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <errno.h>

#include "size.h"

void error_print(struct fmt *fmt, long error)
{
	/* The texts are arrays: ld.so would relocate each pointer at every program's start. */
	static const struct {
		int number;
		char text[52];
	} errors[] = {
#define ERROR(name, text) { name, #name " (" text ")" }
		ERROR(ENOMEM, "Cannot allocate memory"),
		ERROR(EINVAL, "Invalid argument"),
		ERROR(EEXIST, "File exists"),
		ERROR(EACCES, "Permission denied"),
		ERROR(EPERM, "Operation not permitted"),
		ERROR(EBADF, "Bad file descriptor"),
		ERROR(EAGAIN, "Resource temporarily unavailable"),
		ERROR(EFAULT, "Bad address"),
		ERROR(ENOENT, "No such file or directory"),
		ERROR(ENOTDIR, "Not a directory"),
		ERROR(EISDIR, "Is a directory"),
		ERROR(EROFS, "Read-only file system"),
		ERROR(EMFILE, "Too many open files"),
		ERROR(ENOSPC, "No space left on device"),
		ERROR(ENAMETOOLONG, "File name too long"),
		ERROR(ENXIO, "No such device or address"),
		ERROR(ELOOP, "Too many levels of symbolic links"),
		ERROR(EINTR, "Interrupted system call"),
		ERROR(ENODEV, "No such device"),
		ERROR(ENFILE, "Too many open files in system"),
		ERROR(EIDRM, "Identifier removed"),
		ERROR(ENOSYS, "Function not implemented"),
		ERROR(EOPNOTSUPP, "Operation not supported"),
		ERROR(EOVERFLOW, "Value too large for defined data type"),
		ERROR(ETXTBSY, "Text file busy"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].number == -error) {
			fmt_text(fmt, errors[i].text);
			return;
		}
	fmt_text(fmt, "errno ");
	fmt_signed(fmt, -error);
}
