/* SPDX-License-Identifier: MIT */
/*
 * Executes a program by one of libc's functions and, where that returns, prints
 * the error's name; its exit status is then 99.
 *
 *	execs WAY PATH [WORD]...
 *
 * WAY is a function's name; "syscall", which is libc's with SYS_execve; "vfork",
 * execve in a child of vfork(); "handler", execve in a signal handler. A PATH of
 * "FAULT" is a pointer to nothing, and so are the lists behind the WAYs "argv" and
 * "envp". A WORD "xN" stands for N letters, "*N" for N words.
 */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "guest.h"

#define RETURNED -1

extern char **environ;

static char *const nowhere = (char *)8;

struct program {
	char *path;
	char **argv, **envp;
};

static int answer(const char *what)
{
	fprintf(stderr, "%s\n", what);
	return 99;
}

static int await(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int by_vfork(const struct program *program)
{
	volatile int error = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		execve(program->path, program->argv, program->envp);
		error = errno;
		_exit(99);
	}
	if (error)
		return answer(strerrorname_np(error));
	return await(pid);
}

static int by_spawn(const struct program *program, bool searches)
{
	pid_t pid;
	int error = (searches ? posix_spawnp : posix_spawn)(&pid, program->path, NULL, NULL,
							    program->argv, program->envp);

	return error ? answer(strerrorname_np(error)) : await(pid);
}

static const struct program *handled;

static void handler(int signal)
{
	(void)signal;
	execve(handled->path, handled->argv, handled->envp);
}

/* On a stack of its own, of the size that is usual. */
static void by_handler(const struct program *program)
{
	static char stack[16 << 10];
	const stack_t place = { .ss_sp = stack, .ss_size = sizeof(stack) };
	const struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };

	handled = program;
	sigaltstack(&place, NULL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
}

static int by_descriptor(const struct program *program)
{
	int fd = open(program->path, O_RDONLY);

	if (fd < 0)
		return answer(strerrorname_np(errno));
	fexecve(fd, program->argv, program->envp);
	return RETURNED;
}

/* A list of which the compiler knows nothing. */
static char **list_at(uintptr_t address)
{
	__asm__("" : "+r"(address));
	return (char **)address;
}

/* The status that is known already, or RETURNED. */
static int execute(const char *way, const struct program *p)
{
	char **argv = p->argv;

	if (strcmp(way, "execve") == 0)
		execve(p->path, argv, p->envp);
	else if (strcmp(way, "execv") == 0)
		execv(p->path, argv);
	else if (strcmp(way, "execvp") == 0)
		execvp(p->path, argv);
	else if (strcmp(way, "execvpe") == 0)
		execvpe(p->path, argv, p->envp);
	else if (strcmp(way, "execl") == 0)
		execl(p->path, argv[0], argv[1], NULL);
	else if (strcmp(way, "execlp") == 0)
		execlp(p->path, argv[0], argv[1], NULL);
	else if (strcmp(way, "execle") == 0)
		execle(p->path, argv[0], argv[1], NULL, p->envp);
	else if (strcmp(way, "execveat") == 0)
		execveat(AT_FDCWD, p->path, argv, p->envp, 0);
	else if (strcmp(way, "fexecve") == 0)
		return by_descriptor(p);
	else if (strcmp(way, "syscall") == 0)
		syscall(SYS_execve, p->path, argv, p->envp);
	else if (strcmp(way, "vfork") == 0)
		return by_vfork(p);
	else if (strcmp(way, "handler") == 0)
		by_handler(p);
	else if (strcmp(way, "posix_spawn") == 0)
		return by_spawn(p, false);
	else if (strcmp(way, "posix_spawnp") == 0)
		return by_spawn(p, true);
	else if (strcmp(way, "argv") == 0)
		execve(p->path, list_at(8), p->envp);
	else if (strcmp(way, "envp") == 0)
		execve(p->path, argv, list_at(8));
	else if (strcmp(way, "no-argv") == 0)
		execve(p->path, list_at(0), p->envp);
	else
		die("execs: %s is no way", way);
	return RETURNED;
}

static char *letters(size_t count)
{
	char *text = malloc(count + 1);

	if (!text)
		die("execs: out of memory");
	memset(text, 'x', count);
	text[count] = '\0';
	return text;
}

/* The words, with those that stand for many. */
static char **expand(char **words)
{
	size_t room = 2 << 20, count = 0;
	char **list = malloc(room * sizeof(*list));

	if (!list)
		die("execs: out of memory");
	for (; *words && count < room; words++) {
		size_t many = (*words)[0] == '*' ? strtoul(*words + 1, NULL, 10) : 1;

		while (many-- && count < room - 1)
			list[count++] = (*words)[0] == 'x' ?
						letters(strtoul(*words + 1, NULL, 10)) : *words;
	}
	list[count] = NULL;
	return list;
}

int main(int argc, char **argv)
{
	struct program program;
	int status;

	if (argc < 3)
		die("usage: execs WAY PATH [WORD]...");
	program.path = strcmp(argv[2], "FAULT") == 0 ? nowhere : argv[2];
	program.argv = expand(argv + 2);
	program.envp = environ;
	status = execute(argv[1], &program);
	return status == RETURNED ? answer(strerrorname_np(errno)) : status;
}
