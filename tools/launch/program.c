/* SPDX-License-Identifier: MIT */
#include "program.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "arch.h"
#include "sys/privilege.h"
#include "sys/sys.h"
#include "message.h"

#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif

#define PATH_BYTES 4096 /* the kernel's PATH_MAX */

/* The first bytes of a file: its ELF header and most often all headers. */
struct head {
	size_t length;
	uint64_t file_size;
	union {
		char bytes[4096];
		Elf64_Ehdr elf;
	};
};

static struct head head;
static char lines[SCRIPT_DEPTH][SCRIPT_BYTES]; /* of scripts; words point into them */
static char interpreter_path[PATH_BYTES];

static _Noreturn void refuse_program(const struct program *program, const char *file,
					const char *why)
{
	bool same = program->path == file;

	message_die(STATUS_CANNOT_RUN, "cannot run ", program->path, ": ", same ? "" : file,
		    same ? "" : ": ", why, NULL);
}

/* Whether the user may run the file: 0 or -errno. */
static long may_run(int fd, const char *path)
{
	long result = SYS(SYS_faccessat2, fd, "", 1 /* X_OK */, AT_EACCESS | AT_EMPTY_PATH);

	return result == -ENOSYS ? SYS(SYS_faccessat, AT_FDCWD, path, 1) : result;
}

static int open_file(const struct program *program, const char *path)
{
	/* O_NONBLOCK: a FIFO without a writer would block. */
	long fd = sys_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -EACCES && SYS(SYS_faccessat, AT_FDCWD, path, 1) == 0)
		refuse_program(program, path,
		       "it may be run but not be read, so that it cannot be mapped "
		       "inside the window; make it readable");
	if (fd < 0)
		message_cannot_run(program->path, path, fd);
	return (int)fd;
}

static void check_file(const struct program *program, const char *path, int fd)
{
	struct stat status;
	long result = SYS(SYS_fstat, fd, &status);

	if (result == 0 && !S_ISREG(status.st_mode))
		result = -EACCES;
	if (result == 0)
		result = may_run(fd, path);
	if (result < 0)
		message_cannot_run(program->path, path, result);
	head.file_size = (uint64_t)status.st_size;
}

/* Reads up to `size` bytes, fewer at the file's end. */
static size_t read_at(const struct program *program, const char *path, int fd, void *to,
		      size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		long got = SYS(SYS_pread64, fd, (char *)to + done, size - done, offset + done);

		if (got < 0)
			message_cannot_run(program->path, path, got);
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static void read_head(const struct program *program, const char *path, int fd)
{
	head.length = read_at(program, path, fd, head.bytes, sizeof(head.bytes), 0);
	memset(head.bytes + head.length, 0, sizeof(head.bytes) - head.length);
}

static void read_image(const struct program *program, const char *path, int fd,
		       const struct settings *settings, struct image *image)
{
	const struct elf_rules rules = {
		ARCH_MACHINE, settings->page, settings->top, head.file_size,
	};
	static Elf64_Phdr headers[ELF_HEADERS_MAX];
	uint64_t offset;
	size_t size;
	const char *why = elf_header(head.bytes, head.length, &rules, &offset, &size);

	if (why)
		refuse_program(program, path, why);
	if (offset + size <= head.length)
		memcpy(headers, head.bytes + offset, size);
	else if (read_at(program, path, fd, headers, size, offset) != size)
		refuse_program(program, path, "the file is being changed");
	why = elf_image(&head.elf, headers, &rules, image);
	if (why)
		refuse_program(program, path, why);
}

/* Follows a script to its interpreter. False if the file is no script. */
static bool follow_script(struct program *program, const char **path, size_t depth)
{
	struct script script;

	if (!script_is(head.bytes))
		return false;
	if (depth == SCRIPT_DEPTH)
		message_cannot_run(program->path, *path, -ELOOP);
	memcpy(lines[depth], head.bytes, SCRIPT_BYTES);
	if (!script_read(lines[depth], &script))
		refuse_program(program, *path, "its first line names no interpreter, or a path that "
			       "is too long");
	/* The kernel replaces the first word by the path. */
	program->front[0] = *path;
	memmove(program->front + (script.argument ? 2 : 1), program->front,
		program->front_count * sizeof(program->front[0]));
	program->front[0] = script.interpreter;
	if (script.argument)
		program->front[1] = script.argument;
	program->front_count += script.argument ? 2 : 1;
	*path = script.interpreter;
	return true;
}

static void check_privilege(const struct program *program, const char *path)
{
	static const char *const why[] = {
		[PRIVILEGE_SETUID] = "it is setuid, and such a program can only be started by the "
				     "kernel; run it as its owner, or a copy of it without the bit",
		[PRIVILEGE_SETGID] = "it is setgid, and such a program can only be started by the "
				     "kernel; run a copy of it without the bit",
		[PRIVILEGE_CAPABLE] = "it has file capabilities, and such a program can only be "
				      "started by the kernel; run it as root, or a copy of it "
				      "without them",
	};
	enum privilege gained = privilege_gained(program->fd);

	if (gained != PRIVILEGE_SAME)
		refuse_program(program, path, why[gained]);
}

static void open_interpreter(struct program *program, const char *path,
			     const struct settings *settings)
{
	const struct image *image = &program->image;
	size_t length = image->interpreter_length;

	program->interpreter_fd = -1;
	if (!length)
		return;
	if (read_at(program, path, program->fd, interpreter_path, length, image->interpreter) !=
		    length ||
	    interpreter_path[length - 1] != '\0')
		refuse_program(program, path, "its path of an ELF interpreter is damaged");
	program->interpreter_fd = open_file(program, interpreter_path);
	check_file(program, interpreter_path, program->interpreter_fd);
	read_head(program, interpreter_path, program->interpreter_fd);
	read_image(program, interpreter_path, program->interpreter_fd, settings,
		   &program->interpreter);
}

void program_open(struct program *program, const char *path, const char *name, int fd,
		  const char *called, const struct settings *settings)
{
	const char *file = path;

	*program = (struct program){
		.path = path, .called = fd < 0 ? path : called, .front = { name }, .front_count = 1,
	};
	for (size_t depth = 0;; depth++) {
		program->fd = fd >= 0 ? fd : open_file(program, file);
		check_file(program, file, program->fd);
		read_head(program, file, program->fd);
		if (!follow_script(program, &file, depth))
			break;
		sys_close(program->fd);
		fd = -1;
	}
	check_privilege(program, file);
	read_image(program, file, program->fd, settings, &program->image);
	open_interpreter(program, file, settings);
}
