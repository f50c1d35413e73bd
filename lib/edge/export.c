/* SPDX-License-Identifier: MIT */
#include "export.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include "host.h"
#include "valimit.h"

#if defined(__x86_64__)
#include "export_x86_64.h"
#elif defined(__aarch64__)
#include "export_aarch64.h"
#else
#include "export_riscv64.h"
#endif

/* interpose.c and api.c: OWN_NAME() */
#define OWN(name) extern __typeof__(name) own_##name
OWN(mmap);
OWN(mremap);
OWN(shmat);
OWN(syscall);
OWN(mmap_range);
OWN(mremap_range);
OWN(shmat_range);
OWN(valimit_mmap);
OWN(valimit_mremap);
OWN(valimit_shmat);
OWN(valimit_place);
OWN(munmap);
OWN(shmdt);
OWN(prctl);

/* The `pointer` of entry number `n`, and the order of the table. */
POINTER_ENTRY(0, mmap)
POINTER_ENTRY(1, mremap)
POINTER_ENTRY(2, shmat)
POINTER_ENTRY(3, syscall)
POINTER_ENTRY(4, mmap_range)
POINTER_ENTRY(5, mremap_range)
POINTER_ENTRY(6, shmat_range)
POINTER_ENTRY(7, valimit_mmap)
POINTER_ENTRY(8, valimit_mremap)
POINTER_ENTRY(9, valimit_shmat)
POINTER_ENTRY(10, valimit_place)

#define JUDGED(name, its_host) \
	{ #name, (uintptr_t)own_##name, (uintptr_t)(its_host), (uintptr_t)pointer_##name, 0, false }
#define ANYBODYS(name) \
	{ #name, (uintptr_t)own_##name, (uintptr_t)own_##name, (uintptr_t)own_##name, 0, false }

static struct export exports[] = {
	JUDGED(mmap, host_mmap),
	JUDGED(mremap, host_mremap),
	JUDGED(shmat, host_shmat),
	JUDGED(syscall, host_syscall),
	JUDGED(mmap_range, host_mmap_range),
	JUDGED(mremap_range, host_mremap_range),
	JUDGED(shmat_range, host_shmat_range),
	JUDGED(valimit_mmap, host_mmap),
	JUDGED(valimit_mremap, host_valimit_mremap),
	JUDGED(valimit_shmat, host_shmat),
	JUDGED(valimit_place, host_valimit_place),
	ANYBODYS(munmap),
	ANYBODYS(shmdt),
	ANYBODYS(prctl),
};

#define EXPORTS (sizeof(exports) / sizeof(*exports))

/* Not libc's: a sanitizer that is being initialised asks dlsym(), and its strcmp()
 * does not work yet. */
static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

struct export *export_named(const char *name)
{
	if (same(name, "mmap64"))
		name = exports[0].name;
	for (size_t i = 0; i < EXPORTS; i++)
		if (same(exports[i].name, name))
			return &exports[i];
	return NULL;
}

/* The addresses of the library's own, so that few others need a look. */
static struct {
	uintptr_t low, high;
	bool canonical; /* there are some in the program */
} ends = { UINTPTR_MAX, 0, false };

static void widen(uintptr_t address)
{
	if (address < ends.low)
		ends.low = address;
	if (address > ends.high)
		ends.high = address;
}

/* While there is one thread, at the first use, which may come before that. */
__attribute__((constructor(101))) static void measure(void)
{
	for (size_t i = 0; i < EXPORTS; i++) {
		widen(exports[i].plain);
		widen(exports[i].host);
		widen(exports[i].pointer);
	}
}

struct export *export_reached(uintptr_t address)
{
	if (!ends.high)
		measure();
	if (!address || (!ends.canonical && (address < ends.low || address > ends.high)))
		return NULL;
	for (size_t i = 0; i < EXPORTS; i++)
		if (address == exports[i].plain || address == exports[i].host ||
		    address == exports[i].pointer || address == exports[i].canonical)
			return &exports[i];
	return NULL;
}

void export_set_canonical(struct export *export, uintptr_t address)
{
	export->canonical = address;
	ends.canonical = true;
}

void export_learn(void *(*resolve)(const char *name))
{
	for (size_t i = 0; i < EXPORTS; i++)
		exports[i].first = (uintptr_t)resolve(exports[i].name) == exports[i].plain;
}

const struct export *export_numbered(size_t number)
{
	return &exports[number];
}
