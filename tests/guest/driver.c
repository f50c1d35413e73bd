/* SPDX-License-Identifier: MIT */
/*
 * Maps a file that behaves as some drivers do: to any address it answers EINVAL,
 * to none it maps. A seccomp filter plays the driver. Prints the address, or
 * ENOMEM where the answer was that and nothing stayed mapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DRIVER_FD 123
#define SIZE (16 * (size_t)4096)

#define LOW(n) (offsetof(struct seccomp_data, args[n]))
#define HIGH(n) (LOW(n) + 4)
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(at))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))

static int become_driver(void)
{
	struct sock_filter filter[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		UNLESS(SYS_mmap, 7),
		LOAD(LOW(4)),
		UNLESS(DRIVER_FD, 5),
		LOAD(LOW(0)),
		UNLESS(0, 2),
		LOAD(HIGH(0)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* How often the file stands in the process's list. */
static int count_mapped(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int count = 0;

	while (maps && fgets(line, sizeof(line), maps))
		count += strstr(line, "memfd:driver") != NULL;
	if (maps)
		fclose(maps);
	return count;
}

int main(void)
{
	int fd = memfd_create("driver", 0);
	void *at;

	if (fd < 0 || ftruncate(fd, (off_t)SIZE) || dup2(fd, DRIVER_FD) < 0 || become_driver())
		return 77;
	if (mmap((void *)0x10000000, SIZE, PROT_READ, MAP_SHARED | MAP_FIXED, DRIVER_FD, 0) !=
	    MAP_FAILED)
		return 77;
	at = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, DRIVER_FD, 0);
	if (at == MAP_FAILED && errno == ENOMEM && count_mapped() == 0)
		puts("ENOMEM");
	else if (at != MAP_FAILED && count_mapped() == 1)
		printf("%p\n", at);
	else
		return 1;
	return 0;
}
