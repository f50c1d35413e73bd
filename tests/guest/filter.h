/* SPDX-License-Identifier: MIT */
/* Seccomp filters by the names of system calls. */
#ifndef TESTS_GUEST_FILTER_H
#define TESTS_GUEST_FILTER_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "guest.h"

#define CALL(name) { #name, SYS_##name }

static const struct {
	const char *name;
	int number;
} calls[] = {
	CALL(brk), CALL(clock_gettime),
	CALL(clone), CALL(close), CALL(execve), CALL(execveat), CALL(exit),
	CALL(exit_group), CALL(faccessat), CALL(fcntl), CALL(fgetxattr), CALL(fstat),
	CALL(fstatfs), CALL(ftruncate), CALL(futex), CALL(getcwd), CALL(getegid), CALL(geteuid),
	CALL(getgid), CALL(getpid), CALL(getrandom), CALL(gettid), CALL(getuid), CALL(ioctl),
	CALL(madvise), CALL(memfd_create), CALL(mincore), CALL(mmap), CALL(mprotect), CALL(msync),
	CALL(mremap), CALL(munlock), CALL(munmap), CALL(nanosleep), CALL(newfstatat),
	CALL(openat), CALL(personality), CALL(prctl), CALL(pread64), CALL(prlimit64),
	CALL(process_vm_readv), CALL(process_vm_writev), CALL(read), CALL(readlinkat),
	CALL(rseq), CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn),
	CALL(rt_sigtimedwait), CALL(sched_yield), CALL(set_robust_list), CALL(set_tid_address),
	CALL(shmat), CALL(shmctl), CALL(shmdt), CALL(shmget), CALL(sigaltstack), CALL(uname),
	CALL(wait4), CALL(write), CALL(writev),
#ifdef __x86_64__
	CALL(access), CALL(arch_prctl), CALL(readlink),
#endif
	{ "faccessat2", 439 }, { "mseal", 462 }, /* a C library may not have them yet */
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* The questions that the operations ask themselves. */
static const int own[] = { SYS_mmap,  SYS_munmap, SYS_mremap, SYS_mprotect,
			   SYS_shmat, SYS_shmdt,  SYS_brk,    SYS_getrandom,
			   SYS_exit_group };

#define OWN (sizeof(own) / sizeof(own[0]))

static struct {
	struct sock_filter at[3 + 2 * (CALLS + OWN)];
	unsigned short length;
} filter;

static void add(unsigned short code, uint32_t k, unsigned char jt, unsigned char jf)
{
	filter.at[filter.length++] = (struct sock_filter){ code, jt, jf, k };
}

static void judge(int number, uint32_t action)
{
	add(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
	add(BPF_RET | BPF_K, action, 0, 0);
}

static int number_of(const char *name, size_t length)
{
	for (size_t i = 0; i < CALLS; i++)
		if (strlen(calls[i].name) == length && memcmp(calls[i].name, name, length) == 0)
			return calls[i].number;
	die("no name of a call: %.*s", (int)length, name);
}

static void make_filter(const char *names, uint32_t named, uint32_t otherwise)
{
	add(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	for (size_t length; *names; names += length + (names[length] == ',')) {
		length = strcspn(names, ",");
		judge(number_of(names, length), named);
	}
	for (size_t i = 0; i < OWN; i++)
		judge(own[i], SECCOMP_RET_ALLOW);
	add(BPF_RET | BPF_K, otherwise, 0, 0);
}

static bool silent, after;

static void install(void)
{
	struct sock_fprog program = { filter.length, filter.at };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    (silent ? (int)raw6(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&program, 0,
				0, 0) :
		      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) < 0)
		die("cannot install the filter: %s", strerror(errno));
}

#endif
