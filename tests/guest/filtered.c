/* SPDX-License-Identifier: MIT */
/*
 * Operations under a seccomp filter, each in a process of its own:
 *
 *	filtered only NAME,...     kills at every call but these and the program's own
 *	filtered without NAME,...  kills at these
 *	filtered errno NAME,...    at every call but these and its own the answer is EPERM
 *	filtered silent NAME,...   as `only`, but installed past the library
 *	filtered after NAME,...    as `only`, and there when the program starts
 *	filtered denied NAME,...   there when the program starts, with EPERM at these
 *
 * Prints what did not go as without a filter.
 */
#include "filter.h"
#include "guest.h"

#include <sys/shm.h>
#include <sys/wait.h>
#include <valimit.h>

#pragma weak valimit_host_enter
#pragma weak valimit_host_leave
#pragma weak valimit_set
#pragma weak mmap_range

#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define FAR 0x600000000000UL

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

/* Mappings from before. */
static char *inside, *host;
static int segment, file;
static bool several_move;

static bool is_had(const void *at)
{
	return at != MAP_FAILED;
}

static char *map(void *hint, size_t length, int flags)
{
	return mmap(hint, length, RW, PRIVATE | flags, -1, 0);
}

static bool is_kept(const char *at, size_t length)
{
	return is_had(at) && at[0] == 1 && at[length - 1] == 1;
}

static bool map_anywhere(void)
{
	return is_had(map(NULL, MIB, 0)) && is_had(map(NULL, 4 * MIB, 0));
}

static bool map_by_hint(void)
{
	return is_had(map(inside, KIB, 0)) && is_had(map((void *)FAR, KIB, 0));
}

static bool map_low(void)
{
#ifdef MAP_32BIT
	return is_had(map(NULL, KIB, MAP_32BIT));
#else
	return true;
#endif
}

static bool map_growing(void)
{
	return is_had(map(NULL, MIB, MAP_GROWSDOWN));
}

static bool map_fixed(void)
{
	return map(inside, 4096, MAP_FIXED) == inside && inside[0] == 0 && is_kept(inside + 65536, 1);
}

static bool map_a_file(void)
{
	return is_had(mmap(NULL, 65536, RW, MAP_SHARED, file, 0)) &&
	       mmap(inside, 65536, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) == inside;
}

static bool map_where_taken(void)
{
	return !is_had(map(inside, 4096, MAP_FIXED_NOREPLACE)) && errno == EEXIST &&
	       is_kept(inside, 4096);
}

static bool map_outside(void)
{
	char *at = (char *)FAR;

	return map(at, 65536, MAP_FIXED_NOREPLACE) == at &&
	       !is_had(map(at, 65536, MAP_FIXED_NOREPLACE)) && errno == EEXIST &&
	       map(at + MIB, 65536, MAP_FIXED) == at + MIB && munmap(at, 65536) == 0 &&
	       munmap(at + MIB, 65536) == 0 && map(at, 65536, MAP_FIXED_NOREPLACE) == at;
}

static bool unmap(void)
{
	return munmap(inside, 65536) == 0 && is_kept(inside + 65536, 65536);
}

static bool remap_grown(void)
{
	return is_kept(mremap(inside, MIB, 2 * MIB, MREMAP_MAYMOVE), MIB);
}

static bool remap_shrunk(void)
{
	return is_kept(mremap(inside, MIB, 65536, MREMAP_MAYMOVE), 65536);
}

static bool remap_fixed(void)
{
	return is_kept(mremap(inside, 65536, 65536, MREMAP_MAYMOVE | MREMAP_FIXED, inside + 524288),
		       65536);
}

static bool remap_and_keep(void)
{
	char *hint = inside + 16 * MIB; /* without one the kernel takes it for address 0 */

	return is_kept(mremap(inside, MIB, MIB, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, hint), MIB);
}

#define SEVERAL (3 * 65536)

/* Of three mappings, without a call that might have the library ask the kernel now. */
static char *make_several(void)
{
	char *at = map(NULL, SEVERAL, 0);

	if (!is_had(at))
		return at;
	memset(at, 1, SEVERAL);
	raw6(SYS_mmap, (long)at + 65536, 65536, PROT_READ, PRIVATE | MAP_FIXED, -1, 0);
	return at;
}

/* Linux 6.17 moves several at once. */
static void learn_whether_several_move(void)
{
	char *at = make_several(), *to = make_several();

	several_move = raw6(SYS_mremap, (long)at, SEVERAL, SEVERAL, MREMAP_MAYMOVE | MREMAP_FIXED,
			    (long)to, 0) == (long)to;
	munmap(at, SEVERAL);
	munmap(to, SEVERAL);
}

static bool remap_several(void)
{
	char *at = make_several(), *to = make_several();
	void *result;

	if (!is_had(at) || !is_had(to))
		return false;
	result = mremap(at, SEVERAL, SEVERAL, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	return is_kept(to, SEVERAL) && (several_move ? result == to : !is_had(result) && errno == EFAULT);
}

static bool attach(void)
{
	char *at = shmat(segment, NULL, 0), *there;

	if (!is_had(at) || at[8191] != 7 || shmdt(at) < 0)
		return false;
	there = shmat(segment, inside, SHM_REMAP);
	return there == inside && there[8191] == 7 && shmdt(there) == 0;
}

static bool allocate(void)
{
	char *at = malloc(64 * MIB), *more = realloc(at, 128 * MIB);

	free(more);
	return more != NULL;
}

static bool fill(void)
{
	while (getenv("GUEST_WINDOW"))
		if (!is_had(mmap(NULL, 64 * MIB, PROT_NONE, PRIVATE | MAP_NORESERVE, -1, 0)))
			return errno == ENOMEM;
	return true;
}

static bool map_as_host(void)
{
	char *at;

	if (!valimit_host_enter)
		return true;
	valimit_host_enter();
	at = map(NULL, MIB, 0);
	host = mremap(host, MIB, 2 * MIB, MREMAP_MAYMOVE);
	valimit_host_leave();
	return is_had(at) && at[MIB - 1] == 0 && is_kept(host, MIB) && munmap(at, MIB) == 0 &&
	       munmap(host, 2 * MIB) == 0;
}

static bool map_in_ranges(void)
{
	char *far = (char *)FAR, *near = (char *)0x20000000;

	return !mmap_range ||
	       (is_had(mmap_range(far, far + MIB, 65536, RW, PRIVATE, -1, 0)) &&
		is_had(mmap_range(near, near + 64 * MIB, 65536, RW, PRIVATE, -1, 0)));
}

static bool change_limits(void)
{
	struct va_limit limit = { 0x10000, 0x80000000 };
	char *at;

	if (!valimit_set)
		return true;
	if (prctl(PR_SET_VA_LIMITS, &limit, 0, 0, 0) < 0 ||
	    prctl(PR_GET_VA_LIMITS, &limit, 0, 0, 0) < 0)
		return false;
	at = map(NULL, MIB, 0);
	return limit.upper_bound == 0x80000000 && is_had(at) &&
	       (uintptr_t)at + MIB <= 0x80000000 && is_kept(inside, MIB);
}

#define OPERATION(function) { #function, function }

static const struct {
	const char *name;
	bool (*run)(void);
} operations[] = {
	OPERATION(map_anywhere), OPERATION(map_by_hint),   OPERATION(map_low),
	OPERATION(map_growing),	 OPERATION(map_fixed),	   OPERATION(map_a_file),
	OPERATION(map_outside),	 OPERATION(map_where_taken), OPERATION(unmap),
	OPERATION(remap_grown),	 OPERATION(remap_shrunk),  OPERATION(remap_fixed),
	OPERATION(attach),	 OPERATION(remap_and_keep), OPERATION(allocate),
	OPERATION(remap_several),
	OPERATION(map_as_host),	 OPERATION(map_in_ranges), OPERATION(change_limits),
	OPERATION(fill),
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void prepare(void)
{
	segment = shmget(IPC_PRIVATE, 8192, 0600 | IPC_CREAT);
	file = memfd_create("filtered", 0);
	if (segment < 0 || file < 0 || ftruncate(file, 65536) < 0)
		die("preparation: %s", strerror(errno));
	((char *)shmat(segment, NULL, 0))[8191] = 7;
	shmctl(segment, IPC_RMID, NULL);
	learn_whether_several_move();
	inside = map(NULL, MIB, 0);
	memset(inside, 1, MIB);
	if (!valimit_host_enter)
		return;
	valimit_host_enter();
	host = map(NULL, MIB, 0);
	valimit_host_leave();
	memset(host, 1, MIB);
}

/* The status of a failure is its errno, which may be an old one. */
static void finish(bool well)
{
	raw6(SYS_exit_group, well ? 0 : errno + 1, 0, 0, 0, 0, 0);
}

/* In a child. A filter that is there at the start is that of a program which executes
 * itself. */
static void act(size_t i, char **argv)
{
	char number[8];

	if (!after) {
		install();
		finish(operations[i].run());
	}
	snprintf(number, sizeof(number), "%zu", i);
	install();
	execl(argv[0], argv[0], "started", number, NULL);
	finish(false);
}

static bool goes_well(size_t i, char **argv)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		act(i, argv);
	waitpid(child, &status, 0);
	if (status != 0)
		printf("%s: %s %d\n", operations[i].name,
		       WIFSIGNALED(status) ? "killed by signal" : "errno",
		       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) - 1);
	return status == 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc == 3 ? argv[1] : "";
	bool well = true;

	prepare();
	if (strcmp(mode, "started") == 0)
		finish(operations[strtoul(argv[2], NULL, 10) % OPERATIONS].run());
	silent = strcmp(mode, "silent") == 0;
	after = strcmp(mode, "after") == 0 || strcmp(mode, "denied") == 0;
	if (strcmp(mode, "without") == 0)
		make_filter(argv[2], SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW);
	else if (strcmp(mode, "denied") == 0)
		make_filter(argv[2], SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW);
	else if (strcmp(mode, "errno") == 0)
		make_filter(argv[2], SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM);
	else if (silent || after || strcmp(mode, "only") == 0)
		make_filter(argv[2], SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS);
	else
		die("usage: filtered only|without|errno|silent|after|denied NAME,...");
	for (size_t i = 0; i < OPERATIONS; i++)
		well = goes_well(i, argv) && well;
	return !well;
}
