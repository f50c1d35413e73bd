/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <sys/uio.h>

#include "../guest/guest.h"
#include "vmas.h"

#define PAGE 4096UL
/* Of a large mapping that many pages at either end are read. */
#define ENDS 24
#define PAGES (2 * ENDS)

struct text {
	char *start, *at, *end;
};

static void put(struct text *text, const char *string)
{
	while (*string && text->at < text->end)
		*text->at++ = *string++;
}

static void put_hex(struct text *text, uint64_t value)
{
	char digits[17];
	int i = 16;

	digits[16] = '\0';
	do
		digits[--i] = "0123456789abcdef"[value & 15];
	while (value >>= 4);
	put(text, digits + i);
}

static uint64_t hash(uint64_t value, const char *start, const char *end)
{
	for (; start < end; start++)
		value = (value ^ (unsigned char)*start) * 0x100000001b3UL;
	return value;
}

/* One word of each page; reading stops where there is nothing to read. */
static size_t read_pages(const uintptr_t *pages, uint64_t *words, size_t count)
{
	struct iovec here = { words, count * sizeof(*words) }, there[PAGES];
	ssize_t got;

	for (size_t i = 0; i < count; i++)
		there[i] = (struct iovec){ (void *)pages[i], sizeof(*words) };
	got = process_vm_readv(getpid(), &here, 1, there, count, 0);
	return got > 0 ? (size_t)got / sizeof(*words) : 0;
}

/* The bytes that are not zero, by page. */
static void put_contents(struct text *text, uintptr_t base, uintptr_t start, uintptr_t end)
{
	uintptr_t pages[PAGES];
	uint64_t words[PAGES];
	size_t count = 0, next = 0;

	for (uintptr_t at = start; at < end && count < PAGES; at += PAGE) {
		if (at - start == ENDS * PAGE && end - at > ENDS * PAGE)
			at = end - ENDS * PAGE;
		pages[count++] = at;
	}
	while (next < count) {
		size_t got = read_pages(pages + next, words + next, count - next);

		for (size_t i = next; i < next + got; i++) {
			if (words[i] == 0)
				continue;
			put(text, " ");
			put_hex(text, (pages[i] - base) / PAGE);
			put(text, ":");
			put_hex(text, words[i]);
		}
		next += got;
		if (next < count) {
			put(text, " ");
			put_hex(text, (pages[next] - base) / PAGE);
			put(text, ":?");
			next++;
		}
	}
}

/* Whether its contents are its program's alone. */
static bool has_contents(const struct mapping *mapping)
{
	return mapping->perms[0] == 'r' &&
	       (mapping->anonymous || strncmp(mapping->name, "/memfd:", 7) == 0 ||
		strncmp(mapping->name, "/SYSV", 5) == 0 || strncmp(mapping->name, "/dev/zero", 9) == 0);
}

/* Memory where the heap is to begin has that name, whichever call has mapped it. */
static const char *name_of(const struct mapping *mapping)
{
	return strcmp(mapping->name, "[heap]") == 0 ? "" : mapping->name;
}

/* Which socket it is says its number, which no two have. A private mapping of
 * /dev/zero is anonymous memory: its offset means nothing, and a move changes
 * it. */
static void put_name(struct text *text, const struct mapping *mapping, uintptr_t start)
{
	if (strncmp(mapping->name, "socket:", 7) == 0) {
		put(text, " socket");
	} else if (strcmp(mapping->name, "/dev/zero") == 0) {
		put(text, " /dev/zero");
	} else if (name_of(mapping)[0]) {
		put(text, " ");
		put(text, mapping->name);
		put(text, "+");
		put_hex(text, mapping->offset + (start - mapping->start));
	}
}

static void put_mapping(struct text *text, const struct mapping *mapping, uintptr_t base,
			uintptr_t start, uintptr_t end, bool contents)
{
	put_hex(text, start - base);
	put(text, "-");
	put_hex(text, end - base);
	put(text, " ");
	put(text, mapping->perms);
	put_name(text, mapping, start);
	if (contents && has_contents(mapping))
		put_contents(text, base, start, end);
	put(text, "\n");
}

/* A reservation on an edge may be the library's fence or the program's own;
 * the list does not tell. */
static bool maybe_fence(const struct mapping *mapping)
{
	return mapping->anonymous && memcmp(mapping->perms, "---p", 4) == 0;
}

struct region {
	uintptr_t start, end, base;
	bool edge;
};

/* Where a call fails that was to change a part of a mapping, the mapping may be
 * in two from then on: that is no difference. */
static bool continues(const struct mapping *mapping, const struct mapping *before)
{
	return mapping->start == before->end && strcmp(mapping->perms, before->perms) == 0 &&
	       strcmp(name_of(mapping), name_of(before)) == 0 &&
	       (!name_of(before)[0] || strcmp(before->name, "/dev/zero") == 0 ||
		mapping->offset - before->offset == before->end - before->start);
}

static void put_region(struct text *text, const struct mapping *mapping, size_t count,
		       const struct region *region)
{
	for (size_t i = 0; i < count && mapping[i].start < region->end; i++) {
		struct mapping whole = mapping[i];

		while (i + 1 < count && continues(&mapping[i + 1], &mapping[i]))
			whole.end = mapping[++i].end;

		uintptr_t from = whole.start > region->start ? whole.start : region->start;
		uintptr_t to = whole.end < region->end ? whole.end : region->end;

		if (from < to && !vmas_is_filler(&whole) && !(region->edge && maybe_fence(&whole)))
			put_mapping(text, &whole, region->base, from, to, true);
	}
}

static void put_beds(struct text *text, const struct site *site, const struct mapping *mapping,
		     size_t count)
{
	for (int i = 0; i < config_beds(site->config); i++) {
		const struct bed *bed = &site->config->bed[i];
		const struct region regions[] = {
			{ bed->start - bed->below, bed->start, 0, true },
			{ bed->start, bed->end, 0, false },
			{ bed->end, bed->end + bed->above, 0, true },
		};

		for (int j = 0; j < 3; j++)
			put_region(text, mapping, count, &regions[j]);
	}
}

static void put_slots(struct text *text, const struct site *site, const struct mapping *mapping,
		      size_t count)
{
	for (int i = 0; i < OP_SLOTS; i++) {
		uintptr_t start = site->slot[i].address;
		const struct region region = { start, start + site->slot[i].length, start, false };

		if (start == 0 || site_bed(site, start))
			continue;
		put(text, "slot ");
		put_hex(text, (uint64_t)i);
		put(text, "\n");
		put_region(text, mapping, count, &region);
	}
}

uint64_t look_all(struct site *site)
{
	char *start = site->shared->text[site->side];
	struct text text = { start, start, start + SHARED_TEXT - 1 };
	size_t count;
	const struct mapping *mapping = vmas_read(&count);

	put_beds(&text, site, mapping, count);
	if (!site->config->exact)
		put_slots(&text, site, mapping, count);
	*text.at = '\0';
	return hash(0xcbf29ce484222325UL, start, text.at) | 1;
}

uint64_t look_at(uintptr_t start, uintptr_t end)
{
	char line[128];
	size_t count;
	const struct mapping *mapping = vmas_read(&count);
	uint64_t value = 0xcbf29ce484222325UL;

	for (size_t i = 0; i < count; i++) {
		struct text text = { line, line, line + sizeof(line) };
		uintptr_t from = mapping[i].start > start ? mapping[i].start : start;
		uintptr_t to = mapping[i].end < end ? mapping[i].end : end;

		if (from >= to || vmas_is_filler(&mapping[i]))
			continue;
		put_mapping(&text, &mapping[i], 0, from, to, false);
		value = hash(value, line, text.at);
	}
	return value | 1;
}
