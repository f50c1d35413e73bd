/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>

#include "names.h"
#include "pieces.h"
#include "procfile.h"

#define REGION_NAME "/memfd:" TABLE_NAME " (deleted)"
#define ATTEMPTS 20
/* Bytes to read by a call: few calls, and a signal can end vactl between two. */
#define CHUNK (4UL << 20)

/* A copy of the region in its layout; pages that were not copied take no memory. */
struct copy {
	void *bytes;
	size_t length;  /* bytes up to the end of the last used block */
	bool at_rest;   /* nothing changed while it was copied */
};

/* Copies [offset, offset + length) of the region. Returns 0 or -errno; -EFAULT if
 * not all of it is mapped, or was dumped. */
static int read_part(const struct reading *reading, void *copy, uint64_t offset, size_t length)
{
	uint64_t from = reading->address + offset;
	char *to = (char *)copy + offset;

	if (reading->path)
		return corefile_read(&reading->core, from, to, length);
	while (length) {
		size_t step = length < CHUNK ? length : CHUNK;
		struct iovec local = { .iov_base = to, .iov_len = step };
		struct iovec remote = { .iov_base = (void *)(uintptr_t)from, .iov_len = step };
		ssize_t got = process_vm_readv(reading->pid, &local, 1, &remote, 1, 0);

		if (got <= 0)
			return got ? -errno : -EFAULT;
		to += got;
		from += (uint64_t)got;
		length -= (size_t)got;
	}
	return 0;
}

/* Copies a region with a believable header. Returns 0 or -errno. */
static int copy_region(const struct reading *reading, struct copy *copy)
{
	const size_t room = reading->table.region_size;
	const struct table *copied;
	const uint64_t *bitmap;
	uint64_t sequence;
	int err;

	if (!copy->bytes)
		copy->bytes = mmap(NULL, room, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (copy->bytes == MAP_FAILED)
		memory_out();
	copied = copy->bytes;
	err = read_part(reading, copy->bytes, 0, sizeof(*copied));
	/* The header may have changed since it was checked. */
	if (!err && (image_check(copied) != READER_GOOD || copied->region_size > room))
		err = -EFAULT;
	if (!err)
		err = read_part(reading, copy->bytes, copied->bitmap_offset,
				image_bitmap_bytes(copied));
	if (err)
		return err;
	bitmap = (const void *)((const char *)copy->bytes + copied->bitmap_offset);
	copy->length = image_block_bytes(copied, image_blocks(copied, bitmap));
	err = read_part(reading, copy->bytes, copied->block_offset,
			copy->length - copied->block_offset);
	sequence = copied->sequence;
	if (!err)
		err = read_part(reading, copy->bytes, offsetof(struct table, sequence),
				sizeof(sequence));
	copy->at_rest = sequence % 2 == 0 && copied->sequence == sequence;
	return err;
}

/* The outcome by a -errno; `denied` if rights are missing. */
static enum reader_state state_of_error(const struct reading *reading, int err,
					enum reader_state denied)
{
	switch (-err) {
	case ESRCH:
		return READER_GONE;
	case EPERM:
	case EACCES:
		return denied;
	case EFAULT:
		return reading->path ? READER_UNDUMPED : READER_DAMAGED;
	case ENODATA:
		return READER_CUT;
	}
	return READER_FAILED;
}

/* Copies the region until a copy is of a table at rest, or else compares the latest two:
 * threads that map all the time leave no moment of rest, but most of the table is equal
 * in both. */
static enum reader_state read_region(struct reading *reading)
{
	const size_t room = reading->table.region_size; /* before the latest header */
	const int attempts = reading->path ? 1 : ATTEMPTS;
	struct copy copy[2] = { 0 };
	struct copy *latest = NULL, *other = NULL;
	enum reader_state state;
	int err = 0;

	for (int i = 0; i < attempts && !err && !reading->consistent; i++) {
		struct timespec pause = { .tv_nsec = 20000L * i };

		if (i)
			nanosleep(&pause, NULL);
		latest = &copy[i % 2];
		other = &copy[(i + 1) % 2];
		err = copy_region(reading, latest);
		reading->consistent = !err && latest->at_rest;
	}
	reading->error = -err;
	if (err) {
		state = state_of_error(reading, err, READER_DENIED);
	} else {
		state = image_extract(latest->bytes, latest->length,
				      reading->consistent ? NULL : other->bytes, other->length,
				      &reading->intervals);
		memcpy(&reading->table, latest->bytes, sizeof(reading->table));
		reading->intervals.unlisted =
			reading->path &&
			!pieces_list_fence(&reading->table, &reading->vmas);
	}
	for (int i = 0; i < 2 && copy[i].bytes; i++)
		munmap(copy[i].bytes, room);
	return state;
}

/* Whether a mapping may be the region: by its name, or by the table's first bytes in a core
 * file without names. */
static bool may_be_region(const struct reading *reading, const struct procmaps_line *line)
{
	uint64_t magic = 0;

	if (strcmp(line->name, REGION_NAME) == 0)
		return true;
	return reading->path && !reading->vmas.text &&
	       corefile_read(&reading->core, line->start, &magic, sizeof(magic)) == 0 &&
	       magic == TABLE_MAGIC;
}

static enum reader_state read_header(struct reading *reading)
{
	int err = read_part(reading, &reading->table, 0, sizeof(reading->table));

	reading->error = -err;
	return err ? state_of_error(reading, err, READER_DENIED) : image_check(&reading->table);
}

/* Finds the process's table: of regions with a good header the one that started first. Any
 * program can name a memfd so, and an emulator's guest may have a table of its own. If no
 * header is good, a table of another version says more than a damaged one. */
static enum reader_state find_region(struct reading *reading)
{
	enum reader_state state = READER_UNCONFINED;
	struct table first = { .magic = 0 };
	uint64_t address = 0;
	uint32_t version = 0;

	for (size_t i = 0; i < reading->vmas.count; i++) {
		if (!may_be_region(reading, &reading->vmas.line[i]))
			continue;
		reading->address = reading->vmas.line[i].start;
		state = read_header(reading);
		if (state == READER_VERSION) {
			version = reading->table.version;
		} else if (state == READER_GOOD &&
			   (!first.magic || reading->table.started < first.started)) {
			first = reading->table;
			address = reading->address;
		} else if (state != READER_GOOD && state != READER_DAMAGED) {
			return state;
		}
	}
	if (first.magic) {
		reading->table = first;
		reading->address = address;
		reading->error = 0;
		return READER_GOOD;
	}
	if (!version)
		return state;
	reading->table.version = version;
	return READER_VERSION;
}

static enum reader_state open_core(struct reading *reading)
{
	reading->subject = memory_text("core file %s", reading->path);
	reading->why = corefile_open(reading->path, &reading->core, &reading->vmas);
	reading->pid = reading->core.pid;
	return reading->why ? READER_NO_CORE : READER_GOOD;
}

static enum reader_state open_process(struct reading *reading)
{
	int pid = reading->pid, err = vmas_read(pid, false, &reading->vmas);

	reading->subject = memory_text("PID %d", pid);
	reading->error = -err;
	/* A zombie has an empty list. */
	if (!err)
		return reading->vmas.count ? READER_GOOD : READER_GONE;
	/* With hidepid= it may be alive and not in /proc. */
	if (err == -ENOENT)
		return kill(pid, 0) == 0 || errno == EPERM ? READER_HIDDEN : READER_GONE;
	return state_of_error(reading, err, READER_HIDDEN);
}

/* Sets the bounds of user space without a table. The kernel's list ends close below its
 * end, which is a power of two, or a page less. */
static void assume_bounds(struct reading *reading)
{
	long min = procfile_number("/proc/sys/vm/mmap_min_addr", 65536);
	struct table *table = &reading->table;

	*table = (struct table){ .min = (uint64_t)min, .page_size = (uint32_t)sysconf(_SC_PAGESIZE),
				 .top = 1 };
	for (size_t v = 0; v < reading->vmas.count; v++)
		/* [vsyscall] is in the kernel's half. */
		while (reading->vmas.line[v].end <= INTPTR_MAX &&
		       table->top < reading->vmas.line[v].end)
			table->top *= 2;
	reading->consistent = true;
}

void reader_read(int pid, const char *path, struct reading *reading)
{
	*reading = (struct reading){ .pid = pid, .path = path, .core.fd = -1 };
	reading->state = path ? open_core(reading) : open_process(reading);
	if (reading->state == READER_GOOD)
		reading->state = find_region(reading);
	if (reading->state == READER_GOOD)
		reading->state = read_region(reading);
	if (reading->state == READER_UNCONFINED && reading->core.wanted > reading->core.size)
		reading->state = READER_CUT;
	if (reading->state == READER_UNCONFINED || reading->state == READER_DENIED)
		assume_bounds(reading);
}

void reader_free(struct reading *reading)
{
	if (reading->subject)
		corefile_close(&reading->core);
	free(reading->subject);
	vmas_free(&reading->vmas);
	memory_drop(&reading->intervals);
}

static void explain_incomplete(const struct reading *reading)
{
	if (!reading->consistent && reading->path)
		message_print("%s: the process ended while the table changed; some of it may be "
			      "missing", reading->subject);
	else if (!reading->consistent)
		message_print("%s: the table was changing while it was read; shown is what was "
			      "the same in two readings, try again for the rest",
			      reading->subject);
	else if (reading->intervals.damaged)
		message_print("%s: %s damaged and left out or cut; the program may have written "
			      "over the table", reading->subject,
			      counted(reading->intervals.damaged, "interval of the table is",
				      "intervals of the table are").text);
}

/* Advice for a user without the right to read the process. */
static const char *remedy(const struct reading *reading)
{
	if (reading->error == ENOENT)
		return "/proc is not mounted, or hides it (hidepid): mount it, or run vactl as "
		       "root";
	return geteuid() ? "run vactl as the same user or as root" :
			   "root of a container or a user namespace may not: run vactl outside";
}

void reader_explain(const struct reading *reading)
{
	const char *subject = reading->subject, *why = strerror(reading->error);

	switch (reading->state) {
	case READER_GOOD:
		explain_incomplete(reading);
		break;
	case READER_GONE:
		message_print(reading->error || reading->vmas.count ?
			      "%s: there is no such process (any more)" :
			      "%s has ended, or is the kernel's: it has no mappings", subject);
		break;
	case READER_HIDDEN:
		message_print("%s: cannot read its mappings: %s; %s", subject, why,
			      remedy(reading));
		break;
	case READER_DENIED:
		message_print("%s: cannot read its table: %s; %s, or let it: "
			      "kernel.yama.ptrace_scope must be 0, or VA_LIMIT_INSPECT=any set for "
			      "the program", subject, why, remedy(reading));
		break;
	case READER_UNCONFINED:
		message_print(reading->path ?
			      "%s has no table of valimit: the process was not confined" :
			      "%s is not confined, or by the launcher's fence alone as static "
			      "programs are: it has no table of valimit; start the program "
			      "with 'vactl run'", subject);
		break;
	case READER_VERSION:
		message_print("%s: cannot read its table: it has layout version %u and this vactl "
			      "knows version %u; use the vactl that came with its libvalimit.so",
			      subject, reading->table.version, TABLE_VERSION);
		break;
	case READER_DAMAGED:
		message_print("%s: its region %s holds no table that can be believed; the program "
			      "may have written over it", subject, REGION_NAME);
		break;
	case READER_NO_CORE:
		message_print("cannot read the %s: %s", subject, reading->why);
		break;
	case READER_CUT:
		message_print("%s is cut short and has no table of valimit in what is there, %"
			      PRIu64 " of %" PRIu64 " bytes; let it be written whole (ulimit -c "
			      "unlimited)", subject, reading->core.size, reading->core.wanted);
		break;
	case READER_UNDUMPED:
		message_print("%s: the table was left out of it; let private memory be dumped: see "
			      "coredump_filter in core(5)", subject);
		break;
	case READER_FAILED:
		message_print("%s: cannot read its table: %s", subject, why);
	}
}
