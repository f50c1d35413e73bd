/* SPDX-License-Identifier: MIT */
/*
 * Has a dumb buffer made by a DRM device and maps it as programs do, with the
 * offset that libdrm gets for it: by symbol, and by a system call that no symbol
 * reaches. Writes into one mapping, reads from the other.
 *
 *	dumbbuffer /dev/dri/cardN
 *
 * Exit status 77: there is no libdrm.
 */
#include "guest.h"

#include <dlfcn.h>

#define WIDTH 640U
#define HEIGHT 480U

/* <xf86drmMode.h>, which need not be here. */
typedef int create_buffer(int fd, uint32_t width, uint32_t height, uint32_t bpp, uint32_t flags,
			  uint32_t *handle, uint32_t *pitch, uint64_t *size);
typedef int map_buffer(int fd, uint32_t handle, uint64_t *offset);

static void *must_find(void *library, const char *name)
{
	void *function = dlsym(library, name);

	if (!function)
		die("libdrm has no %s", name);
	return function;
}

int main(int argc, char **argv)
{
	void *library = dlopen("libdrm.so.2", RTLD_NOW);
	int fd = argc == 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
	uint32_t handle, pitch;
	uint64_t size, offset;

	if (!library)
		return 77;
	if (fd < 0)
		die("usage: dumbbuffer /dev/dri/cardN");

	create_buffer *create = (create_buffer *)must_find(library, "drmModeCreateDumbBuffer");
	map_buffer *map = (map_buffer *)must_find(library, "drmModeMapDumbBuffer");

	if (create(fd, WIDTH, HEIGHT, 32, 0, &handle, &pitch, &size))
		die("drmModeCreateDumbBuffer: %s", strerrorname_np(errno));
	if (map(fd, handle, &offset))
		die("drmModeMapDumbBuffer: %s", strerrorname_np(errno));

	char *buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);

	expect_inside("mmap", buffer, size);
	memset(buffer, 0x5a, size);

	long result = raw6(SYS_mmap, 0, (long)size, PROT_READ, MAP_SHARED, fd, (long)offset);

	if (raw_failed(result))
		die("mmap: %s", strerrorname_np((int)-result));
	if (bounds_fenced())
		expect_inside("a raw mmap", (void *)result, size);
	if (memcmp((char *)result, buffer, size) != 0)
		die("two mappings of one buffer differ");
	printf("buffer 0x%lx-0x%lx\n", (unsigned long)buffer, (unsigned long)buffer + size);
	return munmap(buffer, size) || raw_munmap((void *)result, size);
}
