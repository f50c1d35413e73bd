/* SPDX-License-Identifier: MIT */
#include "watched.h"

#include <time.h>

#include "guest.h"

#define PROCESSES 1024
#define OWN       "/memfd:valimit"

unsigned int watched_checked, watched_findings;
bool watched_natively;

static struct process processes[PROCESSES];
static struct bounds window, islands[8];
static size_t island_count;
static FILE *report;

static void read_range(const char *text, struct bounds *range)
{
	if (sscanf(text, "%lx-%lx", &range->lower, &range->upper) != 2)
		die("watchmaps: not a range: %s", text);
}

void watched_window(const char *text)
{
	read_range(text, &window);
}

void watched_island(const char *text)
{
	if (island_count == sizeof(islands) / sizeof(islands[0]))
		die("watchmaps: too many islands");
	read_range(text, &islands[island_count++]);
}

void watched_report(FILE *file)
{
	report = file;
}

struct process *process_of(pid_t pid)
{
	struct process *empty = NULL;

	for (size_t i = 0; i < PROCESSES; i++) {
		if (processes[i].pid == pid)
			return &processes[i];
		if (!processes[i].pid && !empty)
			empty = &processes[i];
	}
	if (!empty)
		die("watchmaps: too many processes");
	*empty = (struct process){ .pid = pid };
	return empty;
}

void process_reset(struct process *process, pid_t pid)
{
	free(process->before);
	*process = (struct process){ .pid = pid, .known = pid };
}

void process_maps(pid_t pid)
{
	char path[64];

	/* A process that was killed before its first message has none. */
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps_open(access(path, F_OK) ? "/dev/null" : path);
}

void process_begin(struct process *process)
{
	struct vma vma;

	process_maps(process->pid);
	while (vma_read(&vma)) {
		process->before = realloc(process->before,
					  (process->count + 1) * sizeof(*process->before));
		if (!process->before)
			die("watchmaps: out of memory");
		process->before[process->count++] = vma;
	}
	maps_close();
	process->begun = true;
	watched_checked++;
}

void process_inherit(struct process *child, const struct process *parent)
{
	child->begun = parent->begun;
	child->launcher = parent->launcher;
	child->count = parent->count;
	child->before = malloc(parent->count * sizeof(*child->before));
	if (parent->count && !child->before)
		die("watchmaps: out of memory");
	for (size_t i = 0; i < parent->count; i++)
		child->before[i] = parent->before[i];
}

/* Whether all of a mapping's addresses were mapped before. */
static bool was_before(const struct process *process, const struct vma *vma)
{
	uintptr_t at = vma->start;

	for (size_t i = 0; i < process->count; i++)
		if (process->before[i].start <= at && process->before[i].end > at)
			at = process->before[i].end;
	return at >= vma->end;
}

static bool on_island(const struct vma *vma)
{
	for (size_t i = 0; i < island_count; i++)
		if (bounds_hold(islands[i], vma->start, vma->end - vma->start))
			return true;
	return false;
}

static bool may_lie_outside(const struct process *process, const struct vma *vma,
			    uintptr_t *own_end)
{
	bool own = strncmp(vma->name, OWN, strlen(OWN)) == 0 ||
		   (vma->start == *own_end && !vma->inode);

	if (own)
		*own_end = vma->end;
	if (own || (strcmp(vma->perms, "---p") == 0 && !vma->inode) ||
	    strcmp(vma->name, "[vsyscall]") == 0)
		return true;
	if (process->launcher || watched_natively)
		return on_island(vma);
	return strcmp(vma->name, "[stack]") == 0 || was_before(process, vma);
}

bool process_launching(const struct process *process)
{
	struct vma vma;
	bool found = false;

	process_maps(process->pid);
	while (!found && vma_read(&vma))
		found = process->launcher && vma.inode == process->launcher;
	maps_close();
	return found;
}

/* Counts what should not be where it is, and tells of it. */
static unsigned int escapes(const struct process *process, bool tell)
{
	struct vma vma;
	uintptr_t own_end = 0;
	unsigned int count = 0;

	process_maps(process->pid);
	while (vma_read(&vma)) {
		if (bounds_hold(window, vma.start, vma.end - vma.start) ||
		    may_lie_outside(process, &vma, &own_end))
			continue;
		count++;
		if (tell)
			fprintf(report, "%d: %lx-%lx %s %s\n", process->pid, vma.start, vma.end,
				vma.perms, vma.name);
	}
	maps_close();
	return count;
}

void process_tell(struct process *process)
{
	process->findings = escapes(process, true);
	watched_findings += process->findings;
}

/* Other threads run on meanwhile, so that a mapping that is seen once may be on its way. */
void process_check(struct process *process)
{
	struct timespec pause = { .tv_nsec = 20000000 };

	if (!process->begun || process->findings || !escapes(process, false))
		return;
	while (nanosleep(&pause, &pause) && errno == EINTR)
		;
	process_tell(process);
}

/* How often an escape has to be seen. A program may be about to execute another,
 * which its stop will tell, or to give the library's table its name. */
#define DOUBTS 5U

/* While they run. */
void process_check_running(void)
{
	for (size_t i = 0; i < PROCESSES; i++) {
		struct process *process = &processes[i];

		if (!process->pid || !process->launcher || process->findings ||
		    process_launching(process) || !escapes(process, false))
			process->doubts = 0;
		else if (++process->doubts == DOUBTS)
			process_tell(process);
	}
}

void process_fault(const struct process *process, const char *what)
{
	fprintf(report, "%d: %s\n", process->pid, what);
	watched_findings++;
}
