/* SPDX-License-Identifier: MIT */
#include "window.h"

#include <errno.h>
#include <string.h>

#include "size.h"
#include "text.h"

#define GIB 0x40000000UL
#define ADDRESS_BITS 64

/* Up to 1/256 at the window's top is reserved for the ASLR offset. Interposed calls release it
 * on demand; malloc() cannot. The offset has as many bits as the kernel's mmap_base has. */
#define EDGE_FRACTION 256
#define EDGE_PAGES_MAX (1UL << 28)

static const char why_form[] = "is not LOWER-UPPER, Nbit (N from 1 to 64), map32, none "
			       "or a guest's name; see valimit(7)";
static const char why_upper[] = "has no number after the '-'";
static const char why_large[] = "has a number that does not fit 64 bits";
static const char why_rest[] = "has something after UPPER";
static const char why_empty[] = "is empty";
static const char why_low[] = "ends below the lowest address that the kernel allows";

/* Reads "2^N". 2^64 is the end of the address space, for which the largest number stands. */
static int read_power(const char *text, const char **end, uint64_t *value)
{
	uint64_t exponent;
	int err = text_digits(text + 2, 10, end, &exponent);

	if (err)
		return err;
	if (exponent > ADDRESS_BITS)
		return -ERANGE;
	*value = exponent == ADDRESS_BITS ? UINT64_MAX : UINT64_C(1) << exponent;
	return 0;
}

/* The shift of the units K, M, G, T and P; 0: no unit. */
static unsigned int unit_shift(char c)
{
	static const char unit[] = "KkMmGgTtPp";

	for (unsigned int i = 0; unit[i]; i++)
		if (unit[i] == c)
			return 10 * (i / 2 + 1);
	return 0;
}

static bool is_hex(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

int window_digits(const char *text, const char **end, uint64_t *value)
{
	if (is_hex(text))
		return text_digits(text + 2, 16, end, value);
	return text_digits(text, 10, end, value);
}

int window_number(const char *text, const char **end, uint64_t *value)
{
	unsigned int shift;
	int err;

	if (text[0] == '2' && text[1] == '^')
		return read_power(text, end, value);
	err = window_digits(text, end, value);
	if (err || is_hex(text))
		return err;
	shift = unit_shift(**end);
	if (__builtin_mul_overflow(*value, UINT64_C(1) << shift, value))
		return -ERANGE;
	*end += shift != 0;
	return 0;
}

static int refuse(const char **why, const char *reason)
{
	*why = reason;
	return -EINVAL;
}

/* Reads "Nbit"; false if the text is something else. */
static bool parse_bits(const char *text, uintptr_t min, struct window *window)
{
	const char *rest;
	uint64_t bits;

	if (text_digits(text, 10, &rest, &bits) || !text_is(rest, strlen(rest), "bit"))
		return false;
	if (bits < 1 || bits > ADDRESS_BITS)
		return false;
	*window = (struct window){ min, bits == ADDRESS_BITS ? UINTPTR_MAX : 1UL << bits };
	return true;
}

static int parse_bounds(const char *text, struct window *window, const char **why)
{
	uint64_t lower, upper;
	const char *rest;
	int err = window_number(text, &rest, &lower);

	if (err)
		return refuse(why, err == -ERANGE ? why_large : why_form);
	if (*rest != '-')
		return refuse(why, why_form);
	err = window_number(rest + 1, &rest, &upper);
	if (err)
		return refuse(why, err == -ERANGE ? why_large : why_upper);
	if (*rest)
		return refuse(why, why_rest);
	if (lower == upper)
		return refuse(why, why_empty);
	*window = (struct window){ lower, upper };
	return 0;
}

/* The end of user space for programs of other machines, by their kernels' TASK_SIZE; valimit(7)
 * has a table. */
static const struct guest {
	const char *name;
	uintptr_t end;
} guests[] = {
	{ "x86_64", (1UL << 47) - 0x1000 },
	{ "i386", 3 * GIB },
	{ "i386-4g", 0xffffe000 },
	{ "arm", 0xbf000000 },
	{ "arm-4g", 0xffff0000 },
	{ "aarch64-36", 1UL << 36 },
	{ "aarch64-39", 1UL << 39 },
	{ "aarch64-42", 1UL << 42 },
	{ "aarch64-47", 1UL << 47 },
	{ "aarch64-48", 1UL << 48 },
	{ "riscv64-39", 1UL << 38 },
	{ "riscv64-48", 1UL << 47 },
	{ "riscv32", 2 * GIB },
	{ "mips", 0x7fff8000 },
};

/* Reads a preset's or a guest's name; false if the text is neither. */
static bool parse_name(const char *text, uintptr_t min, struct window *window)
{
	static const struct {
		const char *name;
		struct window window;
	} preset[] = {
		{ "none", { 0, 0 } },
		{ "map32", { GIB, 2 * GIB } },
	};
	size_t length = strlen(text);

	for (size_t i = 0; i < ARRAY_SIZE(preset); i++)
		if (text_is(text, length, preset[i].name)) {
			*window = preset[i].window;
			return true;
		}
	for (size_t i = 0; i < ARRAY_SIZE(guests); i++)
		if (text_is(text, length, guests[i].name)) {
			*window = (struct window){ min, guests[i].end };
			return true;
		}
	return false;
}

int window_parse(const char *text, uintptr_t min, struct window *window, const char **why)
{
	/* Names begin with a letter, all others with a digit. */
	if (*text >= 'a') {
		if (!parse_name(text, min, window))
			return refuse(why, why_form);
		if (window_unlimited(window))
			return 0;
	} else if (!parse_bits(text, min, window)) {
		return parse_bounds(text, window, why);
	}
	/* An upper bound at or below min would read as a wrapped window. */
	if (window->upper <= min)
		return refuse(why, why_low);
	return 0;
}

/* Rounds up within the address space: above the last page's start, that start is the result. */
static uintptr_t round_up_within(uintptr_t address, size_t page)
{
	uintptr_t up;

	if (__builtin_add_overflow(address, page - 1, &up))
		up = UINTPTR_MAX;
	return round_down(up, page);
}

static uintptr_t clamp(uintptr_t address, struct span to)
{
	if (address < to.start)
		return to.start;
	return address < to.end ? address : to.end;
}

int window_clamp(struct window *window, uintptr_t min, uintptr_t top, size_t page)
{
	struct span all = { round_up_within(min, page), round_down(top, page) };
	uintptr_t lower = clamp(round_up_within(window->lower, page), all);
	uintptr_t upper = clamp(round_down(window->upper, page), all);
	bool wraps = window->lower > window->upper;

	if (window_unlimited(window))
		return 0;
	if (wraps && lower == upper) { /* the hole lies beyond user space */
		*window = (struct window){ 0, 0 };
		return 0;
	}
	if (wraps && lower == all.end && upper == all.start)
		return -ERANGE;
	if (wraps && lower == all.end)
		lower = all.start;
	else if (wraps && upper == all.start)
		upper = all.end;
	else if (!wraps && lower >= upper)
		return -ERANGE;
	*window = (struct window){ lower, upper };
	return 0;
}

/* The spans that are not empty, in their order. */
static struct spans drop_empty(struct span first, struct span second)
{
	struct spans spans = { .count = 0 };

	if (!span_empty(first))
		spans.at[spans.count++] = first;
	if (!span_empty(second))
		spans.at[spans.count++] = second;
	return spans;
}

struct spans window_spans(const struct window *window, uintptr_t min, uintptr_t top)
{
	struct span first = { min, top }, second = { 0, 0 };

	if (window->lower < window->upper) {
		first = span_cut(first, (struct span){ window->lower, window->upper });
	} else if (!window_unlimited(window)) {
		second = span_cut(first, (struct span){ min, window->upper });
		first = span_cut(first, (struct span){ window->lower, top });
	}
	return drop_empty(first, second);
}

struct spans window_outside(const struct window *window, uintptr_t min, uintptr_t top)
{
	struct span all = { min, top };
	struct span under = span_cut(all, (struct span){ min, window->lower });
	struct span over = span_cut(all, (struct span){ window->upper, top });

	if (window_unlimited(window))
		return drop_empty((struct span){ 0, 0 }, (struct span){ 0, 0 });
	if (window->lower < window->upper)
		return drop_empty(under, over);
	return drop_empty(span_cut(under, over), (struct span){ 0, 0 });
}

size_t spans_size(const struct spans *spans)
{
	size_t sum = 0;

	for (int i = 0; i < spans->count; i++)
		sum += spans->at[i].end - spans->at[i].start;
	return sum;
}

bool window_holds(const struct window *window, uintptr_t start, size_t length)
{
	uintptr_t end;

	if (__builtin_add_overflow(start, length, &end))
		return false;
	if (window_unlimited(window))
		return true;
	if (window->lower < window->upper)
		return start >= window->lower && end <= window->upper;
	return start >= window->lower || end <= window->upper;
}

size_t window_edge(const struct window *window, size_t page, uint64_t random)
{
	uintptr_t pages;

	if (window->lower >= window->upper)
		return 0;
	pages = (window->upper - window->lower) / EDGE_FRACTION / page;
	if (pages > EDGE_PAGES_MAX)
		pages = EDGE_PAGES_MAX;
	return pages ? random % pages * page : 0;
}

struct span_list window_intersect(const struct spans *a, const struct spans *b)
{
	struct span_list list = { .count = 0 };

	for (int i = 0; i < a->count; i++)
		for (int j = 0; j < b->count; j++) {
			struct span common = span_cut(a->at[i], b->at[j]);

			if (!span_empty(common))
				list.at[list.count++] = common;
		}
	return list;
}
