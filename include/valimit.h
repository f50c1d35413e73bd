/* SPDX-License-Identifier: MIT */
/*
 * valimit: keeps every mapping of a Linux process inside a virtual-address
 * window that its user chooses. See valimit(7) and valimit(3).
 *
 * The window comes from the environment variable VA_LIMIT, read once before
 * main(), or from valimit_set(). While one is in force, mmap, mremap, munmap,
 * shmat, shmdt, syscall() and prctl() are the library's and behave as the
 * kernel's do, but for the addresses. A program that links the static library
 * without libvalimit_interpose keeps libc's, and calls those of this header.
 *
 * Every function is thread-safe, and async-signal-safe but where it says
 * otherwise. On failure functions return -1 or (void *)-1 with errno set, and
 * have changed nothing. All have been there since version 0.1.
 *
 * Whose a call is, and so where its mapping may go, is decided by the first of
 * these that speaks:
 *
 *   scope    between valimit_host_enter and valimit_host_leave: host
 *   range    a call with a range of its own: guest if the range lies in the
 *            window, else host
 *   module   VA_LIMIT_HOST and VA_LIMIT_GUEST, by the module that calls
 *   default  guest
 *
 * Guests' mappings lie in the window, hosts' outside it, those of a call with
 * a range in the range.
 */
#ifndef VALIMIT_H
#define VALIMIT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The FEX-Emu project's proposal for the kernel, in userspace.
 */

/* A window: the addresses [lower_bound, upper_bound), in bytes. lower_bound
 * above upper_bound: everything but [upper_bound, lower_bound). Equal: no
 * limit. */
struct va_limit {
	uint64_t lower_bound;
	uint64_t upper_bound;
};

/* prctl(PR_SET_VA_LIMITS, const struct va_limit *) is valimit_set(), and
 * prctl(PR_GET_VA_LIMITS, struct va_limit *) is valimit_get(). The numbers are
 * valimit's own; the kernel answers EINVAL to them. */
#define PR_SET_VA_LIMITS 0x56415331
#define PR_GET_VA_LIMITS 0x56414731

/* mmap(2) at an address in [begin, end), which replaces the window for this
 * call; begin above end wraps; equal: as mmap(NULL, ...). The range is clamped
 * to what the kernel gives a process. Errors beside mmap's own:
 *   EINVAL  begin or end is no page boundary; MAP_FIXED with a range, for which
 *           there is valimit_place()
 *   ENOMEM  the range is empty after clamping, or has no room for size bytes
 * MAP_32BIT means the range's part of [1 GiB, 2 GiB). */
void *mmap_range(void *begin, void *end, size_t size, int prot, int flags, int fd, off_t offset);

/*
 * A mapping with all that can be said of its place. Addresses and lengths are in
 * bytes. Later versions add members at the end; a member that is zero asks for
 * nothing, so begin with `= { 0 }`.
 */
struct valimit_request {
	uint64_t address;   /* a hint, or with MAP_FIXED or MAP_FIXED_NOREPLACE a demand */
	uint64_t begin, end; /* where the mapping may lie, as in mmap_range(); equal: the window */
	uint64_t length;
	uint64_t alignment; /* the address is a multiple of it: a power of two; 0: the page */
	uint64_t offset;    /* prot, flags, fd and offset are mmap(2)'s */
	int32_t prot, flags, fd;
	uint32_t direction; /* VALIMIT_TOPDOWN, VALIMIT_BOTTOMUP, or 0: VALIMIT_PLACE's */
};

/* The search begins at the hint, else at that end of the range, and goes on from the
 * other end. */
#define VALIMIT_TOPDOWN 1
#define VALIMIT_BOTTOMUP 2

/* mmap(2) as *request asks; pass sizeof(struct valimit_request). The mapping lies
 * at the hint, rounded up to the alignment, where that is free and the range holds
 * all of it, and else where the search finds room. MAP_32BIT means the range's part
 * of [1 GiB, 2 GiB). Errors beside mmap's own:
 *   EFAULT  request cannot be read
 *   E2BIG   a member that this version of the library does not know is not zero
 *   EINVAL  size is that of no version; begin or end is no page boundary;
 *           alignment is no power of two; direction is unknown; the address that
 *           is demanded is no multiple of the alignment
 *   EEXIST  MAP_FIXED_NOREPLACE: a mapping is there, or the range has not all of it
 *   ENOMEM  no room in the range; MAP_FIXED: the range has not all of it */
void *valimit_place(const struct valimit_request *request, size_t size);

/* mremap(2) with a result in [begin, end): a mapping that lies there may stay,
 * any other moves, which takes MREMAP_MAYMOVE. Ranges and errors as above;
 * MREMAP_FIXED is EINVAL. */
void *mremap_range(void *old_address, size_t old_size, size_t new_size, int flags, void *begin,
		   void *end);

/* shmat(2) at an address in [begin, end). Ranges and errors as above. */
void *shmat_range(int shmid, void *begin, void *end, int flags);

/*
 * Reservations: addresses for calls that name them.
 */

/* Reserves [begin, end), whole pages, all or nothing; what of it is reserved already
 * stays as it is, so that reservations grow and join. It costs addresses, no memory.
 * No plain call, malloc() or kernel is given what is reserved: to them it is mapped.
 * A call with a range takes it for free: mmap_range(), mremap_range(), shmat_range()
 * and valimit_place(), where nothing beside reservations is free in the range. So
 * does MAP_FIXED, and what MREMAP_FIXED and SHM_REMAP name. munmap() makes a mapping
 * there reserved again in one step. With and without limits; a child of fork() has
 * them, a program that is executed has not. Errors:
 *   EINVAL  begin or end is no page boundary, or begin is not below end
 *   EEXIST  something is mapped there
 *   EPERM   a sealed fence is there
 *   EAGAIN  the handler that calls interrupts a call of this library
 *   ENOMEM  it is not in user space; too many mappings (vm.max_map_count); more
 *           than 64 reservations that do not touch */
int valimit_reserve(void *begin, void *end);

/* Ends what of [begin, end) is reserved; 0 where nothing is. Mappings stay. Errors as
 * above; after ENOMEM and EAGAIN some of it may have ended. */
int valimit_release(void *begin, void *end);

/*
 * Limits.
 */

/* Puts *limit in force, rounded inwards to pages and clamped to what the kernel
 * gives a process. What is mapped stays where it is. A fence moves with the
 * limits; where none stands yet it is raised as VA_LIMIT_FENCE has it. Errors:
 *   EFAULT  limit cannot be read
 *   EINVAL  nothing is left of the window after clamping
 *   EPERM   the fence is sealed, or was demanded and RLIMIT_AS is finite
 *   EAGAIN  another thread has been setting limits or forking for a second, or the
 *           handler that calls interrupts a call of this library
 *   ENOMEM  no memory for the table, or the fence cannot be raised
 * Not async-signal-safe when it is called for the first time. */
int valimit_set(const struct va_limit *limit);

/* Stores the limits in force, as clamped; equal bounds where there are none.
 * EFAULT where limit cannot be written. */
int valimit_get(struct va_limit *limit);

/*
 * Host and guest.
 */

/* From here to the matching valimit_host_leave() this thread's calls are host.
 * Nests. */
void valimit_host_enter(void);

/* EINVAL where the thread is in no host scope. */
int valimit_host_leave(void);

/* 1 where a guest may own the address: a guest call mapped it, or it lies in
 * the window and is no host's; else 0. 1 for every address without limits. */
int valimit_is_guest(const void *address);

/*
 * The calls under names of valimit's own, for programs that keep libc's.
 */
void *valimit_mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset);
int valimit_munmap(void *address, size_t length);
/* new_address counts only with MREMAP_FIXED. */
void *valimit_mremap(void *old_address, size_t old_size, size_t new_size, int flags,
		     void *new_address);
void *valimit_shmat(int shmid, const void *address, int flags);
int valimit_shmdt(const void *address);

/*
 * Knowing.
 */

/* What a mapping is, to the library. */
#define VALIMIT_UNKNOWN  0 /* not known: see valimit_walk() */
#define VALIMIT_GUEST    1 /* a guest's */
#define VALIMIT_HOST     2 /* a host's */
#define VALIMIT_FOREIGN  3 /* not made by a call that the library saw */
#define VALIMIT_FENCE    4 /* only fence: free, to a call with a range */
#define VALIMIT_OWN      6 /* the library's own memory */
#define VALIMIT_RESERVED 8 /* the free part of a reservation */

/* A mapping, or the part of one that is all of one kind. Later versions add members
 * at the end. */
struct valimit_mapping {
	uint64_t start, end; /* [start, end), in bytes */
	uint64_t caller;     /* return address of the latest call that made it; 0: unknown */
	uint64_t offset;     /* of its start in the file, in bytes */
	uint64_t device;     /* the file's, as stat(2) has it; 0 with inode 0: anonymous */
	uint64_t inode;
	uint32_t prot;       /* PROT_READ | PROT_WRITE | PROT_EXEC */
	uint32_t kind;       /* VALIMIT_GUEST and so on */
	uint32_t shared;     /* 1: MAP_SHARED; else 0 */
	uint32_t reserved;   /* 0 */
};

/* Stores up to `count` mappings, in ascending order, beginning with the one at `from`,
 * whole, or the next after it; pass sizeof(struct valimit_mapping). How many there
 * were; 0 at the end of user space. Go on with the last one's `end`. Extent, access
 * rights and file are the kernel's word, kind and caller the table's; both are of one
 * moment for each mapping that no call is about to change. Makes no memory. Kinds are
 * VALIMIT_UNKNOWN where no limits were ever set, no range or reservation used, and in
 * a handler that interrupts a call of the library. Errors:
 *   EFAULT  mappings cannot be written
 *   EINVAL  size is that of no version
 *   ENOENT, EACCES, EMFILE and others of open(2): /proc/self/maps cannot be read */
ssize_t valimit_walk(const void *from, struct valimit_mapping *mappings, size_t count, size_t size);

/* Stores the lowest gap of [begin, end), or with `largest` the largest: addresses at
 * which nothing is mapped but fence. What is reserved is no gap, unless all of the
 * range is reserved. By the time that the call returns others may have mapped there.
 * Errors as above, but:
 *   EINVAL  nothing of the range is in user space
 *   ENOMEM  there is no gap */
int valimit_gap(const void *begin, const void *end, int largest, struct va_limit *gap);

/* Stores the ends of user space, as the kernel gives it to a process: with or without
 * limits. EFAULT where bounds cannot be written. */
int valimit_bounds(struct va_limit *bounds);

/* Sizes in bytes; counters since the limits were first set, which may miss calls
 * that several threads make at once. Later versions add members at the end. */
struct valimit_stats {
	uint64_t guest_bytes;   /* mapped by guest calls; where the kernel places, in the window */
	uint64_t host_bytes;    /* mapped by host calls */
	uint64_t largest_gap;   /* the window's, by the kernel's list */
	uint64_t intervals;     /* in the table */
	uint64_t table_bytes;   /* memory of the table */
	uint64_t mmap_calls;
	uint64_t munmap_calls;
	uint64_t mremap_calls;
	uint64_t shmat_calls;
	uint64_t shmdt_calls;
	uint64_t retries;       /* placements that met something unseen */
	uint64_t learnt;        /* unseen mappings that were learnt so */
	uint64_t rescans;       /* readings of the kernel's whole list */
	uint64_t fixed_outside; /* MAP_FIXED of guests outside the window */
	uint64_t fixed_denied;  /* such that VA_LIMIT_FIXED=deny refused */
	uint64_t no_space;      /* placements that found no gap */
	uint64_t without_table; /* calls that could not have the table */
	uint64_t escaped;       /* met outside a fence, mapped past the library */
};

/* Fills in the first `size` bytes of *stats: pass sizeof(struct valimit_stats).
 * All zero without limits. EFAULT where stats cannot be written. */
int valimit_stats(struct valimit_stats *stats, size_t size);

/* The library's version, such as "0.1.0". */
const char *valimit_version(void);

#ifdef __cplusplus
}
#endif

#endif
