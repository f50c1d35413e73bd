/* SPDX-License-Identifier: MIT */
/*
 * Looks at a process from outside and tells what of it lies outside its window:
 * each mapping that is no fence, and each gap that no fence fills. It knows
 * nothing of the library's table and of the launcher.
 *
 *	outside LOWER-UPPER PID
 *
 * The memory of the library's own is let through. Exit status 1: something is.
 */
#include "guest.h"

#define OWN "/memfd:valimit"

static struct bounds window;
static unsigned int found;

static void tell(const char *what, uintptr_t start, uintptr_t end, const char *name)
{
	printf("%s 0x%lx-0x%lx %s\n", what, start, end, name);
	found++;
}

static bool touches_window(uintptr_t start, uintptr_t end)
{
	if (window.lower < window.upper)
		return start < window.upper && end > window.lower;
	return start < window.upper || end > window.lower;
}

static void look_at(const struct vma *vma, uintptr_t *own_end)
{
	if (bounds_hold(window, vma->start, vma->end - vma->start) ||
	    strcmp(vma->name, "[vsyscall]") == 0)
		return;
	if (strncmp(vma->name, OWN, strlen(OWN)) == 0 ||
	    (vma->start == *own_end && !vma->inode && *own_end)) {
		*own_end = vma->end;
		return;
	}
	if (strcmp(vma->perms, "---p") != 0 || vma->inode)
		tell("mapping", vma->start, vma->end, vma->name);
}

/* The part between two mappings that does not touch the window. */
static void look_between(uintptr_t start, uintptr_t end)
{
	uintptr_t bound[] = { window.lower, window.upper };

	for (int i = 0; i < 2; i++)
		if (bound[i] > start && bound[i] < end) {
			look_between(start, bound[i]);
			look_between(bound[i], end);
			return;
		}
	if (start < end && !touches_window(start, end))
		tell("gap", start, end, "");
}

int main(int argc, char **argv)
{
	uintptr_t at = space_min(), top = space_top(), own_end = 0;
	char path[64];
	struct vma vma;

	if (argc != 3 || sscanf(argv[1], "%lx-%lx", &window.lower, &window.upper) != 2)
		die("usage: outside LOWER-UPPER PID");
	snprintf(path, sizeof(path), "/proc/%s/maps", argv[2]);
	maps_open(path);
	while (vma_read(&vma)) {
		if (vma.start < top)
			look_between(at, vma.start);
		look_at(&vma, &own_end);
		at = vma.end > at ? vma.end : at;
	}
	maps_close();
	if (at < top)
		look_between(at, top);
	return found != 0;
}
