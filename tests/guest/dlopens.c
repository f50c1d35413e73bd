/* SPDX-License-Identifier: MIT */
/*
 * Loads libraries; under a fence every segment of theirs lies inside.
 *
 *	dlopens LIBRARY...
 */
#include "guest.h"

#include <dlfcn.h>
#include <link.h>

static void check_segments(const char *name)
{
	struct vma vma;
	unsigned int count = 0;

	maps_open("/proc/self/maps");
	while (vma_read(&vma)) {
		if (!strstr(vma.name, name))
			continue;
		count++;
		if (bounds_fenced())
			expect_inside(name, (void *)vma.start, vma.end - vma.start);
	}
	maps_close();
	if (!count)
		die("%s is not in /proc/self/maps", name);
	printf("%s %u segments\n", name, count);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		void *handle;

		/* Mappings from the start were made before any fence. */
		if (dlopen(argv[i], RTLD_NOW | RTLD_NOLOAD))
			die("%s is loaded already: choose another", argv[i]);
		handle = dlopen(argv[i], RTLD_NOW);
		if (!handle)
			die("%s", dlerror());
		check_segments(argv[i]);
		dlclose(handle);
	}
	return 0;
}
