/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include "../../include/valimit.h"
#include "figure.h"

#define MAPPINGS 60000

/* The memory of the table, and how many intervals are in it. */
static void print_table(void)
{
	int (*stats)(struct valimit_stats *, size_t) =
		(int (*)(struct valimit_stats *, size_t))dlsym(RTLD_DEFAULT, "valimit_stats");
	struct valimit_stats now = { 0 };

	if (!stats || stats(&now, sizeof(now)))
		die("no valimit_stats");
	printf("%lu %lu\n", (unsigned long)now.table_bytes, (unsigned long)now.intervals);
}

/* Where the table merges nothing: with gaps between, and in an order that jumps
 * (7919 is prime), so that its blocks are as empty as they get. */
static void *spot(size_t i)
{
	return (void *)(GIB + i * 7919 % MAPPINGS * 8 * page_size());
}

int memory_table_main(void)
{
	size_t length = 4 * page_size();

	print_table();
	for (size_t i = 0; i < MAPPINGS; i++)
		if (mmap(spot(i), length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != spot(i))
			die("mmap with a hint: %s", strerror(errno));
	print_table();
	for (size_t i = 0; i < MAPPINGS; i++)
		must_unmap(spot(i), length);
	print_table();
	return 0;
}

/* How much of the mapping is in huge pages, in KiB. */
static unsigned long huge_of(uintptr_t at)
{
	unsigned long kib = 0;
	uintptr_t start;
	bool here = false;
	char *line;

	maps_open("/proc/self/smaps");
	while ((line = maps_line())) {
		if (sscanf(line, "%lx-", &start) == 1 && strchr(line, '-'))
			here = start <= at && at < strtoul(strchr(line, '-') + 1, NULL, 16);
		else if (here)
			sscanf(line, "AnonHugePages: %lu", &kib);
	}
	maps_close();
	return kib;
}

int memory_huge_main(void)
{
	char *at = must_map(GIB, PROT_READ | PROT_WRITE, 0);

	if (madvise(at, GIB, MADV_HUGEPAGE))
		die("madvise: %s", strerror(errno));
	for (size_t offset = 0; offset < GIB; offset += page_size())
		at[offset] = 1;
	printf("%lu\n", huge_of((uintptr_t)at + GIB / 2));
	return 0;
}

static void self_run(const char *role, const struct setting *setting, char *output, size_t size)
{
	static char self[] = "/proc/self/exe";
	char role_text[16];
	char *const argv[] = { self, role_text, NULL };
	int status;

	snprintf(role_text, sizeof(role_text), "%s", role);
	status = program_run(argv, setting, output, size);
	if (status)
		die("the part for %s ends with status %d", role, status);
}

static void value(const char *name, const char *unit, double what, double target)
{
	figure_report(&(struct figure){ .name = name, .unit = unit, .measure = MEASURE_VALUE,
					.value = what, .target = target, .pairs = 1 });
}

static void measure_table(const struct bench *bench)
{
	const struct setting calls = { bench->library, "32bit", "off", NULL };
	unsigned long few, many, after, intervals;
	char output[256];

	self_run("table", &calls, output, sizeof(output));
	if (sscanf(output, "%lu %*u %lu %lu %lu", &few, &many, &intervals, &after) != 4 ||
	    intervals < MAPPINGS)
		die("not the numbers of %d mappings: %s", MAPPINGS, output);
	value("table of a process with few mappings", "KiB", (double)few / 1024, 100);
	value("table, a mapping, with 60000", "bytes", (double)(many - few) / MAPPINGS, 64);
	value("table after they have gone", "KiB", (double)after / 1024, 100);
}

static const char text_name[] = "the library's text";

/* The sum of its code, not of its segments: some linkers put read-only data into them. */
static void measure_text(const struct bench *bench)
{
	FILE *file = fopen(bench->library, "r");
	ElfW(Ehdr) header;
	ElfW(Shdr) section;
	double text = 0;

	if (!file || fread(&header, sizeof(header), 1, file) != 1)
		die("%s cannot be read", bench->library);
	fseek(file, (long)header.e_shoff, SEEK_SET);
	for (int i = 0; i < header.e_shnum; i++) {
		if (fread(&section, sizeof(section), 1, file) != 1)
			die("%s is cut off", bench->library);
		if (section.sh_flags & SHF_EXECINSTR)
			text += (double)section.sh_size;
	}
	fclose(file);
	value(text_name, "KiB", text / 1024, 64);
}

static double huge_kib(const struct setting *setting)
{
	char output[64];

	self_run("huge", setting, output, sizeof(output));
	return strtod(output, NULL);
}

/* No more without the library than with it. */
static void measure_huge(const struct bench *bench, const char *name, const char *fence)
{
	const struct setting without = { NULL, NULL, NULL, NULL };
	const struct setting with = { bench->library, "32bit", fence, NULL };
	struct figure figure = { .name = name, .unit = "KiB", .target = 1, .pairs = 1 };

	if (!bench_wants(bench, name))
		return;
	figure.base = huge_kib(&without);
	figure.ours = huge_kib(&with);
	/* Less is worse here, so the other way round. */
	figure.value = figure.ours > 0 ? figure.base / figure.ours : figure.base;
	if (figure.base == 0)
		figure.skipped = "the kernel gives no huge pages";
	figure_report(&figure);
}

void memory_measure(const struct bench *bench)
{
	figure_heading("memory");
	if (bench_wants(bench, "table"))
		measure_table(bench);
	if (bench_wants(bench, text_name))
		measure_text(bench);
	measure_huge(bench, "huge pages of 1 GiB, fence", "on");
	measure_huge(bench, "huge pages of 1 GiB, reach calls", "off");
}
