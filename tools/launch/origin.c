/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include <string.h>

#include "core/fmt.h"
#include "core/size.h"
#include "sys/sys.h"

#define NAME "$ORIGIN"
#define BRACED "${ORIGIN}"

/* A part of the mapped image. */
struct part {
	char *bytes;
	size_t length; /* up to the end of what the segment has of the file */
	int prot;
};

struct run_path {
	Elf64_Dyn *entry;
	int prot;
	uintptr_t strings;
	const char *text;
};

static struct part part_at(const struct program *program, const struct plan *plan,
			   uintptr_t address)
{
	const struct image *image = &program->image;
	uintptr_t bias = plan->image.start - image->extent.start;

	for (size_t i = 0; i < image->segments; i++) {
		const struct segment *segment = &image->segment[i];
		size_t before = address - segment->start;

		if (address >= segment->start && before < segment->in_file &&
		    segment->prot & PROT_READ)
			return (struct part){ (char *)(address + bias), segment->in_file - before,
					      segment->prot };
	}
	return (struct part){ NULL, 0, 0 };
}

/* DT_RUNPATH counts if DT_RPATH is there too. */
static bool find_run_path(const struct program *program, const struct plan *plan,
			  struct run_path *path)
{
	struct part part = part_at(program, plan, program->image.dynamic), text;
	const Elf64_Dyn *strings = NULL;

	*path = (struct run_path){ .prot = part.prot };
	if (!part.bytes || (uintptr_t)part.bytes % _Alignof(Elf64_Dyn))
		return false;
	for (Elf64_Dyn *at = (Elf64_Dyn *)part.bytes;
	     part.length >= sizeof(*at) && at->d_tag != DT_NULL; at++, part.length -= sizeof(*at)) {
		if (at->d_tag == DT_STRTAB)
			strings = at;
		if (at->d_tag == DT_RUNPATH || (at->d_tag == DT_RPATH && !path->entry))
			path->entry = at;
	}
	if (!strings || !path->entry)
		return false;
	text = part_at(program, plan, strings->d_un.d_ptr + path->entry->d_un.d_val);
	path->text = text.bytes;
	path->strings = (uintptr_t)text.bytes - path->entry->d_un.d_val;
	return text.bytes && memchr(text.bytes, 0, text.length);
}

/* The length of the word if the text begins with it, else 0. */
static size_t begins(const char *text, const char *word)
{
	size_t length = 0;

	for (; word[length]; length++)
		if (text[length] != word[length])
			return 0;
	return length;
}

static size_t origin_length(const char *text)
{
	size_t length = begins(text, NAME);

	return length ? length : begins(text, BRACED);
}

static bool has_origin(const char *text)
{
	for (; *text; text++)
		if (origin_length(text))
			return true;
	return false;
}

/* The program's folder. False if it contains a character with a meaning in a run path. */
static bool read_folder(const struct program *program, char folder[ORIGIN_MAX])
{
	char link[32];
	struct fmt fmt;
	size_t end = 0;
	long length;

	fmt_init(&fmt, link, sizeof(link));
	fmt_text(&fmt, "/proc/self/fd/");
	fmt_decimal(&fmt, (uint64_t)program->fd);
	length = SYS(SYS_readlinkat, AT_FDCWD, link, folder, ORIGIN_MAX - 1);
	for (long i = 0; i < length; i++) {
		if (folder[i] == ':' || folder[i] == ';' || folder[i] == '$')
			return false;
		if (folder[i] == '/')
			end = (size_t)i;
	}
	if (length <= 0 || folder[0] != '/')
		return false;
	folder[end ? end : 1] = 0;
	return true;
}

/* False if the text does not fit. */
static bool replace(const char *text, const char *folder, char to[ORIGIN_MAX])
{
	struct fmt fmt;

	fmt_init(&fmt, to, ORIGIN_MAX);
	while (*text) {
		size_t length = origin_length(text);

		if (length)
			fmt_text(&fmt, folder);
		else
			fmt_char(&fmt, *text);
		text += length ? length : 1;
	}
	return fmt.length < ORIGIN_MAX - 1;
}

void origin_find(struct origin *origin, const struct program *program, const struct plan *plan)
{
	static char folder[ORIGIN_MAX];
	struct run_path path;

	origin->entry = NULL;
	if (program->interpreter_fd < 0 || !find_run_path(program, plan, &path) ||
	    !has_origin(path.text) || !read_folder(program, folder) ||
	    !replace(path.text, folder, origin->text))
		return;
	origin->entry = &path.entry->d_un.d_val;
	origin->strings = path.strings;
	origin->prot = path.prot;
}

/* The dynamic linker adds the entry to the strings' address, so that any number will do. If
 * its page is read-only, it is writable for this moment. */
void origin_replace(const struct origin *origin, uintptr_t text, size_t page)
{
	uintptr_t start, end;

	if (!origin->entry)
		return;
	start = round_down((uintptr_t)origin->entry, page);
	end = round_up((uintptr_t)(origin->entry + 1), page);
	if (!(origin->prot & PROT_WRITE) &&
	    sys_failed(sys_mprotect(start, end - start, PROT_READ | PROT_WRITE)))
		return;
	*origin->entry = text - origin->strings;
	if (!(origin->prot & PROT_WRITE))
		sys_mprotect(start, end - start, origin->prot);
}
