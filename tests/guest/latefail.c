/* SPDX-License-Identifier: MIT */
/*
 * Maps with MAP_FIXED, over memory with known contents, what the kernel refuses
 * only after it has unmapped what was there. One word for each: "kept" or
 * "lost", or "none" where this machine does not have it or takes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

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

static const struct late {
	const char *name;
	int (*open)(void);
	int flags;
} lates[] = {
	{ "perf", open_perf, MAP_SHARED },
	{ "tcp", open_tcp, MAP_SHARED },
	{ "packet", open_packet, MAP_SHARED },
	{ "sync", open_file, MAP_SHARED_VALIDATE | MAP_SYNC },
};

/* Whether all of the memory is there, readable, with its contents. */
static int intact(const char *at)
{
	int pipes[2];
	int good = 1;

	if (pipe(pipes))
		return 0;
	for (size_t i = 0; good && i < SIZE; i += 4096)
		good = write(pipes[1], at + i, 1) == 1 && at[i] == 'v';
	close(pipes[0]);
	close(pipes[1]);
	return good;
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

static const char *try(const struct late *late, int pieces, int full)
{
	char *at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = late->open();
	void *result;

	if (at == MAP_FAILED || fd < 0)
		return "none";
	memset(at, 'v', SIZE);
	if (full)
		fill_window();
	/* Several mappings, and only a part of the outer ones is replaced. */
	if (pieces && mprotect(at + SIZE / 2, SIZE / 4, PROT_READ))
		return "none";
	result = mmap(pieces ? at + SIZE / 4 : at, pieces ? SIZE / 2 : SIZE,
		      PROT_READ | PROT_WRITE, late->flags | MAP_FIXED, fd, 0);
	close(fd);
	if (result != MAP_FAILED)
		return "none";
	return intact(at) ? "kept" : "lost";
}

/* A file goes over what is there. */
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

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "whole";
	int pieces = strcmp(how, "pieces") == 0;

	if (strcmp(how, "file") == 0)
		return replace_by_file();
	for (size_t i = 0; i < sizeof(lates) / sizeof(lates[0]); i++)
		printf("%s %s\n", lates[i].name, try(&lates[i], pieces, strcmp(how, "full") == 0));
	return 0;
}
