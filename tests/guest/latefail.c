/* SPDX-License-Identifier: MIT */
/*
 * Maps with MAP_FIXED, over memory with known contents, what the kernel refuses
 * only after it has unmapped what was there. One word for each: "kept" or
 * "lost", or "none" where this machine does not have it or takes it.
 *
 *	latefail [whole | pieces | full | reserved | read | file | early]
 *
 * reserved: over memory without access rights, while threads map what may get
 * into it; read: over memory that threads read. file: what replaces it. early: what
 * the kernel refuses of a mapping of an ordinary file, with the error.
 */
#include "guest.h"

#include <linux/perf_event.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/if_packet.h>
#include <net/ethernet.h>

#define SIZE (16 * (size_t)sysconf(_SC_PAGESIZE))

#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif

static int open_perf(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.exclude_kernel = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static int open_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int open_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
}

static int open_file(void)
{
	char name[] = "latefail.XXXXXX";
	int fd = mkstemp(name);

	if (fd >= 0) {
		unlink(name);
		if (ftruncate(fd, (off_t)SIZE))
			return -1;
	}
	return fd;
}

/* Before Linux 6.14 its seal is looked at late. */
static int open_sealed(void)
{
	int fd = memfd_create("sealed", MFD_ALLOW_SEALING);

	if (fd >= 0 && (ftruncate(fd, (off_t)SIZE) || fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)))
		return -1;
	return fd;
}

static const struct late {
	const char *name;
	int (*open)(void);
	int flags;
} lates[] = {
	{ "perf", open_perf, MAP_SHARED },
	{ "tcp", open_tcp, MAP_SHARED },
	{ "packet", open_packet, MAP_SHARED },
	{ "perf, private", open_perf, MAP_PRIVATE },
	{ "tcp, private", open_tcp, MAP_PRIVATE },
	{ "sync, private", open_file, MAP_PRIVATE | MAP_SYNC },
	{ "sync", open_file, MAP_SHARED_VALIDATE | MAP_SYNC },
	{ "sealed", open_sealed, MAP_SHARED },
};

/* Whether all of the memory is there with its contents. */
static bool intact(const char *at)
{
	for (size_t i = 0; i < SIZE; i += 512)
		if (at[i] != 'v')
			return false;
	return true;
}

/* The kernel's mappings of the range, as a text. */
static void describe(const char *at, char *text, size_t size)
{
	uintptr_t start = (uintptr_t)at, end = start + SIZE;
	struct vma vma;
	size_t used = 0;

	text[0] = '\0';
	maps_open("/proc/self/maps");
	while (vma_read(&vma))
		if (vma.start < end && vma.end > start && used < size)
			used += (size_t)snprintf(text + used, size - used, "%lx-%lx %s\n",
						 vma.start > start ? vma.start : start,
						 vma.end < end ? vma.end : end, vma.perms);
	maps_close();
}

/* Leaves no room where anything could be built aside. */
static void fill_window(void)
{
	for (size_t size = 1UL << 30; size >= 4096; size /= 2)
		while (mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			    0) != MAP_FAILED)
			if (!getenv("VA_LIMIT"))
				return;
}

static atomic_bool stop, entered;
static char *volatile target;

/* Maps wherever the kernel lets it, and looks whether that was the target. */
static void *get_in(void *unused)
{
	while (!stop) {
		char *at = raw_mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);

		if (at == MAP_FAILED)
			continue;
		if (at >= target && at < target + SIZE)
			entered = true;
		raw_munmap(at, 4096);
	}
	return unused;
}

static void *read_on(void *unused)
{
	while (!stop)
		for (size_t i = 0; i < SIZE; i += 4096)
			if (((volatile char *)target)[i] != 'v')
				entered = true;
	return unused;
}

/* Calls only functions that a signal handler may call. */
static void faulted(int signal)
{
	(void)signal;
	_exit(1);
}

#define ROUNDS 300

static bool refused(const struct late *late, char *at, size_t length, int fd)
{
	return mmap(at, length, PROT_READ | PROT_WRITE, late->flags | MAP_FIXED, fd, 0) ==
	       MAP_FAILED;
}

/* While others are at work: whether each call is refused and none of them saw
 * anything of it. */
static bool refused_aside(const struct late *late, char *at, int fd, void *(*work)(void *))
{
	pthread_t thread[2];
	bool good = true;

	target = at;
	signal(SIGSEGV, faulted);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, work, NULL))
			die("pthread_create fails");
	for (int i = 0; good && i < ROUNDS; i++)
		good = refused(late, at, SIZE, fd);
	stop = true;
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return good;
}

static const char *try(const struct late *late, const char *how)
{
	char *at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = late->open();
	bool pieces = strcmp(how, "pieces") == 0, reserved = strcmp(how, "reserved") == 0;
	bool good;
	char before[512], after[512];

	if (at == MAP_FAILED || fd < 0)
		return "none";
	memset(at, 'v', SIZE);
	if (strcmp(how, "full") == 0)
		fill_window();
	/* Several mappings, and only a part of the outer ones is replaced. */
	if ((pieces && mprotect(at + SIZE / 2, SIZE / 4, PROT_READ)) ||
	    (reserved && mprotect(at, SIZE, PROT_NONE)))
		return "none";
	describe(at, before, sizeof(before));
	if (reserved || strcmp(how, "read") == 0)
		good = refused_aside(late, at, fd, reserved ? get_in : read_on);
	else
		good = refused(late, pieces ? at + SIZE / 4 : at, pieces ? SIZE / 2 : SIZE, fd);
	if (!good)
		return "none";
	describe(at, after, sizeof(after));
	if (entered || strcmp(before, after) != 0)
		return "lost";
	if (reserved && mprotect(at, SIZE, PROT_READ))
		return "lost";
	return intact(at) ? "kept" : "lost";
}

/* In a process of its own, which a reader's fault may end. */
static void try_apart(const struct late *late, const char *how)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		printf("%s %s\n", late->name, try(late, how));
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork: %s", strerror(errno));
	if (status)
		printf("%s lost\n", late->name);
}

/* A file goes over the mapping there. */
static int replace_by_file(void)
{
	char *at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open_file();

	if (at == MAP_FAILED || fd < 0 || pwrite(fd, "file", 4, 0) != 4)
		return 1;
	memset(at, 'v', SIZE);
	fill_window();
	if (mmap(at, SIZE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) != at)
		return 1;
	return memcmp(at, "file", 4) != 0;
}

static void limit_to(__rlimit_resource_t resource, rlim_t limit)
{
	struct rlimit now;

	if (getrlimit(resource, &now))
		die("getrlimit: %s", strerror(errno));
	now.rlim_cur = limit < now.rlim_max ? limit : now.rlim_max;
	if (setrlimit(resource, &now))
		die("setrlimit: %s", strerror(errno));
}

static void limit_data(char *at)
{
	(void)at;
	limit_to(RLIMIT_DATA, 4096);
}

static void limit_locked(char *at)
{
	(void)at;
	limit_to(RLIMIT_MEMLOCK, 0);
	if (geteuid() == 0 && (setegid(65534) || seteuid(65534)))
		die("seteuid: %s", strerror(errno));
}

static void seal(char *at)
{
	syscall(462 /* mseal, Linux 6.10 */, at, SIZE, 0);
}

/* As many mappings as there may be: over the middle of one there is none left. */
static void fill_list(char *at)
{
	char *many = mmap(NULL, 1UL << 29, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);

	(void)at;
	if (many == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	for (size_t i = 4096; i < 1UL << 29; i += 8192)
		if (mprotect(many + i, 4096, PROT_READ))
			return;
}

static const struct early {
	const char *name;
	int mode, prot, flags;
	off_t offset;
	void (*prepare)(char *at);
} earlies[] = {
	{ "no descriptor", -1, PROT_READ, 0, 0, NULL },
	{ "a folder", O_DIRECTORY, PROT_READ, 0, 0, NULL },
	{ "cannot be read", O_WRONLY, PROT_READ, 0, 0, NULL },
	{ "a path only", O_PATH, PROT_READ, 0, 0, NULL },
	{ "offset within a page", O_RDONLY, PROT_READ, 0, 1, NULL },
	{ "offset too large", O_RDONLY, PROT_READ, 0, 0x7ffffffffffff000, NULL },
	{ "grows down", O_RDONLY, PROT_READ, MAP_GROWSDOWN, 0, NULL },
	{ "huge pages", O_RDONLY, PROT_READ, MAP_HUGETLB, 0, NULL },
	{ "too much data", O_RDONLY, PROT_READ | PROT_WRITE, 0, 0, limit_data },
	{ "too much locked", O_RDONLY, PROT_READ, MAP_LOCKED, 0, limit_locked },
	{ "sealed", O_RDONLY, PROT_READ, 0, 0, seal },
	{ "too many mappings", O_RDONLY, PROT_READ, 0, 0, fill_list },
	{ "shared, cannot be read", O_WRONLY, PROT_READ, MAP_SHARED, 0, NULL },
	{ "shared, cannot be written", O_RDONLY, PROT_READ | PROT_WRITE, MAP_SHARED, 0, NULL },
	{ "shared, flags unknown", O_RDWR, PROT_READ, MAP_SHARED_VALIDATE | 1 << 25, 0, NULL },
	{ "shared, too many mappings", O_RDWR, PROT_READ | PROT_WRITE, MAP_SHARED, 0, fill_list },
};

static const char *try_early(const struct early *early)
{
	char *at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char name[] = "early.XXXXXX";
	int made = mkstemp(name);
	int fd = early->mode < 0 ? -1 : open(early->mode == O_DIRECTORY ? "." : name,
					     early->mode | O_CLOEXEC);
	bool refused;

	if (at == MAP_FAILED || made < 0 || ftruncate(made, (off_t)SIZE) || unlink(name))
		die("cannot prepare: %s", strerror(errno));
	memset(at, 'v', SIZE);
	if (early->prepare)
		early->prepare(at);
	/* In the middle: a mapping is cut in three. */
	refused = mmap(at + SIZE / 4, SIZE / 2, early->prot,
		       (early->flags & MAP_TYPE ? 0 : MAP_PRIVATE) | MAP_FIXED | early->flags, fd,
		       early->offset) == MAP_FAILED;
	if (!refused)
		return "taken";

	const char *error = strerrorname_np(errno);

	/* The kernel may have cut the mapping in three, of the same memory. */
	if (!intact(at))
		return "lost";
	memset(at, 'v', SIZE);
	return error;
}

static int refuse_early(void)
{
	for (size_t i = 0; i < sizeof(earlies) / sizeof(earlies[0]); i++) {
		int status;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			printf("%s: %s\n", earlies[i].name, try_early(&earlies[i]));
			fflush(stdout);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "whole";

	if (strcmp(how, "file") == 0)
		return replace_by_file();
	if (strcmp(how, "early") == 0)
		return refuse_early();
	for (size_t i = 0; i < sizeof(lates) / sizeof(lates[0]); i++) {
		fflush(stdout);
		try_apart(&lates[i], how);
	}
	return 0;
}
