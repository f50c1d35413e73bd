/* SPDX-License-Identifier: MIT */
#include "supply.h"

#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sys/shm.h>
#include <sys/socket.h>

#include "../guest/guest.h"

/* Where segments stay attached, so that they live on after they were removed. */
#define PARKED_AT 0x0f0000000000UL
#define PARKED_STEP (64 * MIB)
#define NO_FD 999999
#define PACKETS 0x0300 /* ETH_P_ALL in network order */

static int perf_open(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static int ring_open(void)
{
	char params[120] = { 0 };

	return (int)syscall(SYS_io_uring_setup, 8, params);
}

void supply_once(struct site *site)
{
	int pipes[2];

	site->filler = memfd_create("filler", MFD_CLOEXEC);
	if (site->filler < 0)
		die("memfd_create: %s", strerror(errno));
	site->fd[FILE_NONE] = -1;
	site->fd[FILE_BAD] = NO_FD;
	site->fd[FILE_RDONLY] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	site->fd[FILE_WRONLY] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	site->fd[FILE_ZERO] = open("/dev/zero", O_RDWR | O_CLOEXEC);
	site->fd[FILE_FOLDER] = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	site->fd[FILE_PIPE] = pipe(pipes) ? -1 : pipes[0];
	site->fd[FILE_PERF] = perf_open();
	site->fd[FILE_TCP] = socket(AF_INET, SOCK_STREAM, 0);
	site->fd[FILE_PACKET] = socket(AF_PACKET, SOCK_RAW, PACKETS);
	site->fd[FILE_RING] = ring_open();
	site->fd[FILE_HUGE] = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);
}

static int memory_file(const char *name, int seals)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, 16 * 4096) || (seals && fcntl(fd, F_ADD_SEALS, seals)))
		die("memfd %s: %s", name, strerror(errno));
	return fd;
}

static int removed_segment(enum op_segment segment, size_t size)
{
	uintptr_t at = PARKED_AT + segment * PARKED_STEP;
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);

	if (id < 0)
		die("shmget: %s", strerror(errno));
	if (raw_failed(raw6(SYS_shmat, id, (long)at, SHM_REMAP, 0, 0, 0)))
		die("no room for a segment at 0x%lx", at);
	shmctl(id, IPC_RMID, NULL);
	return id;
}

uint64_t supply_length(enum op_segment segment)
{
	static const uint64_t lengths[SEGMENTS] = { 4096, 4 * 4096, 2 * 4096, 512 * 4096, 3 * 4096, 0 };

	return lengths[segment];
}

void supply_each(struct site *site)
{
	site->fd[FILE_MEMORY] = memory_file("memory", 0);
	site->fd[FILE_SEALED] = memory_file("sealed", F_SEAL_WRITE | F_SEAL_SHRINK);
	site->segment[SEGMENT_PAGE] = removed_segment(SEGMENT_PAGE, 4096);
	site->segment[SEGMENT_SMALL] = removed_segment(SEGMENT_SMALL, 4 * 4096);
	site->segment[SEGMENT_ODD] = removed_segment(SEGMENT_ODD, 5000);
	site->segment[SEGMENT_LARGE] = removed_segment(SEGMENT_LARGE, 2 * MIB);
	site->segment[SEGMENT_PASSING] = -1;
	site->segment[SEGMENT_NEVER] = 0x7ffffff0;
}
