/* SPDX-License-Identifier: MIT */
/*
 * Coverage that survives: gcc's counters lie in a file that all processes of a
 * binary share, so that nothing has to be written at the end, and _exit, exec,
 * a signal and a full address space lose nothing. Nor does anything run inside
 * the process that would not run without coverage, but this before its start.
 *
 * Linked into every binary of the coverage build, after counters.ld. With
 * COVERAGE_DUMP set the process writes what the file has as gcov's .gcda, and
 * ends.
 */
#include "../guest/guest.h"

#include <gcov.h>
#include <link.h>

extern uint64_t coverage_counters[], coverage_counters_end[];
extern const struct gcov_info *const coverage_info[], *const coverage_info_end[];
extern const struct {
	ElfW(Nhdr) header;
	unsigned char name[4], id[20];
} coverage_id;

/* The library's own symbols would be called by name. */
static long call(long number, long a, long b, long c, long d, long e, long f)
{
	return raw6(number, a, b, c, d, e, f);
}

static int open_counters(size_t size)
{
	char path[] = COVERAGE_DIR "/0123456789abcdef";
	char *digit = path + sizeof(COVERAGE_DIR);
	long fd;

	for (int i = 0; i < 16; i++)
		digit[i] = "0123456789abcdef"[coverage_id.id[i / 2] >> (i & 1 ? 0 : 4) & 15];
	fd = call(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CREAT | O_CLOEXEC, 0666, 0, 0);
	if (fd < 0)
		return -1;
	/* For processes that give up their user, whatever the umask. */
	call(SYS_fchmod, fd, 0666, 0, 0, 0, 0);
	call(SYS_ftruncate, fd, (long)size, 0, 0, 0, 0);
	return (int)fd;
}

static void add_own(const uint64_t *own, uint64_t *shared, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (own[i])
			__atomic_fetch_add(&shared[i], own[i], __ATOMIC_RELAXED);
}

static void share(void)
{
	size_t size = (size_t)((char *)coverage_counters_end - (char *)coverage_counters);
	const int prot = PROT_READ | PROT_WRITE;
	int fd = size ? open_counters(size) : -1;
	long at;

	if (fd < 0)
		return;
	at = call(SYS_mmap, 0, (long)size, prot, MAP_SHARED, fd, 0);
	if (!raw_failed(at)) {
		add_own(coverage_counters, (uint64_t *)at, size / sizeof(uint64_t));
		call(SYS_munmap, at, (long)size, 0, 0, 0, 0);
		call(SYS_mmap, (long)coverage_counters, (long)size, prot, MAP_SHARED | MAP_FIXED, fd, 0);
	}
	call(SYS_close, fd, 0, 0, 0, 0, 0);
}

static FILE *dump;

static void dump_open(const char *name, void *unused)
{
	(void)unused;
	dump = fopen(name, "we");
	if (!dump)
		die("%s: %s", name, strerror(errno));
}

static void dump_write(const void *data, unsigned int length, void *unused)
{
	(void)unused;
	if (fwrite(data, 1, length, dump) != length)
		die("writing fails");
}

static void *dump_allocate(unsigned int length, void *unused)
{
	(void)unused;
	return malloc(length);
}

static void dump_all(void)
{
	if (!getenv("COVERAGE_DUMP"))
		return;
	for (const struct gcov_info *const *info = coverage_info; info < coverage_info_end; info++) {
		__gcov_info_to_gcda(*info, dump_open, dump_write, dump_allocate, NULL);
		fclose(dump);
	}
	_exit(0);
}

/* Before anything of the binary's own runs. */
__attribute__((constructor(101))) static void start(void)
{
	share();
	dump_all();
}

/* The library is initialized before libc, and cannot ask for the environment or
 * write files then. */
__attribute__((destructor(101))) static void end(void)
{
	dump_all();
}
