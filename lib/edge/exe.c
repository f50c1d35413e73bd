/* SPDX-License-Identifier: MIT */
#include "exe.h"

#include <string.h>
#include <sys/auxv.h>

#include "core/fmt.h"
#include "core/mark.h"
#include "core/size.h"
#include "core/text.h"
#include "sys/sys.h"
#include "sys/vma.h"

#define EXE "/proc/self/exe"

enum verdict {
	UNKNOWN,
	PROGRAM,  /* the link names the program */
	LAUNCHER,
};

/* A cache of the verdict. It never changes within a process: only execve() changes the
 * executable, and the cache begins anew then. Threads that race store the same value. */
static uint32_t verdict;

/* Reads the executable's header. A link that cannot be opened counts as PROGRAM: the program
 * cannot use it either. */
static enum verdict look(void)
{
	unsigned char header[MARK_AT + 1] = { 0 };
	long fd = sys_open(EXE, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return PROGRAM;
	sys_read((int)fd, header, sizeof(header));
	sys_close((int)fd);
	return header[MARK_AT] == MARK_VALUE ? LAUNCHER : PROGRAM;
}

static bool launched(void)
{
	enum verdict known = (enum verdict)__atomic_load_n(&verdict, __ATOMIC_RELAXED);

	if (known == UNKNOWN) {
		known = look();
		__atomic_store_n(&verdict, (uint32_t)known, __ATOMIC_RELAXED);
	}
	return known == LAUNCHER;
}

/* The rest of the path behind "/proc/self/" or another name of this process; NULL: the path
 * begins otherwise. */
static const char *behind_own(const char *path)
{
	static const char *const names[] = { "self/", "thread-self/" };
	static const char proc[] = "/proc/";
	const char *end;
	uint64_t pid;

	if (strncmp(path, proc, strlen(proc)) != 0)
		return NULL;
	path += strlen(proc);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strncmp(path, names[i], strlen(names[i])) == 0)
			return path + strlen(names[i]);
	if (*path == '0' || text_digits(path, 10, &end, &pid) || *end != '/')
		return NULL;
	return pid == (uint64_t)SYS(SYS_getpid, 0) ? end + 1 : NULL;
}

bool exe_named(const char *path)
{
	const char *rest = behind_own(path);

	return rest && strcmp(rest, "exe") == 0;
}

bool exe_hidden(const char *path)
{
	return exe_named(path) && launched();
}

/* The path of the file that the program's headers are mapped from, by /proc/self/map_files. */
static long program_path(char *to, size_t size)
{
	struct vma_facts facts;
	uintptr_t headers = getauxval(AT_PHDR);
	char link[64];
	struct fmt fmt;

	if (!vma_at(headers, &facts) || facts.span.start > headers || facts.anonymous)
		return -ENOENT;
	fmt_init(&fmt, link, sizeof(link));
	fmt_text(&fmt, "/proc/self/map_files/");
	fmt_hex_bare(&fmt, facts.span.start);
	fmt_text(&fmt, "-");
	fmt_hex_bare(&fmt, facts.span.end);
	return SYS(SYS_readlinkat, AT_FDCWD, link, to, size);
}

long exe_path(char *to, size_t size)
{
	if (launched())
		return program_path(to, size);
	return SYS(SYS_readlinkat, AT_FDCWD, EXE, to, size);
}
