/* SPDX-License-Identifier: MIT */
/* The table of export.h. It is a file of its own since it names functions of api.c, interpose.c
 * and host.c, which lie above export.c. */
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

/* Hidden aliases of the functions, defined by OWN_NAME() in interpose.c and api.c. */
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

/* The `pointer` entries; their numbers are the table's indices. */
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
#define UNJUDGED(name) \
	{ #name, (uintptr_t)own_##name, (uintptr_t)own_##name, (uintptr_t)own_##name, 0, false }

struct export exports[EXPORTS] = {
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
	UNJUDGED(munmap),
	UNJUDGED(shmdt),
	UNJUDGED(prctl),
};
