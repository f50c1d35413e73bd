/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include "../guest/guest.h"

#include "sys/sys.h"

#include <sys/utsname.h>

static const struct listed {
	int number;
	const char *name;
	int errors[12];
} listed[] = {
	{ SYS_mmap, "mmap", { EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENFILE, ENODEV, ENOMEM,
			      EOVERFLOW, EPERM, ETXTBSY } },
	{ SYS_munmap, "munmap", { EINVAL, ENOMEM, EPERM } },
	{ SYS_mremap, "mremap", { EAGAIN, EFAULT, EINVAL, ENOMEM, EPERM } },
	{ SYS_mprotect, "mprotect", { EACCES, EINVAL, ENOMEM } },
	{ SYS_madvise, "madvise", { EACCES, EAGAIN, EBADF, EINVAL, EIO, ENOMEM, EPERM } },
	{ SYS_brk, "brk", { ENOSYS } }, /* a filter's: brk itself has none */
	{ SYS_munlock, "munlock", { EAGAIN, EINVAL, ENOMEM, EPERM } },
	{ SYS_mincore, "mincore", { EAGAIN, EFAULT, EINVAL, ENOMEM } },
	{ SYS_mseal, "mseal", { EINVAL, ENOMEM, EPERM, ENOSYS } },
	{ SYS_openat, "openat", { EACCES, EINTR, ELOOP, EMFILE, ENFILE, ENOENT, ENOMEM, EPERM } },
	{ SYS_read, "read", { EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, FAULT_SHORT } },
	{ SYS_write, "write", { EAGAIN, EBADF, EINTR, EIO, ENOSPC, EPIPE } },
	{ SYS_close, "close", { EINTR, EIO, ENOSPC } },
	{ SYS_ioctl, "ioctl", { EBADF, EFAULT, EINVAL, ENOTTY, EIO, ENAMETOOLONG } },
	{ SYS_fstat, "fstat", { EBADF, EFAULT, ENOMEM, EOVERFLOW, ENOSYS } },
	{ SYS_clock_gettime, "clock_gettime", { EFAULT, EINVAL, EPERM } },
	{ SYS_fstatfs, "fstatfs", { EBADF, EFAULT, EINTR, EIO, ENOMEM, ENOSYS } },
	{ SYS_prlimit64, "prlimit64", { EFAULT, EINVAL, EPERM, ESRCH } },
	{ SYS_prctl, "prctl", { EINVAL, EBADF, ENOMEM } },
	{ SYS_personality, "personality", { EINVAL } },
	{ SYS_getrandom, "getrandom", { EAGAIN, EINTR, ENOSYS } },
	{ SYS_memfd_create, "memfd_create", { EINVAL, EMFILE, ENFILE, ENOMEM, EPERM, ENOSYS } },
	{ SYS_ftruncate, "ftruncate", { EINTR, EINVAL, EIO } },
	{ SYS_uname, "uname", { EFAULT } },
	{ SYS_futex, "futex", { EAGAIN, EINTR, ETIMEDOUT } },
	{ SYS_rt_sigprocmask, "rt_sigprocmask", { EFAULT } },
	{ SYS_shmat, "shmat", { EACCES, EIDRM, EINVAL, ENOMEM } },
	{ SYS_shmdt, "shmdt", { EINVAL } },
	{ SYS_shmctl, "shmctl", { EACCES, EFAULT, EIDRM, EINVAL, EOVERFLOW } },
	{ SYS_process_vm_readv, "process_vm_readv", { EFAULT, EINVAL, ENOMEM, EPERM, ESRCH, ENOSYS } },
	{ SYS_process_vm_writev, "process_vm_writev", { EFAULT, EINVAL, ENOMEM, EPERM, ESRCH, ENOSYS } },
	{ SYS_nanosleep, "nanosleep", { EINTR } },
	{ SYS_getpid, "getpid", { 0 } },
	{ SYS_sched_yield, "sched_yield", { 0 } },
};

static struct {
	unsigned int nth, count;
	int wanted, error, failed, sticks;
	enum fault_manner manner;
	bool came, known;
	unsigned int lacks;
} fault;

/* Calls of other threads neither count nor fail. */
static __thread bool armed;

static struct fault_trace own_trace;
struct fault_trace *fault_trace = &own_trace;
bool (*fault_hold)(void);

static const struct listed *listed_of(int number)
{
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (listed[i].number == number)
			return &listed[i];
	return NULL;
}

const int *fault_errors(int number)
{
	const struct listed *entry = listed_of(number);

	if (!entry)
		die("the library makes system call %d, of which the test knows no errors", number);
	return entry->errors;
}

const char *fault_name(int number)
{
	const struct listed *entry = listed_of(number);

	return entry ? entry->name : "?";
}

void fault_arm(unsigned int nth, int number, int error, enum fault_manner manner)
{
	fault.nth = manner == FAULT_HELD ? nth - 1 : nth;
	fault.wanted = number;
	fault.error = error;
	fault.manner = manner;
	fault.count = 0;
	fault.sticks = fault.failed = -1;
	fault.came = manner == FAULT_HELD && nth == 1 && fault_hold();
	armed = true;
	fault_trace->count = 0;
}

bool fault_disarm(void)
{
	armed = false;
	return fault.came;
}

int fault_failed(void)
{
	return fault.failed;
}

static void begin(void)
{
	const char *lacks = getenv("FAULT_LACKS"), *at = getenv("FAULT_AT");
	unsigned int nth;
	int error;

	fault.known = true;
	fault.lacks = lacks ? (unsigned int)strtoul(lacks, NULL, 0) : 0;
	if (at && sscanf(at, "%u %d", &nth, &error) == 2)
		fault_arm(nth, FAULT_ANY, error, FAULT_ONCE);
}

static bool is_the_one(int number)
{
	if (fault.wanted == FAULT_ANY)
		return fault.count == fault.nth;
	return fault.nth && fault.count >= fault.nth && number == fault.wanted && !fault.came;
}

/* Whether this call is to fail. */
static bool fails(int number)
{
	if (!armed)
		return false;
	if (fault_trace->count < FAULT_TRACE_MAX)
		fault_trace->number[fault_trace->count++] = number;
	fault.count++;
	if (is_the_one(number)) {
		if (fault.manner == FAULT_HELD) {
			fault.came = fault_hold();
			return false;
		}
		fault.came = true;
		fault.failed = number;
		if (fault.manner == FAULT_STICKY)
			fault.sticks = number;
		return true;
	}
	return number == fault.sticks;
}

static long real(long number, const long *a)
{
	return raw6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Linux 4.4, for which all is old. */
static long old_uname(const long *a)
{
	long result = real(SYS_uname, a);

	if (result == 0)
		strcpy(((struct utsname *)a[0])->release, "4.4.302-old");
	return result;
}

static long read_pieces(const long *a)
{
	static bool interrupted;

	interrupted = !interrupted;
	return interrupted ? -EINTR : raw6(SYS_read, a[0], a[1], a[2] < 97 ? a[2] : 97, 0, 0, 0);
}

static long perform(long number, const long *a)
{
	if (number == SYS_openat && fault.lacks & FAULT_NO_PROC &&
	    strncmp((const char *)a[1], "/proc/", 6) == 0)
		return -ENOENT;
	if (number == SYS_ioctl && fault.lacks & FAULT_NO_QUERY)
		return -ENOTTY;
	if (number == SYS_mseal && fault.lacks & FAULT_NO_SEAL)
		return -ENOSYS;
	if (number == SYS_uname && fault.lacks & FAULT_NO_GATHERING)
		return old_uname(a);
	if (number == SYS_read && fault.lacks & FAULT_PIECES)
		return read_pieces(a);
	if (number == SYS_mmap && fault.lacks & FAULT_NO_NOREPLACE)
		return raw6(number, a[0], a[1], a[2], a[3] & ~(long)MAP_FIXED_NOREPLACE, a[4], a[5]);
	return real(number, a);
}

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	const long arguments[6] = { a, b, c, d, e, f };

	if (!fault.known)
		begin();
	if (!fails((int)number))
		return perform(number, arguments);
	if (fault.error == FAULT_SHORT)
		return raw6(number, a, b, 1, 0, 0, 0);
	/* A close that fails closes all the same. */
	if (number == SYS_close)
		real(number, arguments);
	return -fault.error;
}

/* No scene has tagged addresses. */
uintptr_t sys_untagged(uintptr_t address)
{
	return address;
}

void sys_pause(void)
{
}
