/* SPDX-License-Identifier: MIT */
#include "candidate.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "core/elf.h"
#include "core/mark.h"
#include "core/script.h"
#include "core/text.h"
#include "core/uapi.h"
#include "sys/privilege.h"
#include "sys/sys.h"

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#else
#define MACHINE EM_NONE /* no launcher exists for this machine */
#endif

/* Bytes read of a file. A program whose headers lie behind them is left to the kernel. */
#define HEAD_BYTES 1024

/* Bytes kept of a dynamic linker's path. A program with a longer one is left to the kernel. */
#define LINKER_BYTES 128

_Static_assert(HEAD_BYTES >= SCRIPT_BYTES, "a script's line fits");

struct file {
	int fd;
	uint64_t size;
	size_t length; /* bytes read; the rest of head is zero */
	char head[HEAD_BYTES];
};

static char own_linker[LINKER_BYTES];

/* The program headers are in memory, since the linker gives them a segment. */
void candidate_start(void)
{
	const Elf64_Phdr *headers = (const Elf64_Phdr *)getauxval(AT_PHDR);
	size_t count = headers ? getauxval(AT_PHNUM) : 0;
	uintptr_t bias = 0;

	for (size_t i = 0; i < count; i++)
		if (headers[i].p_type == PT_PHDR)
			bias = (uintptr_t)headers - headers[i].p_vaddr;
	for (size_t i = 0; i < count; i++)
		if (headers[i].p_type == PT_INTERP && headers[i].p_filesz <= LINKER_BYTES)
			memcpy(own_linker, (const char *)(headers[i].p_vaddr + bias),
			       headers[i].p_filesz);
}

static bool may_run(int fd, const char *path)
{
	long result = SYS(SYS_faccessat2, fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH);

	return (result == -ENOSYS ? SYS(SYS_faccessat, AT_FDCWD, path, X_OK) : result) == 0;
}

static long read_at(const struct file *file, void *to, size_t size, uint64_t offset)
{
	return SYS(SYS_pread64, file->fd, to, size, offset);
}

/* Opens a regular file and reads its head. Other files are left alone, since opening a device
 * may have effects. Returns 0 or -errno. */
static long open_file(const char *path, struct file *file)
{
	struct stat facts;
	long result = SYS(SYS_newfstatat, AT_FDCWD, path, &facts, 0);

	if (result == 0 && !S_ISREG(facts.st_mode))
		return -ENOEXEC;
	if (result == 0)
		result = sys_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (result < 0)
		return result;
	file->fd = (int)result;
	file->size = (uint64_t)facts.st_size;
	memset(file->head, 0, sizeof(file->head));
	result = may_run(file->fd, path) ? read_at(file, file->head, sizeof(file->head), 0) :
					   -ENOEXEC;
	if (result < 0)
		sys_close(file->fd);
	else
		file->length = (size_t)result;
	return result < 0 ? result : 0;
}

/* Finds the program headers in the head. NULL: they are not in it, or the file is not a program
 * of this machine. */
static const Elf64_Phdr *find_headers(const struct file *file, size_t *count)
{
	/* elf_header() uses only these two rules. */
	const struct elf_rules rules = { .machine = MACHINE, .file_size = file->size };
	uint64_t offset;
	size_t size;

	if (elf_header(file->head, file->length, &rules, &offset, &size) ||
	    offset + size > file->length || offset % _Alignof(Elf64_Phdr))
		return NULL;
	*count = size / sizeof(Elf64_Phdr);
	return (const Elf64_Phdr *)(file->head + offset);
}

/* Whether the path names this program's dynamic linker, which can load the library. */
static bool linker_fits(const char *path, const char **why)
{
	struct file linker;
	size_t count;
	bool fits;

	if (strcmp(path, own_linker) != 0) {
		*why = "it is a program of another C library";
		return false;
	}
	if (open_file(path, &linker) < 0)
		return false;
	fits = find_headers(&linker, &count) != NULL;
	sys_close(linker.fd);
	return fits;
}

/* Whether the program is static or has a dynamic linker that fits. Like the kernel, looks at
 * the first PT_INTERP only. */
static bool loads(const struct file *file, const Elf64_Phdr *headers, size_t count,
		  const char **why)
{
	char path[LINKER_BYTES];

	for (size_t i = 0; i < count; i++) {
		size_t length = headers[i].p_filesz;

		if (headers[i].p_type != PT_INTERP)
			continue;
		return length >= 2 && length <= sizeof(path) &&
		       read_at(file, path, length, headers[i].p_offset) == (long)length &&
		       path[length - 1] == '\0' && linker_fits(path, why);
	}
	return true;
}

static const char *why_privileged(const struct file *file)
{
	static const char *const why[] = {
		[PRIVILEGE_SAME] = NULL,
		[PRIVILEGE_SETUID] = "it is setuid",
		[PRIVILEGE_SETGID] = "it is setgid",
		[PRIVILEGE_CAPABLE] = "it has file capabilities",
	};

	return why[privilege_gained(file->fd)];
}

static bool program_fits(const struct file *file, const char **why)
{
	size_t count;
	const Elf64_Phdr *headers = find_headers(file, &count);

	/* The launcher itself: vactl run executes it with a program of its own. */
	if (file->head[MARK_AT] == MARK_VALUE)
		return false;
	if (!headers)
		*why = memcmp(file->head, ELFMAG, SELFMAG) == 0 ? "it is for another machine" : NULL;
	else
		*why = why_privileged(file);
	return headers && !*why && loads(file, headers, count, why);
}

long candidate_check(const char *path, char *const *argv, char *const *envp)
{
	long result = SYS(SYS_execveat, AT_FDCWD, path, argv, envp, AT_EXECVE_CHECK);

	return result == -EINVAL || result == -ENOSYS ? 0 : result;
}

bool candidate_fits(const char *path, const char **why)
{
	static char *const no_words[] = { NULL };
	char line[SCRIPT_BYTES];
	struct script script;
	struct file file;
	bool fits;

	*why = NULL;
	for (int depth = 0; depth <= SCRIPT_DEPTH; depth++) {
		long result = open_file(path, &file);

		if (result < 0) {
			*why = result == -EACCES ? "it is executable, but not readable" : NULL;
			return false;
		}
		if (!script_is(file.head)) {
			fits = program_fits(&file, why);
			sys_close(file.fd);
			return fits;
		}
		sys_close(file.fd);
		memcpy(line, file.head, sizeof(line));
		if (!script_read(line, &script))
			return false;
		path = script.interpreter;
		if (candidate_check(path, no_words, no_words) < 0)
			return false;
	}
	return false;
}
