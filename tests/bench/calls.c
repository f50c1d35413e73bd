/* SPDX-License-Identifier: MIT */
/* One mmap(NULL) and one munmap beside a thousand mappings, for callgrind to count:
 * measured_map() and measured_unmap() make one call each. */
#include <stdlib.h>
#include <sys/mman.h>

#define LIVE 1000
#define LENGTH 16384

__attribute__((noinline)) void *measured_map(void);
__attribute__((noinline)) int measured_unmap(void *at);

void *measured_map(void)
{
	void *at = mmap(NULL, LENGTH, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	__asm__ volatile("" ::: "memory"); /* no tail call: callgrind waits for the return */
	return at;
}

int measured_unmap(void *at)
{
	int result = munmap(at, LENGTH);

	__asm__ volatile("" ::: "memory");
	return result;
}

/* Of two kinds, so that neighbours do not become one entry. */
static void *fill(int number)
{
	return mmap(NULL, LENGTH, number % 2 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
}

int main(void)
{
	void *live[LIVE], *at;

	for (int i = 0; i < LIVE; i++)
		if ((live[i] = fill(i)) == MAP_FAILED)
			return EXIT_FAILURE;
	for (int i = 0; i < LIVE; i += 3)
		munmap(live[i], LENGTH);
	at = measured_map();
	return at == MAP_FAILED || measured_unmap(at) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
