/* SPDX-License-Identifier: MIT */
#include "export.h"

/* Compares without strcmp(): a sanitizer calls dlsym() while it initialises, and its strcmp()
 * does not work yet. */
static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

struct export *export_named(const char *name)
{
	if (same(name, "mmap64"))
		name = exports[0].name;
	for (size_t i = 0; i < EXPORTS; i++)
		if (same(exports[i].name, name))
			return &exports[i];
	return NULL;
}

/* The range of the library's own entries, by which most addresses are excluded quickly. */
static struct {
	uintptr_t low, high;
	bool canonical; /* the program has canonical addresses of its own */
} ends = { UINTPTR_MAX, 0, false };

static void widen(uintptr_t address)
{
	if (address < ends.low)
		ends.low = address;
	if (address > ends.high)
		ends.high = address;
}

/* Measures the range, in the first constructor or at the first use, whichever is earlier: there
 * is only one thread then. */
__attribute__((constructor(101))) static void measure(void)
{
	for (size_t i = 0; i < EXPORTS; i++) {
		widen(exports[i].plain);
		widen(exports[i].host);
		widen(exports[i].pointer);
	}
}

struct export *export_reached(uintptr_t address)
{
	if (!ends.high)
		measure();
	if (!address || (!ends.canonical && (address < ends.low || address > ends.high)))
		return NULL;
	for (size_t i = 0; i < EXPORTS; i++)
		if (address == exports[i].plain || address == exports[i].host ||
		    address == exports[i].pointer || address == exports[i].canonical)
			return &exports[i];
	return NULL;
}

void export_set_canonical(struct export *export, uintptr_t address)
{
	export->canonical = address;
	ends.canonical = true;
}

void export_learn(void *(*resolve)(const char *name))
{
	for (size_t i = 0; i < EXPORTS; i++)
		exports[i].first = (uintptr_t)resolve(exports[i].name) == exports[i].plain;
}

const struct export *export_numbered(size_t number)
{
	return &exports[number];
}
