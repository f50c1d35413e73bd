/* SPDX-License-Identifier: MIT */
/*
 * Makes memory calls, one an argument, and checks what came of each:
 *
 *	calls 'a=mmap 0 64K -> inside' 'munmap a 64K -> 0' 'munmap a 0 -> EINVAL'
 *
 * A statement is [NAME=][ROUTE.]VERB WORD... [-> EXPECTED]. ROUTE is raw (the
 * syscall instruction), sys (the function syscall()), 64 (mmap64), or none for
 * libc's function. A number is 0x…, decimal with K M G T, the name of an
 * earlier result, or a sum of these (a+64K-page); lower, upper and page are
 * known. EXPECTED is an errno's name, ok (no error), inside (of GUEST_WINDOW),
 * yes, no, or a number; a leading ! turns it round. The first result that is
 * not as expected is told on stderr, and the exit status is 1.
 */
#include "guest.h"
#include "route.h"
#include "verdict.h"
#include "words.h"

#include <sys/resource.h>
#include <sys/shm.h>

#define WORDS 8

static size_t last_length; /* of the latest mapping made: for "inside" */
static int segments[16];
static size_t segment_count;

static int file_open(const char *file)
{
	int fd = strcmp(file, "hugefile") == 0 ? memfd_create(file, MFD_CLOEXEC | MFD_HUGETLB) :
						 open(file, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", file, strerror(errno));
	return fd;
}

/* mmap ADDRESS LENGTH [PROT [FLAG,... [FILE [OFFSET]]]]; hugefile: one of huge pages */
static long do_mmap(char **word)
{
	static const struct flag known[] = {
		{ "private", 0 }, { "shared", MAP_SHARED }, { "validate", MAP_SHARED_VALIDATE },
		{ "fixed", MAP_FIXED },
		{ "noreplace", MAP_FIXED_NOREPLACE }, { "32bit", 0x40 },
		{ "hugetlb", MAP_HUGETLB }, { "growsdown", MAP_GROWSDOWN },
		{ "noreserve", MAP_NORESERVE }, { "populate", MAP_POPULATE },
		{ "above4g", 0x80 }, { "1g", 30 << 26 }, { 0 }
	};
	int prot = prot_parse(word[2] ? word[2] : "rw");
	int flags = flags_parse(word[2] ? word[3] : NULL, known);
	const char *file = word[2] && word[3] ? word[4] : NULL;
	long offset = file ? argument(word, 5) : 0;
	int fd = file ? file_open(file) : -1;
	long result;

	flags |= (flags & MAP_SHARED ? 0 : MAP_PRIVATE) | (file ? 0 : MAP_ANONYMOUS);
	last_length = (size_t)argument(word, 1);
	result = invoke(SYS_mmap, argument(word, 0), (long)last_length, prot, flags, fd,
			offset);
	if (fd >= 0)
		close(fd);
	return result;
}

static long do_munmap(char **word)
{
	return invoke(SYS_munmap, argument(word, 0), argument(word, 1), 0, 0, 0, 0);
}

/* mremap OLD OLD_LENGTH NEW_LENGTH [FLAG,... [NEW_ADDRESS]] */
static long do_mremap(char **word)
{
	static const struct flag known[] = { { "none", 0 }, { "maymove", MREMAP_MAYMOVE },
					     { "fixed", MREMAP_FIXED },
					     { "dontunmap", MREMAP_DONTUNMAP }, { 0 } };

	last_length = (size_t)argument(word, 2);
	return invoke(SYS_mremap, argument(word, 0), argument(word, 1), (long)last_length,
		      flags_parse(word[3], known), word[3] ? argument(word, 4) : 0, 0);
}

static long do_mprotect(char **word)
{
	return invoke(SYS_mprotect, argument(word, 0), argument(word, 1), prot_parse(word[2]), 0,
		      0, 0);
}

/* madvise ADDRESS LENGTH [ADVICE] */
static long do_madvise(char **word)
{
	int advice = word[2] ? (int)argument(word, 2) : MADV_DONTNEED;

	return invoke(SYS_madvise, argument(word, 0), argument(word, 1), advice, 0, 0, 0);
}

static long do_msync(char **word)
{
	return invoke(SYS_msync, argument(word, 0), argument(word, 1), MS_SYNC, 0, 0, 0);
}

/* mincore ADDRESS LENGTH: of at most 256 pages */
static long do_mincore(char **word)
{
	unsigned char vec[256];

	return invoke(SYS_mincore, argument(word, 0), argument(word, 1), (long)vec, 0, 0, 0);
}

static long do_mlock(char **word)
{
	return invoke(SYS_mlock, argument(word, 0), argument(word, 1), 0, 0, 0, 0);
}

static long do_munlock(char **word)
{
	return invoke(SYS_munlock, argument(word, 0), argument(word, 1), 0, 0, 0, 0);
}

/* mseal ADDRESS LENGTH: Linux 6.10, newer than most headers. */
static long do_mseal(char **word)
{
	return invoke(462, argument(word, 0), argument(word, 1), 0, 0, 0, 0);
}

static void segments_remove(void)
{
	if (segment_count && getuid() == 0 && seteuid(0))
		fprintf(stderr, "segments are left behind\n");
	while (segment_count)
		shmctl(segments[--segment_count], IPC_RMID, NULL);
}

/* shmget SIZE [MODE] */
static long do_shmget(char **word)
{
	int mode = word[1] ? (int)strtol(word[1], NULL, 8) : 0600;
	int id = shmget(IPC_PRIVATE, (size_t)argument(word, 0), IPC_CREAT | mode);

	if (id < 0)
		return -errno;
	if (segment_count == sizeof(segments) / sizeof(*segments))
		die("too many segments");
	segments[segment_count++] = id;
	return id;
}

static long do_shmrm(char **word)
{
	return shmctl((int)argument(word, 0), IPC_RMID, NULL) ? -errno : 0;
}

/* shmat ID ADDRESS [FLAG,...] */
static long do_shmat(char **word)
{
	static const struct flag known[] = { { "rnd", SHM_RND }, { "remap", SHM_REMAP },
					     { "rdonly", SHM_RDONLY }, { 0 } };

	last_length = page_size();
	return invoke(SYS_shmat, argument(word, 0), argument(word, 1),
		      flags_parse(word[1] ? word[2] : NULL, known), 0, 0, 0);
}

static long do_shmdt(char **word)
{
	return invoke(SYS_shmdt, argument(word, 0), 0, 0, 0, 0, 0);
}

/* fill ADDRESS LENGTH BYTE */
static long do_fill(char **word)
{
	memset((void *)argument(word, 0), (int)argument(word, 2), (size_t)argument(word, 1));
	return 0;
}

/* has ADDRESS LENGTH BYTE: 1 where every byte is that one. */
static long do_has(char **word)
{
	const unsigned char *at = (const unsigned char *)argument(word, 0);

	for (long i = 0; i < argument(word, 1); i++)
		if (at[i] != (unsigned char)argument(word, 2))
			return 0;
	return 1;
}

/* mapped ADDRESS LENGTH: how many bytes of it the kernel has mapped. */
static long do_mapped(char **word)
{
	uintptr_t start = (uintptr_t)argument(word, 0);

	return (long)mapped_bytes(start, start + (uintptr_t)argument(word, 1));
}

/* fenced ADDRESS LENGTH: 1 where all of it can neither be read nor written. */
static long do_fenced(char **word)
{
	uintptr_t at = (uintptr_t)argument(word, 0);
	uintptr_t end = at + (uintptr_t)argument(word, 1);
	struct vma vma;

	while (at < end && vma_find(at, &vma) && strcmp(vma.perms, "---p") == 0)
		at = vma.end;
	return at >= end;
}

/* find TEXT: where the first mapping begins whose name has TEXT in it; 0: none. */
static long do_find(char **word)
{
	uintptr_t found = 0;
	struct vma vma;

	maps_open("/proc/self/maps");
	while (!found && vma_read(&vma))
		found = strstr(vma.name, word[0]) ? vma.start : 0;
	maps_close();
	return (long)found;
}

static long do_vmas(char **word)
{
	(void)word;
	return (long)vma_count();
}

static long do_aligned(char **word)
{
	return argument(word, 0) % argument(word, 1) == 0;
}

/* inside ADDRESS LENGTH: of GUEST_WINDOW. */
static long do_inside(char **word)
{
	return bounds_hold(bounds_get(), (uintptr_t)argument(word, 0), (size_t)argument(word, 1));
}

static long do_set(char **word)
{
	return argument(word, 0);
}

static int limit_which(const char *word)
{
	return strcmp(word, "as") == 0 ? RLIMIT_AS :
	       strcmp(word, "data") == 0 ? RLIMIT_DATA : RLIMIT_STACK;
}

static long limit_call(int which, const struct rlimit *new, struct rlimit *old)
{
	return invoke(SYS_prlimit64, 0, which, (long)new, (long)old, 0, 0);
}

/* limit as|data|stack BYTES [HARD]: the soft limit, or both; 0-1 is none. */
static long do_limit(char **word)
{
	int which = limit_which(word[0]);
	struct rlimit limit;
	long result = limit_call(which, NULL, &limit);

	limit.rlim_cur = (rlim_t)argument(word, 1);
	if (word[2])
		limit.rlim_max = (rlim_t)argument(word, 2);
	return result ? result : limit_call(which, &limit, NULL);
}

/* getlimit as|data|stack [hard] */
static long do_getlimit(char **word)
{
	struct rlimit limit;
	long result = limit_call(limit_which(word[0]), NULL, &limit);

	return result ? result : (long)(word[1] ? limit.rlim_max : limit.rlim_cur);
}

static long do_mark(char **word)
{
	(void)word;
	return guest_mark();
}

static long do_sbrk(char **word)
{
	void *was = sbrk((intptr_t)argument(word, 0));

	return was == (void *)-1 ? -errno : (long)was;
}

/* Says so, and waits to be killed. */
static long do_wait(char **word)
{
	(void)word;
	puts("waiting");
	return pause();
}

static long do_seteuid(char **word)
{
	return seteuid((uid_t)argument(word, 0)) ? -errno : 0;
}

static const struct verb {
	const char *name;
	long (*run)(char **word);
} verbs[] = {
	{ "mmap", do_mmap }, { "munmap", do_munmap }, { "mremap", do_mremap },
	{ "mprotect", do_mprotect }, { "madvise", do_madvise }, { "msync", do_msync },
	{ "mincore", do_mincore }, { "mlock", do_mlock }, { "munlock", do_munlock },
	{ "mseal", do_mseal }, { "shmget", do_shmget },
	{ "shmrm", do_shmrm }, { "shmat", do_shmat }, { "shmdt", do_shmdt },
	{ "fill", do_fill }, { "has", do_has }, { "mapped", do_mapped },
	{ "fenced", do_fenced }, { "inside", do_inside }, { "find", do_find }, { "vmas", do_vmas },
	{ "aligned", do_aligned },
	{ "set", do_set }, { "limit", do_limit }, { "getlimit", do_getlimit },
	{ "mark", do_mark },
	{ "sbrk", do_sbrk }, { "seteuid", do_seteuid }, { "wait", do_wait },
};

/* Cuts NAME= and ROUTE. off the verb, sets `route`, and returns the verb. */
static const struct verb *verb_find(char *word)
{
	static const char *const prefixes[] = { "", "raw.", "sys.", "64." };

	route = ROUTE_LIBC;
	for (int i = ROUTE_RAW; i <= ROUTE_64; i++) {
		if (strncmp(word, prefixes[i], strlen(prefixes[i])) != 0)
			continue;
		route = (enum route)i;
		word += strlen(prefixes[i]);
		break;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(verbs[i].name, word) == 0)
			return &verbs[i];
	die("unknown verb: %s", word);
}

static void statement_run(const char *statement)
{
	char copy[256], shown[32], *rest, *word[WORDS + 2] = { 0 }, *expected, *name;
	int count = 0;
	long result;

	snprintf(copy, sizeof(copy), "%s", statement);
	expected = strstr(copy, " -> ");
	if (expected) {
		*expected = '\0';
		expected += strlen(" -> ");
	}
	for (char *w = strtok_r(copy, " ", &rest); w && count < WORDS; w = strtok_r(NULL, " ", &rest))
		word[count++] = w;
	if (!count)
		die("empty statement");
	name = strchr(word[0], '=');
	if (name)
		*name++ = '\0';
	result = verb_find(name ? name : word[0])->run(word + 1);
	if (name)
		variable_set(word[0], result);
	result_write(shown, sizeof(shown), result);
	if (expected && !as_expected(expected, result, last_length))
		die("%s: got %s", statement, shown);
	printf("%s %s\n", word[0], shown);
}

int main(int argc, char **argv)
{
	static char output[4096]; /* or the first line would map memory for it */
	struct bounds window = bounds_get();

	setvbuf(stdout, output, _IOLBF, sizeof(output));
	atexit(segments_remove);
	variable_set("page", (long)page_size());
	variable_set("lower", (long)window.lower);
	variable_set("upper", (long)window.upper);
	for (int i = 1; i < argc; i++)
		statement_run(argv[i]);
	return 0;
}
