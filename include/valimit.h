/* SPDX-License-Identifier: MIT */
/*
 * valimit: keeps every mapping of a Linux process inside a virtual-address
 * window that its user chooses. See valimit(7) and valimit(3).
 *
 * The window comes from the environment variable VA_LIMIT, read once before
 * main(), or from valimit_set(). While a window is in force, mmap, mremap,
 * munmap, shmat, shmdt, syscall() and prctl() are the library's. They behave as
 * the kernel's, except for the addresses. A program that links the static
 * library without libvalimit_interpose keeps libc's functions, and calls those
 * of this header.
 *
 * Every function is thread-safe, and async-signal-safe unless its comment says
 * otherwise. A function that fails returns -1 or (void *)-1 with errno set, and
 * changes nothing. All functions have been there since version 0.1.
 *
 * The first of these rules that applies decides whether a call is guest or
 * host, and so where its mapping may go:
 *
 *   scope    between valimit_host_enter and valimit_host_leave: host
 *   range    a call with a range of its own: guest if the range lies in the
 *            window, else host
 *   module   VA_LIMIT_HOST and VA_LIMIT_GUEST, by the module that calls
 *   default  guest
 *
 * A guest's mapping lies in the window, a host's outside it, and that of a call
 * with a range in the range.
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

/* A window: the addresses [lower_bound, upper_bound), in bytes. If lower_bound is
 * above upper_bound: everything but [upper_bound, lower_bound). If they are equal:
 * no window. */
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
 * call. If begin is above end, the range wraps; if they are equal, the call is
 * mmap(NULL, ...). The range is clamped to user space. Errors beside mmap's own:
 *   EINVAL  begin or end is no page boundary; MAP_FIXED with a range, for which
 *           there is valimit_place()
 *   ENOMEM  the clamped range is empty, or has no room for size bytes
 * MAP_32BIT means the range's part of [1 GiB, 2 GiB). */
void *mmap_range(void *begin, void *end, size_t size, int prot, int flags, int fd, off_t offset);

/*
 * A request for a mapping, with its place. Addresses and lengths are in bytes.
 * Later versions add members at the end; a member that is zero has no effect, so
 * begin with `= { 0 }`.
 */
struct valimit_request {
	uint64_t address;   /* a hint, or with MAP_FIXED or MAP_FIXED_NOREPLACE a demand */
	uint64_t begin, end; /* the range, as in mmap_range(); equal: the window */
	uint64_t length;
	uint64_t alignment; /* the address is a multiple of it: a power of two; 0: the page */
	uint64_t offset;    /* prot, flags, fd and offset are mmap(2)'s */
	int32_t prot, flags, fd;
	uint32_t direction; /* VALIMIT_TOPDOWN, VALIMIT_BOTTOMUP, or 0: VALIMIT_PLACE's */
};

/* A search begins at the hint, or without one at this end of the range, and goes on
 * from the other end. */
#define VALIMIT_TOPDOWN 1
#define VALIMIT_BOTTOMUP 2

/* mmap(2) as *request asks; pass sizeof(struct valimit_request). The mapping lies
 * at the hint, rounded up to the alignment, if that is free and the range holds all
 * of it, else where the search finds room. MAP_32BIT means the range's part of
 * [1 GiB, 2 GiB). Errors beside mmap's own:
 *   EFAULT  request cannot be read
 *   E2BIG   a member that this version of the library does not know is not zero
 *   EINVAL  size is that of no version; begin or end is no page boundary;
 *           alignment is no power of two; direction is unknown; the demanded
 *           address is no multiple of the alignment
 *   EEXIST  MAP_FIXED_NOREPLACE: a mapping is there, or the range does not hold all
 *           of the new one
 *   ENOMEM  no room in the range; MAP_FIXED: the range does not hold all of it */
void *valimit_place(const struct valimit_request *request, size_t size);

/* mremap(2) with a result in [begin, end). A mapping that lies there may stay; any
 * other moves, which takes MREMAP_MAYMOVE. Ranges and errors are those of
 * mmap_range(); MREMAP_FIXED is EINVAL. */
void *mremap_range(void *old_address, size_t old_size, size_t new_size, int flags, void *begin,
		   void *end);

/* shmat(2) at an address in [begin, end). Ranges and errors are those of
 * mmap_range(). */
void *shmat_range(int shmid, void *begin, void *end, int flags);

/*
 * Reservations: addresses for calls that name them.
 */

/* Reserves [begin, end), whole pages, all or nothing. A part that is reserved already
 * stays as it is, so that reservations grow and join. A reservation costs addresses
 * and no memory. Plain calls, malloc() and the kernel treat it as mapped. These calls
 * take its free part for free: mmap_range(), mremap_range(), shmat_range() and
 * valimit_place(), if their range has no other free addresses; and MAP_FIXED,
 * MREMAP_FIXED and SHM_REMAP at an address in it. munmap() makes a mapping there
 * reserved again in one step. Reservations need no window. A child of fork() has
 * them, an executed program does not. Errors:
 *   EINVAL  begin or end is no page boundary, or begin is not below end
 *   EEXIST  a mapping is there
 *   EPERM   a sealed fence is there
 *   EAGAIN  the calling handler interrupts a call of this library
 *   ENOMEM  the range is not in user space; too many mappings (vm.max_map_count);
 *           more than 64 reservations that do not touch */
int valimit_reserve(void *begin, void *end);

/* Ends the reservations in [begin, end); 0 also if there are none. Mappings stay.
 * Errors are those of valimit_reserve(); after ENOMEM and EAGAIN a part may have
 * ended. */
int valimit_release(void *begin, void *end);

/*
 * The window.
 */

/* Puts *limit in force, rounded inwards to pages and clamped to user space.
 * Mappings stay where they are. A fence moves with the window; if none stands yet,
 * VA_LIMIT_FENCE decides whether the call raises one. Errors:
 *   EFAULT  limit cannot be read
 *   EINVAL  the clamped window is empty
 *   EPERM   the fence is sealed, or was demanded and RLIMIT_AS is finite
 *   EAGAIN  another thread has been setting the window or forking for a second, or
 *           the calling handler interrupts a call of this library
 *   ENOMEM  no memory for the table, or the fence cannot be raised
 * The first call is not async-signal-safe. */
int valimit_set(const struct va_limit *limit);

/* Stores the clamped window in force; equal bounds if there is none.
 * EFAULT: limit cannot be written. */
int valimit_get(struct va_limit *limit);

/*
 * Host and guest.
 */

/* Makes this thread's calls host, up to the matching valimit_host_leave(). Scopes
 * nest. */
void valimit_host_enter(void);

/* Ends the thread's latest host scope. EINVAL: the thread is in none. */
int valimit_host_leave(void);

/* 1 if a guest may own the address: a guest's call has mapped it, or it lies in the
 * window and is no host's; else 0. 1 for every address without a window. */
int valimit_is_guest(const void *address);

/*
 * The interposed calls under names of valimit's own, for programs that keep libc's.
 */
void *valimit_mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset);
int valimit_munmap(void *address, size_t length);
/* new_address has an effect only with MREMAP_FIXED. */
void *valimit_mremap(void *old_address, size_t old_size, size_t new_size, int flags,
		     void *new_address);
void *valimit_shmat(int shmid, const void *address, int flags);
int valimit_shmdt(const void *address);

/*
 * Queries.
 */

/* The kinds of mappings. */
#define VALIMIT_UNKNOWN  0 /* see valimit_walk() */
#define VALIMIT_GUEST    1 /* a guest's */
#define VALIMIT_HOST     2 /* a host's */
#define VALIMIT_FOREIGN  3 /* not made by a call that the library saw */
#define VALIMIT_FENCE    4 /* only fence: free for a call with a range */
#define VALIMIT_OWN      6 /* the library's own memory */
#define VALIMIT_RESERVED 8 /* the free part of a reservation */

/* A mapping, or a part of one that is all of one kind. Later versions add members at
 * the end. */
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

/* Stores up to `count` mappings, in ascending order, beginning with the whole one at
 * `from`, or the next after it; pass sizeof(struct valimit_mapping). Returns their
 * number; 0 at the end of user space. Go on with the last one's `end`. The kernel tells
 * extent, access rights and file, the table kind and caller; both are of one moment for
 * each mapping that no call is about to change. Makes no memory. Kinds are
 * VALIMIT_UNKNOWN if no window was ever set and no range or reservation used, and in a
 * handler that interrupts a call of the library. Errors:
 *   EFAULT  mappings cannot be written
 *   EINVAL  size is that of no version
 *   ENOENT, EACCES, EMFILE and others of open(2): /proc/self/maps cannot be read */
ssize_t valimit_walk(const void *from, struct valimit_mapping *mappings, size_t count, size_t size);

/* Stores the lowest gap of [begin, end), or with `largest` the largest: addresses
 * without a mapping but fence. A reservation is no gap, unless all of the range is
 * reserved. By the time that the call returns another thread may have mapped there.
 * Errors are those of valimit_walk(), but:
 *   EINVAL  no part of the range is in user space
 *   ENOMEM  there is no gap */
int valimit_gap(const void *begin, const void *end, int largest, struct va_limit *gap);

/* Stores the ends of user space, with or without a window. EFAULT: bounds cannot be
 * written. */
int valimit_bounds(struct va_limit *bounds);

/* Sizes in bytes; counters since the first window was set, which may miss calls that
 * several threads make at once. Later versions add members at the end. */
struct valimit_stats {
	uint64_t guest_bytes;   /* mapped by guests; if the kernel places, all in the window */
	uint64_t host_bytes;    /* mapped by host calls */
	uint64_t largest_gap;   /* of the window, by the kernel's list */
	uint64_t intervals;     /* entries of the table */
	uint64_t table_bytes;   /* memory of the table */
	uint64_t mmap_calls;
	uint64_t munmap_calls;
	uint64_t mremap_calls;
	uint64_t shmat_calls;
	uint64_t shmdt_calls;
	uint64_t retries;       /* placements that met an unseen mapping */
	uint64_t learnt;        /* unseen mappings that the table has learnt so */
	uint64_t rescans;       /* readings of the kernel's whole list */
	uint64_t fixed_outside; /* MAP_FIXED of guests outside the window */
	uint64_t fixed_denied;  /* of these, refused by VA_LIMIT_FIXED=deny */
	uint64_t no_space;      /* placements that found no gap */
	uint64_t without_table; /* calls that worked without the table */
	uint64_t escaped;       /* found in place of fence, mapped past the library */
};

/* Fills in the first `size` bytes of *stats: pass sizeof(struct valimit_stats).
 * All are zero without a window. EFAULT: stats cannot be written. */
int valimit_stats(struct valimit_stats *stats, size_t size);

/* The library's version, such as "0.1.0". */
const char *valimit_version(void);

#ifdef __cplusplus
}
#endif

#endif
