/* SPDX-License-Identifier: MIT */
/*
 * Prints the places of a program's parts, one a line: those that exec has placed and those that
 * a C library adds. It is linked in several ways (dynamic, fixed, static).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char local = 0;
	struct timespec now;

	(void)argc;
	printf("main %p\n", (void *)main);
	printf("printf %p\n", (void *)printf);
	printf("local %p\n", (void *)&local);
	printf("heap %p\n", malloc(1));
	printf("large %p\n", malloc(1 << 20));
	printf("break %p\n", sbrk(0));
	printf("words %p\n", (void *)argv[0]);
	printf("environment %p\n", (void *)environ);
	printf("vdso 0x%lx\n", getauxval(AT_SYSINFO_EHDR));
	printf("headers 0x%lx\n", getauxval(AT_PHDR));
	printf("loader 0x%lx\n", getauxval(AT_BASE));
	printf("entry 0x%lx\n", getauxval(AT_ENTRY));
	printf("random 0x%lx\n", getauxval(AT_RANDOM));
	printf("platform 0x%lx\n", getauxval(AT_PLATFORM));
	printf("file 0x%lx\n", getauxval(AT_EXECFN));
	return clock_gettime(CLOCK_MONOTONIC, &now) != 0;
}
