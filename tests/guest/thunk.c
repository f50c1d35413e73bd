/* SPDX-License-Identifier: MIT */
/*
 * Plays a library of the host's that an emulator loads on behalf of its guest:
 * each function returns a pointer that the guest will use. It knows nothing of
 * the emulator, nor of the library.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "thunk.h"

static char data[4096];

void *thunk_data(void)
{
	return data;
}

void *thunk_malloc(size_t size)
{
	return malloc(size);
}

char *thunk_strdup(const char *text)
{
	return strdup(text);
}

void *thunk_mmap(size_t size)
{
	/* The optimizer makes a jump of it. */
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *on_the_stack(void *result)
{
	*(void **)result = __builtin_frame_address(0);
	return NULL;
}

void *thunk_stack(void)
{
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, on_the_stack, &result) == 0)
		pthread_join(thread, NULL);
	return result;
}
