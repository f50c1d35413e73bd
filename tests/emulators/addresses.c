/* SPDX-License-Identifier: MIT */
/*
 * What an emulator's guest sees of its address space: does what programs do with
 * memory, looks at what is in it, and prints the same on every machine. Each
 * address that it meets goes into the file ADDRESSES, as "KIND START LENGTH".
 *
 *	addresses ADDRESSES
 *
 * STATIC: linked statically, so that nothing can be loaded.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB     (1024UL * 1024)
#define THREADS 8
#define LARGEST (256 * MIB)

static FILE *list;
static int in_data = 1;
static char in_bss[16];

static void saw(const char *kind, const void *start, size_t length)
{
	fprintf(list, "%s 0x%lx 0x%zx\n", kind, (unsigned long)start, length);
}

static void must(bool holds, const char *what)
{
	if (!holds) {
		printf("%s: %s\n", what, strerror(errno));
		exit(1);
	}
}

/* Writes to both ends, so that a mapping that lies there would show it. */
static void use(const char *kind, char *p, size_t length)
{
	saw(kind, p, length);
	p[0] = 'a';
	p[length - 1] = 'z';
	must(p[0] == 'a' && p[length - 1] == 'z', kind);
}

static void look_at_program(char **argv, char **environ_at)
{
	static const struct {
		const char *kind;
		unsigned long type;
	} given[] = { { "auxv-random", AT_RANDOM }, { "auxv-program", AT_PHDR },
		      { "auxv-file", AT_EXECFN }, { "auxv-vdso", AT_SYSINFO_EHDR } };
	int on_stack = 0;

	saw("code", (void *)(uintptr_t)look_at_program, 1);
	saw("data", &in_data, sizeof(in_data));
	saw("bss", in_bss, sizeof(in_bss));
	saw("stack", &on_stack, sizeof(on_stack));
	saw("argument", argv[0], 1);
	saw("environment", environ_at, 1);
	saw("libc-code", (void *)(uintptr_t)malloc, 1);
	saw("libc-data", stdout, 1);
	saw("errno", &errno, sizeof(errno));
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (getauxval(given[i].type))
			saw(given[i].kind, (void *)getauxval(given[i].type), 1);
}

static void allocate(const char *kind)
{
	char *last = NULL;

	for (size_t length = 16; length <= 64 * MIB; length *= 8) {
		char *p = malloc(length);

		must(p, "malloc");
		use(kind, p, length);
		free(last);
		last = p;
	}
	free(last);
}

static void *thread(void *number)
{
	static __thread int local;
	char block[256 * 1024];

	use("thread-stack", block, sizeof(block));
	saw("thread-local", &local, sizeof(local));
	allocate("thread-malloc");
	return (char *)number + 1;
}

static void run_threads(void)
{
	pthread_t threads[THREADS];
	uintptr_t sum = 0;
	void *result;

	for (uintptr_t i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, thread, (void *)i), "pthread_create");
	for (uintptr_t i = 0; i < THREADS; i++) {
		must(!pthread_join(threads[i], &result), "pthread_join");
		sum += (uintptr_t)result;
	}
	printf("threads %lu\n", (unsigned long)sum);
}

static char *map(const char *kind, void *hint, size_t length, int flags, int fd)
{
	char *p = mmap(hint, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | flags, fd, 0);

	must(p != MAP_FAILED, kind);
	use(kind, p, length);
	return p;
}

static void map_all(void)
{
	FILE *file = tmpfile();
	char *p;

	for (size_t length = 4096; length <= 64 * MIB; length *= 4)
		map("mmap", NULL, length, MAP_ANONYMOUS, -1);
	map("mmap-hint", (void *)0x50000000, MIB, MAP_ANONYMOUS, -1);
#ifdef MAP_32BIT
	for (int i = 0; i < 8; i++)
		map("mmap-32bit", NULL, MIB, MAP_ANONYMOUS | MAP_32BIT, -1);
#endif
	p = map("mmap-reserved", NULL, 16 * MIB, MAP_ANONYMOUS, -1);
	must(map("mmap-fixed", p + 4 * MIB, MIB, MAP_ANONYMOUS | MAP_FIXED, -1) == p + 4 * MIB, "MAP_FIXED");
	must(!munmap(p + 8 * MIB, 4 * MIB), "munmap");
	must(file && fputs("content", file) >= 0 && !fflush(file), "a file");
	p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
	must(p != MAP_FAILED && !memcmp(p, "content", 7), "a file's mapping");
	saw("mmap-file", p, 4096);
	fclose(file);
	puts("mmap");
}

/* Doubles what another mapping keeps from growing in place. */
static void move(void)
{
	char *p = map("mremap", NULL, MIB, MAP_ANONYMOUS, -1);

	for (size_t length = MIB; length < LARGEST; length *= 2) {
		map("mmap-between", p + length, 4096, MAP_ANONYMOUS, -1);
		p = mremap(p, length, 2 * length, MREMAP_MAYMOVE);
		must(p != MAP_FAILED, "mremap");
		must(p[0] == 'a' && p[length - 1] == 'z', "mremap's content");
		use("mremap", p, 2 * length);
	}
	must(!munmap(p, LARGEST), "munmap");
	puts("mremap");
}

static void attach(void)
{
	int id = shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600);
	char *first, *second;

	must(id >= 0, "shmget");
	first = shmat(id, NULL, 0);
	second = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	must(first != (void *)-1 && second != (void *)-1, "shmat");
	use("shmat", first, MIB);
	must(second[MIB - 1] == 'z', "shmat's content");
	saw("shmat", second, MIB);
	must(!shmdt(first) && !shmdt(second), "shmdt");
	puts("shmat");
}

static void load(void)
{
#ifndef STATIC
	void *library = dlopen("libm.so.6", RTLD_NOW);
	void *symbol = library ? dlsym(library, "cos") : NULL;

	must(symbol, "libm.so.6");
	saw("dlopen", symbol, 1);
#endif
	puts("dlopen");
}

static void fork_once(void)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		map("child-mmap", NULL, MIB, MAP_ANONYMOUS, -1);
		allocate("child-malloc");
		fflush(list);
		_exit(7);
	}
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	printf("fork %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	list = argc > 1 ? fopen(argv[1], "ae") : NULL;
	must(list, "usage: addresses ADDRESSES");
	puts("hello");
	look_at_program(argv, environ);
	saw("brk", sbrk(0), 1);
	allocate("malloc");
	run_threads();
	map_all();
	move();
	attach();
	load();
	fork_once();
	return fclose(list);
}
