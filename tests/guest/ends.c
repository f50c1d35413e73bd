/* SPDX-License-Identifier: MIT */
/*
 * Maps 64K, 3 times, and ends in the way that is asked for:
 *
 *	ends return|exit|_exit|_Exit|quick_exit|syscall|raw
 *	ends abort|fault|trap|NUMBER     a signal: by abort(), by an instruction,
 *	                                 or raised
 *	ends overflow [altstack]         the stack's end, where a fault is handled
 *	                                 only on another stack
 *	ends handled                     a SIGTERM that it handles
 *	ends vfork                       its vfork child maps 128K and ends first,
 *	                                 by _exit
 *	ends fork                        its child, too, returns from main
 *	ends inside                      a SIGTERM in the middle of a call
 */
#include "guest.h"

#include <signal.h>
#include <sys/wait.h>

static void map(size_t length)
{
	if (mmap(NULL, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
		die("mmap: %s", strerrorname_np(errno));
}

static void handle(int signal)
{
	(void)signal;
	_exit(9);
}

static void fault(void)
{
	volatile uintptr_t nowhere = 8;

	*(volatile char *)nowhere = 1;
}

__attribute__((noinline)) static int overflow(volatile char *from)
{
	volatile char room[4096];

	room[0] = 0;
	return from && *from ? 0 : overflow(room) + room[0];
}

static void overflow_on(bool other)
{
	static char room[64 * KIB];
	const stack_t stack = { .ss_sp = room, .ss_size = sizeof(room) };

	if (other)
		sigaltstack(&stack, NULL);
	overflow(NULL);
}

static void end_vfork(void)
{
	pid_t child = vfork();

	if (child == 0) {
		map(128 * KIB);
		_exit(3);
	}
	waitpid(child, NULL, 0);
	printf("%d\n", (int)child);
}

static void end_fork(void)
{
	pid_t child = fork();

	if (child == 0)
		exit(0);
	waitpid(child, NULL, 0);
}

/* The handler interrupts any code, most often the library while it holds the table. */
static void end_inside(void)
{
	if (fork() == 0) {
		usleep(20000);
		kill(getppid(), SIGTERM);
		raw6(SYS_exit_group, 0, 0, 0, 0, 0, 0);
	}
	for (;;)
		munmap(mmap(NULL, 64 * KIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       64 * KIB);
}

static void end(const char *how, const char *more)
{
	if (strcmp(how, "exit") == 0)
		exit(4);
	if (strcmp(how, "_exit") == 0)
		_exit(5);
	if (strcmp(how, "_Exit") == 0)
		_Exit(6);
	if (strcmp(how, "quick_exit") == 0)
		quick_exit(7);
	if (strcmp(how, "syscall") == 0)
		syscall(SYS_exit_group, 8);
	if (strcmp(how, "raw") == 0)
		raw6(SYS_exit_group, 10, 0, 0, 0, 0, 0);
	if (strcmp(how, "abort") == 0)
		abort();
	if (strcmp(how, "fault") == 0)
		fault();
	if (strcmp(how, "trap") == 0)
		__builtin_trap();
	if (strcmp(how, "overflow") == 0)
		overflow_on(more != NULL);
	if (strcmp(how, "vfork") == 0)
		end_vfork();
	if (strcmp(how, "fork") == 0)
		end_fork();
	if (strcmp(how, "inside") == 0)
		end_inside();
	if (strcmp(how, "handled") == 0) {
		signal(SIGTERM, handle);
		raise(SIGTERM);
	}
	if (*how >= '0' && *how <= '9')
		raise((int)number(how));
}

int main(int argc, char **argv)
{
	for (int i = 0; i < 3; i++)
		map(64 * KIB);
	if (argc > 1)
		end(argv[1], argv[2]);
	return 2;
}
